package rehearsal

import (
	"cmp"
	"slices"
)

// Weights of a finding.
const (
	Hurts = "hurts" // players or EXCON will suffer from it
	Look  = "look"  // worth a look: perhaps it is meant so
)

// Units of a finding's value.
const (
	UnitShare   = "share"   // of cases
	UnitSeconds = "seconds" // of exercise time
	UnitCount   = "count"
)

// Finding is something that the author should know before the day.
type Finding struct {
	Key    string `json:"key"`
	Weight string `json:"weight"`
	Who    string `json:"who,omitempty"` // kind of unit
	Inject string `json:"inject,omitempty"`
	Task   string `json:"task,omitempty"`
	Flow   string `json:"flow,omitempty"`
	Branch string `json:"branch,omitempty"` // of Decision
	// Decision is where the branches part.
	Decision string `json:"decision,omitempty"`

	From  *Seconds `json:"from,omitempty"` // when it begins
	To    *Seconds `json:"to,omitempty"`
	Value float64  `json:"value"`
	Limit float64  `json:"limit"` // from which it is a finding
	Unit  string   `json:"unit"`
	Ahead []string `json:"ahead,omitempty"` // injects that cause it
	// Slow is the value when everything takes SlowFactor times as long; nil
	// where that was not rehearsed.
	Slow *float64 `json:"slow,omitempty"`
	// OnlySlow: it comes up only then.
	OnlySlow bool         `json:"only_slow,omitempty"`
	Rests    []Assumption `json:"rests"`
	// Text, Mend and the texts of Rests are in the language that was asked for.
	Text string `json:"text"`
	Mend string `json:"mend"`

	holds bool
}

// SlowFactor is how much longer everything takes in the second, smaller batch.
const SlowFactor = 1.5

// Limits from which something is a finding.
const (
	limitNone       = 0.10 // at most this share solves it
	limitAll        = 0.98 // at least this share of answers
	limitLate       = 0.25
	limitUnanswered = 0.15
	limitHints      = 0.25 // hardly more ever do: see bots.Traits
	limitJam        = 0.10
	limitCut        = 0.10
	limitFlowNever  = 0.05
	limitFlowAlways = 0.98
	limitFlowLate   = 0.25
	limitMissing    = 0.35
	limitLapse      = 0.50
	limitRare       = 0.02
	limitSure       = 0.99
	limitTalk       = 3  // messages a minute
	limitMarks      = 20 // reports an hour: one evaluator, three minutes each
	limitPile       = 60 // seconds
	limitLull       = 180
	limitFlatOut    = 600

	partOfPlay = 0.1 // a lull, and a stretch flat out, also last at least this share of play
)

// Find compares the figures with the limits. The figures of a batch in which
// everything takes SlowFactor times as long say how much a finding depends on
// the assumed efforts; nil for none. What hurts comes first, then by time.
func Find(f, slow *Figures) []Finding {
	later := map[string]Finding{}
	if slow != nil {
		for _, c := range slow.candidates() {
			later[c.id()] = c
		}
	}
	var out []Finding
	for _, c := range f.candidates() {
		s, known := later[c.id()]
		if known {
			value := s.Value
			c.Slow, s.Slow = &value, &value
		}
		switch {
		case c.holds:
			out = append(out, c)
		case known && s.holds && s.Weight == Hurts:
			s.OnlySlow, s.Value = true, c.Value
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.begins(), b.begins()))
	})
	return out
}

// id is what the same finding has in another batch.
func (c *Finding) id() string {
	return c.Key + "/" + c.Who + "/" + c.Inject + "/" + c.Task + "/" + c.Flow + "/" + c.Branch
}

func (c *Finding) rank() int {
	switch {
	case c.OnlySlow:
		return 2
	case c.Weight == Look:
		return 1
	}
	return 0
}

func (c *Finding) begins() Seconds {
	if c.From == nil {
		return 0
	}
	return *c.From
}

// candidates are all findings that there could be; those hold that are past
// their limit.
func (f *Figures) candidates() []Finding {
	var out []Finding
	for i := range f.Tasks {
		out = append(out, f.ofTask(&f.Tasks[i])...)
	}
	for i := range f.Kinds {
		out = append(out, f.ofKind(&f.Kinds[i])...)
	}
	for i := range f.Injects {
		out = append(out, f.ofInject(&f.Injects[i])...)
	}
	for i := range f.Flows {
		out = append(out, f.ofFlow(&f.Flows[i])...)
	}
	for i := range f.Decisions {
		out = append(out, f.ofDecision(&f.Decisions[i])...)
	}
	return append(out, f.ofControl()...)
}

func share(n, of int64) float64 { return mean(float64(n), of) }

// atLeast makes a candidate that holds from its limit on, if there is a case.
func atLeast(key, weight string, value, limit float64, unit string, cases int64) Finding {
	return Finding{Key: key, Weight: weight, Value: value, Limit: limit, Unit: unit, holds: cases > 0 && value >= limit}
}

// atMost makes a candidate that holds up to its limit, if there is a case.
func atMost(key, weight string, value, limit float64, cases int64) Finding {
	return Finding{Key: key, Weight: weight, Value: value, Limit: limit, Unit: UnitShare, holds: cases > 0 && value <= limit}
}
