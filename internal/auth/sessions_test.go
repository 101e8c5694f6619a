package auth_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/auth/authstore"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/storage"
)

// TestAtOnce has each change felt by sessions that are remembered.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	player := auth.Grant{Scope: access.In("x", "a"), Role: string(access.Player)}
	for name, tt := range map[string]struct {
		change func(d *desk, ctx context.Context, person, session string) error
		feels  func(a access.Access) bool
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
		}, func(a access.Access) bool { return a.Known() && !a.Plays("x", "a") }},
		"grant": {func(d *desk, ctx context.Context, person, _ string) error {
			return d.Grant(ctx, "s", auth.Grant{Person: person, Scope: access.In("x", ""), Role: string(access.Observer)})
		}, func(a access.Access) bool { return a.Observes("x") }},
		"language": {func(d *desk, ctx context.Context, person, _ string) error { return d.SetLanguage(ctx, person, "ja") }, func(a access.Access) bool { return a.Lang == "ja" }},
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

func stranger(a access.Access) bool { return !a.Known() && len(a.Grants) == 0 }

func (d *desk) mine(ctx context.Context, session string) access.Access {
	a, err := access.From(d.Access(ctx, session))
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
	other := auth.New(d.db, func() time.Time { return d.now }, access.Rules())
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
	check(t, "somebody else's", d.EndSession(t.Context(), ada, "bob", d.access(t, first).Session), auth.ErrNotFound)
	check(t, "no id", d.EndSession(t.Context(), ada, ada, "x"), auth.ErrNotFound)
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
	*storage.DB
	reads, seen int
}

func (c *counted) Session(ctx context.Context, t authstore.Token) (authstore.Session, error) {
	c.reads++
	return c.DB.Session(ctx, t)
}

func (c *counted) SeeSessions(ctx context.Context, tokens []authstore.Token, at int64) error {
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
	d.Service = auth.New(c, func() time.Time { return d.now }, access.Rules())
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
	check(t, "grant", d.Grant(t.Context(), "s", auth.Grant{Person: ada, Scope: access.In("x", ""), Role: string(access.Director)}), nil)
	_, err := d.NewToken(t.Context(), ada, " ", time.Hour)
	check(t, "without a name", err, auth.ErrName)
	_, err = d.NewToken(t.Context(), "nobody", "board", time.Hour)
	check(t, "without an account", err, auth.ErrAccount)
	secret := must(d.NewToken(t.Context(), ada, "board", time.Hour))(t)
	by := func(secret string) access.Access {
		t.Helper()
		return must(access.From(d.AccessByToken(t.Context(), secret)))(t)
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
	check(t, "drop somebody else's", d.DropToken(t.Context(), ada, "bob", all[0].ID), auth.ErrNotFound)
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

func BenchmarkAccess(b *testing.B) {
	db, err := storage.Open(b.Context(), b.TempDir()+"/renkei.db", storage.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	s := auth.New(db, time.Now, access.Rules())
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
