package auth_test

import (
	"slices"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/exercise/access"
)

func TestLinks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ada, _ := d.account(t, "ada")
	player := auth.Grant{Scope: access.In("x", "asteria"), Role: string(access.Player)}
	link := must(d.InviteFor(t.Context(), ada, player, auth.For{Name: " 佐藤\n健 ", Organisation: "AST-CERT", Lang: "ja"}, time.Hour))(t)
	must(d.Invite(t.Context(), "demo", auth.Grant{Scope: access.In("x", ""), Role: string(access.Observer)}, time.Hour))(t)
	must(d.Invite(t.Context(), "demo", auth.Grant{Scope: access.In("y", ""), Role: string(access.Observer)}, time.Hour))(t)
	if l := must(d.LookAt(t.Context(), link))(t); l.ByName != "Name of ada" || l.For.Name != "佐藤 健" {
		t.Errorf("LookAt = %+v", l)
	}
	session, _, err := d.Take(t.Context(), link, "佐藤 健", "")
	if err != nil {
		t.Fatal(err)
	}
	taker := d.access(t, session)
	if taker.Organisation != "AST-CERT" || taker.Lang != "ja" {
		t.Errorf("the taker is %+v", taker)
	}
	all := must(d.Links(t.Context(), access.In("x", "")))(t)
	if len(all) != 2 {
		t.Fatalf("Links = %+v", all)
	}
	open, taken := all[0], all[1]
	if open.Role != access.Observer || open.ByName != "demo" || !open.Taken.IsZero() || !open.Expires.Equal(d.now.Add(time.Hour)) {
		t.Errorf("the open one is %+v", open)
	}
	if taken.For.Name != "佐藤 健" || taken.ByName != "Name of ada" || taken.TakerIs != "佐藤 健" || taken.TakenBy != taker.Person || !taken.Taken.Equal(d.now) {
		t.Errorf("the other is %+v", taken)
	}
	for name, try := range map[string][2]string{
		"taken": {"x", taken.ID}, "of another exercise": {"y", open.ID}, "no id": {"x", "zz"}, "empty": {"x", ""}, "too long": {"x", open.ID + "00"},
	} {
		check(t, name, d.RevokeLink(t.Context(), ada, access.In(try[0], ""), try[1]), auth.ErrNotFound)
	}
	check(t, "revoke", d.RevokeLink(t.Context(), ada, access.In("x", ""), open.ID), nil)
	if all := must(d.Links(t.Context(), access.In("x", "")))(t); len(all) != 1 {
		t.Errorf("after it was revoked: %+v", all)
	}
}

// TestTakeAs gives a role to somebody who is signed in, and no second self.
func TestTakeAs(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ada, session := d.account(t, "ada")
	d.access(t, session)
	observer := auth.Grant{Scope: access.In("x", ""), Role: string(access.Observer)}
	link := must(d.Invite(t.Context(), "d", observer, time.Hour))(t)
	g := must(d.TakeAs(t.Context(), link, ada, "Firefox"))(t)
	if g.Person != ada || !d.access(t, session).Observes("x") {
		t.Errorf("TakeAs = %+v, and may %+v", g, d.access(t, session).Grants)
	}
	if all := must(d.Sessions(t.Context(), ada))(t); len(all) != 1 {
		t.Errorf("sessions: %+v", all)
	}
	_, err := d.TakeAs(t.Context(), link, ada, "")
	check(t, "again", err, auth.ErrLink)
	bob, _ := d.account(t, "bob")
	link = must(d.InviteFor(t.Context(), "d", observer, auth.For{Person: bob}, time.Hour))(t)
	_, err = d.TakeAs(t.Context(), link, ada, "")
	check(t, "one for somebody else", err, auth.ErrLink)
	_, _, err = d.Take(t.Context(), link, "Ada", "")
	check(t, "one for somebody else, by name", err, auth.ErrAccount)
	must(d.TakeAs(t.Context(), link, bob, ""))(t)
	link = must(d.InviteFor(t.Context(), "d", auth.Grant{Role: string(auth.LinkAccount)}, auth.For{}, time.Hour))(t)
	_, err = d.TakeAs(t.Context(), link, ada, "")
	check(t, "one that makes an account", err, auth.ErrAccount)
}

func TestTakeAccount(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.account(t, "bob")
	account := auth.Grant{Role: string(auth.LinkAccount)}
	link := must(d.InviteFor(t.Context(), "s", account, auth.For{Name: "Ada", Organisation: "AST-CERT"}, time.Hour))(t)
	_, _, err := d.Take(t.Context(), link, "Ada", "")
	check(t, "without an account", err, auth.ErrAccount)
	for name, tt := range map[string]struct {
		n    auth.NewAccount
		want error
	}{
		"login taken": {auth.NewAccount{Login: "BOB", Name: "Ada", Password: goodPassword}, auth.ErrExists},
		"no login":    {auth.NewAccount{Name: "Ada", Password: goodPassword}, auth.ErrLogin},
		"no name":     {auth.NewAccount{Login: "ada", Password: goodPassword}, auth.ErrName},
		"short":       {auth.NewAccount{Login: "ada", Name: "Ada", Password: "eleven char"}, auth.ErrPasswordShort},
	} {
		_, _, err := d.TakeAccount(t.Context(), link, tt.n, "")
		check(t, name, err, tt.want)
	}
	session, g, err := d.TakeAccount(t.Context(), link, auth.NewAccount{Login: "ada", Name: "Ada", Password: goodPassword}, "")
	a := d.access(t, session)
	if err != nil || a.Login != "ada" || a.Organisation != "AST-CERT" || len(a.Grants) != 0 || g.Person != a.Person {
		t.Errorf("in as %+v by %+v, %v", a, g, err)
	}
	must(d.SignIn(t.Context(), "ada", goodPassword, ""))(t)
	_, _, err = d.TakeAccount(t.Context(), link, auth.NewAccount{Login: "eve", Name: "Eve", Password: goodPassword}, "")
	check(t, "again", err, auth.ErrLink)
	plain := must(d.Invite(t.Context(), "s", auth.Grant{Scope: access.In("x", ""), Role: string(access.Observer)}, time.Hour))(t)
	_, _, err = d.TakeAccount(t.Context(), plain, auth.NewAccount{Login: "eve", Name: "Eve", Password: goodPassword}, "")
	check(t, "a link without one", err, auth.ErrAccount)
}

// TestAccountForKnown gives somebody who came by a link a login of their own.
func TestAccountForKnown(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first := must(d.Invite(t.Context(), "d", auth.Grant{Scope: access.In("x", ""), Role: string(access.Observer)}, time.Hour))(t)
	session, g, err := d.Take(t.Context(), first, "Ada", "")
	if err != nil {
		t.Fatal(err)
	}
	f := auth.For{Person: g.Person, Login: "Ada@Example.org"}
	link := must(d.InviteFor(t.Context(), "s", auth.Grant{Role: string(auth.LinkAccount)}, f, time.Hour))(t)
	other := must(d.InviteFor(t.Context(), "s", auth.Grant{Role: string(auth.LinkAccount)}, f, time.Hour))(t)
	in, _, err := d.TakeAccount(t.Context(), link, auth.NewAccount{Login: "other", Password: goodPassword}, "")
	if a := d.access(t, in); err != nil || a.Person != g.Person || a.Name != "Ada" || a.Login != "ada@example.org" || !a.Observes("x") {
		t.Errorf("in as %+v, %v", a, err)
	}
	if a := d.access(t, session); a.Login != "ada@example.org" {
		t.Errorf("the session of before is of %+v", a)
	}
	_, _, err = d.TakeAccount(t.Context(), other, auth.NewAccount{Password: goodPassword + "!"}, "")
	check(t, "a second account", err, auth.ErrLink)
}

func TestFirstLink(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	old := must(d.FirstLink(t.Context()))(t)
	link := must(d.FirstLink(t.Context()))(t)
	_, err := d.LookAt(t.Context(), old)
	check(t, "the one before", err, auth.ErrLink)
	if l := must(d.LookAt(t.Context(), link))(t); l.Role != auth.Secretary || !l.For.Account || !l.Expires.Equal(d.now.Add(24*time.Hour)) {
		t.Errorf("it is %+v", l)
	}
	session, _, err := d.TakeAccount(t.Context(), link, auth.NewAccount{Login: "ada", Name: "Ada", Password: goodPassword}, "")
	a := d.access(t, session)
	if err != nil || !a.Secretary() {
		t.Errorf("in as %+v, %v", a, err)
	}
	_, err = d.FirstLink(t.Context())
	check(t, "with a secretary", err, auth.ErrSecretary)
	check(t, "the only one", d.Revoke(t.Context(), "x", a.Grants[0]), auth.ErrLast)
	check(t, "the only one", d.SetDisabled(t.Context(), "x", a.Person, true), auth.ErrLast)
}

// TestFirstLinkIsOver is good for nothing once there is a secretary.
func TestFirstLinkIsOver(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	link := must(d.FirstLink(t.Context()))(t)
	ada, _ := d.account(t, "ada")
	check(t, "grant", d.Grant(t.Context(), "renkei", auth.Grant{Person: ada, Role: string(auth.Secretary)}), nil)
	_, err := d.Look(t.Context(), link)
	check(t, "look", err, auth.ErrLink)
	_, _, err = d.TakeAccount(t.Context(), link, auth.NewAccount{Login: "eve", Name: "Eve", Password: goodPassword}, "")
	check(t, "take", err, auth.ErrLink)
}

func TestResetLink(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ada, session := d.account(t, "ada")
	_, err := d.ResetLink(t.Context(), "s", "nobody")
	check(t, "of nobody", err, auth.ErrNotFound)
	old := must(d.ResetLink(t.Context(), "s", ada))(t)
	link := must(d.ResetLink(t.Context(), "s", ada))(t)
	if l := must(d.LookAt(t.Context(), link))(t); l.Role != auth.LinkReset || l.For.Login != "ada" || l.For.Name != "Name of ada" {
		t.Errorf("it is %+v", l)
	}
	const anew = "a new horse now"
	_, _, err = d.Take(t.Context(), link, "Eve", "")
	check(t, "taken as another kind", err, auth.ErrAccount)
	_, _, err = d.TakeAccount(t.Context(), link, auth.NewAccount{Login: "eve", Name: "Eve", Password: goodPassword}, "")
	check(t, "taken as another kind", err, auth.ErrAccount)
	check(t, "the one before", d.SetPasswordBy(t.Context(), old, anew), auth.ErrLink)
	check(t, "too short", d.SetPasswordBy(t.Context(), link, "short"), auth.ErrPasswordShort)
	check(t, "the name", d.SetPasswordBy(t.Context(), link, "name of ADA 1"), auth.ErrPasswordGuessable)
	check(t, "good", d.SetPasswordBy(t.Context(), link, anew+" 1"), nil)
	check(t, "again", d.SetPasswordBy(t.Context(), link, anew+" 2"), auth.ErrLink)
	if d.access(t, session).Known() {
		t.Error("the session of before goes on")
	}
	_, err = d.SignIn(t.Context(), "ada", goodPassword, "")
	check(t, "the old password", err, auth.ErrSignIn)
	must(d.SignIn(t.Context(), "ada", anew+" 1", ""))(t)
	late := must(d.ResetLink(t.Context(), "s", ada))(t)
	d.now = d.now.Add(24 * time.Hour)
	check(t, "after a day", d.SetPasswordBy(t.Context(), late, anew), auth.ErrLink)
	if said := d.said(t); !slices.Contains(said, "password_reset") || !slices.Contains(said, "reset_invited") {
		t.Errorf("the audit log has %q", said)
	}
}

// TestInviteNowhere refuses links that would give what does not exist.
func TestInviteNowhere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, g := range map[string]auth.Grant{
		"reset": {Role: "reset"}, "account in an exercise": {Scope: access.In("x", ""), Role: "account"}, "secretary of an exercise": {Scope: access.In("x", ""), Role: "secretary"},
		"director of nothing": {Role: "director"}, "no role": {},
	} {
		_, err := d.Invite(t.Context(), "d", g, time.Hour)
		check(t, name, err, auth.ErrRole)
	}
}
