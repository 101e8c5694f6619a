package tabletop_test

import (
	"math"
	"slices"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/tabletop"
)

func options(keys ...string) (all []exercise.PollOption) {
	for _, k := range keys {
		all = append(all, exercise.PollOption{Key: k})
	}
	return all
}

func chose(keys ...string) (all []exercise.PollAnswer) {
	for _, k := range keys {
		all = append(all, exercise.PollAnswer{Chosen: []string{k}})
	}
	return all
}

func scale(values ...int) (all []exercise.PollAnswer) {
	for i, v := range values {
		all = append(all, exercise.PollAnswer{Scale: &v, Confidence: 1 + i%3})
	}
	return all
}

// TestAgreement has rooms of one mind, of two camps and of none.
func TestAgreement(t *testing.T) {
	t.Parallel()
	choice := exercise.Poll{Kind: exercise.PollChoice, Options: options("a", "b", "c")}
	several := exercise.Poll{Kind: exercise.PollSeveral, Options: options("a", "b")}
	ranking := exercise.Poll{Kind: exercise.PollRanking, Options: options("a", "b", "c")}
	ten := exercise.Poll{Kind: exercise.PollScale, High: 10}
	share := exercise.Poll{Kind: exercise.PollPoints, Options: options("a", "b"), Share: 10}
	rank := func(orders ...[]string) (all []exercise.PollAnswer) {
		for _, o := range orders {
			all = append(all, exercise.PollAnswer{Chosen: o})
		}
		return all
	}
	for name, c := range map[string]struct {
		poll    exercise.Poll
		answers []exercise.PollAnswer
		want    float64
	}{
		"one mind":         {choice, chose("a", "a", "a"), 1},
		"two camps":        {choice, chose("a", "a", "b", "b"), 0.5},
		"all differ":       {choice, chose("a", "b", "c"), 1.0 / 3},
		"several alike":    {several, rank([]string{"a"}, []string{"a"}), 1},
		"several apart":    {several, rank([]string{"a"}, []string{"b"}), 0},
		"one order":        {ranking, rank([]string{"c", "a", "b"}, []string{"c", "a", "b"}), 1},
		"opposite orders":  {ranking, rank([]string{"a", "b", "c"}, []string{"c", "b", "a"}), 0},
		"scale, one value": {ten, scale(7, 7, 7), 1},
		"scale, both ends": {ten, scale(0, 0, 10, 10), 0},
		"points alike":     {share, []exercise.PollAnswer{{Points: map[string]int{"a": 4, "b": 6}}, {Points: map[string]int{"a": 4, "b": 6}}}, 1},
		"points apart":     {share, []exercise.PollAnswer{{Points: map[string]int{"a": 10}}, {Points: map[string]int{"b": 10}}}, 0.5},
	} {
		got, ok := tabletop.Agreement(&c.poll, c.answers)
		if !ok || math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: %v, %v, want %v", name, got, ok, c.want)
		}
	}
	if _, ok := tabletop.Agreement(&choice, chose("a")); ok {
		t.Error("one answer agrees")
	}
	if _, ok := tabletop.Agreement(&exercise.Poll{Kind: exercise.PollText}, chose("a", "b")); ok {
		t.Error("words agree")
	}
}

// TestCounts counts by option, by pair and by value.
func TestCounts(t *testing.T) {
	t.Parallel()
	ranking := exercise.Poll{Kind: exercise.PollRanking, Attributed: true, Options: options("a", "b", "c")}
	answers := []exercise.PollAnswer{
		{Unit: "kh", Chosen: []string{"b", "a", "c"}}, {Unit: "la", Chosen: []string{"b", "c", "a"}}, {Unit: "my", Chosen: []string{"a", "b", "c"}},
	}
	got := tabletop.Tallies(&ranking, answers)
	if got[0].N != 3 || got[1].N != 5 || got[2].N != 1 || !slices.Equal(got[1].Units, []string{"kh", "la"}) {
		t.Errorf("Borda: %+v", got)
	}
	if pairs := tabletop.Pairs(&ranking, answers); pairs[1][0] != 2 || pairs[0][1] != 1 || pairs[0][0] != 0 || pairs[1][2] != 3 {
		t.Errorf("pairs: %v", pairs)
	}
	ten := exercise.Poll{Kind: exercise.PollScale, Low: -2, High: 2}
	steps := tabletop.Steps(&ten, scale(-2, -2, 2))
	if len(steps) != 5 || steps[0].Sure != [3]int{1, 1, 0} || steps[4].N() != 1 {
		t.Errorf("steps: %+v", steps)
	}
	if m := tabletop.Median(scale(1, 2, 8, 9)); m != 5 {
		t.Errorf("median %v", m)
	}
	share := exercise.Poll{Kind: exercise.PollPoints, Options: options("a", "b"), Share: 10}
	if got := tabletop.Tallies(&share, []exercise.PollAnswer{{Points: map[string]int{"a": 3, "b": 7}}, {Points: map[string]int{"b": 10}}}); got[0].N != 3 || got[1].N != 17 {
		t.Errorf("points: %+v", got)
	}
}

// TestMoved: with names it is exact, without it is what the tallies show.
func TestMoved(t *testing.T) {
	t.Parallel()
	hidden := exercise.Poll{Kind: exercise.PollChoice, Options: options("a", "b")}
	if m, ok := tabletop.Moved(&hidden, chose("a", "a", "b"), chose("a", "b", "b")); !ok || m != (tabletop.Move{N: 1, Of: 3}) {
		t.Errorf("without names: %+v, %v", m, ok)
	}
	if _, ok := tabletop.Moved(&hidden, chose("a"), chose("a", "b")); ok {
		t.Error("another number of answers is compared")
	}
	named := hidden
	named.Attributed = true
	one := func(unit, key string) exercise.PollAnswer {
		return exercise.PollAnswer{Unit: unit, Chosen: []string{key}}
	}
	m, ok := tabletop.Moved(&named, []exercise.PollAnswer{one("kh", "a"), one("la", "b"), one("my", "a")}, []exercise.PollAnswer{one("kh", "b"), one("la", "a"), one("th", "a")})
	if !ok || m != (tabletop.Move{N: 2, Of: 2, Exact: true}) {
		t.Errorf("with names: %+v, %v", m, ok)
	}
}
