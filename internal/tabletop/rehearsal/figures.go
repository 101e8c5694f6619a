package rehearsal

import (
	"math"
	"slices"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/tabletop"
)

// Format names the form of Figures as JSON. Fields may be added.
const Format = "renkei/rehearsal-ttx/1"

// Seconds is a length of time.
type Seconds float64

// Spread holds the tenth, the middle and the ninetieth of a hundred cases; all 0
// where there is none.
type Spread struct {
	P10    Seconds `json:"p10"`
	Median Seconds `json:"median"`
	P90    Seconds `json:"p90"`
}

// Figures are what a rehearsal found.
type Figures struct {
	Format    string     `json:"format"`
	Pack      string     `json:"pack"`
	Teams     int        `json:"teams"`
	Asked     int        `json:"asked"` // runs
	Runs      int        `json:"runs"`  // played
	Seed      uint64     `json:"seed"`  // of the first
	Duration  Seconds    `json:"duration"`
	Events    int64      `json:"events"`
	Cut       int        `json:"cut"`  // runs in which ENDEX came before the last question was over
	Over      Spread     `json:"over"` // when the last question was over
	Modules   []Module   `json:"modules"`
	Questions []Question `json:"questions"`
	Findings  []Finding  `json:"findings"`
}

// Module is how long a module takes.
type Module struct {
	Key    string  `json:"key"`
	At     Seconds `json:"at"`     // planned, from STARTEX
	Needs  Seconds `json:"needs"`  // by its questions, as planned
	Came   int     `json:"came"`   // runs
	Begins Spread  `json:"begins"` // its first question, from STARTEX
	Takes  Spread  `json:"takes"`  // until its last question is over
	Rest   Spread  `json:"rest"`   // from then until the next module begins, or ENDEX
	Silent Spread  `json:"silent"` // how much of its discussions nobody speaks
}

// Question is how a question goes.
type Question struct {
	Key      string  `json:"key"`
	Module   string  `json:"module"`
	Type     string  `json:"type"`
	Needs    Seconds `json:"needs"` // as planned
	Came     int     `json:"came"`  // runs
	Takes    Spread  `json:"takes"`
	Asked    int     `json:"asked"`    // delegations, over all runs
	Answered int     `json:"answered"` // of them
	Idle     Spread  `json:"idle"`     // from the last answer until the question closes
	Speeches float64 `json:"speeches"` // mean of a run
	Talk     Spread  `json:"talk"`     // how long it is discussed
	Silent   Spread  `json:"silent"`   // how much of that nobody speaks
	Silence  Spread  `json:"silence"`  // the longest time on end
	// Moved is the mean share of the room that chose otherwise when it was asked
	// again; absent where it was not, or where options are not chosen.
	Moved *float64 `json:"moved,omitempty"`
}

// tally is what runs add up to.
type tally struct {
	table *tabletop.Tabletop
	play  *exercise.Play
	runs  []*run
}

func newTally(t *tabletop.Tabletop, p *exercise.Play) *tally { return &tally{table: t, play: p} }

func (t *tally) add(r *run) { t.runs = append(t.runs, r) }

func seconds(t exercise.Time) Seconds { return Seconds(t) / Seconds(exercise.Second) }

func lasts(d time.Duration) Seconds { return Seconds(d.Seconds()) }

// spreadOf is that of some times; it sorts them.
func spreadOf(all []exercise.Time) (s Spread) {
	if len(all) == 0 {
		return s
	}
	slices.Sort(all)
	at := func(part float64) Seconds { return seconds(all[int(math.Round(part*float64(len(all)-1)))]) }
	return Spread{at(0.1), at(0.5), at(0.9)}
}

func (t *tally) teams() (n int) {
	for _, u := range t.play.Cast.Units {
		if u.IsTeam() {
			n++
		}
	}
	return n
}

func (t *tally) figures(o Setup) *Figures {
	f := &Figures{Format: Format, Pack: o.Play.Pack.Key, Teams: t.teams(), Asked: o.Runs, Runs: len(t.runs), Seed: o.Seed, Duration: lasts(o.Play.Pack.Duration)}
	var over []exercise.Time
	for _, r := range t.runs {
		f.Events += r.events
		over = append(over, r.over)
		if r.cut {
			f.Cut++
		}
	}
	f.Over = spreadOf(over)
	for i, m := range t.table.Modules {
		f.Modules = append(f.Modules, t.module(i, m))
		for _, q := range m.Questions {
			f.Questions = append(f.Questions, t.question(q))
		}
	}
	f.Findings = t.find(f)
	return f
}

// span is when a module began in a run, and when it was over; false
// where it did not come.
func span(r *run, m *tabletop.Module) (first, last exercise.Time, ok bool) {
	for _, q := range m.Questions {
		a := r.questions[q.Poll.Key]
		if a == nil {
			continue
		}
		if !ok {
			first, ok = a.from, true
		}
		last = a.to
	}
	return first, last, ok
}

func (t *tally) module(i int, m *tabletop.Module) Module {
	f := Module{Key: m.Key, At: lasts(m.At)}
	for _, q := range m.Questions {
		f.Needs += lasts(q.Needs())
	}
	var begins, takes, rests, silent []exercise.Time
	for _, r := range t.runs {
		from, to, ok := span(r, m)
		if !ok {
			continue
		}
		f.Came++
		begins, takes = append(begins, from), append(takes, to-from)
		next := exercise.At(t.play.Pack.Duration)
		if i+1 < len(t.table.Modules) {
			if at, _, come := span(r, t.table.Modules[i+1]); come {
				next = at
			}
		}
		rests = append(rests, max(next-to, 0))
		var quiet exercise.Time
		for _, q := range m.Questions {
			if a := r.questions[q.Poll.Key]; a != nil {
				quiet += a.silent
			}
		}
		silent = append(silent, quiet)
	}
	f.Begins, f.Takes, f.Rest, f.Silent = spreadOf(begins), spreadOf(takes), spreadOf(rests), spreadOf(silent)
	return f
}

func (t *tally) question(q *tabletop.Question) Question {
	f := Question{Key: q.Poll.Key, Module: q.Poll.Module, Type: q.Poll.Kind, Needs: lasts(q.Needs())}
	var takes, idle, talk, silent, silence []exercise.Time
	var speeches, moves int
	var shift float64
	for _, r := range t.runs {
		a := r.questions[q.Poll.Key]
		if a == nil {
			continue
		}
		f.Came++
		f.Asked += t.teams()
		f.Answered += a.answered
		speeches += a.speeches
		takes, idle, talk = append(takes, a.to-a.from), append(idle, a.idle), append(talk, a.talk)
		silent, silence = append(silent, a.silent), append(silence, a.silence)
		if a.moved >= 0 {
			moves, shift = moves+1, shift+a.moved
		}
	}
	f.Takes, f.Idle, f.Talk, f.Silent, f.Silence = spreadOf(takes), spreadOf(idle), spreadOf(talk), spreadOf(silent), spreadOf(silence)
	if f.Came > 0 {
		f.Speeches = math.Round(100*float64(speeches)/float64(f.Came)) / 100
	}
	if moves > 0 && (q.Poll.Kind == exercise.PollChoice || q.Poll.Kind == exercise.PollSeveral) {
		mean := math.Round(1000*shift/float64(moves)) / 1000
		f.Moved = &mean
	}
	return f
}
