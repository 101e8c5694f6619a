package authstoretest

import (
	"errors"
	"slices"
	"sync"

	"renkei/internal/auth/authstore"
	"renkei/internal/database"
)

// person makes somebody with an account.
func (b *bench) person(id, login string) {
	b.t.Helper()
	b.must(b.MakeAccount(b.ctx(), authstore.Person{ID: id, Name: "Name of " + id}, authstore.Account{Person: id, Login: login, Password: "old"}))
}

// sessions says how many sessions a person has.
func (b *bench) sessions(person string) int {
	b.t.Helper()
	all, err := b.Sessions(b.ctx(), person)
	b.must(err)
	return len(all)
}

func testAccounts(b *bench) {
	t := b.t
	b.person("2", "ada")
	b.person("1", "zoe")
	if err := b.MakeAccount(b.ctx(), authstore.Person{ID: "3"}, authstore.Account{Person: "3", Login: "ada"}); !errors.Is(err, database.ErrExists) {
		t.Errorf("a login for the second time: %v", err)
	}
	if _, err := b.Who(b.ctx(), "3"); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("whose account could not be made: %v", err)
	}
	for _, begun := range []int64{70, 50} {
		b.must(b.PutSession(b.ctx(), authstore.Session{Token: token(byte(begun)), Person: "2", Begun: begun, Expires: 100}))
	}
	b.must(b.SetLanguage(b.ctx(), "2", "ja"))
	if err := b.SetLanguage(b.ctx(), "3", "ja"); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("the language of nobody: %v", err)
	}
	b.must(b.PutPeople(b.ctx(), []authstore.Person{{ID: "2", Name: "Ada"}, {ID: "4", Name: "Eve"}}))
	want := []authstore.Member{
		{Account: authstore.Account{Person: "2", Login: "ada", SignedIn: 70}, Name: "Ada"},
		{Account: authstore.Account{Person: "1", Login: "zoe"}, Name: "Name of 1"},
	}
	if got, err := b.Accounts(b.ctx()); err != nil || !slices.Equal(got, want) {
		t.Errorf("Accounts = %+v, %v; want %+v", got, err, want)
	}
	if got, err := b.AccountOf(b.ctx(), "2"); err != nil || got != (authstore.Account{Person: "2", Login: "ada", Password: "old", SignedIn: 70}) {
		t.Errorf("AccountOf = %+v, %v", got, err)
	}
	if _, err := b.AccountOf(b.ctx(), "4"); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("the account of somebody without one: %v", err)
	}
	for id, want := range map[string]authstore.Who{
		"2": {Person: authstore.Person{ID: "2", Name: "Ada"}, Language: "ja", Login: "ada"},
		"4": {Person: authstore.Person{ID: "4", Name: "Eve"}},
	} {
		if got, err := b.Who(b.ctx(), id); err != nil || got != want {
			t.Errorf("Who(%s) = %+v, %v; want %+v", id, got, err, want)
		}
	}
}

func testDisabled(b *bench) {
	t := b.t
	for _, id := range []string{"a", "b", "c"} {
		b.person(id, id)
		b.must(b.PutSession(b.ctx(), authstore.Session{Token: token(id[0]), Person: id}))
	}
	b.must(b.PutGrant(b.ctx(), authstore.Grant{Person: "a", Role: "secretary"}))
	b.must(b.PutGrant(b.ctx(), authstore.Grant{Person: "nobody", Role: "secretary"}))
	if err := b.SetDisabled(b.ctx(), "a", true, "secretary"); !errors.Is(err, authstore.ErrLast) {
		t.Errorf("the last who can sign in: %v", err)
	}
	if err := b.SetDisabled(b.ctx(), "nobody", true, "secretary"); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("without an account: %v", err)
	}
	b.must(b.SetDisabled(b.ctx(), "c", true, "secretary"))
	b.must(b.PutGrant(b.ctx(), authstore.Grant{Person: "b", Role: "secretary"}))
	b.must(b.SetDisabled(b.ctx(), "a", true, "secretary"))
	if err := b.SetDisabled(b.ctx(), "b", true, "secretary"); !errors.Is(err, authstore.ErrLast) {
		t.Errorf("the other is disabled: %v", err)
	}
	if err := b.RevokeGrant(b.ctx(), authstore.Grant{Person: "b", Role: "secretary"}, authstore.KeepAccount); !errors.Is(err, authstore.ErrLast) {
		t.Errorf("the role of the only one who can sign in is revoked: %v", err)
	}
	b.must(b.SetDisabled(b.ctx(), "a", false, "secretary"))
	for id, want := range map[string]int{"a": 0, "b": 1, "c": 0} {
		if got := b.sessions(id); got != want {
			t.Errorf("%s has %d sessions, want %d", id, got, want)
		}
		if got, err := b.Who(b.ctx(), id); err != nil || got.Disabled != (id == "c") {
			t.Errorf("%s is %+v, %v", id, got, err)
		}
	}
}

func testPassword(b *bench) {
	t := b.t
	b.person("a", "a")
	for i := range byte(3) {
		b.must(b.PutSession(b.ctx(), authstore.Session{Token: token(i), Person: "a"}))
	}
	b.must(b.PutLink(b.ctx(), authstore.Link{Token: token(9), Grant: authstore.Grant{Role: "reset"}, Expires: 100, For: authstore.Meant{Person: "a"}}))
	b.must(b.SetPassword(b.ctx(), "a", "new", []authstore.Token{token(1), token(7)}))
	if got, err := b.AccountOf(b.ctx(), "a"); err != nil || got.Password != "new" {
		t.Errorf("the password is %q, %v", got.Password, err)
	}
	if all, err := b.Sessions(b.ctx(), "a"); err != nil || len(all) != 1 || all[0].Token != token(1) {
		t.Errorf("the sessions are %v, %v", all, err)
	}
	if _, err := b.Link(b.ctx(), token(9)); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("the link by which it could be set again: %v", err)
	}
	b.must(b.SetPassword(b.ctx(), "a", "newer", nil))
	if n := b.sessions("a"); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
	if err := b.SetPassword(b.ctx(), "b", "new", nil); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("of nobody: %v", err)
	}
}

func testRevoke(b *bench) {
	t := b.t
	director := func(person string) authstore.Grant {
		return authstore.Grant{Person: person, Scope: in("x", ""), Role: "director"}
	}
	b.must(b.PutGrant(b.ctx(), director("a")))
	b.must(b.PutGrant(b.ctx(), authstore.Grant{Person: "b", Scope: in("y", ""), Role: "director"}))
	if err := b.RevokeGrant(b.ctx(), director("a"), authstore.KeepOne); !errors.Is(err, authstore.ErrLast) {
		t.Errorf("the last: %v", err)
	}
	if err := b.RevokeGrant(b.ctx(), director("b"), authstore.KeepNone); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("what nobody has: %v", err)
	}
	b.must(b.PutGrant(b.ctx(), director("b")))
	b.must(b.RevokeGrant(b.ctx(), director("a"), authstore.KeepOne))
	b.must(b.RevokeGrant(b.ctx(), director("b"), authstore.KeepNone))
	if got, err := b.GrantsIn(b.ctx(), in("x", "")); err != nil || len(got) != 0 {
		t.Errorf("left are %v, %v", got, err)
	}
}

// testRevokeBoth has each of two directors be taken away while the other is.
func testRevokeBoth(b *bench) {
	for _, p := range []string{"a", "b"} {
		b.must(b.PutGrant(b.ctx(), authstore.Grant{Person: p, Scope: in("x", ""), Role: "director"}))
	}
	errs := make([]error, 2)
	var all sync.WaitGroup
	for i, p := range []string{"a", "b"} {
		all.Go(func() {
			errs[i] = b.RevokeGrant(b.ctx(), authstore.Grant{Person: p, Scope: in("x", ""), Role: "director"}, authstore.KeepOne)
		})
	}
	all.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), authstore.ErrLast) {
		b.t.Errorf("both: %v", errs)
	}
}

func testRegrant(b *bench) {
	t := b.t
	a, c := authstore.Grant{Person: "a", Scope: in("x", ""), Role: "director"}, authstore.Grant{Person: "c", Scope: in("x", ""), Role: "controller"}
	b.must(b.PutGrant(b.ctx(), a))
	if err := b.Regrant(b.ctx(), []authstore.Grant{a, c}, []authstore.Grant{{Person: "c", Scope: in("x", ""), Role: "director"}}); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("with one that is not there: %v", err)
	}
	if got, err := b.Grants(b.ctx(), "a"); err != nil || !slices.Equal(got, []authstore.Grant{a}) {
		t.Errorf("it changed the grants to %v, %v", got, err)
	}
	b.must(b.PutGrant(b.ctx(), c))
	b.must(b.Regrant(b.ctx(), []authstore.Grant{a, c}, []authstore.Grant{{Person: "c", Scope: in("x", ""), Role: "director"}, {Person: "a", Scope: in("x", ""), Role: "controller"}}))
	got, err := b.GrantsIn(b.ctx(), in("x", ""))
	if err != nil || len(got) != 2 || got[0].Person != "a" || got[0].Role != "controller" || got[1].Person != "c" || got[1].Role != "director" {
		t.Errorf("now %v, %v", got, err)
	}
}

func testSeen(b *bench) {
	var all []authstore.Token
	for i := range 600 { // more than are written at once
		t := token(1)
		t[1], t[2] = byte(i), byte(i>>8)
		all = append(all, t)
		b.must(b.PutSession(b.ctx(), authstore.Session{Token: t, Person: "a", Expires: 100}))
	}
	b.must(b.SeeSessions(b.ctx(), all[:599], 50))
	b.must(b.SeeSessions(b.ctx(), all[:1], 40))
	got, err := b.Sessions(b.ctx(), "a")
	b.must(err)
	for _, s := range got {
		if want := s.Token != all[599]; (s.Seen == 50) != want || !want && s.Seen != 0 {
			b.t.Errorf("seen at %d", s.Seen)
		}
	}
}

func testAPITokens(b *bench) {
	t := b.t
	one := authstore.APIToken{Token: token(1), Person: "a", Name: "board", Made: 10, Expires: 100}
	two := authstore.APIToken{Token: token(2), Person: "a", Name: "report", Made: 20, Expires: 50}
	b.must(b.PutAPIToken(b.ctx(), one))
	b.must(b.PutAPIToken(b.ctx(), two))
	b.must(b.SeeAPITokens(b.ctx(), []authstore.Token{one.Token}, 30))
	one.Used = 30
	of := func(want ...authstore.APIToken) {
		t.Helper()
		if got, err := b.APITokens(b.ctx(), "a"); err != nil || !slices.Equal(got, want) {
			t.Errorf("APITokens = %+v, %v; want %+v", got, err, want)
		}
	}
	of(two, one)
	if got, err := b.APIToken(b.ctx(), one.Token); err != nil || got != one {
		t.Errorf("APIToken = %+v, %v; want %+v", got, err, one)
	}
	b.must(b.SweepSessions(b.ctx(), 50))
	of(one)
	if err := b.DropAPIToken(b.ctx(), "b", one.Token.ID()); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("somebody else's is dropped: %v", err)
	}
	b.must(b.DropAPIToken(b.ctx(), "a", one.Token.ID()))
	if _, err := b.APIToken(b.ctx(), one.Token); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("after it was dropped: %v", err)
	}
}

// testNoted writes a change and its entry in the audit log together.
func testNoted(b *bench) {
	note := func(what string) authstore.Audit { return authstore.Audit{What: what} }
	b.must(b.PutGrant(b.ctx(), authstore.Grant{Person: "a", Scope: in("x", ""), Role: "director"}, note("granted")))
	if err := b.RevokeGrant(b.ctx(), authstore.Grant{Person: "a", Scope: in("x", ""), Role: "director"}, authstore.KeepOne, note("revoked")); err == nil {
		b.t.Error("the last is gone")
	}
	if said, err := b.Audited(b.ctx(), 0, 9); err != nil || len(said) != 1 || said[0].What != "granted" {
		b.t.Errorf("the audit log says %+v, %v", said, err)
	}
}

func testPeople(b *bench) {
	t := b.t
	ada := authstore.Person{ID: "0198-a", Name: "Ada", Organisation: "BO-CERT"}
	sato := authstore.Person{ID: "0198-b", Name: "佐藤 健", Organisation: "内閣"}
	want := func(ids []string, people ...authstore.Person) {
		t.Helper()
		if got, err := b.People(b.ctx(), ids); err != nil || !slices.Equal(got, people) {
			t.Errorf("People(%v) = %v, %v; want %v", ids, got, err, people)
		}
	}
	want([]string{"0198-a"})
	b.must(b.PutPeople(b.ctx(), []authstore.Person{ada, sato}))
	want([]string{"0198-b", "nobody", "0198-a"}, sato, ada)
	want(nil)
	if all, err := b.AllPeople(b.ctx()); err != nil || !slices.Equal(all, []authstore.Person{ada, sato}) {
		t.Errorf("AllPeople = %v, %v", all, err)
	}
	ada.Name = "Ada L."
	b.must(b.PutPeople(b.ctx(), []authstore.Person{ada}))
	want([]string{"0198-a", "0198-b"}, ada, sato)
	if err := b.PutPeople(b.ctx(), []authstore.Person{{ID: "0198-c"}, {}}); !errors.Is(err, database.ErrInvalid) {
		t.Errorf("without an id: %v", err)
	}
	want([]string{"0198-c"})
	b.must(b.ErasePerson(b.ctx(), "0198-a"))
	if err := b.ErasePerson(b.ctx(), "0198-a"); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("erased again: %v", err)
	}
	want([]string{"0198-a", "0198-b"}, sato)
	b.reopen()
	want([]string{"0198-a", "0198-b"}, sato)
}
