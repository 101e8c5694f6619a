package auth_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/auth/authstore"
	"renkei/internal/exercise/access"
	"renkei/internal/storage"
)

func plan(rows ...auth.Invitee) auth.Plan { return auth.Plan{Rows: rows, Good: time.Hour} }

// states are what became of the rows, and whether each has a link.
func states(issued []auth.Issued) string {
	var all []string
	for _, i := range issued {
		s := string(i.State)
		if i.Link != "" {
			s += "+"
		}
		all = append(all, s)
	}
	return strings.Join(all, " ")
}

func TestImport(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ada, session := d.account(t, "ada@example.org")
	d.access(t, session)
	people := plan(
		auth.Invitee{Row: 2, Name: "佐藤 健", Organisation: "AST-CERT", Role: access.Player, Part: "asteria", Lang: "ja"},
		auth.Invitee{Row: 3, Name: "Bo", Mail: "bo@example.org", Role: access.Evaluator, Part: "asteria"},
		auth.Invitee{Row: 4, Name: "Name of ada", Mail: "ada@example.org", Role: access.Controller},
	)
	first := must(d.Import(t.Context(), ada, access.In("x", ""), people))(t)
	if got := states(first); got != "invited+ invited+ granted" || !first[0].Expires.Equal(d.now.Add(time.Hour)) {
		t.Errorf("the first time: %s, %+v", got, first[0])
	}
	if !d.access(t, session).Controls("x") {
		t.Error("who has an account does not feel it at once")
	}
	if said, want := d.said(t)[:4], []string{"imported x 3", "granted controller x", "invited evaluator x asteria", "invited player x asteria"}; !slices.Equal(said, want) {
		t.Errorf("the audit log has %q, want %q", said, want)
	}
	entries := len(d.said(t))
	again := must(d.Import(t.Context(), ada, access.In("x", ""), people))(t)
	if got := states(again); got != "open open has" || !again[0].Expires.Equal(first[0].Expires) {
		t.Errorf("again: %s", got)
	}
	if links := must(d.Links(t.Context(), access.In("x", "")))(t); len(links) != 2 || len(d.said(t)) != entries {
		t.Errorf("again made something: %+v", links)
	}
	in, _, err := d.Take(t.Context(), first[0].Link, "佐藤", "")
	if a := d.access(t, in); err != nil || a.Organisation != "AST-CERT" || a.Lang != "ja" || !a.Plays("x", "asteria") {
		t.Errorf("the player is %+v, %v", a, err)
	}
	in, _, err = d.TakeAccount(t.Context(), first[1].Link, auth.NewAccount{Login: "other", Name: "Bo", Password: goodPassword}, "")
	if a := d.access(t, in); err != nil || a.Login != "bo@example.org" || !a.Has(access.Evaluator, "x", "asteria") {
		t.Errorf("the evaluator is %+v, %v", a, err)
	}
	if got := states(must(d.Import(t.Context(), ada, access.In("x", ""), people))(t)); got != "taken has has" {
		t.Errorf("after they were taken: %s", got)
	}
	if got := states(must(d.Import(t.Context(), ada, access.In("y", ""), people))(t)); got != "invited+ granted granted" {
		t.Errorf("into another exercise: %s", got)
	}
}

// TestImportAnew makes new links for old ones that are over, and for who was
// taken out.
func TestImportAnew(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	people := plan(auth.Invitee{Row: 2, Name: "Ada", Role: access.Observer}, auth.Invitee{Row: 3, Name: "Bo", Role: access.Observer})
	issued := must(d.Import(t.Context(), "s", access.In("x", ""), people))(t)
	_, g, err := d.Take(t.Context(), issued[0].Link, "Ada", "")
	check(t, "take", err, nil)
	check(t, "revoke", d.Revoke(t.Context(), "s", g), nil)
	d.now = d.now.Add(time.Hour)
	if got := states(must(d.Import(t.Context(), "s", access.In("x", ""), people))(t)); got != "invited+ invited+" {
		t.Errorf("anew: %s", got)
	}
	links := must(d.Links(t.Context(), access.In("x", "")))(t)
	open := 0
	for _, l := range links {
		if l.Taken.IsZero() && l.Expires.After(d.now) {
			open++
		}
	}
	if len(links) != 3 || open != 2 {
		t.Errorf("%d links, %d open: %+v", len(links), open, links)
	}
}

func TestImportCommunity(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	people := plan(auth.Invitee{Row: 2, Name: "Ada", Mail: "ada@example.org"}, auth.Invitee{Row: 3, Name: "Bo", Mail: "bo@example.org", Role: auth.Secretary})
	issued := must(d.Import(t.Context(), "s", auth.Scope{}, people))(t)
	for i, secretary := range []bool{false, true} {
		session, _, err := d.TakeAccount(t.Context(), issued[i].Link, auth.NewAccount{Name: "Whoever", Password: goodPassword}, "")
		if a := d.access(t, session); err != nil || a.Secretary() != secretary || a.Login != people.Rows[i].Mail {
			t.Errorf("%d: %+v, %v", i, a, err)
		}
	}
	if got := states(must(d.Import(t.Context(), "s", auth.Scope{}, people))(t)); got != "has has" {
		t.Errorf("again: %s", got)
	}
}

// failing is a store that fails when links are put.
type failing struct{ *storage.DB }

var errFails = errors.New("fails")

func (f failing) PutLinks(ctx context.Context, drop []authstore.Token, links []authstore.Link, grants []auth.Grant, notes ...authstore.Audit) error {
	return errors.Join(errFails, f.DB.PutLinks(ctx, drop, append(links, links...), grants, notes...)) // a token twice
}

// TestImportAll makes nothing where not all can be made.
func TestImportAll(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.account(t, "bo")
	people := plan(auth.Invitee{Row: 2, Name: "Ada", Role: access.Observer}, auth.Invitee{Row: 3, Name: "Bo", Mail: "bo", Role: access.Observer})
	bad := plan(people.Rows[0], auth.Invitee{Row: 3, Name: "Bo", Role: access.Player})
	_, err := d.Import(t.Context(), "s", access.In("x", ""), bad)
	check(t, "a role without a place", err, auth.ErrRole)
	bad = people
	bad.Problems = []auth.Problem{{Code: "name_missing"}}
	_, err = d.Import(t.Context(), "s", access.In("x", ""), bad)
	check(t, "with problems", err, auth.ErrPlan)
	_, err = auth.New(failing{d.db}, func() time.Time { return d.now }, access.Rules()).Import(t.Context(), "s", access.In("x", ""), people)
	check(t, "half way", err, errFails)
	links, grants := must(d.Links(t.Context(), access.In("x", "")))(t), must(d.GrantsIn(t.Context(), access.In("x", "")))(t)
	if len(links) != 0 || len(grants) != 0 {
		t.Errorf("made: %+v, %+v", links, grants)
	}
}
