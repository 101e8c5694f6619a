package authstoretest

import (
	"errors"
	"slices"
	"sync"

	"renkei/internal/auth/authstore"
	"renkei/internal/database"
)

func token(b byte) (t authstore.Token) {
	t[0], t[31] = b, b
	return t
}

func testAccount(b *bench) {
	t := b.t
	if _, err := b.Account(b.ctx(), "ada"); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("of none: %v", err)
	}
	ada := authstore.Account{Person: "0198-a", Login: "ada", Password: "hashed"}
	b.must(b.PutAccount(b.ctx(), ada))
	if err := b.PutAccount(b.ctx(), authstore.Account{Person: "0198-b", Login: "ada"}); !errors.Is(err, database.ErrExists) {
		t.Errorf("with somebody else's login: %v", err)
	}
	ada.Login, ada.Disabled = "ada@example.org", true
	b.must(b.PutAccount(b.ctx(), ada))
	b.reopen()
	if got, err := b.Account(b.ctx(), "ada@example.org"); err != nil || got != ada {
		t.Errorf("Account = %+v, %v; want %+v", got, err, ada)
	}
	if _, err := b.Account(b.ctx(), "ada"); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("by the login of before: %v", err)
	}
}

func testGrants(b *bench) {
	t := b.t
	secretary := authstore.Grant{Person: "a", Role: "secretary"}
	director := authstore.Grant{Person: "a", Scope: in("x", ""), Role: "director"}
	player := authstore.Grant{Person: "b", Scope: in("x", "asteria"), Role: "player"}
	for _, g := range []authstore.Grant{director, secretary, player, director} {
		b.must(b.PutGrant(b.ctx(), g))
	}
	want := func(what string, got []authstore.Grant, err error, want ...authstore.Grant) {
		t.Helper()
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v; want %v", what, got, err, want)
		}
	}
	got, err := b.Grants(b.ctx(), "a")
	want("of a person", got, err, secretary, director)
	b.must(b.MakeAccount(b.ctx(), authstore.Person{ID: "a", Name: "Ada", Organisation: "AST-CERT"}, authstore.Account{Person: "a", Login: "ada"}))
	within, err := b.GrantsIn(b.ctx(), in("x", ""))
	if all := []authstore.Holder{{Grant: director, Name: "Ada", Organisation: "AST-CERT", Login: "ada"}, {Grant: player}}; err != nil || !slices.Equal(within, all) {
		t.Errorf("in an exercise: %v, %v; want %v", within, err, all)
	}
	other := authstore.Grant{Person: "b", Scope: in("a", ""), Role: "observer"}
	b.must(b.PutGrant(b.ctx(), other))
	of, err := b.GrantsOf(b.ctx(), director.Area)
	if all := []authstore.Holder{{Grant: other}, {Grant: director, Name: "Ada", Organisation: "AST-CERT", Login: "ada"}, {Grant: player}}; err != nil || !slices.Equal(of, all) {
		t.Errorf("in all exercises: %v, %v; want %v", of, err, all)
	}
	b.must(b.DropGrant(b.ctx(), director))
	b.must(b.DropGrant(b.ctx(), director))
	got, err = b.Grants(b.ctx(), "a")
	want("after it was dropped", got, err, secretary)
}

func testLinks(b *bench) {
	t := b.t
	link := authstore.Link{
		Token: token(1), Grant: authstore.Grant{Scope: in("x", "asteria"), Role: "player"}, Made: 10, By: "d", Expires: 100,
	}
	late := link
	late.Token, late.Expires = token(2), 20
	b.must(b.PutLink(b.ctx(), link))
	b.must(b.PutLink(b.ctx(), late))
	ada := authstore.Person{ID: "0198-a", Name: "Ada"}
	for name, try := range map[string]authstore.Token{"one that nobody made": token(3), "one whose time is over": late.Token} {
		if _, err := b.TakeLink(b.ctx(), try, authstore.Taking{Person: ada}, 20); !errors.Is(err, database.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got, err := b.People(b.ctx(), []string{ada.ID}); err != nil || len(got) != 0 {
		t.Errorf("a link that was refused named %v, %v", got, err)
	}
	want := authstore.Grant{Person: ada.ID, Scope: in("x", "asteria"), Role: "player"}
	if got, err := b.TakeLink(b.ctx(), link.Token, authstore.Taking{Person: ada}, 20); err != nil || got != want {
		t.Errorf("TakeLink = %v, %v; want %v", got, err, want)
	}
	if got, err := b.Grants(b.ctx(), ada.ID); err != nil || !slices.Equal(got, []authstore.Grant{want}) {
		t.Errorf("it gave %v, %v", got, err)
	}
	link.Taken, link.Person = 20, ada.ID
	if got, err := b.Link(b.ctx(), link.Token); err != nil || got != link {
		t.Errorf("Link = %+v, %v; want %+v", got, err, link)
	}
	all := []authstore.Invited{{Link: link, TakenName: "Ada"}, {Link: late}}
	if got, err := b.Links(b.ctx(), in("x", "")); err != nil || !slices.Equal(got, all) {
		t.Errorf("Links = %+v, %v", got, err)
	}
	if err := b.DropLink(b.ctx(), in("x", ""), link.Token.ID()); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("a link that was taken is dropped: %v", err)
	}
	if err := b.DropLink(b.ctx(), in("y", ""), late.Token.ID()); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("the link of another exercise is dropped: %v", err)
	}
	b.must(b.DropLink(b.ctx(), in("x", ""), late.Token.ID()))
	if got, err := b.Links(b.ctx(), in("x", "")); err != nil || !slices.Equal(got, all[:1]) {
		t.Errorf("Links without the dropped one = %+v, %v", got, err)
	}
}

// testLinkOnce has many take a link at once.
func testLinkOnce(b *bench) {
	b.must(b.PutLink(b.ctx(), authstore.Link{Token: token(1), Grant: authstore.Grant{Scope: in("x", ""), Role: "observer"}, Expires: 100}))
	const n = 8
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			_, errs[i] = b.TakeLink(b.ctx(), token(1), authstore.Taking{Person: authstore.Person{ID: string(rune('a' + i))}}, 1)
		})
	}
	all.Wait()
	got := 0
	for _, err := range errs {
		if err == nil {
			got++
		} else if !errors.Is(err, database.ErrNotFound) {
			b.t.Error(err)
		}
	}
	if got != 1 {
		b.t.Errorf("%d got it", got)
	}
}

func testSessions(b *bench) {
	t := b.t
	first := authstore.Session{Token: token(1), Person: "a", Agent: "Firefox", Begun: 10, Expires: 100}
	second := authstore.Session{Token: token(2), Person: "a", Begun: 20, Expires: 50}
	other := authstore.Session{Token: token(3), Person: "b", Begun: 20, Expires: 100}
	for _, s := range []authstore.Session{first, second, other} {
		b.must(b.PutSession(b.ctx(), s))
	}
	first.Expires = 120
	b.must(b.PutSession(b.ctx(), first))
	of := func(person string, want ...authstore.Session) {
		t.Helper()
		if got, err := b.Sessions(b.ctx(), person); err != nil || !slices.Equal(got, want) {
			t.Errorf("Sessions(%s) = %+v, %v; want %+v", person, got, err, want)
		}
	}
	of("a", second, first)
	if got, err := b.Session(b.ctx(), first.Token); err != nil || got != first {
		t.Errorf("Session = %+v, %v; want %+v", got, err, first)
	}
	b.must(b.SweepSessions(b.ctx(), 50))
	of("a", first)
	b.must(b.DropSession(b.ctx(), token(9)))
	if err := b.DropSessionOf(b.ctx(), "a", other.Token.ID()); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("somebody else's session is ended: %v", err)
	}
	of("b", other)
	b.must(b.DropSessionOf(b.ctx(), "b", other.Token.ID()))
	of("b")
	b.must(b.PutSession(b.ctx(), other))
	b.must(b.DropSession(b.ctx(), other.Token))
	of("b")
	b.must(b.DropSessions(b.ctx(), "a"))
	if _, err := b.Session(b.ctx(), first.Token); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("after all were dropped: %v", err)
	}
}

func testAudit(b *bench) {
	b.must(b.PutPeople(b.ctx(), []authstore.Person{{ID: "a", Name: "Ada"}, {ID: "b", Name: "Bob"}}))
	one, two := authstore.Audit{At: 2, Actor: "a", What: "link.made", About: "x"}, authstore.Audit{At: 1, Actor: "b", What: "granted", Whom: "a"}
	three := authstore.Audit{At: 3, Actor: "nobody", What: "signed_in"}
	for _, a := range []authstore.Audit{one, two, three} {
		b.must(b.Note(b.ctx(), a))
	}
	names := map[string]string{"a": "Ada", "b": "Bob"}
	got, err := b.Audited(b.ctx(), 0, 10)
	if err != nil || len(got) != 3 {
		b.t.Fatalf("all of it: %v, %v", got, err)
	}
	for i, want := range []authstore.Audit{three, two, one} {
		want.Number = got[i].Number
		if got[i] != (authstore.Audited{Audit: want, ActorName: names[want.Actor], WhomName: names[want.Whom]}) {
			b.t.Errorf("entry %d is %+v, want %+v", i, got[i], want)
		}
	}
	for name, tt := range map[string]struct {
		before int64
		n      int
		want   []authstore.Audited
	}{
		"none": {0, 0, nil}, "the last": {0, 1, got[:1]}, "before the last": {got[0].Number, 1, got[1:2]}, "the rest": {got[1].Number, 9, got[2:]},
	} {
		if page, err := b.Audited(b.ctx(), tt.before, tt.n); err != nil || !slices.Equal(page, tt.want) {
			b.t.Errorf("%s: %v, %v; want %v", name, page, err, tt.want)
		}
	}
}

// testErase forgets with a person how they signed in, and nobody else.
func testErase(b *bench) {
	t := b.t
	for _, p := range []string{"a", "b"} {
		b.must(b.PutPeople(b.ctx(), []authstore.Person{{ID: p, Name: p}}))
		b.must(b.PutAccount(b.ctx(), authstore.Account{Person: p, Login: p}))
		b.must(b.PutGrant(b.ctx(), authstore.Grant{Person: p, Role: "secretary"}))
		b.must(b.PutSession(b.ctx(), authstore.Session{Token: token(p[0]), Person: p}))
		b.must(b.PutAPIToken(b.ctx(), authstore.APIToken{Token: token(p[0]), Person: p}))
		b.must(b.PutLink(b.ctx(), authstore.Link{Token: token(p[0]), Grant: authstore.Grant{Scope: in("x", "")}, Expires: 9, For: authstore.Meant{Name: p, Login: p}}))
		_, err := b.TakeLink(b.ctx(), token(p[0]), authstore.Taking{Person: authstore.Person{ID: p, Name: p}, Bare: true}, 1)
		b.must(err)
		b.must(b.PutFactor(b.ctx(), authstore.Factor{ID: "f" + p, Person: p}, []authstore.Token{token(p[0])}))
		b.must(b.PutDeviceCode(b.ctx(), authstore.DeviceCode{Person: p, Code: token(p[0]), Expires: 9}))
		b.must(b.PutStep(b.ctx(), authstore.Step{Token: token(p[0]), Person: p, Expires: 9}))
		b.must(b.PutDevice(b.ctx(), authstore.Device{Token: token(1), Person: p, Expires: 9}, 2))
		b.must(b.Note(b.ctx(), authstore.Audit{What: "sign_in_failed", About: p, Whom: p, Address: "192.0.2.1"}))
	}
	b.must(b.ErasePerson(b.ctx(), "a"))
	for p, want := range map[string]int{"a": 0, "b": 1} {
		_, err := b.Account(b.ctx(), p)
		grants, grantsErr := b.Grants(b.ctx(), p)
		sessions, sessionsErr := b.Sessions(b.ctx(), p)
		if errors.Is(err, database.ErrNotFound) != (want == 0) || len(grants) != want || len(sessions) != want || grantsErr != nil || sessionsErr != nil {
			t.Errorf("%s: account %v, grants %v %v, sessions %v %v", p, err, grants, grantsErr, sessions, sessionsErr)
		}
		if _, err := b.Device(b.ctx(), token(1), p); (err == nil) != (want == 1) {
			t.Errorf("%s: a browser: %v", p, err)
		}
		if right, err := b.TryDeviceCode(b.ctx(), p, token(p[0]), 5, 1); right != (want == 1) || (err == nil) != (want == 1) {
			t.Errorf("%s: a code: %v, %v", p, right, err)
		}
		b.second(p, want)
		tokens, err := b.APITokens(b.ctx(), p)
		link, linkErr := b.Link(b.ctx(), token(p[0]))
		if len(tokens) != want || err != nil || linkErr != nil || (link.For == authstore.Meant{}) != (want == 0) || link.Person != p {
			t.Errorf("%s: tokens %v %v, link %+v %v", p, tokens, err, link, linkErr)
		}
	}
	said, err := b.Audited(b.ctx(), 0, 9)
	if err != nil || len(said) != 2 || said[0].About != "b" || said[1].About != "" || said[0].Address == "" || said[1].Address != "" {
		t.Errorf("the audit log says %+v, %v", said, err)
	}
}
