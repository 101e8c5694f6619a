package tabletop

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// rand gives the random numbers of one matter. It is seeded by what the matter is
// about, so that it does not count when or how often something is asked.
type rand uint64

// rand is that of a unit, a question and a round.
func (b *Bots) rand(unit, what string, round int) *rand {
	h := b.seed ^ 0x9e3779b97f4a7c15
	for _, name := range []string{unit, what, strconv.Itoa(round)} {
		for i := range len(name) {
			h = (h ^ uint64(name[i])) * 0x100000001b3
		}
		h = (h ^ 0xff) * 0x100000001b3
	}
	r := rand(h)
	return &r
}

// below gives an integer from 0 up to but not including n, by SplitMix64.
func (r *rand) below(n int) int {
	*r += 0x9e3779b97f4a7c15
	z := uint64(*r)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return int((z ^ z>>31) % uint64(n))
}

// moves is how many of a hundred delegations change their mind after a
// discussion, towards what most had chosen.
const moves = 35

// answer is what a delegation answers. False means that it has nothing to say.
func (b *Bots) answer(v *exercise.PollView, p *plan) (a exercise.PollAnswer, ok bool) {
	unit := b.play.Cast.Units[p.Unit]
	own := b.rand(unit.Key, v.Key, 1) // it thinks the same in every round, unless it is moved
	for range p.N {
		own.below(2) // second thoughts
	}
	moved := b.rand(unit.Key, v.Key+"/moved", p.Round)
	lead, led := leading(v)
	if p.Round < 2 || moved.below(100) >= moves {
		led = false
	}
	switch v.Kind {
	case exercise.PollChoice:
		a.Chosen = []string{v.Options[b.leaning(own, len(v.Options))].Key}
		if led {
			a.Chosen = []string{lead}
		}
	case exercise.PollSeveral:
		a.Chosen = b.several(own, v)
	case exercise.PollRanking:
		a.Chosen = b.ranking(own, v, lead, led)
	case exercise.PollScale:
		at := v.Low + (own.below(v.High-v.Low+1)+own.below(v.High-v.Low+1))/2
		a.Scale, a.Confidence = &at, 1+own.below(3)
	case exercise.PollPoints:
		a.Points = b.points(own, v)
	default:
		return b.words(own, v, unit)
	}
	return a, true
}

// leaning draws one of n, the first ones more often: rooms are never split
// evenly.
func (*Bots) leaning(r *rand, n int) int { return min(r.below(n), r.below(n)) }

// leading is the option that most chose in the last round that was shown.
func leading(v *exercise.PollView) (key string, ok bool) {
	if len(v.Shown) == 0 {
		return "", false
	}
	counts := map[string]int{}
	for _, a := range v.Shown[len(v.Shown)-1].Answers {
		for i, key := range a.Chosen {
			counts[key] += max(1, len(a.Chosen)-i)
			if v.Kind != exercise.PollRanking {
				break
			}
		}
	}
	for _, o := range v.Options {
		if counts[o.Key] > counts[key] {
			key = o.Key
		}
	}
	return key, key != ""
}

func (b *Bots) several(r *rand, v *exercise.PollView) []string {
	most := cmp.Or(v.Most, len(v.Options))
	n := max(v.Least, 1) + r.below(most-max(v.Least, 1)+1)
	return b.shuffled(r, v)[:n]
}

func (b *Bots) ranking(r *rand, v *exercise.PollView, lead string, led bool) []string {
	all := b.shuffled(r, v)
	if i := slices.Index(all, lead); led && i > 0 {
		all = append([]string{lead}, slices.Delete(all, i, i+1)...)
	}
	return all
}

// shuffled is the options in some order.
func (b *Bots) shuffled(r *rand, v *exercise.PollView) []string {
	all := keysOf(&v.Poll)
	for i := len(all) - 1; i > 0; i-- {
		j := r.below(i + 1)
		all[i], all[j] = all[j], all[i]
	}
	return all
}

func (b *Bots) points(r *rand, v *exercise.PollView) map[string]int {
	points := map[string]int{}
	part := max(v.Share/10, 1)
	for left := v.Share; left > 0; {
		n := min(part, left)
		points[v.Options[b.leaning(r, len(v.Options))].Key] += n
		left -= n
	}
	return points
}

// words answers in words: what the pack expects to be said.
func (b *Bots) words(r *rand, v *exercise.PollView, unit scenario.Unit) (a exercise.PollAnswer, ok bool) {
	q, known := b.table.Question(v.Key)
	if !known {
		return a, false
	}
	said := q.Expected
	if m := b.table.module(q); len(said) == 0 && m != nil {
		said = m.Expected
	}
	if len(said) == 0 {
		return a, false
	}
	langs := append([]string{unit.Locale}, b.play.Pack.Languages...)
	say := func() string { return said[r.below(len(said))].In(langs...) }
	switch v.Kind {
	case exercise.PollText:
		a.Text = say()
	case exercise.PollMatrix:
		a.Row = map[string]string{}
		part := max(len(said)/len(v.Options), 1) // for each row as many, in their order
		for i, o := range v.Options {
			a.Row[o.Key] = said[min(i*part+r.below(part), len(said)-1)].In(langs...)
		}
	case exercise.PollCommitment:
		a.Text, a.Who = say(), cmp.Or(unit.CSIRT.In(langs...), unit.Name.In(langs...), unit.Key)
		a.By = b.play.Pack.Startex.AddDate(0, 0, 30+30*r.below(6)).UTC().Format(time.DateOnly)
	}
	return a, true
}
