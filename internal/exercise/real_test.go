package exercise_test

import (
	"fmt"
	"slices"
	"testing"

	"renkei/internal/exercise"
)

// TestReports: each report of something REAL is told to have been seen once,
// however that came about, and stands open until a note about it or a stop.
func TestReports(t *testing.T) {
	t.Parallel()
	d := started(t, everyMSEL, 3)
	excon := exercise.Excon()
	raise := func(unit string) uint64 {
		d.must(player(unit), exercise.RaiseReal{Unit: unit, Text: "smoke"})
		return d.s.Seq()
	}
	told := func(events []exercise.Event) (all []string) {
		for _, e := range events {
			if b, ok := e.Body.(*exercise.RealSeen); ok {
				all = append(all, fmt.Sprint(b.Unit, " ", b.Re, " ", e.To))
			}
		}
		return all
	}
	check := func(what string, events []exercise.Event, want ...string) {
		t.Helper()
		if got := told(events); !slices.Equal(got, want) {
			t.Errorf("%s tells %q, want %q", what, got, want)
		}
	}
	open := func(what string, want int) {
		t.Helper()
		n := 0
		for v := range d.s.Reports() {
			if v.Open {
				n++
			} else if v.Seen == 0 {
				t.Errorf("%s: report %d is dealt with and was not seen", what, v.Seq)
			}
		}
		if n != want {
			t.Errorf("%s: %d reports open, want %d", what, n, want)
		}
	}
	first, second, third := raise("asteria"), raise("borealis"), raise("asteria/hospital")
	name := func(seq uint64) string { return fmt.Sprintf("#%d", seq) }
	check("seeing", d.must(excon, exercise.SeeReal{Report: first}), "asteria "+name(first)+" [unit:asteria]")
	open("seen", 3)
	check("a note of the unit's own", d.must(player("asteria"), exercise.AddNote{Unit: "asteria", Text: "x", Own: true, Re: name(first)}))
	open("a note of the unit's own", 3)
	check("a note about one that was seen", d.must(excon, exercise.AddNote{Text: "called", Re: name(first)}))
	open("one note", 2)
	check("a note", d.must(excon, exercise.AddNote{Text: "called", Re: name(second)}), "borealis "+name(second)+" [unit:borealis]")
	open("two notes", 1)
	check("a stop", d.must(excon, exercise.StopReal{Text: "wait"}), "asteria/hospital "+name(third)+" [unit:asteria/hospital]")
	open("a stop", 0)
}
