package review

import (
	"math"
	"slices"
)

// lengths are the measured times of one unit, phase, inject or task, or of all,
// with the events that they come from.
type lengths struct {
	ack, reply, report, task, late []Span
	tries                          []float64
	seqs                           []uint64
}

func (a *lengths) join(b *lengths) {
	a.ack, a.reply = append(a.ack, b.ack...), append(a.reply, b.reply...)
	a.report, a.task = append(a.report, b.report...), append(a.task, b.task...)
	a.late, a.tries = append(a.late, b.late...), append(a.tries, b.tries...)
	a.seqs = append(a.seqs, b.seqs...)
}

// set sums lengths up.
func (a *lengths) set() MeasureSet {
	slices.Sort(a.seqs)
	return MeasureSet{
		Ack: spreadOf(a.ack), FirstReply: spreadOf(a.reply), Report: spreadOf(a.report), Task: spreadOf(a.task),
		Lateness: spreadOf(a.late), Tries: numbersOf(a.tries), Evidence: cite(slices.Compact(a.seqs)...),
	}
}

// NumberSpread describes a set of numbers, with quartiles as in Spread and at
// most three decimals.
type NumberSpread struct {
	N      int     `json:"n"`
	Min    float64 `json:"min"`
	Q1     float64 `json:"q1"`
	Median float64 `json:"median"`
	Q3     float64 `json:"q3"`
	Max    float64 `json:"max"`
}

// numbersOf returns nil for an empty set.
func numbersOf(values []float64) *NumberSpread {
	if len(values) == 0 {
		return nil
	}
	v := slices.Sorted(slices.Values(values))
	at := func(q int) float64 {
		i, part := (len(v)-1)*q/4, (len(v)-1)*q%4
		if part == 0 {
			return v[i]
		}
		return math.Round((v[i]+(v[i+1]-v[i])*float64(part)/4)*1000) / 1000
	}
	return &NumberSpread{N: len(v), Min: v[0], Q1: at(1), Median: at(2), Q3: at(3), Max: v[len(v)-1]}
}

// keyLengths gathers lengths by key, in the order in which the keys are given.
type keyLengths map[string]*lengths

func (k keyLengths) join(key string, l *lengths) { of(k, key).join(l) }

// measures leave out keys that nothing was measured of.
func (k keyLengths) measures(keys []string) []KeyMeasure {
	out := []KeyMeasure{}
	for _, key := range keys {
		if l := k[key]; l != nil {
			out = append(out, KeyMeasure{Key: key, MeasureSet: l.set()})
		}
	}
	return out
}
