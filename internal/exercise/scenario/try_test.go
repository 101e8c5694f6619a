package scenario

import (
	"slices"
	"testing"

	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
)

// TestEveryNoteHasItsSentence asks that whatever Try can say stands in both
// catalogues.
func TestEveryNoteHasItsSentence(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		texts, err := i18n.Texts(lang, exercisetexts.Area())
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range NoteCodes() {
			if texts["try."+code] == "" {
				t.Errorf("%s lacks try.%s", lang, code)
			}
		}
	}
}

// TestTrySaysWhy tries texts at tasks and flows of the starter pack.
func TestTrySaysWhy(t *testing.T) {
	t.Parallel()
	pack, _ := Parse(starterFiles(t))
	cast, err := NewCast(pack, sampleTeams(pack.Languages))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		key, text string
		right     bool
		notes     []string
	}{
		{"T5", "Take 192.0.2.21 off.", true, []string{"stated"}},
		{"T5", "192.0.2.21 or 192.0.2.22", false, []string{"stated", "hedged"}},
		{"T5", "not 192.0.2.21", false, []string{"denied"}},
		{"T5", "no idea", false, []string{"missing"}},
		{"T4", "We isolated the machines.", false, []string{"group_wrong", "group_right"}},
		{"T1", "a", false, []string{"elsewhere"}},
		{"F1", "nothing new", false, []string{"missing"}},
		{"F1", "block 203.0.113.11", true, []string{"stated"}},
	} {
		place, ok := cast.PlaceOf(c.key)
		if !ok {
			t.Fatalf("no %s", c.key)
		}
		v, err := cast.TryAt(place, c.text)
		var codes []string
		for _, n := range v.Notes {
			codes = append(codes, n.Code)
			if !slices.Contains(NoteCodes(), n.Code) {
				t.Errorf("%s is not among the codes", n.Code)
			}
		}
		if err != nil || v.Right != c.right || !slices.Equal(codes, c.notes) {
			t.Errorf("%s %q: %v %v %v", c.key, c.text, v.Right, codes, err)
		}
	}
}
