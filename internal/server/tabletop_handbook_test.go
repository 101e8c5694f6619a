package server_test

import (
	"net/http"
	"strings"
	"testing"

	"renkei/internal/exercise/access"
	"renkei/internal/handbook"
	handbookarea "renkei/internal/handbook/area"
	handbookstore "renkei/internal/handbook/store"
)

// TestMatrixAndHandbook: rows of the country matrix come filled in from the
// handbook, and what a delegation said becomes a draft for the owner of its page,
// which nobody else sees and nothing publishes.
func TestMatrixAndHandbook(t *testing.T) {
	t.Parallel()
	r := newTabletopRoom(t)
	r.membership()
	store := handbookstore.New(r.db, handbookarea.Vocabulary())
	fact := func(id, measure, text string, themes ...string) handbook.Item {
		return handbook.Item{ID: id, Member: "ast", Kind: handbook.Measured, Measure: measure, Status: handbook.InForce, Text: handbook.Say("en", text), Themes: themes}
	}
	edition := &handbook.Content{
		Edition:  handbook.Edition{ID: "2026", AsOf: "2026-10", Title: handbook.Say("en", "2026")},
		Profiles: []handbook.Profile{{Member: "ast", Code: "AST", Name: handbook.Say("en", "Asteria")}},
		Items: []handbook.Item{
			fact("ast-legal-1", "legal", "Incidents are reported within 24 hours.", "csirt"), fact("ast-legal-2", "legal", "Data protection act", "data_protection"),
			fact("ast-ransom-payment", "organisational", "Who decides whether a public body pays: The treasury."),
		},
	}
	if err := store.Load(t.Context(), edition); err != nil {
		t.Fatal(err)
	}
	chief, own, other, foreign := r.in(access.Director, ""), r.in(access.Player, r.units[0]), r.in(access.Player, r.units[1]), r.in(access.Player, r.units[len(r.units)-1])
	r.must(chief, "/clock", "do", "start", "sure", "yes", "back", r.path("/table"))
	r.must(chief, "/table/step", "step", "announce", "poll", "who_decides")
	r.must(chief, "/table/step", "step", "open", "poll", "who_decides")

	holds(t, own.page(r.path("/phone/"+r.units[0])), "Filled in from what the handbook says", ">The treasury.<", ">Incidents are reported within 24 hours.<", "!Data protection act")
	holds(t, other.page(r.path("/phone/"+r.units[1])), "!Filled in", "!The treasury.")
	for i, b := range []*browser{own, foreign} {
		unit := []string{r.units[0], r.units[len(r.units)-1]}[i]
		r.must(b, "/reply/"+unit, "poll", "who_decides", "round", "1", "row-authority", "The cabinet.", "row-deadline", "Incidents are reported within 12 hours.")
	}
	holds(t, own.page(r.path("/phone/"+r.units[0])), "!Filled in", ">The cabinet.<", "!For the handbook")
	if status, _ := r.send(own, "/handover/"+r.units[0], "poll", "who_decides"); status == http.StatusSeeOther {
		t.Error("an answer is handed over before the reveal")
	}
	r.must(chief, "/table/step", "step", "close", "poll", "who_decides")
	r.must(chief, "/table/step", "step", "reveal", "poll", "who_decides")

	holds(t, foreign.page(r.path("/phone/"+r.units[len(r.units)-1])), "!For the handbook")
	holds(t, own.page(r.path("/phone/"+r.units[0])), "Hand to the owner as a draft")
	for range 2 { // sent twice
		r.must(own, "/handover/"+r.units[0], "poll", "who_decides")
	}
	holds(t, own.page(r.path("/phone/"+r.units[0])), "It is in the draft of your page.", "!Hand to the owner as a draft")
	owner := handbook.Actor{Person: "owner", Owns: []string{"ast"}}
	draft, err := store.Draft(t.Context(), owner, "ast")
	if err != nil || draft.State != handbook.Writing {
		t.Fatalf("%+v, %v", draft, err)
	}
	var texts []string
	for _, it := range draft.Items {
		text, _ := it.Text.In("en")
		texts = append(texts, it.ID+"="+text)
	}
	if all := strings.Join(texts, "\n"); !strings.Contains(all, "ast-ransom-payment=Who decides whether a public body pays: The cabinet.") ||
		!strings.Contains(all, "ast-reporting-deadline=") || strings.Count(all, "ast-reporting-deadline") != 1 {
		t.Errorf("the draft is\n%s", all)
	}
	published, err := store.Member(t.Context(), "2026", "ast")
	if err != nil || len(published.Items) != 3 {
		t.Errorf("%d published entries, %v", len(published.Items), err)
	}
	if _, err := store.Draft(t.Context(), handbook.Actor{Person: "x", Owns: []string{"bor"}, Secretariat: true}, "ast"); err == nil {
		t.Error("others see the draft")
	}

	if err := store.Act(t.Context(), owner, "ast", draft.Version, handbook.Submit, "", draft.At); err != nil {
		t.Fatal(err)
	}
	r.must(chief, "/table/step", "step", "again", "poll", "who_decides")
	r.must(own, "/reply/"+r.units[0], "poll", "who_decides", "round", "2", "row-authority", "The minister.")
	r.must(chief, "/table/step", "step", "close", "poll", "who_decides")
	r.must(chief, "/table/step", "step", "reveal", "poll", "who_decides")
	if status, page := r.send(own, "/handover/"+r.units[0], "poll", "who_decides"); status == http.StatusSeeOther || !strings.Contains(page, "is being approved") {
		t.Errorf("a page that is being approved: %d", status)
	}
}
