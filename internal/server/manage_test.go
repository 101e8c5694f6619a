package server_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"renkei/internal/auth"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/ballot"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/teamfile"
	"renkei/internal/server"
	"renkei/internal/storage"
	"renkei/internal/testkit/exercisetest"
	"renkei/internal/web"
)

// manyFixture is a server that keeps exercises, of which one is made.
type manyFixture struct {
	*fixture

	db   *storage.DB
	host *hosting.Host
	made string // its id
}

func newManyFixture(t *testing.T) *manyFixture {
	t.Helper()
	db := exercisetest.Store(t, server.Stored()...)
	texts, err := server.Texts()
	if err != nil {
		t.Fatal(err)
	}
	teams, err := teamfile.Demo(6)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	people := auth.New(db, time.Now, server.Rules()...)
	host := hosting.Open(t.Context(), hosting.Options{
		DB: db, Auth: people, Texts: texts, Log: log, Teams: teams, Added: filepath.Join(t.TempDir(), "packs"), Kinds: server.Kinds(), Keys: ballot.NewKeyring(t.TempDir()),
		Beside: server.BesideExercises(),
	})
	t.Cleanup(func() { host.Close(context.Background()) }) // that of the test has ended
	m := &manyFixture{fixture: &fixture{t: t, auth: people}, host: host, db: db}
	pack := ""
	for _, p := range host.Packs() {
		if strings.HasPrefix(p.Key, "hospital-ransomware@") {
			pack = p.Key
		}
	}
	m.made, err = host.Create(t.Context(), hosting.CreateOptions{
		Key: "k", Pack: pack, Title: scenario.Text{"en": "Autumn drill", "ja": "秋の演習", "th": "การฝึก"},
		Teams: []string{teams[4].Key, teams[1].Key, teams[3].Key, teams[0].Key},
	})
	if err != nil {
		t.Fatal(err)
	}
	m.exercise = m.open(m.made)
	closing := make(chan struct{})
	s := httptest.NewServer(newPages(t, web.Deps{
		Auth: people, Areas: server.Areas(server.Deps{Host: host, DB: db.Database}), Texts: texts, Log: log, Closing: closing, Limits: hurried(),
	}))
	t.Cleanup(func() {
		close(closing)
		s.Close()
	})
	m.url = s.URL
	return m
}

func (m *manyFixture) open(id string) *hosting.Exercise {
	m.t.Helper()
	x, err := m.host.Exercise(m.t.Context(), id)
	if err != nil {
		m.t.Fatal(err)
	}
	return x
}

// in lets somebody in with a role.
func (m *manyFixture) in(g auth.Grant) *browser {
	m.t.Helper()
	secret, err := m.auth.Invite(m.t.Context(), "test", g, time.Hour)
	if err != nil {
		m.t.Fatal(err)
	}
	b, form := m.browser(), url.Values{"name": {"Ada"}}
	if g.Scope == (auth.Scope{}) {
		form.Set("login", "ada")
		form.Set("password", "correct horse battery")
	}
	b.want(http.StatusSeeOther, "/in/"+secret, form)
	return b
}

func (m *manyFixture) role(role auth.Role, unit string) *browser {
	m.t.Helper()
	return m.in(auth.Grant{Scope: access.In(m.made, unit), Role: string(role)})
}

// filled is what the form of a page would send, but for its keys.
func filled(t *testing.T, page, action string) url.Values {
	t.Helper()
	form := url.Values{}
	forms := nodes(t, page, func(n *html.Node) bool { return n.Data == "form" && attr(n, "action") == action })
	if len(forms) != 1 {
		t.Fatalf("there are %d forms for %s", len(forms), action)
	}
	for n := range forms[0].Descendants() {
		_, checked := attribute(n, "checked")
		box := attr(n, "type") == "radio" || attr(n, "type") == "checkbox"
		if n.Type == html.ElementNode && n.Data == "input" && (checked || !box) {
			form.Add(attr(n, "name"), attr(n, "value"))
		}
	}
	return form
}

func attribute(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// TestClone sends the form for a new exercise as it is filled in from another:
// the pack, titles and teams are the same, in their order, and it is another.
func TestClone(t *testing.T) {
	t.Parallel()
	m := newManyFixture(t)
	secretary := m.in(auth.Grant{Role: string(auth.Secretary)})
	if _, page := secretary.get("/exercises"); !strings.Contains(page, `href="/new?from=`+m.made+`"`) {
		t.Fatalf("the list does not lead there:\n%s", page)
	}
	status, page := secretary.get("/new?from=" + m.made)
	if status != http.StatusOK || !strings.Contains(page, "Filled in from “Autumn drill”") || strings.Contains(page, `class="notice" role="alert"`) {
		t.Fatalf("the form: %d\n%s", status, page)
	}
	form := filled(t, page, "/new")
	secretary.want(http.StatusSeeOther, "/new", form)
	all, err := m.host.List(t.Context(), func(id string) bool { return id != m.made })
	if err != nil || len(all) != 1 {
		t.Fatalf("there are %d others: %v", len(all), err)
	}
	var made [2]exercise.Created
	for i, x := range []*hosting.Exercise{m.exercise, m.open(all[0].ID)} {
		x.Live.Now(func(f *follow.Moment) { made[i] = *f.State.Created() })
	}
	same := func(a, b scenario.Unit) bool { return a.Key == b.Key }
	if was, is := made[0], made[1]; was.Hash != is.Hash || is.Title["en"] != "Autumn drill" || is.Title["ja"] != "秋の演習" || is.Title["th"] != "การฝึก" ||
		!slices.EqualFunc(was.Units, is.Units, same) || was.Seed == is.Seed {
		t.Errorf("the clone is %+v, of %+v", is.Title, was.Title)
	}
	if status, _ := secretary.get("/new?from=nothing"); status != http.StatusNotFound {
		t.Errorf("a clone of nothing: %d", status)
	}
	if status, _ := m.role(access.Director, "").get("/new?from=" + m.made); status != http.StatusNotFound {
		t.Errorf("a director who makes no exercises: %d", status)
	}
}

// TestArchive takes an exercise out of the lists and brings it back; who takes
// part in it reads it all the while.
func TestArchive(t *testing.T) {
	t.Parallel()
	m := newManyFixture(t)
	secretary, director := m.in(auth.Grant{Role: string(auth.Secretary)}), m.role(access.Director, "")
	controller := m.role(access.Controller, "")
	archive := func(do string) url.Values { return url.Values{"exercise": {m.made}, "do": {do}} }
	listed := func(what string, want bool) {
		t.Helper()
		for who, b := range map[string]*browser{"secretary": secretary, "director": director, "controller": controller} {
			for path, want := range map[string]bool{"/exercises": want, "/exercises?archived=yes": !want} {
				_, page := b.get(path)
				_, main, _ := strings.Cut(page, "<main")
				if got := strings.Contains(main, "Autumn drill"); got != want {
					t.Errorf("%s: %s finds it at %s: %v", what, who, path, got)
				}
			}
		}
		if status, _ := controller.get("/x/" + m.made + "/board"); status != http.StatusOK {
			t.Errorf("%s: the board gives %d", what, status)
		}
	}
	listed("at first", true)
	controller.want(http.StatusNotFound, "/exercises/archive", archive("archive"))
	director.want(http.StatusBadRequest, "/exercises/archive", archive("burn"))
	director.want(http.StatusNotFound, "/exercises/archive", url.Values{"exercise": {"another"}, "do": {"archive"}})
	director.want(http.StatusSeeOther, "/exercises/archive", archive("archive"))
	director.want(http.StatusSeeOther, "/exercises/archive", archive("archive"))
	listed("archived", false)
	secretary.want(http.StatusSeeOther, "/exercises/archive", archive("restore"))
	listed("brought back", true)
	m.excon("start", exercise.Start{Speed: 1})
	if page := secretary.want(http.StatusUnprocessableEntity, "/exercises/archive", archive("archive")); !strings.Contains(page, "is being played") {
		t.Errorf("during play:\n%s", page)
	}
	listed("during play", true)
	m.excon("end", exercise.End{})
	secretary.want(http.StatusSeeOther, "/exercises/archive", archive("archive"))
	listed("after play", false)
	entries, err := m.auth.Audit(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	count := map[auth.Deed]int{}
	for _, e := range entries {
		if e.About == m.made {
			count[e.Deed]++
		}
	}
	if count[auth.ExerciseArchived] != 2 || count[auth.ExerciseRestored] != 1 {
		t.Errorf("the audit log has %v", count)
	}
}

// TestCarry makes an exercise with what is still open of the plan of another;
// who does not control that one is not offered it, and cannot take it.
func TestCarry(t *testing.T) {
	t.Parallel()
	m := newManyFixture(t)
	secretary := m.in(auth.Grant{Role: string(auth.Secretary)})
	form := filled(t, secretary.page("/new?from="+m.made), "/new")
	form.Set("carry", m.made)
	secretary.want(http.StatusNotFound, "/new", form)
	form.Del("carry")
	secretary.want(http.StatusSeeOther, "/new", form)

	own := m.others(m.made)[0] // who makes an exercise directs it
	for key, do := range []exercise.Action{
		exercise.Start{Speed: 1},
		exercise.End{},
		exercise.EnterPlan{PlanEntered: exercise.PlanEntered{Title: "Mail filter", Action: "Buy one", Responsible: "the desk"}},
	} {
		if _, err := m.open(own).Do(t.Context(), exercise.Command{Key: fmt.Sprint(key), Actor: exercise.Excon(), Do: do}); err != nil {
			t.Fatal(err)
		}
	}
	page := secretary.page("/new?from=" + own)
	holds(t, page, `<option value="`+own+`" selected`, `!<option value="`+m.made)
	form = filled(t, page, "/new")
	form.Set("carry", own)
	secretary.want(http.StatusSeeOther, "/new", form)
	var carried *exercise.PlanCarried
	m.open(m.others(m.made, own)[0]).Live.Now(func(f *follow.Moment) {
		for _, e := range f.Events(exercise.Viewer{Control: true}, 0, 100, func(e *exercise.Event) bool { return e.Body.Type() == "plan.carried" }) {
			carried, _ = e.Body.(*exercise.PlanCarried)
		}
	})
	if carried == nil || carried.From != own || carried.Issues[len(carried.Issues)-1].Title["ja"] != "Mail filter" {
		t.Errorf("carried %+v", carried)
	}
}

// others are the ids of the exercises but for those that are known.
func (m *manyFixture) others(known ...string) (ids []string) {
	m.t.Helper()
	all, err := m.host.List(m.t.Context(), func(id string) bool { return !slices.Contains(known, id) })
	if err != nil || len(all) == 0 {
		m.t.Fatalf("no others than %v: %v", known, err)
	}
	for _, s := range all {
		ids = append(ids, s.ID)
	}
	return ids
}

// TestTryPage tries answers against the keys of a pack, as the secretariat; who
// plays the pack does not get there, nor anybody else.
func TestTryPage(t *testing.T) {
	t.Parallel()
	m := newManyFixture(t)
	secretary := m.in(auth.Grant{Role: string(auth.Secretary)})
	pack := filled(t, secretary.page("/new?from="+m.made), "/new").Get("pack")
	holds(t, secretary.page("/packs"), `href="/packs/try?pack=`+url.QueryEscape(pack)+`"`)
	holds(t, secretary.page("/packs/try?pack="+pack), `<option value="T01"`, `<option value="F07"`, "!id=\"verdict\"")
	try := func(place, unit, text string) string {
		return secretary.want(http.StatusOK, "/packs/try", url.Values{"pack": {pack}, "place": {place}, "unit": {unit}, "text": {text}})
	}
	const right = "192.0.2.6" // of the first member
	holds(t, try("T01", "asteria", "We think it is "+right+"."), "Right, for asteria", "<li>")
	holds(t, try("T01", "asteria", "none of them"), "Not right, for asteria", "<li>")
	holds(t, try("T01", "", right), "Right, for asteria")
	secretary.want(http.StatusBadRequest, "/packs/try", url.Values{"pack": {pack}, "place": {"T99"}, "text": {"x"}})
	secretary.want(http.StatusBadRequest, "/packs/try", url.Values{"pack": {pack}, "place": {"T01"}, "unit": {"nobody"}, "text": {"x"}})
	if status, _ := secretary.get("/packs/try?pack=none"); status != http.StatusNotFound {
		t.Errorf("no such pack: %d", status)
	}
	if status, _ := m.role(access.Director, "").get("/packs/try?pack=" + pack); status != http.StatusNotFound {
		t.Errorf("a director who is not of the secretariat: %d", status)
	}
}
