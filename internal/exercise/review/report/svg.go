package report

import (
	"renkei/internal/chart"
	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
)

func f1(v float64) string { return chart.F1(v) }

// axis maps exercise time to a horizontal place.
type axis struct {
	x0, x1 float64
	end    review.Span
}

func (a axis) x(s review.Span) float64 {
	s = min(max(s, 0), a.end)
	return a.x0 + (a.x1-a.x0)*float64(s)/float64(a.end)
}

// tickMark is one labelled place on an axis.
type tickMark struct {
	x     float64
	label string
}

// ticks are at most ten round times.
func (a axis) ticks() []tickMark {
	var out []tickMark
	for _, t := range chart.Ticks(int64(a.end) / int64(exercise.Second)) {
		s := review.Span(t * int64(exercise.Second))
		out = append(out, tickMark{a.x(s), shortClock(s)})
	}
	return out
}

// sign is the shape of one state. Each shape differs from the others without
// colour; signs.templ draws them.
type sign string

// Signs of tasks and flows, and of marks on a timeline.
const (
	signNone    sign = ""
	signFull    sign = "full"    // solved, handed in, made: in time
	signHalf    sign = "half"    // answered in time, not solved
	signLate    sign = "late"    // the same as full, but late
	signLateNot sign = "latenot" // answered late, not solved
	signMissing sign = "missing"
	signOpen    sign = "open"
	signVoid    sign = "void"
)

// signs are all of a legend, in its order.
var signs = []sign{signFull, signLate, signHalf, signLateNot, signMissing, signOpen, signVoid}

// part is one part of a bar.
type part struct {
	class string // b-full, b-half, b-late, b-miss, b-open
	n     int
	x, w  float64
}

// bar lays parts out over a width; empty ones are left out.
func bar(width float64, parts ...part) []part {
	all := 0
	for _, p := range parts {
		all += p.n
	}
	var out []part
	x := 0.0
	for _, p := range parts {
		if p.n == 0 {
			continue
		}
		p.x, p.w = x, width*float64(p.n)/float64(all)
		x += p.w
		out = append(out, p)
	}
	return out
}
