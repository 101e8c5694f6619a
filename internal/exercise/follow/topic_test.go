package follow

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"renkei/internal/exercise"
)

// TestTopicsAreWhatViewersSee holds the topics to the one function that
// decides who sees what.
func TestTopicsAreWhatViewersSee(t *testing.T) {
	t.Parallel()
	units := rapid.SampledFrom([]string{"a", "a/h", "ab", "ab/h", "b", "b/h"})
	people := rapid.SampledFrom([]string{"p1", "p2"})
	words := rapid.OneOf(
		rapid.SampledFrom([]string{exercise.ToControl, exercise.ToAll, exercise.ToPublic, exercise.ToLiaison}),
		rapid.Map(units, exercise.ToUnit),
		rapid.Map(people, func(p string) string { return "person:" + p }),
	)
	rapid.Check(t, func(t *rapid.T) {
		to := exercise.Audience(rapid.SliceOfN(words, 1, 4).Draw(t, "to"))
		v := exercise.Viewer{Control: rapid.IntRange(0, 9).Draw(t, "control") == 0}
		if rapid.Bool().Draw(t, "member") {
			v = exercise.ViewerOf(units.Draw(t, "unit"))
		}
		if rapid.Bool().Draw(t, "person") {
			v.Person = people.Draw(t, "who")
		}
		follows := topicsFor(v)
		got := slices.ContainsFunc(topicsOf(to), func(name string) bool { return slices.Contains(follows, name) })
		if want := v.Sees(to); got != want {
			t.Fatalf("%+v follows %q; of %q it sees %v, the topics say %v", v, follows, to, want, got)
		}
	})
}
