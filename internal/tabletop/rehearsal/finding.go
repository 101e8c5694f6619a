package rehearsal

import (
	"math"

	"renkei/internal/tabletop"
)

// Finding is something that the author should look at. Value and Limit are
// seconds, or a share.
type Finding struct {
	Key   string  `json:"key"`
	About string  `json:"about"` // key of a module or a question; "" for the whole
	Value float64 `json:"value"`
	Limit float64 `json:"limit"`
}

// Findings, and from when on each is one.
const (
	FindsCut    = "cut"    // ENDEX before the last question is over, share of the runs
	FindsLate   = "late"   // a module begins later than planned, seconds of the median
	FindsRest   = "rest"   // nothing happens between a module and the next, seconds of the median
	FindsSpare  = "spare"  // nothing happens before ENDEX, seconds of the median
	FindsQuiet  = "quiet"  // nobody speaks in a discussion, seconds on end in a tenth of the runs
	FindsMute   = "mute"   // delegations that do not answer, share
	FindsNever  = "never"  // a question with a condition, share of the runs in which it is asked
	FindsAlways = "always" // likewise

	limitCut    = 0.1
	limitLate   = 3 * 60
	limitRest   = 5 * 60
	limitQuiet  = 3 * 60
	limitMute   = 0.15
	limitNever  = 0.02
	limitAlways = 0.98
	spareShare  = 0.15 // of the duration
)

// find looks for what hurts, in the order of play.
func (t *tally) find(f *Figures) (all []Finding) {
	if f.Runs == 0 {
		return nil
	}
	add := func(key, about string, value, limit float64) {
		all = append(all, Finding{Key: key, About: about, Value: math.Round(1000*value) / 1000, Limit: limit})
	}
	if share := float64(f.Cut) / float64(f.Runs); share >= limitCut {
		add(FindsCut, "", share, limitCut)
	}
	for i := range f.Modules {
		m := &f.Modules[i]
		if late := float64(m.Begins.Median - m.At); m.At > 0 && m.Came > 0 && late >= limitLate {
			add(FindsLate, m.Key, late, limitLate)
		}
		t.findQuestions(f, m.Key, add)
		if i+1 < len(f.Modules) && m.Came > 0 && m.Rest.Median >= limitRest {
			add(FindsRest, m.Key, float64(m.Rest.Median), limitRest)
		}
	}
	if spare := float64(f.Duration - f.Over.Median); spare >= spareShare*float64(f.Duration) {
		add(FindsSpare, "", spare, spareShare*float64(f.Duration))
	}
	return all
}

func (t *tally) findQuestions(f *Figures, module string, add func(key, about string, value, limit float64)) {
	for i := range f.Questions {
		q := &f.Questions[i]
		if q.Module != module {
			continue
		}
		if def, _ := t.table.Question(q.Key); conditional(def) {
			switch share := float64(q.Came) / float64(f.Runs); {
			case share <= limitNever:
				add(FindsNever, q.Key, share, limitNever)
			case share >= limitAlways:
				add(FindsAlways, q.Key, share, limitAlways)
			}
		}
		if q.Asked > 0 {
			if mute := 1 - float64(q.Answered)/float64(q.Asked); mute >= limitMute {
				add(FindsMute, q.Key, mute, limitMute)
			}
		}
		if q.Came > 0 && q.Silence.P90 >= limitQuiet {
			add(FindsQuiet, q.Key, float64(q.Silence.P90), limitQuiet)
		}
	}
}

func conditional(q *tabletop.Question) bool { return q != nil && q.When != nil }
