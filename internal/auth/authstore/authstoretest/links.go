package authstoretest

import (
	"errors"
	"slices"

	"renkei/internal/auth/authstore"
	"renkei/internal/database"
)

// testLinkFor makes a person with an account of what a link says and what they
// say.
func testLinkFor(b *bench) {
	t := b.t
	b.person("b", "bob")
	meant := authstore.Meant{Name: "Ada", Login: "ada", Organisation: "AST-CERT", Language: "ja", Account: true}
	link := authstore.Link{Token: token(1), Grant: authstore.Grant{Role: "account"}, By: "b", Expires: 100, For: meant}
	old := authstore.Link{Token: token(2), Expires: 1}
	b.must(b.PutLink(b.ctx(), old))
	given := authstore.Grant{Person: "b", Scope: in("x", ""), Role: "observer"}
	b.must(b.PutLinks(b.ctx(), []authstore.Token{old.Token}, []authstore.Link{link}, []authstore.Grant{given}))
	if got, err := b.Links(b.ctx(), authstore.Scope{}); err != nil || !slices.Equal(got, []authstore.Invited{{Link: link, ByName: "Name of b"}}) {
		t.Errorf("Links = %+v, %v", got, err)
	}
	if got, err := b.Grants(b.ctx(), "b"); err != nil || !slices.Equal(got, []authstore.Grant{given}) {
		t.Errorf("what was given with it: %v, %v", got, err)
	}
	how := authstore.Taking{Person: authstore.Person{ID: "a", Name: "Ada L."}, Account: &authstore.Account{Person: "a", Login: "bob"}, Bare: true}
	if _, err := b.TakeLink(b.ctx(), link.Token, how, 5); !errors.Is(err, database.ErrExists) {
		t.Errorf("with somebody else's login: %v", err)
	}
	how.Account.Login = "ada"
	if _, err := b.TakeLink(b.ctx(), link.Token, how, 5); err != nil {
		t.Errorf("the link was used up: %v", err)
	}
	want := authstore.Who{Person: authstore.Person{ID: "a", Name: "Ada L.", Organisation: "AST-CERT"}, Language: "ja", Login: "ada"}
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
	b.must(b.PutLink(b.ctx(), authstore.Link{
		Token: token(1), Grant: authstore.Grant{Scope: in("x", ""), Role: "observer"}, Expires: 100, For: authstore.Meant{Organisation: "Other", Language: "ja"},
	}))
	_, err := b.TakeLink(b.ctx(), token(1), authstore.Taking{Person: authstore.Person{ID: "a"}, Known: true}, 5)
	b.must(err)
	want := authstore.Who{Person: authstore.Person{ID: "a", Name: "Name of a"}, Login: "ada"}
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
	b.must(b.PutSession(b.ctx(), authstore.Session{Token: token(5), Person: "a"}))
	for i := range byte(2) {
		b.must(b.PutLink(b.ctx(), authstore.Link{Token: token(i), Grant: authstore.Grant{Role: "reset"}, Expires: 100, For: authstore.Meant{Person: "a"}}))
	}
	for name, err := range map[string]error{
		"too late":          b.TakeReset(b.ctx(), token(0), "a", "new", 100),
		"for somebody else": b.TakeReset(b.ctx(), token(0), "b", "new", 5),
		"no link":           b.TakeReset(b.ctx(), token(9), "a", "new", 5),
	} {
		if !errors.Is(err, database.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.must(b.TakeReset(b.ctx(), token(0), "a", "new", 5))
	for i := range byte(2) {
		if err := b.TakeReset(b.ctx(), token(i), "a", "newer", 5); !errors.Is(err, database.ErrNotFound) {
			t.Errorf("link %d after one was taken: %v", i, err)
		}
	}
	if got, err := b.AccountOf(b.ctx(), "a"); err != nil || got.Password != "new" || b.sessions("a") != 0 {
		t.Errorf("the account is %+v, %v", got, err)
	}
}
