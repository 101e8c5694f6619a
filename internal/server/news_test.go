package server_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
)

// TestNewsCountsUntilItIsSeen: without a script the server counts what is new,
// for each person of a unit, until they have looked at its page.
func TestNewsCountsUntilItIsSeen(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	ada, bo, director := h.as(access.Player, "asteria"), h.as(access.Player, "asteria"), h.as(access.Director, "")
	is := func(who string, b *browser, path, key, want string) {
		t.Helper()
		page := b.page(path)
		badges := nodes(t, page, func(n *html.Node) bool { return attr(n, "data-news") == key && n.Data == "span" })
		if len(badges) != 1 {
			t.Fatalf("%s on %s: %d badges of %s", who, path, len(badges), key)
		}
		got := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(textOf(badges[0])), "new"))
		if hidden := slices.ContainsFunc(badges[0].Attr, func(a html.Attribute) bool { return a.Key == "hidden" }); hidden != (want == "0") || got != want {
			t.Errorf("%s on %s: %s new of %s (hidden %v), want %s", who, path, got, key, hidden, want)
		}
		if want != "0" != strings.Contains(page, "<title>("+want+")") {
			t.Errorf("%s on %s: the title does not say %s", who, path, want)
		}
	}
	for _, b := range []*browser{ada, bo} {
		b.page("/x/x/desk/asteria")
		b.page("/x/x/talk/asteria")
	}
	director.page("/x/x/inbox")
	h.excon("m1", exercise.Send{From: exercise.EndExcon, Ends: []string{"unit:asteria"}, Text: "one"})
	h.excon("m2", exercise.Send{From: exercise.EndExcon, Ends: []string{"unit:borealis"}, Text: "not theirs"})
	is("Ada", ada, "/x/x/contacts/asteria", "asteria talk", "1")
	is("Ada again", ada, "/x/x/contacts/asteria", "asteria talk", "1")
	ada.page("/x/x/talk/asteria")
	is("Ada who saw it", ada, "/x/x/contacts/asteria", "asteria talk", "0")
	is("Bo", bo, "/x/x/contacts/asteria", "asteria talk", "1")
	director.page("/x/x/msel")
	h.give("q", exercise.Actor{ID: "p", Role: exercise.RolePlayer, Unit: "asteria"}, exercise.Send{From: "asteria", Ends: []string{"excon"}, Text: "a question"})
	is("the director", director, "/x/x/msel", "excon log", "1")
	director.page("/x/x/log")
	is("the director who saw it", director, "/x/x/msel", "excon log", "0")
	if res := director.answer(http.MethodGet, "/manifest.webmanifest", nil, nil); res.Header.Get("Content-Type") != "application/manifest+json" {
		t.Errorf("the manifest is %s", res.Header.Get("Content-Type"))
	}
}
