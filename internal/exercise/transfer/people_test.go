package transfer

import (
	"maps"
	"slices"
	"testing"

	"renkei/internal/exercise"
)

// TestNamedInEvents: every person id that an event holds is found, wherever it
// stands.
func TestNamedInEvents(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		event exercise.Event
		want  []string
	}{
		"attendance": {
			exercise.Event{Actor: "p1", To: exercise.Audience{"unit:asteria"}, Body: &exercise.Attendance{Unit: "asteria", Present: 2, People: []string{"p2", "p3"}}},
			[]string{"p1", "p2", "p3"},
		},
		"mark":     {exercise.Event{Actor: "p4", To: exercise.Audience{"person:p4"}, Body: &exercise.Marked{Task: "T1", Unit: "asteria", Evaluator: "p4"}}, []string{"p4"}},
		"handover": {exercise.Event{Actor: "p1", To: exercise.Audience{"control"}, Body: &exercise.HandedOver{To: "p5"}}, []string{"p1", "p5"}},
		"call":     {exercise.Event{Actor: "p1", To: exercise.Audience{"unit:asteria"}, Body: &exercise.CallNoted{Unit: "asteria", With: "excon", Text: "x"}}, []string{"p1"}},
	} {
		raw, err := tc.event.Encode()
		if err != nil {
			t.Fatal(err)
		}
		named := map[string]bool{}
		if namedIn(raw, named); !slices.Equal(slices.Sorted(maps.Keys(named)), tc.want) {
			t.Errorf("%s names %v, want %v", name, named, tc.want)
		}
	}
}
