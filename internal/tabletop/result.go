package tabletop

import (
	"math"
	"slices"

	"renkei/internal/exercise"
)

// Tally is what an option came to in a round.
type Tally struct {
	Key   string
	N     int      // choices or points; of a ranking, points by Borda: the last place none, each place above it one more
	Units []string // who chose it, or ranked it first; of attributed questions only
}

// Tallies count a round by option, in the order of the options.
func Tallies(p *exercise.Poll, answers []exercise.PollAnswer) []Tally {
	all := make([]Tally, len(p.Options))
	at := map[string]int{}
	for i, o := range p.Options {
		all[i].Key, at[o.Key] = o.Key, i
	}
	for i := range answers {
		a := &answers[i]
		for place, key := range a.Chosen {
			t := &all[at[key]]
			if p.Kind == exercise.PollRanking {
				t.N += len(a.Chosen) - 1 - place
			} else {
				t.N++
			}
			if a.Unit != "" && (p.Kind != exercise.PollRanking || place == 0) {
				t.Units = append(t.Units, a.Unit)
			}
		}
		for key, n := range a.Points {
			all[at[key]].N += n
		}
	}
	return all
}

// Pairs count, of a ranking, how many put the one option above the other:
// pairs[i][j] is how often option i stands above option j.
func Pairs(p *exercise.Poll, answers []exercise.PollAnswer) [][]int {
	pairs := make([][]int, len(p.Options))
	for i := range pairs {
		pairs[i] = make([]int, len(p.Options))
	}
	for _, a := range answers {
		for i, above := range p.Options {
			for j, below := range p.Options {
				if slices.Index(a.Chosen, above.Key) < slices.Index(a.Chosen, below.Key) {
					pairs[i][j]++
				}
			}
		}
	}
	return pairs
}

// Step is a value of a scale with how many gave it, by how sure they are: Sure[0]
// a little, Sure[2] very.
type Step struct {
	Value int
	Sure  [3]int
}

// N is how many gave the value.
func (s *Step) N() int { return s.Sure[0] + s.Sure[1] + s.Sure[2] }

// Steps count the answers to a scale, from the lowest value to the highest.
func Steps(p *exercise.Poll, answers []exercise.PollAnswer) []Step {
	steps := make([]Step, p.High-p.Low+1)
	for i := range steps {
		steps[i].Value = p.Low + i
	}
	for _, a := range answers {
		if a.Scale != nil {
			steps[*a.Scale-p.Low].Sure[min(max(a.Confidence, 1), 3)-1]++
		}
	}
	return steps
}

// Median is the middle value of the answers to a scale; of two the mean. It is 0
// without answers.
func Median(answers []exercise.PollAnswer) float64 {
	values := scaled(answers)
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}

func scaled(answers []exercise.PollAnswer) (values []float64) {
	for _, a := range answers {
		if a.Scale != nil {
			values = append(values, float64(*a.Scale))
		}
	}
	return values
}

// Divided is the agreement below which a room counts as divided.
const Divided = 0.5

// Agreement says how far a room agrees, from 0 to 1; false where that cannot be
// told, as of words and of fewer than two answers.
//
// Of a choice it is the sum of the squared shares, so two camps of one size make
// 0.5. Of several options it is the mean over the options of (2p-1)², where p
// chose the option. Of points it is 1 less the mean share that would have to be
// moved from an answer to the mean of the room. Of a scale it is 1 less twice the
// mean distance from the median, as a part of the scale. Of a ranking it is
// Kendall's coefficient of concordance (W; Kendall and Babington Smith, 1939).
func Agreement(p *exercise.Poll, answers []exercise.PollAnswer) (float64, bool) {
	if len(answers) < 2 {
		return 0, false
	}
	n, sum := float64(len(answers)), 0.0
	switch p.Kind {
	case exercise.PollChoice:
		for _, t := range Tallies(p, answers) {
			sum += float64(t.N) / n * float64(t.N) / n
		}
		return sum, true
	case exercise.PollSeveral:
		for _, t := range Tallies(p, answers) {
			part := 2*float64(t.N)/n - 1
			sum += part * part
		}
		return sum / float64(len(p.Options)), true
	case exercise.PollPoints:
		for _, t := range Tallies(p, answers) {
			for i := range answers {
				sum += math.Abs(float64(answers[i].Points[t.Key]) - float64(t.N)/n)
			}
		}
		return 1 - sum/(2*n*float64(p.Share)), true
	case exercise.PollScale:
		middle := Median(answers)
		for _, v := range scaled(answers) {
			sum += math.Abs(v - middle)
		}
		return 1 - 2*sum/(n*float64(p.High-p.Low)), true
	case exercise.PollRanking:
		k := float64(len(p.Options))
		for _, t := range Tallies(p, answers) {
			d := float64(t.N) - n*(k-1)/2
			sum += d * d
		}
		return 12 * sum / (n * n * k * (k*k - 1)), true
	}
	return 0, false
}

// Move is how far the room moved between two rounds.
type Move struct {
	N     int  // delegations that answered otherwise
	Of    int  // delegations that answered in both rounds
	Exact bool // false: at least N, as far as it shows without names
}

// Moved says how far the room moved. Without names it counts what the tallies
// show, of choices and of several options where as many answered; false where
// nothing can be told.
func Moved(p *exercise.Poll, before, after []exercise.PollAnswer) (m Move, ok bool) {
	if p.Attributed {
		m.Exact = true
		for i := range before {
			j := slices.IndexFunc(after, func(a exercise.PollAnswer) bool { return a.Unit == before[i].Unit })
			if j < 0 {
				continue
			}
			m.Of++
			if string(before[i].Bytes()) != string(after[j].Bytes()) {
				m.N++
			}
		}
		return m, m.Of > 0
	}
	if p.Kind != exercise.PollChoice || len(before) != len(after) || len(before) == 0 {
		return m, false
	}
	was, is := Tallies(p, before), Tallies(p, after)
	for i := range is {
		m.N += max(0, is[i].N-was[i].N)
	}
	m.Of = len(after)
	return m, true
}
