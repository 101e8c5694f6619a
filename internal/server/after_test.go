package server_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
)

// afterTable is the routes of what comes after play.
func afterTable() map[string]string {
	return map[string]string{
		"GET /x/{exercise}/after":              "yyyy.....",
		"POST /x/{exercise}/after":             ".yy......",
		"GET /x/{exercise}/after/{unit...}":    "yyyyyy.y.",
		"POST /x/{exercise}/after/{unit...}":   "....yy.y.",
		"GET /x/{exercise}/hotwash.csv":        "yyyy.....",
		"GET /x/{exercise}/report":             ".........", // it wants to know for whom: TestReports
		"GET /x/{exercise}/plan":               ".yy......",
		"POST /x/{exercise}/plan":              ".yy......",
		"POST /x/{exercise}/overview":          ".yy......",
		"GET /x/{exercise}/report/{unit...}":   ".yy.yy.y.",
		"GET /x/{exercise}/log.jsonl":          ".yy......",
		"GET /x/{exercise}/extract/{unit...}":  "yyyyyy.y.",
		"GET /x/{exercise}/replay":             "yyyy.....",
		"GET /x/{exercise}/briefing":           "yyyy.....",
		"GET /x/{exercise}/briefing/{unit...}": "yyyyyy.y.",
		"GET /x/{exercise}/handbook":           "yyy....y.",
		"GET /x/{exercise}/replay/{unit...}":   "yyyyyy.y.",
	}
}

// TestPapers: players read the briefing, and the handbook is there for those who
// may see the keys.
func TestPapers(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	player, controller := h.as(access.Player, "asteria"), h.as(access.Controller, "")
	holds(t, player.page("/x/x/briefing/asteria"), "Player briefing for Asteria", "Rules of play", "!Tasks and keys")
	holds(t, controller.page("/x/x/msel"), `href="/x/x/briefing"`, `href="/x/x/handbook"`)
	holds(t, controller.page("/x/x/handbook"), "Evaluation guide", "Tasks and keys")
	holds(t, h.as(access.Observer, "").page("/x/x/msel"), `href="/x/x/briefing"`, "!/x/x/handbook")
	holds(t, h.as(access.Evaluator, "asteria").page("/x/x/evaluate"), `href="/x/x/handbook"`)
}

// give is a command in somebody's name.
func (h *fixture) give(key string, actor exercise.Actor, action exercise.Action) {
	h.t.Helper()
	res, err := h.exercise.Do(h.t.Context(), exercise.Command{Key: key, Actor: actor, Do: action})
	if err != nil {
		h.t.Fatalf("%s: %v", key, err)
	}
	if err := h.exercise.Live.Wait(h.t.Context(), res.Last); err != nil {
		h.t.Fatal(err)
	}
}

func (h *fixture) end() { h.t.Helper(); h.give("end", exercise.Excon(), exercise.End{}) }

func ofUnit(unit string) exercise.Actor {
	return exercise.Actor{ID: "p-" + unit, Role: exercise.RolePlayer, Unit: unit}
}

// TestImprovementPlan enters an issue and the overview after ENDEX, finds them in
// the report of EXCON alone, and takes the plan out.
func TestImprovementPlan(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	director, player, observer := h.as(access.Director, ""), h.as(access.Player, "asteria"), h.as(access.Observer, "")
	issue := func(key string, fields ...string) url.Values {
		v := url.Values{"key": {key}, "title": {"Mail filter"}, "action": {"Buy one"}, "was": {"0"}}
		for i := 0; i+1 < len(fields); i += 2 {
			v.Set(fields[i], fields[i+1])
		}
		return v
	}
	holds(t, director.page("/x/x/plan"), "opens with ENDEX")
	if status, _ := director.post("/x/x/plan", issue("k0")); status != http.StatusConflict {
		t.Errorf("an issue before ENDEX: %d", status)
	}
	h.end()
	for _, x := range []struct {
		by   *browser
		path string
		form url.Values
		want int
	}{
		{director, "/x/x/plan", issue("k1", "responsible", "whisper desk", "completion", "2028-01-31"), http.StatusSeeOther},
		{director, "/x/x/plan", issue("k2", "completion", "tomorrow"), http.StatusConflict},
		{director, "/x/x/plan", issue("k3", "was", "never"), http.StatusBadRequest},
		{director, "/x/x/overview", url.Values{"key": {"k4"}, "sponsor": {"whisper ministry"}}, http.StatusSeeOther},
		{player, "/x/x/plan", issue("k5"), http.StatusNotFound},
		{observer, "/x/x/overview", issue("k6"), http.StatusNotFound},
	} {
		if got, text := x.by.post(x.path, x.form); got != x.want {
			t.Errorf("%s %v: %d, want %d: %s", x.path, x.form, got, x.want, text)
		}
	}
	holds(t, director.page("/x/x/plan"), "Mail filter", "whisper desk", "2028-01-31", "whisper ministry")
	holds(t, director.page("/x/x/report?for=excon&form=plan.csv"), "Mail filter", "whisper desk")
	holds(t, director.page("/x/x/report?for=excon&form=html"), "whisper ministry", "whisper desk")
	holds(t, director.page("/x/x/report?for=public&form=html"), "!whisper")
	holds(t, player.page("/x/x/report/asteria?form=html"), "!whisper")
}

// TestHotWash answers as a team and as its cell, changes an answer, and asks
// who reads what.
func TestHotWash(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	team, cell, other := h.as(access.Player, "asteria"), h.as(access.Player, "asteria/hospital"), h.as(access.Player, "borealis")
	director, evaluator, observer := h.as(access.Director, ""), h.as(access.Evaluator, "asteria"), h.as(access.Observer, "")
	form := func(key string, fields ...string) url.Values {
		v := url.Values{"key": {key}}
		for i := 0; i+1 < len(fields); i += 2 {
			v.Set(fields[i], fields[i+1])
		}
		return v
	}
	if status, _ := team.post("/x/x/after/asteria", form("k0", "well", "early")); status != http.StatusUnprocessableEntity {
		t.Errorf("an answer before ENDEX: %d", status)
	}
	h.end()
	want := func(b *browser, path string, form url.Values, status int) {
		t.Helper()
		if got, text := b.post(path, form); got != status {
			t.Errorf("%s %v: %d, want %d: %s", path, form, got, status, text)
		}
	}
	want(team, "/x/x/after/asteria", form("k1", "well", "The liaison room", "useful", "very"), http.StatusSeeOther)
	want(team, "/x/x/after/asteria", form("k1", "well", "The liaison room", "useful", "very"), http.StatusSeeOther) // sent twice
	want(team, "/x/x/after/asteria", form("k2", "well", "The quick calls", "useful", "very"), http.StatusSeeOther)
	want(team, "/x/x/after/asteria", form("k3", "well", "", "useful", "very"), http.StatusUnprocessableEntity)
	want(team, "/x/x/after/asteria", form("k4", "well", "The quick calls", "useful", "splendid"), http.StatusBadRequest)
	want(cell, "/x/x/after/asteria/hospital", form("k1", "sop", "Name a deputy"), http.StatusSeeOther)
	want(other, "/x/x/after/borealis", form("k1", "better", "Labels of borealis"), http.StatusSeeOther)
	want(evaluator, "/x/x/after/asteria", form("k1", "about", "better", "text", "Seen by the evaluator"), http.StatusSeeOther)
	want(director, "/x/x/after", form("k1", "about", "sop", "text", "Noted by EXCON"), http.StatusSeeOther)
	want(director, "/x/x/after", form("k2", "about", "useful", "text", "no such subject"), http.StatusBadRequest)
	texts := []string{"The quick calls", "Name a deputy", "Labels of borealis", "Seen by the evaluator", "Noted by EXCON"}
	for _, x := range []struct {
		name string
		*browser
		path, sees string
	}{
		{"director", director, "/x/x/after", "yyyyy"},
		{"observer", observer, "/x/x/after", "yyy.."},
		{"team", team, "/x/x/after/asteria", "yy..."},
		{"cell", cell, "/x/x/after/asteria/hospital", ".y..."},
		{"another team", other, "/x/x/after/borealis", "..y.."},
		{"evaluator", evaluator, "/x/x/after/asteria", "yy.y."},
		{"table", observer, "/x/x/hotwash.csv", "yyy.."},
	} {
		_, page := x.get(x.path)
		for i, text := range texts {
			if strings.Contains(page, text) != (x.sees[i] == 'y') {
				t.Errorf("%s and %q: want %c", x.name, text, x.sees[i])
			}
		}
		if strings.Contains(page, "The liaison room") {
			t.Errorf("%s reads the answer that was replaced", x.name)
		}
	}
	answers := 0
	h.exercise.Live.Now(func(m *follow.Moment) {
		answers = len(m.Events(exercise.Viewer{Control: true}, 0, 100, func(e *exercise.Event) bool { return e.Body.Type() == "hotwash.answered" }))
	})
	if answers != 5 {
		t.Errorf("the log holds %d answers, want 5: what did not change is not sent", answers)
	}
}

// fetch asks for a file, and gives its headers too.
func (b *browser) fetch(path string) (*http.Response, []byte) {
	b.h.t.Helper()
	req, err := http.NewRequestWithContext(b.h.t.Context(), http.MethodGet, b.h.url+path, nil)
	if err != nil {
		b.h.t.Fatal(err)
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.h.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	return res, data
}

// TestReports asks for reports before and after ENDEX.
func TestReports(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	director, observer, team := h.as(access.Director, ""), h.as(access.Observer, ""), h.as(access.Player, "asteria")
	ask := func(b *browser, path string, want int) []byte {
		t.Helper()
		res, data := b.fetch(path)
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d: %.300s", path, res.StatusCode, want, data)
		}
		return data
	}
	ask(director, "/x/x/report?for=excon&form=html", http.StatusOK) // an interim one
	ask(director, "/x/x/report?for=public&form=html", http.StatusUnprocessableEntity)
	ask(team, "/x/x/report/asteria?form=html", http.StatusUnprocessableEntity)
	h.end()
	ask(observer, "/x/x/report?for=excon&form=html", http.StatusNotFound)
	ask(team, "/x/x/report?for=public&form=html", http.StatusNotFound)
	ask(team, "/x/x/report/borealis?form=html", http.StatusNotFound)
	ask(team, "/x/x/report/asteria?form=results", http.StatusNotFound)
	ask(team, "/x/x/report/asteria?form=exe", http.StatusNotFound)
	ask(director, "/x/x/report?for=excon&form=summary", http.StatusOK)
	for _, form := range []string{"html", "csv", "csv.zip", "xlsx", "json"} {
		ask(team, "/x/x/report/asteria?form="+form, http.StatusOK)
	}
	public := ask(observer, "/x/x/report?for=public&form=html", http.StatusOK)
	if strings.Contains(string(public), "Asteria") {
		t.Error("the public report names a team")
	}
	var results struct{ Format string }
	if err := json.Unmarshal(ask(director, "/x/x/report?for=excon&form=results", http.StatusOK), &results); err != nil || results.Format == "" {
		t.Errorf("results: %v %v", results, err)
	}
	if log := ask(director, "/x/x/log.jsonl", http.StatusOK); !strings.Contains(string(log), `"clock.ended"`) {
		t.Error("the log lacks ENDEX")
	}
}

// TestReportPolicy holds a report to its own style: the browser is told its
// hash, and nothing else may run or load.
func TestReportPolicy(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	director := h.as(access.Director, "")
	res, page := director.fetch("/x/x/report?for=excon&form=html")
	css := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindAllSubmatch(page, -1)
	if len(css) != 1 || strings.Contains(string(page), ` style="`) || strings.Contains(string(page), "<script") {
		t.Fatalf("the report has %d styles, or inline ones", len(css))
	}
	sum := sha256.Sum256(css[0][1])
	policy := res.Header.Get("Content-Security-Policy")
	if want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, want) || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q, want %s", policy, want)
	}
	if res, _ = director.fetch("/x/x/report?for=excon&form=html&save=1"); !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") {
		t.Error("it is not a file when it is to be saved")
	}
}

// said is a text of its own in each event that says something.
func said(h *fixture) {
	h.t.Helper()
	n := 0
	say := func(actor exercise.Actor, action func(text string) exercise.Action) {
		n++
		h.give(fmt.Sprint("said", n), actor, action(fmt.Sprintf("whisper%03d", n)))
	}
	var units []string
	h.exercise.Live.Now(func(m *follow.Moment) {
		for _, u := range m.State.Play().Cast.Units {
			units = append(units, u.Key)
		}
	})
	for _, u := range units {
		ends := []string{"excon"}
		if team, _, cell := strings.Cut(u, "/"); cell {
			ends = append(ends, "unit:"+team)
		} else {
			ends = append(ends, "liaison", "unit:"+u+"/hospital")
		}
		for _, e := range ends {
			say(ofUnit(u), func(s string) exercise.Action { return exercise.Send{From: u, Ends: []string{e}, Text: s} })
		}
		say(exercise.Excon(), func(s string) exercise.Action {
			return exercise.Send{From: "excon", Ends: []string{"unit:" + u}, Text: s}
		})
		say(exercise.Excon(), func(s string) exercise.Action { return exercise.AddNote{Unit: u, Text: s} })
		say(ofUnit(u), func(s string) exercise.Action { return exercise.AddNote{Unit: u, Text: s, Own: true} })
	}
}

var whisper = regexp.MustCompile(`whisper\d{3}`)

// TestHandsOutOnlyItsOwn compares what each unit can take away, and what its
// replay shows, with what Viewer.Sees lets it see of the whole log.
func TestHandsOutOnlyItsOwn(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	said(h)
	h.end()
	var all []exercise.Event
	h.exercise.Live.Now(func(m *follow.Moment) {
		all = m.Events(exercise.Viewer{Control: true}, 0, 100_000, func(*exercise.Event) bool { return true })
	})
	for _, unit := range []string{"asteria", "asteria/hospital", "borealis"} {
		may, count := map[string]bool{}, 0
		for i := range all {
			if !exercise.ViewerOf(unit).Sees(all[i].To) {
				continue
			}
			count++
			text, err := all[i].Encode()
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range whisper.FindAllString(string(text), -1) {
				may[w] = true
			}
		}
		b := h.as(access.Player, unit)
		check := func(what string, data []byte, whole bool) {
			t.Helper()
			got := map[string]bool{}
			for _, w := range whisper.FindAllString(string(data), -1) {
				if got[w] = true; !may[w] {
					t.Errorf("%s of %s holds %s", what, unit, w)
				}
			}
			if whole && len(got) != len(may) {
				t.Errorf("%s of %s holds %d of %d texts", what, unit, len(got), len(may))
			}
		}
		_, data := b.fetch("/x/x/extract/" + unit + "?form=json")
		check("the log", data, true)
		var rows []struct{ N int }
		if err := json.Unmarshal(data, &rows); err != nil || len(rows) != count {
			t.Errorf("%s: %d rows, want %d: %v", unit, len(rows), count, err)
		}
		_, data = b.fetch("/x/x/extract/" + unit + "?form=csv")
		check("the table", data, true)
		if table, err := csv.NewReader(strings.NewReader(string(data))).ReadAll(); err != nil || len(table) != count+1 {
			t.Errorf("%s: a table of %d lines, want %d: %v", unit, len(table), count+1, err)
		}
		for _, at := range []string{"0", "00:01:00", "00:02:00", "150", "00:30:00"} {
			res, data := b.fetch("/x/x/replay/" + unit + "?at=" + url.QueryEscape(at))
			if res.StatusCode != http.StatusOK || !strings.Contains(string(data), `id="at"`) {
				t.Errorf("replay at %s: %d", at, res.StatusCode)
			}
			check("the replay at "+at, data, false)
		}
		for _, form := range []string{"html", "json", "csv.zip"} {
			_, data := b.fetch("/x/x/report/" + unit + "?form=" + form)
			check("the report as "+form, data, false)
		}
	}
}

// TestReplay steps through a running exercise as EXCON, and is closed to units
// until ENDEX.
func TestReplay(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	director, team := h.as(access.Director, ""), h.as(access.Player, "asteria")
	if _, page := team.get("/x/x/replay/asteria?at=00:01:00"); strings.Contains(page, `id="at"`) {
		t.Error("a unit replays before ENDEX")
	}
	if status, _ := director.get("/x/x/replay"); status != http.StatusSeeOther {
		t.Errorf("the replay begins with %d", status)
	}
	h.end()
	_, before := director.get("/x/x/replay?at=00:00:30")
	_, after := director.get("/x/x/replay?at=00:02:30")
	for _, want := range []string{`value="30"`, `id="at-plus"`, "00%3A01%3A00", `class="m-inject"`} {
		if !strings.Contains(before, want) {
			t.Errorf("the replay lacks %s", want)
		}
	}
	if body := mainOf(before); strings.Contains(body, `method="post"`) {
		t.Error("a past moment has forms")
	}
	const released = `<a class="b new" href="inject/I02/asteria`
	if strings.Contains(before, released) || !strings.Contains(after, released) {
		t.Error("the board is not that of its moment")
	}
	for _, path := range []string{"/x/x/board?at=00:01:00", "/x/x/desk/asteria?at=00:01:00"} {
		if _, page := director.get(path); !strings.Contains(page, `class="at-bar"`) || strings.Count(page, "hx-trigger") != 1 { // that of the signals
			t.Errorf("%s lacks the slider, or listens for news", path)
		}
	}
	if status, _ := director.get("/x/x/replay?at=soon"); status != http.StatusNotFound {
		t.Errorf("a moment that is none: %d", status)
	}
	if _, page := team.get("/x/x/replay/asteria?at=00:02:30"); !strings.Contains(page, `id="inject-I02"`) {
		t.Error("the unit's replay lacks its inject")
	}
}

func mainOf(page string) string {
	_, rest, _ := strings.Cut(page, "<main")
	body, _, _ := strings.Cut(rest, "</main>")
	return body
}

// TestPlanOfTabletop: what a tabletop's log shows has a plan like any other.
func TestPlanOfTabletop(t *testing.T) {
	t.Parallel()
	r := newTabletopRoom(t)
	director := r.in(access.Director, "")
	r.give("start", exercise.Excon(), exercise.Start{Speed: 1})
	r.end()
	holds(t, director.page(r.path("/plan")), "Improvement plan", "Add an issue")
	r.must(director, "/plan", "title", "Who signs", "action", "Name a deputy", "was", "0")
	holds(t, director.page(r.path("/plan")), "Who signs")
}
