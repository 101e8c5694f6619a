package auth_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/exercise"
	"renkei/internal/store"
)

func TestPasswordRule(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	try := func(name, login, password string) error {
		_, err := d.AddAccount(t.Context(), name, "", login, password)
		return err
	}
	for password, want := range map[string]error{
		"":                             auth.ErrPasswordShort,
		"eleven char":                  auth.ErrPasswordShort,
		"十二文字に足りない":                    auth.ErrPasswordShort,
		"ﬀﬀﬀﬀﬀﬀ":                       auth.ErrPasswordGuessable, // twelve of one letter, normalised
		"gustav@example.org":           auth.ErrPasswordGuessable,
		"ＧＵＳＴＡＶ@example.org":           auth.ErrPasswordGuessable,
		"Gustav Gustavson":             auth.ErrPasswordGuessable,
		"gustavgustavson1!":            auth.ErrPasswordGuessable,
		"Password1234!":                auth.ErrPasswordGuessable,
		"correct horse battery staple": auth.ErrPasswordGuessable,
		"1qaz2wsx3edc":                 auth.ErrPasswordGuessable,
		"aaaaaaaaaaaaa":                auth.ErrPasswordGuessable,
		"abcabcabcabcabc":              auth.ErrPasswordGuessable,
		"123456789012":                 auth.ErrPasswordGuessable,
		"lkjihgfedcba":                 auth.ErrPasswordGuessable,
		"Administrator2027":            auth.ErrPasswordGuessable,
		strings.Repeat("long ", 300):   auth.ErrPassword,
	} {
		check(t, password, try("Gustav Gustavson", "gustav@example.org", password), want)
	}
	for i, password := range []string{"これは十二文字の合言葉です", "twelve chars", "gustav likes dinner"} {
		login := fmt.Sprint(i, "@example.org")
		check(t, password, try("Gustav Gustavson", login, password), nil)
		must(d.SignIn(t.Context(), login, password, ""))(t)
	}
	check(t, "no login", try("Ada", " ", goodPassword), auth.ErrLogin)
	check(t, "a long login", try("Ada", strings.Repeat("a", 101), goodPassword), auth.ErrLogin)
}

// TestPasswordForms signs in with the same characters in another form.
func TestPasswordForms(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	must(d.AddAccount(t.Context(), "Ada", "", "ada", "ﾊﾟｽﾜｰﾄﾞ horses é"))(t)
	must(d.SignIn(t.Context(), "ada", "パスワード horses e\u0301", ""))(t)
}

func TestSetPassword(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ada, here := d.account(t, "ada")
	there := must(d.SignIn(t.Context(), "ada", goodPassword, "Safari"))(t)
	link := must(d.ResetLink(t.Context(), "s", ada))(t)
	const anew = "many more horses"
	check(t, "the wrong old one", d.SetPassword(t.Context(), ada, "wrong", anew), auth.ErrPassword)
	check(t, "a bad new one", d.SetPassword(t.Context(), ada, goodPassword, "short"), auth.ErrPasswordShort)
	check(t, "nobody's", d.SetPassword(t.Context(), "nobody", goodPassword, anew), store.ErrNotFound)
	check(t, "good", d.SetPassword(t.Context(), ada, goodPassword, anew, here), nil)
	if !d.access(t, here).Known() || d.access(t, there).Known() {
		t.Error("not just the other session has ended")
	}
	check(t, "the link to set it", d.SetPasswordBy(t.Context(), link, goodPassword), auth.ErrLink)
	_, err := d.SignIn(t.Context(), "ada", goodPassword, "")
	check(t, "with the old one", err, auth.ErrSignIn)
	must(d.SignIn(t.Context(), "ada", anew, ""))(t)
}

// TestAtOnce has each change felt by sessions that are remembered.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	player := store.Grant{Exercise: "x", Unit: "a", Role: string(auth.Player)}
	for name, tt := range map[string]struct {
		change func(d *desk, ctx context.Context, person, session string) error
		feels  func(a *auth.Access) bool
	}{
		"end a session": {func(d *desk, ctx context.Context, person, session string) error {
			return d.EndSession(ctx, "s", person, d.mine(ctx, session).Session)
		}, stranger},
		"end all":  {func(d *desk, ctx context.Context, person, _ string) error { return d.EndSessions(ctx, "s", person) }, stranger},
		"sign out": {func(d *desk, ctx context.Context, _, session string) error { return d.SignOut(ctx, session) }, stranger},
		"disable": {func(d *desk, ctx context.Context, person, _ string) error {
			return d.SetDisabled(ctx, "s", person, true)
		}, stranger},
		"revoke": {func(d *desk, ctx context.Context, person, _ string) error {
			g := player
			g.Person = person
			return d.Revoke(ctx, "s", g)
		}, func(a *auth.Access) bool { return a.Known() && !a.Plays("x", "a") }},
		"grant": {func(d *desk, ctx context.Context, person, _ string) error {
			return d.Grant(ctx, "s", store.Grant{Person: person, Exercise: "x", Role: string(auth.Observer)})
		}, func(a *auth.Access) bool { return a.Observes("x") }},
		"language": {func(d *desk, ctx context.Context, person, _ string) error { return d.SetLanguage(ctx, person, "ja") }, func(a *auth.Access) bool { return a.Lang == "ja" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			ada, session := d.account(t, "ada")
			g := player
			g.Person = ada
			check(t, "grant", d.Grant(t.Context(), "d", g), nil)
			a := d.access(t, session)
			if !a.Plays("x", "a") || a != d.access(t, session) {
				t.Fatalf("before: %+v, remembered %v", a, a == d.access(t, session))
			}
			check(t, name, tt.change(d, t.Context(), ada, session), nil)
			if a := d.access(t, session); !tt.feels(a) {
				t.Errorf("after: %+v", a)
			}
		})
	}
}

func stranger(a *auth.Access) bool { return !a.Known() && len(a.Grants) == 0 }

func (d *desk) mine(ctx context.Context, session string) *auth.Access {
	a, err := d.Access(ctx, session)
	if err != nil {
		panic(err)
	}
	return a
}

// TestOtherProcess feels within half a minute what another process has changed.
func TestOtherProcess(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ada, session := d.account(t, "ada")
	d.access(t, session)
	other := auth.New(d.db, func() time.Time { return d.now })
	check(t, "disable", other.SetDisabled(t.Context(), "s", ada, true), nil)
	if !d.access(t, session).Known() {
		t.Error("it is not remembered at all")
	}
	d.now = d.now.Add(30 * time.Second)
	if d.access(t, session).Known() {
		t.Error("still in")
	}
}

func TestSessions(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ada, first := d.account(t, "ada")
	begun := d.now
	d.now = d.now.Add(time.Hour)
	second := must(d.SignIn(t.Context(), "ada", goodPassword, "Safari"))(t)
	d.now = d.now.Add(time.Hour)
	d.access(t, first)
	seen := func(what string) {
		t.Helper()
		all := must(d.Sessions(t.Context(), ada))(t)
		if len(all) != 2 || all[0].Agent != "Safari" || all[0].ID != d.access(t, second).Session || !all[1].Begun.Equal(begun) || !all[1].Seen.Equal(d.now) {
			t.Errorf("%s: %+v", what, all)
		}
	}
	seen("before it is written")
	check(t, "sweep", d.Sweep(t.Context()), nil)
	seen("after")
	check(t, "somebody else's", d.EndSession(t.Context(), ada, "bob", d.access(t, first).Session), store.ErrNotFound)
	check(t, "no id", d.EndSession(t.Context(), ada, ada, "x"), store.ErrNotFound)
	d.now = begun.Add(12 * time.Hour)
	if all := must(d.Sessions(t.Context(), ada))(t); len(all) != 1 || all[0].Agent != "Safari" {
		t.Errorf("after twelve hours: %+v", all)
	}
	check(t, "sweep", d.Sweep(t.Context()), nil)
	if all, err := d.db.Sessions(t.Context(), ada); err != nil || len(all) != 1 {
		t.Errorf("swept: %+v, %v", all, err)
	}
}

// counted counts what is asked of the store.
type counted struct {
	*store.DB
	reads, seen int
}

func (c *counted) Session(ctx context.Context, t store.Token) (store.Session, error) {
	c.reads++
	return c.DB.Session(ctx, t)
}

func (c *counted) SeeSessions(ctx context.Context, tokens []store.Token, at int64) error {
	c.seen += len(tokens)
	return c.DB.SeeSessions(ctx, tokens, at)
}

// TestNoReads asks nothing of the store for most requests, and writes the last
// use at most once a minute.
func TestNoReads(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, session := d.account(t, "ada")
	c := &counted{DB: d.db}
	d.Service = auth.New(c, func() time.Time { return d.now })
	for range 20 { // ten minutes
		for range 30 {
			d.now = d.now.Add(time.Second)
			d.access(t, session)
		}
		check(t, "sweep", d.Sweep(t.Context()), nil)
	}
	if c.reads > 21 || c.seen != 10 {
		t.Errorf("%d reads, %d writes of the last use", c.reads, c.seen)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ada, _ := d.account(t, "ada")
	check(t, "grant", d.Grant(t.Context(), "s", store.Grant{Person: ada, Exercise: "x", Role: string(auth.Director)}), nil)
	_, err := d.NewToken(t.Context(), ada, " ", time.Hour)
	check(t, "without a name", err, auth.ErrName)
	_, err = d.NewToken(t.Context(), "nobody", "board", time.Hour)
	check(t, "without an account", err, auth.ErrAccount)
	secret := must(d.NewToken(t.Context(), ada, "board", time.Hour))(t)
	by := func(secret string) *auth.Access {
		t.Helper()
		return must(d.AccessByToken(t.Context(), secret))(t)
	}
	a := by(secret)
	if a.Person != ada || !a.ReadOnly || !a.Directs("x") || a.Actor("x", "").Role != exercise.RoleObserver {
		t.Errorf("it is %+v, and acts as %+v", a, a.Actor("x", ""))
	}
	for _, no := range []string{"", "renkei_", strings.TrimPrefix(secret, "renkei_"), secret + "A"} {
		if !stranger(by(no)) {
			t.Errorf("%q is let in", no)
		}
	}
	if !stranger(d.access(t, secret)) {
		t.Error("a token is a session")
	}
	d.now = d.now.Add(time.Minute)
	by(secret)
	check(t, "sweep", d.Sweep(t.Context()), nil)
	all := must(d.Tokens(t.Context(), ada))(t)
	if len(all) != 1 || all[0].Name != "board" || !all[0].Used.Equal(d.now) {
		t.Errorf("Tokens = %+v", all)
	}
	check(t, "disable", d.SetDisabled(t.Context(), "s", ada, true), nil)
	if !stranger(by(secret)) {
		t.Error("it outlives the account")
	}
	check(t, "enable", d.SetDisabled(t.Context(), "s", ada, false), nil)
	if !by(secret).Known() {
		t.Error("it does not come back")
	}
	check(t, "drop somebody else's", d.DropToken(t.Context(), ada, "bob", all[0].ID), store.ErrNotFound)
	check(t, "drop", d.DropToken(t.Context(), ada, ada, all[0].ID), nil)
	if !stranger(by(secret)) {
		t.Error("it was dropped")
	}
	secret = must(d.NewToken(t.Context(), ada, "board", 10*366*24*time.Hour))(t)
	d.now = d.now.Add(366 * 24 * time.Hour)
	if !stranger(by(secret)) {
		t.Error("it is good for more than a year")
	}
	for i := range 20 {
		must(d.NewToken(t.Context(), ada, fmt.Sprint(i), time.Hour))(t)
	}
	_, err = d.NewToken(t.Context(), ada, "one more", time.Hour)
	check(t, "one more", err, auth.ErrTokens)
}

func TestGrants(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ada, adas := d.account(t, "ada")
	bob, bobs := d.account(t, "bob")
	as := func(person string, r auth.Role) store.Grant {
		return store.Grant{Person: person, Exercise: "x", Role: string(r)}
	}
	check(t, "grant", d.Grant(t.Context(), "s", as(ada, auth.Director)), nil)
	check(t, "a role that has no place", d.Grant(t.Context(), "s", as(ada, auth.Player)), auth.ErrRole)
	check(t, "the last director", d.Revoke(t.Context(), "s", as(ada, auth.Director)), auth.ErrLast)
	check(t, "what nobody has", d.Revoke(t.Context(), "s", as(bob, auth.Director)), store.ErrNotFound)
	check(t, "to nobody in particular", d.HandOver(t.Context(), ada, "x", bob), auth.ErrRole)
	check(t, "to oneself", d.HandOver(t.Context(), ada, "x", ada), auth.ErrRole)
	check(t, "grant", d.Grant(t.Context(), ada, as(bob, auth.Controller)), nil)
	check(t, "by who is no director", d.HandOver(t.Context(), "eve", "x", bob), auth.ErrRole)
	if d.access(t, bobs).Directs("x") || !d.access(t, adas).Directs("x") {
		t.Error("it was handed over before")
	}
	check(t, "to a controller", d.HandOver(t.Context(), ada, "x", bob), nil)
	if a, b := d.access(t, adas), d.access(t, bobs); a.Directs("x") || !a.Controls("x") || !b.Directs("x") || b.Has(auth.Controller, "x", "") {
		t.Errorf("after: %+v and %+v", a.Grants, b.Grants)
	}
	want := []store.Holder{
		{Grant: as(ada, auth.Controller), Name: "Name of ada", Organisation: "Org", Login: "ada"},
		{Grant: as(bob, auth.Director), Name: "Name of bob", Organisation: "Org", Login: "bob"},
	}
	if got := must(d.GrantsIn(t.Context(), "x"))(t); !slices.Equal(got, want) {
		t.Errorf("GrantsIn = %+v, want %+v", got, want)
	}
	check(t, "grant", d.Grant(t.Context(), bob, as(ada, auth.Director)), nil)
	check(t, "to another director", d.HandOver(t.Context(), ada, "x", bob), nil)
	check(t, "one of two", d.Grant(t.Context(), bob, as(ada, auth.Director)), nil)
	check(t, "one of two", d.Revoke(t.Context(), bob, as(ada, auth.Director)), nil)
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ada, _ := d.account(t, "ada")
	bob := must(d.AddAccount(t.Context(), "Bob", "", "bob", goodPassword))(t)
	check(t, "grant", d.Grant(t.Context(), "s", store.Grant{Person: ada, Role: string(auth.Secretary)}), nil)
	check(t, "disable", d.SetDisabled(t.Context(), ada, bob, true), nil)
	check(t, "nobody", d.SetDisabled(t.Context(), ada, "nobody", true), store.ErrNotFound)
	all := must(d.Accounts(t.Context()))(t)
	if len(all) != 2 || all[0].Person != bob || !all[0].Disabled || !all[0].SignedIn.IsZero() || all[0].Roles != nil {
		t.Fatalf("Accounts = %+v", all)
	}
	if a := all[1]; a.Login != "ada" || a.Organisation != "Org" || a.Disabled || !a.SignedIn.Equal(d.now) || !slices.Equal(a.Roles, []auth.Role{auth.Secretary}) {
		t.Errorf("the other is %+v", a)
	}
	_, err := d.SignIn(t.Context(), "bob", goodPassword, "")
	check(t, "sign in", err, auth.ErrSignIn)
	check(t, "enable", d.SetDisabled(t.Context(), ada, bob, false), nil)
	must(d.SignIn(t.Context(), "bob", goodPassword, ""))(t)
}

// TestFailedSignIns writes them down once a minute, and never what was typed
// for a password.
func TestFailedSignIns(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ada, _ := d.account(t, "ada")
	fail := func(login string) {
		t.Helper()
		_, err := d.SignIn(t.Context(), login, "my secret guess", "")
		check(t, login, err, auth.ErrSignIn)
	}
	fail("ada")
	fail(" ADA")
	fail("eve\n" + strings.Repeat("e", 200))
	d.now = d.now.Add(time.Minute)
	fail("ada")
	entries := must(d.Audit(t.Context(), 0, 3))(t)
	for i, want := range []auth.Entry{
		{Deed: auth.SignInFailed, About: "ada", Whom: ada, WhomName: "Name of ada"},
		{Deed: auth.SignInFailed, About: "eve " + strings.Repeat("e", 56)},
		{Deed: auth.SignInFailed, About: "ada", Whom: ada, WhomName: "Name of ada"},
	} {
		want.Number, want.At = entries[i].Number, entries[i].At
		if entries[i] != want {
			t.Errorf("entry %d is %+v, want %+v", i, entries[i], want)
		}
	}
	if page := must(d.Audit(t.Context(), entries[2].Number, 1))(t); len(page) != 1 || page[0].Deed != auth.SignedIn || page[0].ActorName != "Name of ada" {
		t.Errorf("the page before is %+v", page)
	}
}

func BenchmarkAccess(b *testing.B) {
	db, err := store.Open(b.Context(), b.TempDir()+"/renkei.db", store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	s := auth.New(db, time.Now)
	if _, err := s.AddAccount(b.Context(), "Ada", "", "ada", goodPassword); err != nil {
		b.Fatal(err)
	}
	session, err := s.SignIn(b.Context(), "ada", goodPassword, "")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if a, err := s.Access(b.Context(), session); err != nil || !a.Known() {
				b.Error(a, err)
			}
		}
	})
}
