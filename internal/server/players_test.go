package server_test

import (
	"net/http"
	"strings"
	"testing"

	"renkei/internal/auth/roster"
	"renkei/internal/community"
	"renkei/internal/exercise/scenario"
)

// TestPlayersFromContacts: an exercise takes the contacts of its units from the
// community, in both languages; nobody is in the list whom its reader may not see.
func TestPlayersFromContacts(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	reader := h.of("kh", community.Owner)
	var units []scenario.Unit
	for _, code := range []string{"BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "VN", "JP", "TL"} {
		units = append(units, scenario.Unit{Key: "u" + strings.ToLower(code), Code: code, Name: scenario.Text{"en": "Unit " + code}})
	}
	for _, lang := range []string{"en", "ja"} {
		status, list := reader.in(lang).get("/community/players.csv")
		if status != http.StatusOK {
			t.Fatalf("%s: %d", lang, status)
		}
		plan, err := roster.Read([]byte(list), roster.Known{Exercise: true, Units: units})
		if err != nil || len(plan.Rows) < 10 {
			t.Fatalf("%s: %d people, %v\n%+v\n%s", lang, len(plan.Rows), err, plan.Problems, list)
		}
		teams := map[string]bool{}
		for _, p := range plan.Rows {
			teams[p.Part] = true
		}
		if len(teams) < 10 {
			t.Errorf("%s: people of %d units", lang, len(teams))
		}
	}
	if status, list := reader.get("/community/players.csv?member=kh"); status != http.StatusOK || strings.Contains(list, ",TH,") || !strings.Contains(list, ",KH,") {
		t.Errorf("of one member: %d\n%s", status, list)
	}
}
