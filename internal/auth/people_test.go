package auth_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/exercise/access"
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
	check(t, "nobody's", d.SetPassword(t.Context(), "nobody", goodPassword, anew), auth.ErrNotFound)
	check(t, "good", d.SetPassword(t.Context(), ada, goodPassword, anew, here), nil)
	if !d.access(t, here).Known() || d.access(t, there).Known() {
		t.Error("not just the other session has ended")
	}
	check(t, "the link to set it", d.SetPasswordBy(t.Context(), link, goodPassword), auth.ErrLink)
	_, err := d.SignIn(t.Context(), "ada", goodPassword, "")
	check(t, "with the old one", err, auth.ErrSignIn)
	must(d.SignIn(t.Context(), "ada", anew, ""))(t)
}

func TestGrants(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ada, adas := d.account(t, "ada")
	bob, bobs := d.account(t, "bob")
	as := func(person string, r auth.Role) auth.Grant {
		return auth.Grant{Person: person, Scope: access.In("x", ""), Role: string(r)}
	}
	check(t, "grant", d.Grant(t.Context(), "s", as(ada, access.Director)), nil)
	check(t, "a role that has no place", d.Grant(t.Context(), "s", as(ada, access.Player)), auth.ErrRole)
	check(t, "the last director", d.Revoke(t.Context(), "s", as(ada, access.Director)), auth.ErrLast)
	check(t, "what nobody has", d.Revoke(t.Context(), "s", as(bob, access.Director)), auth.ErrNotFound)
	check(t, "to nobody in particular", access.HandOver(t.Context(), d.Service, ada, "x", bob), auth.ErrRole)
	check(t, "to oneself", access.HandOver(t.Context(), d.Service, ada, "x", ada), auth.ErrRole)
	check(t, "grant", d.Grant(t.Context(), ada, as(bob, access.Controller)), nil)
	check(t, "by who is no director", access.HandOver(t.Context(), d.Service, "eve", "x", bob), auth.ErrRole)
	if d.access(t, bobs).Directs("x") || !d.access(t, adas).Directs("x") {
		t.Error("it was handed over before")
	}
	check(t, "to a controller", access.HandOver(t.Context(), d.Service, ada, "x", bob), nil)
	if a, b := d.access(t, adas), d.access(t, bobs); a.Directs("x") || !a.Controls("x") || !b.Directs("x") || b.Has(access.Controller, "x", "") {
		t.Errorf("after: %+v and %+v", a.Grants, b.Grants)
	}
	want := []auth.Holder{
		{Grant: as(ada, access.Controller), Name: "Name of ada", Organisation: "Org", Login: "ada"},
		{Grant: as(bob, access.Director), Name: "Name of bob", Organisation: "Org", Login: "bob"},
	}
	if got := must(d.GrantsIn(t.Context(), access.In("x", "")))(t); !slices.Equal(got, want) {
		t.Errorf("GrantsIn = %+v, want %+v", got, want)
	}
	check(t, "grant", d.Grant(t.Context(), bob, as(ada, access.Director)), nil)
	check(t, "to another director", access.HandOver(t.Context(), d.Service, ada, "x", bob), nil)
	check(t, "one of two", d.Grant(t.Context(), bob, as(ada, access.Director)), nil)
	check(t, "one of two", d.Revoke(t.Context(), bob, as(ada, access.Director)), nil)
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ada, _ := d.account(t, "ada")
	bob := must(d.AddAccount(t.Context(), "Bob", "", "bob", goodPassword))(t)
	d.now = d.now.Add(time.Minute)
	must(d.SignIn(t.Context(), "ada", goodPassword, ""))(t)
	check(t, "grant", d.Grant(t.Context(), "s", auth.Grant{Person: ada, Role: string(auth.Secretary)}), nil)
	check(t, "disable", d.SetDisabled(t.Context(), ada, bob, true), nil)
	check(t, "nobody", d.SetDisabled(t.Context(), ada, "nobody", true), auth.ErrNotFound)
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
	must(d.SignIn(t.Context(), "ada", goodPassword, ""))(t)
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
	if page := must(d.Audit(t.Context(), entries[2].Number, 2))(t); len(page) != 1 || page[0].Deed != auth.SignedIn || page[0].ActorName != "Name of ada" {
		t.Errorf("the page before is %+v", page)
	}
}

// TestOneNetworkDoesNotSlowOthers has many give passwords from one network, and
// one sign in from another.
func TestOneNetworkDoesNotSlowOthers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ada, _ := d.account(t, "ada")
	d.account(t, "bob")
	const many = 120
	crowd, stop := context.WithCancel(auth.WithAddress(t.Context(), "198.51.100.7:1"))
	defer stop()
	done := make(chan error, many)
	for range many {
		go func() { done <- d.SetPassword(crowd, ada, "not this one at all", goodPassword) }()
	}
	check(t, "the first of the crowd", <-done, auth.ErrPassword)
	must(d.SignIn(auth.WithAddress(t.Context(), "192.0.2.1:1"), "bob", goodPassword, ""))(t)
	if n := len(done); n > many/4 {
		t.Errorf("%d of %d came before somebody from elsewhere", n, many)
	}
	stop()
	for range many - 1 {
		<-done
	}
}
