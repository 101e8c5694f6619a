package wording_test

import (
	"testing"

	"renkei/internal/exercise/scenario/wording"
)

// TestWriteOut asks that what people shorten in a list is written out, and that
// other texts stay as they are.
func TestWriteOut(t *testing.T) {
	t.Parallel()
	known := func(s string) bool { return s == "billing@uh.example" }
	for text, want := range map[string]string{
		"192.0.2.17 / .81 / .145":                   "192.0.2.17 / 192.0.2.81 / 192.0.2.145",
		"192.0.2.17, .81 and .145.":                 "192.0.2.17, 192.0.2.81 and 192.0.2.145.",
		"192.0.2.17、.81":                            "192.0.2.17、192.0.2.81",
		"192.0.2.17 is 5 / .5 of it":                "192.0.2.17 is 5 / .5 of it",
		"192.0.2.17, 192.0.2.81":                    "192.0.2.17, 192.0.2.81",
		"billing, admissions and physio@uh.example": "billing@uh.example, admissions@uh.example, physio@uh.example ",
		"billing@, physio@uh.example":               "billing@uh.example, physio@uh.example ",
		"billing and physio (all @uh.example)":      "billing@uh.example, physio@uh.example ",
		"billing、physio(いずれも@uh.example)":           "billing@uh.example, physio@uh.example ",
		"it came to us, physio@uh.example":          "it came to us, physio@uh.example",
		"billing@uh.example, physio@uh.example":     "billing@uh.example, physio@uh.example",
	} {
		if got := wording.WriteOut(text, known); got != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
}
