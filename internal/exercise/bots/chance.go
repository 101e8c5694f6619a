package bots

import (
	"math"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// rand gives the random numbers of one decision. It is seeded by what the
// decision is about, so that it does not matter when or how often it is made.
type rand uint64

// roll seeds a generator from the exercise's seed and the names of the matter.
func roll(seed uint64, names ...string) rand {
	d := rand(seed ^ 0x9e3779b97f4a7c15)
	for _, n := range names {
		d = d.of(n)
	}
	return d
}

// of seeds it further by a name.
func (d rand) of(name string) rand {
	h := uint64(d)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 0x100000001b3
	}
	return rand((h ^ 0xff) * 0x100000001b3)
}

// next is SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number
// generators, 2014).
func (d *rand) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// unit gives a number from 0 up to but not including 1.
func (d *rand) unit() float64 { return float64(d.next()>>11) / (1 << 53) }

// yes is true with probability p.
func (d *rand) yes(p float64) bool { return d.unit() < p }

// below gives an integer from 0 up to but not including n, which is positive.
func (d *rand) below(n int) int { return int(d.next() % uint64(n)) }

// between draws evenly from lo to hi.
func (d *rand) between(lo, hi time.Duration) exercise.Time {
	return exercise.At(lo) + exercise.Time(d.unit()*float64(exercise.At(hi-lo)))
}

// effort draws from the triangular distribution of an author's assumption.
func (d *rand) effort(e scenario.Effort) exercise.Time {
	lo, mode, hi := float64(exercise.At(e.Min)), float64(exercise.At(e.Likely)), float64(exercise.At(e.Max))
	if hi <= lo {
		return exercise.Time(lo)
	}
	u, cut := d.unit(), (mode-lo)/(hi-lo)
	if u < cut {
		return exercise.Time(lo + math.Sqrt(u*(hi-lo)*(mode-lo)))
	}
	return exercise.Time(hi - math.Sqrt((1-u)*(hi-lo)*(hi-mode)))
}
