package server_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
	"renkei/internal/server"
	"renkei/internal/web"
)

// everything are the addresses of all that can be read, in every form and at an
// earlier moment.
func everything() (paths []string) {
	for _, pattern := range web.Patterns(server.Areas(server.Deps{})) {
		path, ok := strings.CutPrefix(pattern, "GET ")
		if !ok || strings.HasSuffix(path, "/stream") {
			continue
		}
		for _, unit := range []string{"asteria", "asteria/hospital"} {
			for _, inject := range []string{"I02", "I04"} {
				p := strings.NewReplacer(
					"{$}", "", "{exercise}", id, "{unit...}", unit, "{link}", "none", "{name}", "none", "{inject}", inject, "{file}", "9",
				).Replace(path)
				for _, query := range []string{"", "?at=00:05:00", "?as=csv", "?form=csv", "?form=json", "?for=public&form=json", "?for=excon", "?by=tasks", "?show=own"} {
					if !slices.Contains(paths, p+query) {
						paths = append(paths, p+query)
					}
				}
			}
		}
	}
	return paths
}

// TestObserversReadNoKeys walks everything as an observer after answers, marks,
// a decision and notes were made, and after play: what is EXCON's stands
// nowhere, and EXCON and the unit find it.
func TestObserversReadNoKeys(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	task, _ := h.handIn()
	h.answerRightly()
	for i, name := range []string{noteA, noteB} {
		e := h.as(access.Evaluator, "asteria")
		e.want(http.StatusSeeOther, "/x/x/mark/asteria", url.Values{"key": {"m"}, "task": {task}, "points": {[]string{"1", "2"}[i]}, "note": {name}})
		e.want(http.StatusSeeOther, "/x/x/observe/asteria", url.Values{"key": {"o"}, "text": {observed}})
	}
	director, observer, player := h.as(access.Director, ""), h.as(access.Observer, ""), h.as(access.Player, "asteria")
	const settled = "Basalt: the later report counts."
	director.want(http.StatusSeeOther, "/x/x/settle/asteria", url.Values{"key": {"s"}, "task": {task}, "points": {"1.5"}, "note": {settled}})
	h.excon("note", exercise.AddNote{Unit: "asteria", Text: "Osprey: EXCON keeps this."})
	secrets := map[string]*browser{ // and who finds them
		noteA: director, noteB: director, observed: director, settled: director, "Osprey": director,
		"of 10 points": player, "Accepted answers": director,
	}
	for _, over := range []bool{false, true} {
		if over {
			h.excon("end", exercise.End{})
		}
		for _, path := range everything() {
			status, page := observer.get(path)
			for secret := range secrets {
				if status == http.StatusOK && strings.Contains(page, secret) {
					t.Errorf("over %v: an observer reads %q at %s", over, secret, path)
				}
			}
		}
		for secret, who := range secrets {
			if !over && !found(who, secret) {
				t.Errorf("nobody reads %q: the test looks for the wrong thing", secret)
			}
		}
	}
}

// found reports whether somebody reads a text anywhere.
func found(b *browser, text string) bool {
	b.h.t.Helper()
	for _, path := range everything() {
		if status, page := b.get(path); status == http.StatusOK && strings.Contains(page, text) {
			return true
		}
	}
	return false
}

// answerRightly lets Asteria answer T01 as its key wants it.
func (h *fixture) answerRightly() {
	h.t.Helper()
	answer := ""
	h.exercise.Live.Now(func(m *follow.Moment) {
		u, _ := m.State.Play().Cast.Index("asteria")
		i, _ := m.State.TaskIndex("T01")
		answer = m.State.Key(i, u).Sample
	})
	h.excon("stand-in", exercise.SetStandIn{Unit: "asteria", Bot: true})
	res, err := h.exercise.Do(h.t.Context(), exercise.Command{
		Key: "right", Actor: exercise.Bot("asteria"), Do: exercise.Submit{Task: "T01", Unit: "asteria", Text: answer},
	})
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.exercise.Live.Wait(h.t.Context(), res.Last); err != nil {
		h.t.Fatal(err)
	}
}
