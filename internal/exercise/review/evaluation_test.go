package review_test

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
)

// critical lets T1, of 2 points, stand beside T2, of 10, for one critical task.
func critical(files map[string][]byte) {
	files["msel.yaml"] = bytes.Replace(files["msel.yaml"],
		[]byte("    due: 4m\n    options:"), []byte("    due: 4m\n    critical: CT1\n    points: 2\n    options:"), 1)
}

func marked(by string, p float64) drill {
	return func(s *stage) {
		s.do("10:00", evaluator(by), exercise.Mark{Task: "T2", Unit: ast, Points: points(p)})
	}
}

// also names another address beside the right one: two thirds of the points.
func also(s *stage) {
	s.do("2:00", player(ast), exercise.Submit{Task: "T2", Unit: ast, Items: []string{"203.0.113.11", "192.0.2.9"}})
}

func TestRatings(t *testing.T) {
	t.Parallel()
	first, right, wrong := chooses("2:00", ast), solves("2:00", true, ast), solves("1:30", false, ast)
	settled := func(s *stage) {
		s.do("11:00", exercise.Excon(), exercise.Settle{Task: "T2", Unit: ast, Points: 10})
	}
	cases := []struct {
		name  string
		play  []drill
		want  review.Rating
		human review.Points
		auto  bool
	}{
		{"all solved", []drill{first, right}, review.RatedP, 0, true},
		{"with a hint", []drill{hints(ast), first, solves("2:10", true, ast)}, review.RatedS, 0, true},
		{"second attempt", []drill{wrong, first, right}, review.RatedP, 0, true},
		{"late", []drill{right, chooses("6:00", ast)}, review.RatedP, 0, true},
		{"one not answered", []drill{right}, review.RatedS, 0, true},
		{"two thirds", []drill{first, also}, review.RatedM, 0, true},
		{"one wrong", []drill{wrong, first}, review.RatedU, 0, true},
		{"nothing answered", nil, review.RatedU, 0, true},
		{"mark of nine tenths", []drill{first, right, marked("e1", 9)}, review.RatedP, 9, false},
		{"mark below nine tenths", []drill{first, right, marked("e1", 8.7)}, review.RatedS, 8.7, false},
		{"mark of four", []drill{first, right, marked("e1", 4)}, review.RatedM, 4, false},
		{"mark of two", []drill{first, right, marked("e1", 2)}, review.RatedU, 2, false},
		{"marks differ", []drill{first, right, marked("e1", 9), marked("e2", 8)}, review.NotRated, 0, false},
		{"settled", []drill{first, right, marked("e1", 9), marked("e2", 8), settled}, review.RatedP, 10, false},
		{"withdrawn", []drill{first, right, func(s *stage) {
			s.do("9:00", exercise.Excon(), exercise.Retract{Inject: "I01", Units: []string{ast}})
		}}, review.NotRated, 0, true},
	}
	for _, c := range cases {
		s := newStage(t, demo(t, 1, 2), critical)
		s.do("0s", exercise.Excon(), exercise.Start{Speed: 1})
		for _, part := range c.play {
			part(s)
		}
		s.until(exercise.Never - 1)
		r := report(t, s.load(), review.Reader{For: review.ForExcon}, "en")
		got := r.Evaluation.Objectives[0].Critical[0].Ratings[0]
		if got.Unit != ast || got.Rating != c.want || got.Automatic != c.auto || r.Evaluation.Human != c.human {
			t.Errorf("%s: %q, automatic %v, human points %v; want %q, %v, %v", c.name, got.Rating, got.Automatic, r.Evaluation.Human, c.want, c.auto, c.human)
		}
		if sum := r.Evaluation.Automatic + r.Evaluation.Human; sum > r.Evaluation.Max {
			t.Errorf("%s: %v points of %v", c.name, sum, r.Evaluation.Max)
		}
		if len(got.Evidence.Seqs) == 0 && got.Rating != review.NotRated {
			t.Errorf("%s: rests on nothing", c.name)
		}
	}
}

// TestRatingsFollowPoints: more of the points are never rated worse, and equal
// shares alike, whatever else there is to say about the work.
func TestRatingsFollowPoints(t *testing.T) {
	t.Parallel()
	rank := map[review.Rating]int{review.RatedU: 0, review.RatedM: 1, review.RatedS: 2, review.RatedP: 3}
	rapid.Check(t, func(r *rapid.T) {
		some := func(name string) (works []*review.TaskResult, points float64) {
			for range 3 { // of 20 points each
				w := &review.TaskResult{
					Status: rapid.SampledFrom([]string{review.TaskAnswered, review.TaskMissing}).Draw(r, name), Max: 20, Standing: exercise.Automatic,
					Late: rapid.Bool().Draw(r, "late"), Came: rapid.IntRange(0, 2).Draw(r, "came"), Hints: rapid.IntRange(0, 2).Draw(r, "hints"),
					Attempts: rapid.IntRange(1, 3).Draw(r, "attempts"), Solved: rapid.Bool().Draw(r, "solved"),
					Points: review.Points(rapid.IntRange(0, 20).Draw(r, "points")),
				}
				works, points = append(works, w), points+float64(w.Points)
			}
			return works, points
		}
		a, less := some("one")
		b, more := some("other")
		if less > more {
			a, less, b, more = b, more, a, less
		}
		low, _ := review.Rate(a)
		high, _ := review.Rate(b)
		if rank[low] > rank[high] || less == more && low != high {
			r.Fatalf("%v of 60 is %s, %v is %s", less, low, more, high)
		}
	})
}
