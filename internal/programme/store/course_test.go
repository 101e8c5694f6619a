package store_test

import (
	"database/sql"
	"errors"
	"testing"

	"renkei/internal/database"
	"renkei/internal/programme"
	"renkei/internal/programme/store"
)

// testRoster is what holds of courses on either engine: a change is made whole or
// not at all, is read by another process, and who is erased is in no row any more.
func testRoster(t *testing.T, at func(t *testing.T) string) {
	t.Helper()
	s, db := opened(t, at(t))
	one := programme.Nominee{ID: "n1", Event: "e", Member: "kh", Name: "Sok Dara", State: programme.Seated, At: noon}
	attends := one.Attendee("ABCDEF")
	c := programme.Certificate{Code: "ABCDEFGHJKLM", Event: "e", Attendee: "n1", Name: "Sok Dara", Issued: noon}
	put := func(c store.RosterChange) error {
		return s.ChangeRoster(t.Context(), noon, "p", "e", func(*programme.Roster) (store.RosterChange, error) { return c, nil })
	}
	twice := attends
	twice.ID, twice.Code = "n2", "ABCDEG"
	var refused *programme.Refusal
	if err := put(store.RosterChange{Nominees: []programme.Nominee{one}, Attendees: []programme.Attendee{attends, twice}}); !errors.As(err, &refused) {
		t.Fatalf("one person twice: %v", err)
	}
	if r, err := s.Roster(t.Context(), "e"); err != nil || len(r.Nominees)+len(r.Attendees) > 0 {
		t.Fatalf("something of it was kept: %+v, %v", r, err)
	}
	if err := put(store.RosterChange{Nominees: []programme.Nominee{one}, Attendees: []programme.Attendee{attends}, Certificates: []programme.Certificate{c}}); err != nil {
		t.Fatal(err)
	}
	other := store.New(db)
	r, err := other.Roster(t.Context(), "e")
	if err != nil || len(r.Nominees) != 1 || len(r.Attendees) != 1 || r.Nominee("n1").Name != "Sok Dara" || !r.Nominee("n1").At.Equal(noon) {
		t.Fatalf("%+v, %v", r, err)
	}
	if got, ok, err := other.Certificate(t.Context(), "abcd-efgh-jklm"); err != nil || !ok || got.Name != "Sok Dara" {
		t.Errorf("%+v, %v, %v", got, ok, err)
	}
	if err := put(store.RosterChange{Unlisted: []string{"n1"}}); err != nil {
		t.Fatal(err)
	}
	if r, err := other.Roster(t.Context(), "e"); err != nil || len(r.Attendees) != 0 || len(r.Nominees) != 1 {
		t.Errorf("after they left the list: %+v, %v", r, err)
	}
	if err := s.Erase(t.Context(), noon, "p", "e", "n1"); err != nil {
		t.Fatal(err)
	}
	if r, err := other.Roster(t.Context(), "e"); err != nil || len(r.Nominees)+len(r.Attendees)+len(r.Certificates) > 0 {
		t.Errorf("erased: %+v, %v", r, err)
	}
	if _, ok, err := other.Certificate(t.Context(), c.Code); err != nil || ok {
		t.Errorf("the certificate of somebody who was erased: %v, %v", ok, err)
	}
	for _, table := range []string{"programme_nominations", "programme_attendance", "programme_certificates"} {
		left, err := database.Select(t.Context(), db.Reader, `SELECT body FROM `+table+` WHERE body LIKE '%Dara%'`, func(rows *sql.Rows) (body string, err error) { return body, rows.Scan(&body) })
		if err != nil || len(left) != 0 {
			t.Errorf("%s still has the name: %v, %v", table, left, err)
		}
	}
}
