package server_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/scenario"
	"renkei/internal/server"
	"renkei/internal/web"
)

// What evaluator A, evaluator B and a controller write stands nowhere else.
const (
	noteA    = "Zither: short, but it came in time."
	noteB    = "Quorum: nothing on what comes next."
	observed = "Vellum: they asked each other first."
)

// handIn lets Asteria hand in a report that only a mark can judge, and returns
// its task and the seq.
func (h *fixture) handIn() (task string, seq uint64) {
	h.t.Helper()
	h.excon("stand-in", exercise.SetStandIn{Unit: "asteria", Bot: true})
	h.excon("add", exercise.AddInject{
		From: "hoster", Units: []string{"asteria"}, Texts: scenario.Text{"en": "# Where do you stand?"}, TLP: scenario.TLPGreen,
		Tasks: []exercise.AddedTask{{Prompt: scenario.Text{"en": "Report in three lines."}, Within: 60 * exercise.Second, Points: 3}},
	})
	h.jump(3 * 60 * exercise.Second)
	h.exercise.Live.Now(func(m *follow.Moment) {
		u, _ := m.State.Play().Cast.Index("asteria")
		for v := range m.State.Tasks(u) {
			i, _ := m.State.TaskIndex(v.Key)
			if key := m.State.Key(i, u); v.Type == "report" && key.ByHand() && v.Status == exercise.TaskStands {
				task = v.Key
			}
		}
	})
	if task == "" {
		h.t.Fatal("the pack has no report for evaluators")
	}
	res, err := h.exercise.Do(h.t.Context(), exercise.Command{
		Key: "report", Actor: exercise.Bot("asteria"), Do: exercise.Submit{Task: task, Unit: "asteria", Text: "One hospital is down."},
	})
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.exercise.Live.Wait(h.t.Context(), res.Last); err != nil {
		h.t.Fatal(err)
	}
	return task, res.First
}

// TestMark gives a mark with evidence, changes it and takes it back.
func TestMark(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	task, seq := h.handIn()
	a := h.as(access.Evaluator, "asteria")
	page := func() string { _, p := a.get("/x/x/evaluate/asteria"); return p }
	if p := page(); !strings.Contains(p, "One hospital is down.") || !strings.Contains(p, "Waits for your mark: 1") {
		t.Fatal("the page lacks what waits for a mark")
	}
	form := func(key, points string, more ...string) url.Values {
		return url.Values{"key": {key}, "task": {task}, "points": {points}, "note": {noteA}, "evidence": more}
	}
	const path = "/x/x/mark/asteria"
	a.want(http.StatusUnprocessableEntity, path, form("k1", "many"))
	a.want(http.StatusConflict, path, form("k2", "9999"))
	a.want(http.StatusBadRequest, path, form("k3", "1", "1")) // the log's first event proves nothing
	a.want(http.StatusConflict, path, url.Values{"key": {"k4"}, "task": {task}, "do": {"back"}})
	a.want(http.StatusSeeOther, path, form("k5", "1,5", strconv.FormatUint(seq, 10)))
	if p := page(); !strings.Contains(p, noteA) || !strings.Contains(p, "1.5 of") || strings.Contains(p, "Waits for your mark: 1") {
		t.Error("the mark is not on the page")
	}
	a.want(http.StatusSeeOther, path, form("k6", "1", strconv.FormatUint(seq, 10)))
	if p := page(); strings.Contains(p, "1.5 of") || strings.Count(p, "handed in "+task) < 2 {
		t.Error("the mark was not changed, or its evidence is not there")
	}
	a.want(http.StatusSeeOther, path, url.Values{"key": {"k7"}, "task": {task}, "do": {"back"}})
	if p := page(); strings.Contains(p, noteA) || !strings.Contains(p, "Waits for your mark: 1") {
		t.Error("the mark was not taken back")
	}
	h.as(access.Evaluator, "borealis").want(http.StatusNotFound, path, form("k8", "1"))
}

// TestMarkOneByOne marks one work at a time: the page shows it alone, says how
// much is left, and a mark leads on to what is left.
func TestMarkOneByOne(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	task, _ := h.handIn()
	a := h.as(access.Evaluator, "asteria")
	one := "/x/x/evaluate/asteria?one=" + url.QueryEscape(task) + "-asteria"
	holds(t, a.page("/x/x/evaluate/asteria"), "1 of 1 left to mark", `id="contents"`, `href="`+one+`"`)
	holds(t, a.page(one), "1 of 1 left to mark", `id="work-`+task+`-asteria"`, `!id="contents"`, `!id="work-T01-asteria"`, `!id="notes"`)
	holds(t, a.page("/x/x/evaluate/asteria?show=left"), `id="work-`+task+`-asteria"`, `!id="work-T01-asteria"`)
	form := url.Values{"key": {"k1"}, "task": {task}, "points": {"1"}, "note": {noteA}, "back": {one}}
	res := a.answer(http.MethodPost, "/x/x/mark/asteria", nil, form)
	if to := res.Header.Get("Location"); to != "/x/x/evaluate/asteria?show=left#progress" {
		t.Errorf("the last mark leads to %s, %s", to, res.Status)
	}
	holds(t, a.page("/x/x/evaluate/asteria?show=left"), "0 of 1 left to mark", `!id="work-`+task+`-asteria"`)
	holds(t, a.page("/x/x/evaluate/asteria?show=handed"), `id="work-`+task+`-asteria"`)
	holds(t, a.page("/x/x/evaluate/asteria?one=T99-asteria"), `id="contents"`)
}

// reading are the pages that somebody can be shown, of every GET route.
func reading() (paths []string) {
	for _, pattern := range web.Patterns(server.Areas(server.Deps{})) {
		path, ok := strings.CutPrefix(pattern, "GET ")
		if !ok || strings.HasSuffix(path, "/stream") {
			continue
		}
		for _, unit := range []string{"asteria", "asteria/hospital"} {
			p := strings.NewReplacer("{$}", "", "{exercise}", id, "{unit...}", unit, "{link}", "none", "{name}", "none").Replace(path)
			paths = append(paths, p, p+"?at=00:03:00", p+"?q=report")
		}
	}
	return paths
}

// TestBlind walks all pages as everybody while marks come in: nobody reads a
// mark before it is theirs to read.
func TestBlind(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	task, _ := h.handIn()
	a, b, controller := h.as(access.Evaluator, "asteria"), h.as(access.Evaluator, "asteria"), h.as(access.Controller, "")
	observer, player, third := h.as(access.Observer, ""), h.as(access.Player, "asteria"), h.as(access.Evaluator, "borealis")
	mark := func(who *browser, key, points, note string) {
		who.want(http.StatusSeeOther, "/x/x/mark/asteria", url.Values{"key": {key}, "task": {task}, "points": {points}, "note": {note}})
	}
	walk := func(who *browser) map[string]string {
		pages := map[string]string{}
		for _, path := range reading() {
			if status, page := who.get(path); status == http.StatusOK {
				pages[path] = page
			}
		}
		return pages
	}
	sees := func(pages map[string]string, text string) (at []string) {
		for path, page := range pages {
			if strings.Contains(page, text) {
				at = append(at, path)
			}
		}
		return at
	}
	_, before := b.get("/x/x/evaluate/asteria")
	mark(a, "k1", "1", noteA)
	rated := url.Values{"key": {"k0"}, "task": {"T01"}, "points": {"0"}, "note": {noteA}} // an automatic score, of a critical task
	a.want(http.StatusSeeOther, "/x/x/mark/asteria", rated)
	a.want(http.StatusSeeOther, "/x/x/observe/asteria", url.Values{"key": {"k2"}, "text": {observed}})
	if _, after := b.get("/x/x/evaluate/asteria"); still(after) != still(before) {
		t.Error("the page of evaluator B changes with the mark of A")
	}
	for name, who := range map[string]*browser{"evaluator B": b, "observer": observer, "player": player, "evaluator of another team": third} {
		pages := walk(who)
		for _, secret := range []string{noteA, observed, "An evaluator gave a mark"} {
			if at := sees(pages, secret); len(at) > 0 {
				t.Errorf("%s reads %q at %v", name, secret, at)
			}
		}
	}
	for name, who := range map[string]*browser{"evaluator A": a, "controller": controller} {
		if pages := walk(who); len(sees(pages, noteA)) == 0 || len(sees(pages, observed)) == 0 {
			t.Errorf("%s does not read what is theirs", name)
		}
	}
	mark(b, "k3", "2", noteB)
	if _, after := a.get("/x/x/evaluate/asteria"); still(after) == still(before) || !strings.Contains(after, "rating-U") {
		t.Error("the page of evaluator A does not rate by the mark")
	}
	for name, who := range map[string]*browser{"evaluator A": a, "evaluator B": b, "controller": controller} {
		if pages := walk(who); len(sees(pages, noteA)) == 0 || len(sees(pages, noteB)) == 0 {
			t.Errorf("%s does not read both marks", name)
		}
	}
	b.want(http.StatusSeeOther, "/x/x/mark/asteria", url.Values{"key": {"k4"}, "task": {task}, "do": {"back"}})
	if len(sees(walk(b), noteA)) > 0 {
		t.Error("evaluator B reads the mark of A without an own one")
	}
	for name, who := range map[string]*browser{"observer": observer, "player": player} {
		if pages := walk(who); len(sees(pages, noteA)) > 0 || len(sees(pages, noteB)) > 0 {
			t.Errorf("%s reads marks", name)
		}
	}
}

// TestMarksAreSettled shows marks that differ, and lets the director decide.
func TestMarksAreSettled(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	task, _ := h.handIn()
	a, b := h.as(access.Evaluator, "asteria"), h.as(access.Evaluator, "asteria")
	director, controller := h.as(access.Director, ""), h.as(access.Controller, "")
	has := func(step, text string) {
		t.Helper()
		if _, page := director.get("/x/x/marks"); !strings.Contains(page, text) {
			t.Errorf("%s: the marks lack %q", step, text)
		}
	}
	settle := url.Values{"key": {"k0"}, "task": {task}, "points": {"1.5"}, "note": {"Between the two."}}
	has("before", "Wait for a mark (1)")
	director.want(http.StatusConflict, "/x/x/settle/asteria", settle)
	for who, points := range map[*browser]string{a: "1", b: "2"} {
		who.want(http.StatusSeeOther, "/x/x/mark/asteria", url.Values{"key": {"k1"}, "task": {task}, "points": {points}, "note": {noteA}})
	}
	has("two marks", "the director settles (1)")
	if _, page := controller.get("/x/x/marks"); strings.Count(page, noteA) != 2 || strings.Contains(page, "/settle/") {
		t.Error("a controller does not see both marks, or may settle")
	}
	settle["key"] = []string{"k2"}
	director.want(http.StatusSeeOther, "/x/x/settle/asteria", settle)
	has("settled", "Between the two.")
	has("settled", "Settled (1)")
	if _, page := a.get("/x/x/evaluate/asteria"); !strings.Contains(page, "Between the two.") {
		t.Error("the evaluator does not read the decision")
	}
}

// TestOwnUnits shows several units side by side.
func TestOwnUnits(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	h.jump(5 * 60 * exercise.Second)
	a := h.as(access.Evaluator, "asteria")
	_, page := a.get("/x/x/evaluate")
	for _, want := range []string{`id="work-T01-asteria"`, `id="notes-asteria"`, `id="objective-O1"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, "borealis") {
		t.Error("another team's work is shown")
	}
}

var running = regexp.MustCompile(`(?s)<p class="clock.*?</p>|name="key" value="[^"]*"|data-(at|wall|factor)="[^"]*"`)

// still is a page without what changes by itself.
func still(page string) string { return running.ReplaceAllString(page, "") }
