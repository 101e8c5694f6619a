package server_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
)

// TestTabletopColleague: when somebody of a delegation changes its answer, which
// makes no event, their colleague hears of it and sees it, and nobody else hears.
func TestTabletopColleague(t *testing.T) {
	t.Parallel()
	r := newTabletopRoom(t)
	chief, phone, colleague := r.in(access.Director, ""), r.in(access.Player, r.units[0]), r.in(access.Player, r.units[0])
	others := map[string]*browser{"another delegation": r.in(access.Player, r.units[1]), "an observer": r.in(access.Observer, "")}
	r.must(chief, "/clock", "do", "start", "sure", "yes", "back", r.path("/table"))
	first := nodes(t, chief.page(r.path("/table")), func(n *html.Node) bool { return attr(n, "name") == "poll" })[0]
	r.must(chief, "/table/step", "step", "announce", "poll", attr(first, "value"))
	r.must(chief, "/table/step", "step", "open", "poll", r.current().Key)
	v := r.current()
	position := func(b *browser) string {
		events, _, _ := strings.Cut(b.page(r.path("/position")), " ") // EXCON's has presence too
		return events
	}
	own := r.exercise.Live.Watch(exercise.ViewerOf(r.units[0]))
	defer own.Close()
	r.must(phone, "/reply/"+r.units[0], fields(&v, 1, "first")...)
	before, page := position(colleague), colleague.page(r.path("/phone/"+r.units[0]))
	for len(own.News()) > 0 {
		<-own.News()
	}
	events, was := position(chief), map[string]string{}
	for who, b := range others {
		was[who] = position(b)
	}
	r.must(phone, "/reply/"+r.units[0], fields(&v, 0, "second")...)
	if len(own.News()) == 0 {
		t.Error("streams of the delegation say nothing of the change")
	}
	if position(colleague) == before {
		t.Error("a colleague without a stream hears nothing of the change")
	}
	if colleague.page(r.path("/phone/"+r.units[0])) == page {
		t.Error("the colleague's phone shows what it showed before")
	}
	for try := 2; ; try++ {
		told := map[string]string{}
		for who, b := range others {
			if now := position(b); now != was[who] {
				told[who] = was[who] + ", then " + now
			}
			was[who] = position(b)
		}
		now := position(chief)
		if now == events {
			if len(told) > 0 {
				t.Errorf("others are told of the change: %v", told)
			}
			return
		}
		events = now // something else happened meanwhile: look at another change
		if try > 50 {
			t.Fatal("there is no change without something else")
		}
		r.must(phone, "/reply/"+r.units[0], fields(&v, try%2, "again")...)
	}
}
