package msel_test

import (
	"testing"

	"renkei/internal/exercise/scenario/msel"
)

// TestPackWithoutInjects: a tabletop without injects gives a spreadsheet with
// nothing but heads, which changes nothing when it comes back.
func TestPackWithoutInjects(t *testing.T) {
	t.Parallel()
	files := map[string][]byte{"pack.yaml": []byte("format: renkei/1\nkey: t\nversion: \"1\"\nkind: ttx\ntitle: {en: T, ja: T}\nlanguages: [en, ja]\nduration: 60m\nstartex: 2027-06-16T01:00:00Z\n")}
	for _, form := range []string{"xlsx", "csv"} {
		raw := export(t, files, form, "en")
		if got := grids(t, raw)[0]; len(got.Rows) != 1 {
			t.Errorf("%s: %d rows", form, len(got.Rows))
		}
		p := run(t, msel.Input{Files: files, Grids: grids(t, raw)})
		if len(p.Changes) != 0 || msel.Failed(p.Issues) {
			t.Errorf("%s: %v %v", form, p.Changes, p.Issues)
		}
	}
}
