package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
)

// TestCorrectEvidence has the hospital tell its CSIRT what nobody foresaw: a
// controller counts it on the log page, takes it back and reads there who said
// so. Players and observers are offered nothing.
func TestCorrectEvidence(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	const hospital = "asteria/hospital"
	controller, director, player, observer := h.as(access.Controller, ""), h.as(access.Director, ""), h.as(access.Player, hospital), h.as(access.Observer, "")
	player.form("/x/x/message/"+hospital, "a", http.StatusSeeOther, url.Values{"to": {"unit:asteria"}, "tlp": {"AMBER"}, "text": {"The thing we spoke of has happened"}})
	said := h.exercise.Live.Seq()
	status := func() (is exercise.FlowStatus) {
		h.read(func(st *exercise.State) {
			u, _ := st.Play().Cast.Index(hospital)
			is, _, _ = st.Flow(0, u)
		})
		return is
	}
	if status() == exercise.FlowIsMade {
		t.Fatal("it is recognised")
	}
	entry := "/x/x/log?seq=" + text(said)
	form := func(key, do, reason string) url.Values {
		return url.Values{"key": {key}, "of": {text(said)}, "flow": {"F01"}, "do": {do}, "reason": {reason}}
	}
	if _, page := controller.get("/x/x/log"); !strings.Contains(page, `aria-label="Confirm or correct what #`+text(said)) {
		t.Error("the log does not lead to the form")
	}
	if _, page := controller.get(entry); !strings.Contains(page, `id="evidence-`+text(said)+`"`) {
		t.Error("the entry has no form")
	}
	if _, page := observer.get(entry); strings.Contains(page, "evidence-") {
		t.Error("an observer is offered to correct")
	}
	observer.want(http.StatusNotFound, "/x/x/evidence", form("o", "makes", "x"))
	player.want(http.StatusNotFound, "/x/x/evidence", form("p", "makes", "x"))
	if page := controller.want(http.StatusUnprocessableEntity, "/x/x/evidence", form("b", "", "typed already")); !strings.Contains(page, `value="typed already"`) {
		t.Error("a refused form does not come back with what was typed")
	}
	controller.want(http.StatusConflict, "/x/x/evidence", form("c", "makes", ""))
	controller.want(http.StatusConflict, "/x/x/evidence", form("d", "not", "x"))
	controller.want(http.StatusSeeOther, "/x/x/evidence", form("e", "makes", "They named it on the telephone"))
	if status() != exercise.FlowIsMade {
		t.Errorf("counted, the flow is %s", status())
	}
	reads := func(b *browser, want string) {
		t.Helper()
		if _, page := b.get(entry); !strings.Contains(page, want) {
			t.Errorf("the entry does not say %q", want)
		}
	}
	reads(director, ": They named it on the telephone")
	reads(director, "Counted by ")
	director.want(http.StatusSeeOther, "/x/x/evidence", form("f", "makes", ""))
	reads(controller, "; confirmed by ")
	director.want(http.StatusSeeOther, "/x/x/evidence", form("g", "not", "They meant another thing"))
	if status() == exercise.FlowIsMade {
		t.Error("taken back, the flow is still made")
	}
	reads(controller, "Taken back by ")
	if _, page := observer.get("/x/x/log?kind=flows"); strings.Contains(page, "They meant another thing") {
		t.Error("the observer reads a reason of EXCON")
	}
	if _, page := controller.get("/x/x/log?kind=flows"); !strings.Contains(page, "taken back by EXCON: not told in #"+text(said)) {
		t.Error("the log does not tell of the correction")
	}
}
