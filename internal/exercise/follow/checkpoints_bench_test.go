package follow_test

import (
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/follow"
)

// BenchmarkPast moves a replay's slider over the exercise of 200 teams: to the
// next minute, and far away in either direction.
func BenchmarkPast(b *testing.B) {
	s := stageOf(b, 200)
	s.play(b)
	var end exercise.Time
	s.live.Now(func(m *follow.Moment) {
		end = m.State.At()
		b.Logf("%d events", m.State.Seq())
	})
	for name, step := range map[string]exercise.Time{"next": 60 * exercise.Second, "far": end*5/8 + 7*exercise.Second} {
		b.Run(name, func(b *testing.B) {
			at := exercise.Time(0)
			for b.Loop() {
				if at += step; at > end {
					at -= end
				}
				if err := s.live.Past(b.Context(), at, func(*follow.Moment) {}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
