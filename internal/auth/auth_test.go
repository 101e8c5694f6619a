package auth_test

import (
	"crypto/sha256"
	"errors"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/auth/authstore"
	"renkei/internal/exercise/access"
	"renkei/internal/storage"
)

const (
	goodPassword = "plenty of horses"
	goodHash     = "$argon2id$v=19$m=19456,t=2,p=1$VqOdRMXFx7TDgOsNhGAAuw$8PeWymxVsWD96kqUY3d9AaRn5/xno7d20fOuDk4Idkg"
)

// desk is a service on a store of its own, and its clock.
type desk struct {
	*auth.Service
	db  *storage.DB
	now time.Time
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "renkei.db"), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	d := &desk{db: db, now: time.Date(2027, 6, 16, 1, 0, 0, 0, time.UTC)}
	d.Service = auth.New(db, func() time.Time { return d.now }, access.Rules())
	return d
}

func (d *desk) access(t *testing.T, session string) access.Access {
	t.Helper()
	a, err := access.From(d.Access(t.Context(), session))
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

// account makes somebody with an account who is signed in, without the time
// that it takes to hash a password.
func (d *desk) account(t *testing.T, login string) (person, session string) {
	t.Helper()
	person, session = "id of "+login, "session of "+login
	err := errors.Join(
		d.db.MakeAccount(t.Context(), authstore.Person{ID: person, Name: "Name of " + login, Organisation: "Org"},
			authstore.Account{Person: person, Login: login, Password: goodHash}),
		d.db.PutSession(t.Context(), authstore.Session{
			Token: sha256.Sum256([]byte(session)), Person: person, Agent: "Firefox",
			Begun: d.now.UnixMicro(), Seen: d.now.UnixMicro(), Expires: d.now.Add(12 * time.Hour).UnixMicro(),
		}))
	if err != nil {
		t.Fatal(err)
	}
	return person, session
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id, err := d.AddAccount(t.Context(), " Ada  Lovelace ", "BO-CERT", "Ada@Example.org", goodPassword)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.AddAccount(t.Context(), "Other", "", "ada@example.org", goodPassword); !errors.Is(err, auth.ErrExists) {
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
	player := auth.Grant{Scope: access.In("x", "asteria"), Role: string(access.Player)}
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
	for range 3*runtime.GOMAXPROCS(0) + 1 {
		all.Go(func() {
			if _, err := d.SignIn(t.Context(), "ada", goodPassword, ""); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
