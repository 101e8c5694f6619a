package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/community"
	communitystore "renkei/internal/community/store"
	"renkei/internal/exercise/access"
	"renkei/internal/programme"
	programmestore "renkei/internal/programme/store"
)

// membership makes delegations of the tabletop members of the community, all but
// the last.
func (r *tabletopRoom) membership() {
	r.t.Helper()
	var changes []community.Change
	for _, key := range r.units[:len(r.units)-1] {
		code := strings.ToUpper(key[:3])
		m := &community.Member{ID: strings.ToLower(code), Code: code, Names: community.Names{{Full: community.Text{"en": "Member " + code}}}}
		changes = append(changes, community.Change{Reason: "test", Of: m.Kind(), ID: m.ID, Record: m})
	}
	if _, err := communitystore.New(r.db).Apply(r.t.Context(), time.Now(), changes...); err != nil {
		r.t.Fatal(err)
	}
}

// series enters a series with a meeting of last year and one of this.
func (r *tabletopRoom) series() *programmestore.Store {
	r.t.Helper()
	title := func(s string) community.Text { return community.Text{"en": s} }
	records := []programme.Record{
		&programme.Activity{Head: programme.Head{ID: "ttx", Title: title("Tabletop")}, Type: "exercise_ttx", Series: &programme.Series{Prefix: "TTX", Fixed: []string{"ast"}}},
		&programme.Event{
			Head: programme.Head{ID: "ttx1", Title: title("First")}, Activity: "ttx", Type: "exercise_ttx", Status: programme.Held, Begin: "2026-08-01",
			Session: &programme.Session{Code: "TTX1", Number: 1, Zone: "UTC"},
		},
		&programme.Event{
			Head: programme.Head{ID: "ttx2", Title: title("Second")}, Activity: "ttx", Type: "exercise_ttx", Status: programme.Planned, Begin: "2027-08-01",
			Session: &programme.Session{Code: "TTX2", Number: 2, Zone: "UTC"},
		},
		&programme.Action{
			Head: programme.Head{Title: title("Name a contact for tax offices.")}, Meeting: "ttx1", Commitment: "another-exercise/1",
			Duty: programme.Duty{
				Member: "bor", Body: "Ministry of Finance", Due: "2027-01-31", State: programme.Done, TLP: community.Green,
				Evidence: []programme.Evidence{{Text: "Decree 14"}},
			},
		},
	}
	store := programmestore.New(r.db)
	for _, rec := range records {
		if _, err := store.Apply(r.t.Context(), time.Now(), programme.Change{Reason: "test", Of: rec.Kind(), ID: rec.Key(), Record: rec}); err != nil {
			r.t.Fatal(err)
		}
	}
	return store
}

// chief lets a director in who is of the secretariat of the community too.
func (r *tabletopRoom) chief() *browser {
	r.t.Helper()
	b := r.in(access.Director, "")
	holders, err := r.auth.GrantsIn(r.t.Context(), access.In(r.id, ""))
	if err != nil || len(holders) != 1 {
		r.t.Fatalf("%d directors, %v", len(holders), err)
	}
	err = r.auth.Grant(r.t.Context(), "test", auth.Grant{Scope: community.Everywhere(), Role: string(community.Coordinator), Person: holders[0].Person})
	if err != nil {
		r.t.Fatal(err)
	}
	return b
}

// TestCommitmentsBecomeActions: what delegations accepted on their phones is
// entered as actions of a meeting, once, and the next tabletop begins with what
// became of what was promised before.
func TestCommitmentsBecomeActions(t *testing.T) {
	t.Parallel()
	r := newTabletopRoom(t)
	r.membership()
	store := r.series()
	chief, screen, phone, last := r.chief(), r.in(access.Observer, ""), r.in(access.Player, r.units[0]), r.in(access.Player, r.units[len(r.units)-1])
	other := r.in(access.Controller, "")

	if _, page := other.get(r.path("/table")); strings.Contains(page, `id="recall"`) {
		t.Error("a controller who may not read the programme can show it")
	}
	if status, _ := r.send(other, "/table/recall", "do", "show"); status == http.StatusSeeOther {
		t.Error("a controller who may not read the programme shows it")
	}
	r.must(chief, "/table/recall", "do", "show")
	holds(t, screen.page(r.path("/projector")), "What became of earlier commitments", "Borealis", "Name a contact for tax offices.", "done: Decree 14")
	r.must(chief, "/table/recall", "do", "hide")
	holds(t, screen.page(r.path("/projector")), "!Name a contact")
	r.must(chief, "/clock", "do", "start", "sure", "yes", "back", r.path("/table"))

	for i, b := range []*browser{phone, last} {
		r.must(b, "/commit/"+[]string{r.units[0], r.units[len(r.units)-1]}[i], "what", "Write down who decides.", "by", "2027-12-31", "who", "Treasury")
	}
	holds(t, other.page(r.path("/outcome")), "!Enter 2 as actions")
	if status, _ := r.send(other, "/outcome/actions", "meeting", "ttx2"); status != http.StatusNotFound {
		t.Errorf("a controller enters actions: %d", status)
	}
	holds(t, chief.page(r.path("/outcome")), "Enter 2 as actions", "TTX2 Second")
	if status, page := r.send(chief, "/outcome/actions", "meeting", "ttx2"); status == http.StatusSeeOther || !strings.Contains(page, "GEN") {
		t.Errorf("a delegation that is no member: %d", status)
	}
	for range 2 { // sent twice
		_, _ = r.send(chief, "/outcome/actions", "meeting", "ttx2")
	}
	records, err := store.Records(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	made := records.Actions("ttx2")
	if len(made) != 1 {
		t.Fatalf("%d actions", len(made))
	}
	a := made[0]
	if a.Code != "TTX2/A1" || a.Member != "ast" || a.Body != "Treasury" || a.Due != "2027-12-31" || a.State != programme.Open || a.TLP != community.Green || a.Title["en"] != "Write down who decides." {
		t.Errorf("%+v", a)
	}
	holds(t, chief.page(r.path("/outcome")), "TTX2/A1", "not entered")
	_, report := chief.get(r.path("/outcome/room/html"))
	holds(t, report, "What became of earlier commitments", "Decree 14")
	_, public := chief.get(r.path("/outcome/public/html"))
	holds(t, public, "1 are done", "!Decree 14")
}
