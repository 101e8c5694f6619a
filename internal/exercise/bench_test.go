package exercise_test

import (
	"testing"

	"renkei/internal/exercise"
)

// BenchmarkDecideApply decides and folds, in memory and on one core, the
// commands of the shipped pack as eleven simulated teams play it. What the
// teams think up, rendering and storage are outside. The goal is a million
// events a second.
func BenchmarkDecideApply(b *testing.B) {
	play := shippedPlay(b, 11)
	c := newBotPlay(b, play, 7)
	c.until(exercise.Never - 1)
	cmds, created := c.cmds, c.log[:1]
	buf := make([]exercise.Event, 0, 64)
	events := 0
	b.ReportAllocs()
	for b.Loop() {
		s := exercise.New(play)
		if err := s.Apply(&created[0]); err != nil {
			b.Fatal(err)
		}
		for i := range cmds {
			out, err := s.Decide(&cmds[i], buf[:0])
			if err != nil {
				b.Fatal(err)
			}
			for j := range out {
				if err := s.Apply(&out[j]); err != nil {
					b.Fatal(err)
				}
			}
			events += len(out)
		}
		if s.Seq() != c.s.Seq() {
			b.Fatalf("%d events, want %d", s.Seq(), c.s.Seq())
		}
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(events), "ns/event")
}
