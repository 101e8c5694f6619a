//go:build unix

package e2e

import (
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/auth/limit"
	"renkei/internal/community"
	"renkei/internal/server"
	"renkei/internal/storage"
	"renkei/internal/testkit/browser"
	"renkei/internal/web"
)

// programmeSite is the demonstration in this process, whose programme has a time
// that the test sets.
type programmeSite struct {
	t     *testing.T
	url   string
	auth  *auth.Service
	areas []web.Area

	mu  sync.Mutex
	now time.Time
}

func newProgrammeSite(t *testing.T) *programmeSite {
	t.Helper()
	s := &programmeSite{t: t, now: time.Now()}
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "renkei.db"), storage.Options{Areas: server.Stored()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := server.FillDemo(t.Context(), db.Database); err != nil {
		t.Fatal(err)
	}
	texts, err := server.Texts()
	if err != nil {
		t.Fatal(err)
	}
	s.auth = auth.New(db, time.Now, server.Rules()...)
	s.areas = server.Areas(server.Deps{DB: db.Database, Texts: texts, Now: s.time})
	closing, log := make(chan struct{}), slog.New(slog.DiscardHandler)
	limits := limit.New(time.Now, limit.Options{Rates: limit.Rates()})
	admission := web.NewAdmission(web.AdmissionDeps{Auth: s.auth, Texts: texts, Log: log, Areas: s.areas, Limits: limits})
	pages, err := web.New(web.Deps{Auth: s.auth, Areas: s.areas, Texts: texts, Log: log, Closing: closing, Limits: limits, Admission: admission})
	if err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(pages)
	t.Cleanup(func() {
		close(closing)
		served.Close()
	})
	s.url = served.URL
	return s
}

func (s *programmeSite) time() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// pass lets time pass in the programme, and has it do what is due then.
func (s *programmeSite) pass(d time.Duration) {
	s.t.Helper()
	s.mu.Lock()
	s.now = s.now.Add(d)
	s.mu.Unlock()
	i := slices.IndexFunc(s.areas, func(a web.Area) bool { return a.Name == "programme" })
	if err := s.areas[i].Minute(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// in lets somebody in with a role in the community.
func (s *programmeSite) in(b *browser.Browser, lang, name string, role auth.Role, scope auth.Scope) *browser.Page {
	s.t.Helper()
	secret, err := s.auth.Invite(s.t.Context(), "test", auth.Grant{Scope: scope, Role: string(role)}, time.Hour)
	if err != nil {
		s.t.Fatal(err)
	}
	p := b.Person(s.t, s.url, lang)
	p.Take(s.url+"/in/"+secret, name)
	return p
}

// TestBrowserAdoption takes a meeting from its agenda to its adopted record as the
// people who do it: the secretariat makes and plans it, the chair asks for a paper,
// records it and circulates the record, a member hands the paper in, objects, and
// the silence passes once the objection is settled.
func TestBrowserAdoption(t *testing.T) {
	t.Parallel()
	s := newProgrammeSite(t)
	b, axe := browser.New(t), browser.AxeScript(t)
	secretary := s.in(b, "en", "Cora", community.Coordinator, community.Everywhere())
	chair := s.in(b, "en", "Malee", community.Owner, community.In("th"))
	member := s.in(b, "ja", "Dara", community.Owner, community.In("kh"))
	set := func(p *browser.Page, selector, value string) {
		p.Until(`document.readyState == "complete"`) // until then a script may still bring a form back
		browser.Value[int](p, `(document.querySelector("`+selector+`").value = "`+value+`", 1)`)
	}
	day := func(days int) string { return s.time().AddDate(0, 0, days).Format(time.DateOnly) }

	secretary.Go("/programme/meetings")
	secretary.Open("details:has(#next-demo-working-group)")
	secretary.Fill(`#next-demo-working-group [name="title.en"]`, "Third meeting")
	set(secretary, "#next-demo-working-group [name=begin]", day(60))
	secretary.Click("#next-demo-working-group button.main")
	secretary.See("#plan")

	// The chair sees the draft, a member does not.
	member.Go("/programme/meetings")
	if text := member.Text("main"); strings.Contains(text, "Third meeting") || strings.Contains(text, "WG3") {
		t.Error("a member sees the draft of a meeting")
	}
	chair.Go("/programme/meeting/wg3")
	chair.Open(`details:has([id="item-"])`)
	chair.Fill(`[id="item-"] [name="title.en"]`, "Who calls whom at night")
	chair.Fill(`[id="item-"] [name="title.ja"]`, "夜間の連絡体制")
	browser.Value[int](chair, `(document.querySelector('[id="item-"] [name=papers][value=kh]').checked = true, 1)`)
	chair.Click(`[id="item-"] button`)
	chair.Read("Who calls whom at night")

	secretary.Go("/programme/meeting/wg3")
	set(secretary, "#plan [name=status]", "planned")
	secretary.Click("#plan button")
	secretary.Gone("main > .notice")

	member.Go("/programme/meeting/wg3")
	member.Read("夜間の連絡体制")
	member.Open("details:has(#paper)")
	paper := filepath.Join(t.TempDir(), "paper.txt")
	if err := os.WriteFile(paper, []byte("Call the desk, then its deputy."), 0o600); err != nil {
		t.Fatal(err)
	}
	set(member, "#paper-item", itemOf(member, "夜間の連絡体制"))
	member.Upload("#paper-file", paper)
	member.Click("#paper button")
	member.Read("paper.txt")

	s.pass(61 * 24 * time.Hour)
	chair.Go("/programme/meeting/wg3")
	chair.Open("details:has(#action)")
	chair.Fill(`#action [name="title.en"]`, "List the numbers of all desks")
	chair.Fill(`#action [name="body"]`, "CamCERT")
	set(chair, "#action [name=member]", "kh")
	set(chair, "#action [name=due]", day(30))
	chair.Click("#action button")
	chair.Read("WG3/A1")
	chair.Fill(`#minutes [name="text.en"]`, "They agreed whom to call.")
	chair.Click("#minutes button")
	chair.Click("#circulate button.main")
	chair.Read("being circulated")
	chair.MustBeOpen(axe)

	member.Go("/programme/meeting/wg3")
	member.Open("details:has(#object)")
	member.Fill("#object-text", "The deputy was named too.")
	member.Click("#object button")
	member.Read("異議あり")
	s.pass(15 * 24 * time.Hour) // the deadline passes, and an open objection stops the adoption
	secretary.Go("/programme/meeting/wg3")
	if text := secretary.Text("#record ~ p .badge"); strings.Contains(text, "adopted") {
		t.Errorf("a record to which somebody objects is %q", text)
	}

	chair.Reload()
	chair.Fill("#settle-0-answer", "It stands in the list.")
	chair.Click("#settle-0 button")
	chair.Read("It stands in the list.")
	s.pass(time.Minute)
	for p, want := range map[*browser.Page]string{secretary: "It stays as it is", chair: "It stays as it is", member: "採択"} {
		p.Go("/programme/meeting/wg3")
		p.Read(want)
		p.Read("They agreed whom to call.")
		p.Read("WG3/A1")
		if n := browser.Value[int](p, `document.querySelectorAll("#minutes, #circulate, #object").length`); n != 0 {
			t.Errorf("%d forms would change an adopted record", n)
		}
	}
	member.Width(390)
	member.MustBeOpen(axe)
	hash := member.Text(".document code")
	if len(hash) != 64 || secretary.Text(".document code") != hash {
		t.Errorf("the record has the checksum %q", hash)
	}
}

// itemOf is the id of an item of the agenda in the form of a paper.
func itemOf(p *browser.Page, title string) string {
	return browser.Value[string](p, `[...document.querySelectorAll("#paper-item option")].find(o => o.textContent.includes("`+title+`")).value`)
}
