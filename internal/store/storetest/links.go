package storetest

import (
	"errors"
	"slices"

	"renkei/internal/store"
)

// testLinkFor makes a person with an account of what a link says and what they
// say.
func testLinkFor(b *bench) {
	t := b.t
	b.person("b", "bob")
	meant := store.Meant{Name: "Ada", Login: "ada", Organisation: "AST-CERT", Language: "ja", Account: true}
	link := store.Link{Token: token(1), Grant: store.Grant{Role: "account"}, By: "b", Expires: 100, For: meant}
	old := store.Link{Token: token(2), Expires: 1}
	b.must(b.PutLink(b.ctx(), old))
	given := store.Grant{Person: "b", Exercise: "x", Role: "observer"}
	b.must(b.PutLinks(b.ctx(), []store.Token{old.Token}, []store.Link{link}, []store.Grant{given}))
	if got, err := b.Links(b.ctx(), ""); err != nil || !slices.Equal(got, []store.Invited{{Link: link, ByName: "Name of b"}}) {
		t.Errorf("Links = %+v, %v", got, err)
	}
	if got, err := b.Grants(b.ctx(), "b"); err != nil || !slices.Equal(got, []store.Grant{given}) {
		t.Errorf("what was given with it: %v, %v", got, err)
	}
	how := store.Taking{Person: store.Person{ID: "a", Name: "Ada L."}, Account: &store.Account{Person: "a", Login: "bob"}, Bare: true}
	if _, err := b.TakeLink(b.ctx(), link.Token, how, 5); !errors.Is(err, store.ErrExists) {
		t.Errorf("with somebody else's login: %v", err)
	}
	how.Account.Login = "ada"
	if _, err := b.TakeLink(b.ctx(), link.Token, how, 5); err != nil {
		t.Errorf("the link was used up: %v", err)
	}
	want := store.Who{Person: store.Person{ID: "a", Name: "Ada L.", Organisation: "AST-CERT"}, Language: "ja", Login: "ada"}
	if got, err := b.Who(b.ctx(), "a"); err != nil || got != want {
		t.Errorf("Who = %+v, %v; want %+v", got, err, want)
	}
	if got, err := b.Grants(b.ctx(), "a"); err != nil || len(got) != 0 {
		t.Errorf("a link without a role gave %v, %v", got, err)
	}
}

// testLinkKnown gives a role to somebody who stays who they are.
func testLinkKnown(b *bench) {
	b.person("a", "ada")
	b.must(b.PutLink(b.ctx(), store.Link{
		Token: token(1), Grant: store.Grant{Exercise: "x", Role: "observer"}, Expires: 100, For: store.Meant{Organisation: "Other", Language: "ja"},
	}))
	_, err := b.TakeLink(b.ctx(), token(1), store.Taking{Person: store.Person{ID: "a"}, Known: true}, 5)
	b.must(err)
	want := store.Who{Person: store.Person{ID: "a", Name: "Name of a"}, Login: "ada"}
	if got, err := b.Who(b.ctx(), "a"); err != nil || got != want {
		b.t.Errorf("Who = %+v, %v; want %+v", got, err, want)
	}
	if got, err := b.Grants(b.ctx(), "a"); err != nil || len(got) != 1 || got[0].Role != "observer" {
		b.t.Errorf("the grants are %v, %v", got, err)
	}
}

func testReset(b *bench) {
	t := b.t
	b.person("a", "ada")
	b.must(b.PutSession(b.ctx(), store.Session{Token: token(5), Person: "a"}))
	for i := range byte(2) {
		b.must(b.PutLink(b.ctx(), store.Link{Token: token(i), Grant: store.Grant{Role: "reset"}, Expires: 100, For: store.Meant{Person: "a"}}))
	}
	for name, err := range map[string]error{
		"too late":          b.TakeReset(b.ctx(), token(0), "a", "new", 100),
		"for somebody else": b.TakeReset(b.ctx(), token(0), "b", "new", 5),
		"no link":           b.TakeReset(b.ctx(), token(9), "a", "new", 5),
	} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.must(b.TakeReset(b.ctx(), token(0), "a", "new", 5))
	for i := range byte(2) {
		if err := b.TakeReset(b.ctx(), token(i), "a", "newer", 5); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("link %d after one was taken: %v", i, err)
		}
	}
	if got, err := b.AccountOf(b.ctx(), "a"); err != nil || got.Password != "new" || b.sessions("a") != 0 {
		t.Errorf("the account is %+v, %v", got, err)
	}
}
