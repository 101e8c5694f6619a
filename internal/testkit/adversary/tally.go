package adversary

import (
	"math"
	"math/rand/v2"
	"testing"
)

// bound is how many standard deviations from chance are too many.
const bound = 5

// tally compares guesses with what chance gives: how many of so many are right,
// the mean of that, and its variance (of matching two decks of cards).
type tally struct{ all, right, mean, variance float64 }

func (y *tally) add(truth, named map[string]string) {
	n, counts := float64(len(truth)), map[string]float64{}
	for unit, option := range truth {
		counts[option]++
		if named[unit] == option {
			y.right++
		}
	}
	var two, three float64
	for _, c := range counts {
		two, three = two+c*c, three+c*c*c
	}
	y.all += n
	y.mean += two / n
	y.variance += (two*two - 2*n*three + n*n*two) / (n * n * (n - 1))
}

// excess is by how many standard deviations there are more right than by chance.
func (y *tally) excess() float64 { return (y.right - y.mean) / math.Sqrt(y.variance) }

func (y *tally) join(other *tally) {
	y.all, y.right, y.mean, y.variance = y.all+other.all, y.right+other.right, y.mean+other.mean, y.variance+other.variance
}

// Found are guesses over sessions: with what there is and by each order, and with
// each leak.
type Found struct{ clean, leaks map[string]*tally }

// NewFound has seen no session.
func NewFound() *Found { return &Found{map[string]*tally{}, map[string]*tally{}} }

func of(all map[string]*tally, name string) *tally {
	if all[name] == nil {
		all[name] = &tally{}
	}
	return all[name]
}

// Add has the adversary guess at a session, of which truth says what each unit
// answered.
func (f *Found) Add(ev *Evidence, truth map[string]string, rng *rand.Rand) {
	of(f.clean, "all there is").add(truth, ev.Guess(rng))
	for name, order := range ev.orders() {
		of(f.clean, name).add(truth, ev.inOrder(order))
	}
}

// AddLeaks has it guess with each of the leaks planted.
func (f *Found) AddLeaks(tb testing.TB, ev *Evidence, truth map[string]string, rng *rand.Rand) {
	tb.Helper()
	for name, plant := range leaks() {
		leaky := *ev
		plant(tb, &leaky, truth)
		of(f.leaks, name).add(truth, leaky.Guess(rng))
	}
}

// Join adds what was found elsewhere.
func (f *Found) Join(other *Found) {
	for name, y := range other.clean {
		of(f.clean, name).join(y)
	}
	for name, y := range other.leaks {
		of(f.leaks, name).join(y)
	}
}

// Check fails where guesses are off chance by more than five standard deviations,
// and where a leak is not seen.
func (f *Found) Check(tb testing.TB) {
	tb.Helper()
	for name, y := range f.clean {
		tb.Logf("%s: %v of %v right, %.1f by chance: %+.2f standard deviations", name, y.right, y.all, y.mean, y.excess())
		if !(math.Abs(y.excess()) <= bound) {
			tb.Errorf("%s: the adversary is off chance by %.1f standard deviations", name, y.excess())
		}
	}
	for name, y := range f.leaks {
		if !(y.excess() >= bound) {
			tb.Errorf("the adversary does not see the leak %q: %.1f standard deviations", name, y.excess())
		}
	}
	if len(f.clean) != 8 || len(f.leaks) != len(leaks()) {
		tb.Errorf("%d guesses, %d leaks", len(f.clean), len(f.leaks))
	}
}
