package server

import (
	"testing"

	"renkei/internal/exercise/scenario"
)

// TestStrictCommitmentsStay: what a tabletop that is labelled too strictly decided
// is not entered where all members read it.
func TestStrictCommitmentsStay(t *testing.T) {
	t.Parallel()
	for label, want := range map[scenario.TLP]string{
		scenario.TLPNone: "GREEN", scenario.TLPClear: "GREEN", scenario.TLPGreen: "GREEN", scenario.TLPAmber: "AMBER",
		scenario.TLPAmberStrict: "", scenario.TLPRed: "",
	} {
		if got, ok := labelOf(label); string(got) != want || ok != (want != "") {
			t.Errorf("%s becomes %q", label, got)
		}
	}
}
