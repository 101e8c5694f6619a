package auth_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/exercise"
	"renkei/internal/store"
)

const goodPassword = "plenty of horses"

// desk is a service on a store of its own, and its clock.
type desk struct {
	*auth.Service
	db  *store.DB
	now time.Time
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "renkei.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	d := &desk{db: db, now: time.Date(2027, 6, 16, 1, 0, 0, 0, time.UTC)}
	d.Service = auth.New(db, func() time.Time { return d.now })
	return d
}

func (d *desk) access(t *testing.T, session string) *auth.Access {
	t.Helper()
	a, err := d.Access(t.Context(), session)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// said is the audit log, the latest first.
func (d *desk) said(t *testing.T) []string {
	t.Helper()
	entries, err := d.Audit(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		if !slices.Contains(auth.Deeds(), e.Deed) {
			t.Errorf("%q is no deed", e.Deed)
		}
		all = append(all, strings.TrimSpace(string(e.Deed)+" "+e.About))
	}
	return all
}

// must fails the test, and gives the value of what worked.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func check(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

// account makes somebody with an account, and signs them in.
func (d *desk) account(t *testing.T, login string) (person, session string) {
	t.Helper()
	person = must(d.AddAccount(t.Context(), "Name of "+login, "Org", login, goodPassword))(t)
	return person, must(d.SignIn(t.Context(), login, goodPassword, "Firefox"))(t)
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id, err := d.AddAccount(t.Context(), " Ada  Lovelace ", "BO-CERT", "Ada@Example.org", goodPassword)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.AddAccount(t.Context(), "Other", "", "ada@example.org", goodPassword); !errors.Is(err, store.ErrExists) {
		t.Errorf("the same login again: %v", err)
	}
	session, err := d.SignIn(t.Context(), " ａda@example.org ", goodPassword, "Firefox")
	if err != nil {
		t.Fatal(err)
	}
	if a := d.access(t, session); a.Person != id || a.Name != "Ada Lovelace" {
		t.Errorf("signed in as %+v", a)
	}
	for name, try := range map[string][2]string{
		"wrong password": {"ada@example.org", "plenty  of horses"}, "no account": {"bob", goodPassword},
		"empty": {"", ""}, "too long": {"ada@example.org", strings.Repeat("x", 2000)},
	} {
		if _, err := d.SignIn(t.Context(), try[0], try[1], ""); !errors.Is(err, auth.ErrSignIn) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d.now = d.now.Add(11 * time.Hour)
	if a := d.access(t, session); !a.Known() {
		t.Error("signed out too soon")
	}
	if err := d.SignOut(t.Context(), session); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]string{"after sign-out": session, "no cookie": "", "made up": "AAAA"} {
		if a := d.access(t, s); a.Known() || len(a.Grants) > 0 {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if _, err := d.AddAccount(t.Context(), "Ada", "", "ada", goodPassword); err != nil {
		t.Fatal(err)
	}
	session, err := d.SignIn(t.Context(), "ada", goodPassword, "")
	if err != nil {
		t.Fatal(err)
	}
	d.now = d.now.Add(12 * time.Hour)
	if a := d.access(t, session); a.Known() {
		t.Error("still signed in")
	}
}

func TestLink(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	player := store.Grant{Exercise: "x", Unit: "asteria", Role: string(auth.Player)}
	link, err := d.Invite(t.Context(), "director", player, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // looking takes nothing
		if g, err := d.Look(t.Context(), link); err != nil || g != player {
			t.Errorf("Look = %+v, %v", g, err)
		}
	}
	if _, _, err := d.Take(t.Context(), link, " \n", ""); !errors.Is(err, auth.ErrName) {
		t.Errorf("without a name: %v", err)
	}
	session, _, err := d.Take(t.Context(), link, "佐藤　健", "")
	if err != nil {
		t.Fatal(err)
	}
	if a := d.access(t, session); a.Name != "佐藤 健" || !a.Plays("x", "asteria") || a.Plays("x", "borealis") || a.Plays("y", "asteria") {
		t.Errorf("in as %+v", a)
	}
	if _, _, err := d.Take(t.Context(), link, "Somebody", ""); !errors.Is(err, auth.ErrLink) {
		t.Errorf("a second time: %v", err)
	}
	if _, err := d.Look(t.Context(), link); !errors.Is(err, auth.ErrLink) {
		t.Errorf("looked at after it was taken: %v", err)
	}
	late, err := d.Invite(t.Context(), "director", player, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	d.now = d.now.Add(time.Hour)
	if _, _, err := d.Take(t.Context(), late, "Ada", ""); !errors.Is(err, auth.ErrLink) {
		t.Errorf("after its time: %v", err)
	}
	what := d.said(t)
	if want := []string{"invited player x asteria", "took_link player x asteria", "invited player x asteria"}; !slices.Equal(what, want) {
		t.Errorf("the audit log has %q, want %q", what, want)
	}
}

// TestCrowd has more sign in at once than there are processors.
func TestCrowd(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if _, err := d.AddAccount(t.Context(), "Ada", "", "ada", goodPassword); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := d.SignIn(t.Context(), "ada", goodPassword, ""); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestRoleFits(t *testing.T) {
	t.Parallel()
	places := []store.Grant{{}, {Exercise: "x"}, {Exercise: "x", Unit: "a"}, {Exercise: "x", Unit: "a/h"}}
	for role, want := range map[auth.Role][]bool{
		auth.Secretary: {true, false, false, false}, auth.Director: {false, true, false, false},
		auth.Controller: {false, true, false, false}, auth.Observer: {false, true, false, false},
		auth.National: {false, false, true, false}, auth.Player: {false, false, true, true},
		auth.Evaluator: {false, false, true, true}, "king": {false, false, false, false},
	} {
		for i, p := range places {
			if got := role.Fits(p.Exercise, p.Unit); got != want[i] {
				t.Errorf("%s at %+v: %v", role, p, got)
			}
		}
	}
}

// TestAccess asks of everybody everything, in an exercise and in one in which
// they have no part.
func TestAccess(t *testing.T) {
	t.Parallel()
	as := func(r auth.Role, unit string) *auth.Access {
		return &auth.Access{Person: "p", Grants: []store.Grant{{Person: "p", Exercise: "x", Unit: unit, Role: string(r)}}}
	}
	for name, tt := range map[string]struct {
		a    *auth.Access
		want string // of directs, controls, observes, plays a, plays a/h, reads a, reads a/h, reads b
		role exercise.Role
	}{
		"stranger":         {&auth.Access{}, "--------", exercise.RoleObserver},
		"secretary":        {&auth.Access{Person: "p", Grants: []store.Grant{{Role: string(auth.Secretary)}}}, "--------", exercise.RoleObserver},
		"director":         {as(auth.Director, ""), "dco--rrr", exercise.RoleControl},
		"controller":       {as(auth.Controller, ""), "-co--rrr", exercise.RoleControl},
		"observer":         {as(auth.Observer, ""), "--o--rrr", exercise.RoleObserver},
		"national":         {as(auth.National, "a"), "---p-rr-", exercise.RolePlayer},
		"player of a team": {as(auth.Player, "a"), "---p-rr-", exercise.RolePlayer},
		"player of a cell": {as(auth.Player, "a/h"), "----p-r-", exercise.RoleObserver},
		"evaluator":        {as(auth.Evaluator, "a"), "-----rr-", exercise.RoleEvaluator},
	} {
		if got := letters(tt.a, "x"); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
		if got := letters(tt.a, "y"); got != "--------" {
			t.Errorf("%s, in another exercise: %s", name, got)
		}
		if got := tt.a.Actor("x", "a").Role; got != tt.role {
			t.Errorf("%s acts for a as %v, want %v", name, got, tt.role)
		}
		if got := tt.a.Actor("y", "a").Role; got != exercise.RoleObserver {
			t.Errorf("%s acts in another exercise as %v", name, got)
		}
	}
}

func letters(a *auth.Access, ex string) string {
	var b strings.Builder
	for _, can := range []struct {
		yes    bool
		letter byte
	}{
		{a.Directs(ex), 'd'},
		{a.Controls(ex), 'c'},
		{a.Observes(ex), 'o'},
		{a.Plays(ex, "a"), 'p'},
		{a.Plays(ex, "a/h"), 'p'},
		{a.Reads(ex, "a"), 'r'},
		{a.Reads(ex, "a/h"), 'r'},
		{a.Reads(ex, "b"), 'r'},
	} {
		letter := byte('-')
		if can.yes {
			letter = can.letter
		}
		b.WriteByte(letter)
	}
	return b.String()
}
