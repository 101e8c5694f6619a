package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
)

func text(n uint64) string { return fmt.Sprint(n) }

// read asks the exercise itself.
func (h *fixture) read(look func(st *exercise.State)) {
	h.exercise.Live.Now(func(m *follow.Moment) { look(m.State) })
}

func (h *fixture) phase() (p exercise.Phase) {
	h.read(func(st *exercise.State) { p = st.Phase() })
	return p
}

// TestSteer sends each form that steers play, with what it refuses.
func TestSteer(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	director, controller := h.as(access.Director, ""), h.as(access.Controller, "")
	controller.form("/x/x/pause", "a", http.StatusUnprocessableEntity, url.Values{"do": {"pause"}, "reason": {strings.Repeat("x", 2000)}})
	controller.form("/x/x/pause", "b", http.StatusSeeOther, url.Values{"do": {"pause"}, "reason": {"Network"}})
	controller.form("/x/x/pause", "c", http.StatusConflict, url.Values{"do": {"pause"}})
	if h.phase() != exercise.OnHold {
		t.Error("play is not paused")
	}
	controller.form("/x/x/pause", "d", http.StatusBadRequest, url.Values{"do": {"dance"}})
	controller.form("/x/x/pause", "e", http.StatusSeeOther, url.Values{"do": {"resume"}})
	for i, bad := range []string{"", "x", "0", "7", "NaN"} {
		controller.form("/x/x/speed", "f"+text(uint64(i)), http.StatusBadRequest, url.Values{"speed": {bad}})
	}
	controller.form("/x/x/speed", "g", http.StatusSeeOther, url.Values{"speed": {"10"}})
	h.read(func(st *exercise.State) {
		if st.Speed() != 10 {
			t.Errorf("the speed is %v", st.Speed())
		}
	})
	director.form("/x/x/clock", "h", http.StatusBadRequest, url.Values{"do": {"dance"}})
	director.form("/x/x/clock", "i", http.StatusConflict, url.Values{"do": {"start"}, "sure": {"yes"}})
	director.form("/x/x/clock", "j", http.StatusUnprocessableEntity, url.Values{"do": {"end"}})
	if h.phase() != exercise.Running {
		t.Error("ENDEX without being sure")
	}
	director.form("/x/x/clock", "k", http.StatusSeeOther, url.Values{"do": {"end"}, "sure": {"yes"}, "text": {"ENDEX, thank you"}})
	if h.phase() != exercise.Over {
		t.Error("play is not over")
	}
	for unit, b := range map[string]*browser{"borealis": h.as(access.Player, "borealis"), "coralia/hospital": h.as(access.Player, "coralia/hospital")} {
		if _, page := b.get("/x/x/unitlog/" + unit); !strings.Contains(page, "ENDEX, thank you") {
			t.Errorf("%s was not told of ENDEX", unit)
		}
	}
}

// TestBroadcast reaches whom it names, and nobody else.
func TestBroadcast(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	controller := h.as(access.Controller, "")
	desks := map[string]*browser{}
	for _, unit := range []string{"asteria", "borealis", "asteria/hospital"} {
		desks[unit] = h.as(access.Player, unit)
	}
	for i, tt := range []struct{ to, reaches string }{
		{"all", "asteria borealis asteria/hospital"}, {"teams", "asteria borealis"}, {"borealis", "borealis"}, {"asteria/hospital", "asteria asteria/hospital"},
	} {
		say := "word " + text(uint64(i))
		controller.form("/x/x/broadcast", say, http.StatusSeeOther, url.Values{"to": {tt.to}, "tlp": {"GREEN"}, "text": {say}})
		for unit, b := range desks {
			_, page := b.get("/x/x/unitlog/" + unit)
			want := strings.Contains(" "+tt.reaches+" ", " "+unit+" ")
			if got := strings.Contains(page, say); got != want {
				t.Errorf("to %s: %s reads it: %v", tt.to, unit, got)
			}
		}
	}
	controller.form("/x/x/broadcast", "a", http.StatusConflict, url.Values{"to": {"nobody"}, "tlp": {"GREEN"}, "text": {"x"}})
	controller.form("/x/x/broadcast", "b", http.StatusConflict, url.Values{"to": {"all"}, "tlp": {"GREEN"}, "text": {"  "}})
	controller.form("/x/x/broadcast", "c", http.StatusBadRequest, url.Values{"to": {"all"}, "tlp": {"PINK"}, "text": {"x"}})
}

// TestEndexIsMoved shows what it changes before it is done, tells all, and plays
// to the new time.
func TestEndexIsMoved(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	director, team := h.as(access.Director, ""), h.as(access.Player, "asteria")
	_, page := director.get("/x/x/endex?to=00:06:00")
	lost := nodes(t, page, func(n *html.Node) bool { return strings.HasPrefix(attr(n, "id"), "jump-endex-lost-") })
	if len(lost) == 0 || !strings.Contains(textOf(lost[0]), "I0") {
		t.Errorf("an early ENDEX takes %d injects away:\n%s", len(lost), page)
	}
	for _, bad := range []string{"nonsense", "00:00:01", "-10h", "+0"} {
		_, page := director.get("/x/x/endex?to=" + url.QueryEscape(bad))
		if n := len(nodes(t, page, func(n *html.Node) bool { return attr(n, "role") == "alert" })); n != 1 {
			t.Errorf("%s: %d problems", bad, n)
		}
	}
	var end exercise.Time
	h.read(func(st *exercise.State) { end = st.End() })
	director.form("/x/x/endex", "a", http.StatusBadRequest, url.Values{"to": {"x"}})
	director.form("/x/x/endex", "b", http.StatusSeeOther, url.Values{"to": {(end + 10*60*exercise.Second).String()}})
	h.read(func(st *exercise.State) {
		if st.End() != end+10*60*exercise.Second {
			t.Errorf("ENDEX is planned at %s", st.End())
		}
	})
	if _, page := team.get("/x/x/unitlog/asteria"); !strings.Contains(page, "ENDEX was moved") {
		t.Error("the team is not told")
	}
}

// TestLateAnswerKeepsItsText: an answer after ENDEX is refused, and its writer
// reads why and has the text still, to copy it.
func TestLateAnswerKeepsItsText(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	team := h.as(access.Player, "asteria")
	h.do(exercise.Excon(), exercise.End{})
	const words = "We have warned the hospital by telephone."
	status, page := team.post("/x/x/answer/asteria", url.Values{"key": {"late"}, "task": {"T01"}, "text": {words}})
	if status != http.StatusConflict || !strings.Contains(page, words) || !strings.Contains(page, "That is not possible: the exercise is ended.") {
		t.Errorf("%d, text kept: %v:\n%s", status, strings.Contains(page, words), page)
	}
}

// TestTimedPauseIsTold: everybody reads when play goes on, in UTC and where the
// unit is; what cannot be read as a time is refused with its text kept.
func TestTimedPauseIsTold(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	director, team := h.as(access.Director, ""), h.as(access.Player, "asteria")
	for _, bad := range []string{"soon", "+", "+-5m", "25:00", "+100h"} {
		if status, _ := director.post("/x/x/pause", url.Values{"key": {"k" + bad}, "do": {"pause"}, "back_at": {bad}}); status == http.StatusSeeOther {
			t.Errorf("%q is taken as a time", bad)
		}
	}
	director.form("/x/x/pause", "p", http.StatusSeeOther, url.Values{"do": {"pause"}, "reason": {"lunch"}, "back_at": {"+15m"}, "back_how": {"ask"}})
	var until int64
	h.read(func(st *exercise.State) { until, _ = st.Back() })
	back := "back at " + time.UnixMicro(until).UTC().Format("15:04") + " UTC"
	for name, who := range map[string]*browser{"/x/x/desk/asteria": team, "/x/x/board": director} {
		if _, page := who.get(name); !strings.Contains(page, back) || !strings.Contains(page, "when EXCON says so") {
			t.Errorf("%s does not say %q", name, back)
		}
	}
}

// TestJumpIsShownBeforeItIsMade asks for a preview, and then for the jump.
func TestJumpIsShownBeforeItIsMade(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	director := h.as(access.Director, "")
	status, page := director.get("/x/x/jump?to=00:08:00&mode=release")
	heads := nodes(t, page, func(n *html.Node) bool { return n.Data == "h3" })
	groups := nodes(t, page, func(n *html.Node) bool {
		return n.Data == "details" && strings.HasPrefix(attr(n, "id"), "jump-released-")
	})
	if status != http.StatusOK || len(heads) == 0 || len(groups) == 0 {
		t.Fatalf("%d, %d headings, %d injects:\n%s", status, len(heads), len(groups), page)
	}
	if first := textOf(groups[0]); !strings.Contains(first, "I0") || !strings.Contains(first, "Asteria") {
		t.Errorf("the first that would be released is %q", first)
	}
	h.read(func(st *exercise.State) {
		if st.At() >= 8*60*exercise.Second {
			t.Error("the preview has jumped")
		}
	})
	for _, bad := range []string{"to=nonsense&mode=skip", "to=00:00:01&mode=skip", "to=99:00:00&mode=skip", "to=00:08:00&mode=dance"} {
		status, page := director.get("/x/x/jump?" + bad)
		problems := nodes(t, page, func(n *html.Node) bool { return attr(n, "role") == "alert" })
		sure := nodes(t, page, func(n *html.Node) bool { return attr(n, "id") == "jump-sure" })
		if status != http.StatusOK || len(problems) != 1 || len(sure) > 0 {
			t.Errorf("%s: %d, %d problems, and can be done: %v", bad, status, len(problems), len(sure) > 0)
		}
	}
	director.form("/x/x/jump", "a", http.StatusUnprocessableEntity, url.Values{"to": {"00:08:00"}, "mode": {"skip"}})
	director.form("/x/x/jump", "b", http.StatusBadRequest, url.Values{"to": {"x"}, "mode": {"skip"}, "sure": {"yes"}})
	director.form("/x/x/jump", "c", http.StatusSeeOther, url.Values{"to": {"00:08:00"}, "mode": {"skip"}, "sure": {"yes"}})
	h.read(func(st *exercise.State) {
		if st.At() < 8*60*exercise.Second {
			t.Errorf("the clock stands at %v", st.At())
		}
	})
}

// TestUnits sends each form of the page of units.
func TestUnits(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	controller, observer := h.as(access.Controller, ""), h.as(access.Observer, "")
	_, page := controller.get("/x/x/units?unit=asteria/hospital")
	if rows := nodes(t, page, func(n *html.Node) bool { return n.Data == "tr" && strings.HasPrefix(attr(n, "id"), "unit-") }); len(rows) < 8 || attr(rows[1], "class") != "of-team" {
		t.Errorf("%d rows of units", len(rows))
	}
	unit := func(more ...string) url.Values {
		v := url.Values{"unit": {"asteria"}, "back": {"/x/x/units?unit=asteria"}}
		for i := 0; i < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return v
	}
	controller.form("/x/x/status", "a", http.StatusSeeOther, unit("status", exercise.Late, "reason", "Train <late>"))
	controller.form("/x/x/status", "b", http.StatusConflict, unit("status", exercise.Late))
	controller.form("/x/x/status", "c", http.StatusUnprocessableEntity, unit("status", exercise.Withdrawn))
	controller.form("/x/x/status", "d", http.StatusConflict, unit("status", "asleep"))
	controller.form("/x/x/status", "e", http.StatusUnprocessableEntity, unit("status", exercise.Present, "reason", strings.Repeat("x", 2000)))
	controller.form("/x/x/attendance", "f", http.StatusSeeOther, unit("present", "3", "expected", "5"))
	controller.form("/x/x/attendance", "g", http.StatusUnprocessableEntity, unit("present", "-1", "expected", "5"))
	controller.form("/x/x/attendance", "h", http.StatusUnprocessableEntity, unit("present", "1", "expected", ""))
	controller.form("/x/x/attendance", "i", http.StatusConflict, unit("ready", "yes", "how", "telephone", "by", "Ms Lim")) // only before STARTEX
	controller.form("/x/x/stand-in", "j", http.StatusSeeOther, unit("bot", "yes"))
	controller.form("/x/x/stand-in", "k", http.StatusConflict, url.Values{"unit": {"nobody"}, "bot": {"yes"}})
	_, page = observer.get("/x/x/units")
	rows := nodes(t, page, func(n *html.Node) bool { return attr(n, "id") == "unit-asteria" })
	if len(rows) != 1 || !strings.Contains(textOf(rows[0]), "late since 00:02:3") || !strings.Contains(textOf(rows[0]), "Train <late> not ready 3 / 5 simulated team") {
		t.Errorf("the unit is shown as %q", textOf(rows[0]))
	}
	controller.form("/x/x/stand-in", "l", http.StatusSeeOther, url.Values{"unit": {"all"}, "bot": {"yes"}})
	h.read(func(st *exercise.State) {
		for u, unit := range st.Play().Cast.Units {
			if !st.Unit(u).Bot {
				t.Errorf("no simulated team plays %s", unit.Key)
			}
		}
	})
	controller.form("/x/x/status", "m", http.StatusSeeOther, unit("status", exercise.Withdrawn, "sure", "yes"))
	controller.form("/x/x/status", "n", http.StatusConflict, unit("status", exercise.Present))
}
