package store_test

import (
	"errors"
	"testing"

	"renkei/internal/auth"
	"renkei/internal/community"
	"renkei/internal/handbook"
	"renkei/internal/handbook/needs"
	"renkei/internal/handbook/store"
)

func memberOf(member string) community.Access {
	return community.Of(&auth.Access{Person: "p", Grants: []auth.Grant{{Scope: community.In(member), Role: string(community.Owner)}}})
}

// testNeeds keeps needs, their history and what of them is found.
func testNeeds(t *testing.T, from *store.Store) {
	t.Helper()
	s := from.Needs()
	l := needs.Listing{
		ID: "n", Side: needs.Need, Member: "kh", Form: needs.Training, Measure: "legal", Themes: []string{"law"}, TLP: community.Green,
		Text: handbook.Say("ja", "電子的証拠に関する研修"),
	}
	change := needs.Change{Author: "owner", Reason: "asked for", Listing: &l}
	if _, err := s.Apply(t.Context(), now, change); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Apply(t.Context(), now, change); !errors.Is(err, handbook.ErrConflict) {
		t.Errorf("a second one of the same id: %v", err)
	}
	secret := l
	secret.TLP, secret.Text = community.Red, handbook.Say("ja", "秘密の研修")
	bad := secret
	bad.Measure = "none"
	if _, err := s.Apply(t.Context(), now, needs.Change{Reason: "stricter", Listing: &secret, Base: 1}, needs.Change{Reason: "bad", Listing: &bad, Base: 2}); !errors.Is(err, handbook.ErrMeasure) {
		t.Errorf("a bad one: %v", err)
	}
	found := func(a community.Access, text string) int {
		t.Helper()
		ids, err := s.Find(t.Context(), a, text)
		must(t, err)
		return len(ids)
	}
	if found(memberOf("th"), "証拠") != 1 || found(memberOf("th"), "秘密") != 0 {
		t.Error("a need of all is not found, or one that was refused is")
	}
	b, err := s.Apply(t.Context(), now, needs.Change{Author: "owner", Reason: "stricter", Listing: &secret, Base: 1})
	must(t, err)
	if found(memberOf("th"), "研修") != 0 || found(memberOf("kh"), "研修") != 1 {
		t.Error("a need that is RED is found by others, or not by its own")
	}
	fresh, err := from.Needs().Board(t.Context())
	if err != nil || fresh.Last != b.Last || fresh.Listing("n").TLP != community.Red {
		t.Errorf("read anew it is %+v, %v", fresh, err)
	}
	history, err := s.History(t.Context(), "n")
	if err != nil || len(history) != 2 || history[1].Listing.TLP != community.Green || history[0].Reason != "stricter" || !history[0].At.Equal(now) || history[0].Author != "owner" {
		t.Errorf("the history is %+v, %v", history, err)
	}
}
