package server_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/a-h/templ"

	"renkei/internal/auth"
	"renkei/internal/exercise/access"
	"renkei/internal/i18n"
	"renkei/internal/server"
	"renkei/internal/storage"
	"renkei/internal/web"
)

// garden is an area that only this test knows: a page, a place in the
// navigation, and a text in both languages. That its tables are backed up is in
// storage's test of an area of its own.
func garden() (web.Area, i18n.Area) {
	texts := fstest.MapFS{
		"en.json": {Data: []byte(`{"web.garden.title": "Garden"}`)},
		"ja.json": {Data: []byte(`{"web.garden.title": "庭園"}`)},
	}
	area := web.Area{
		Name: "garden",
		Routes: []web.Route{{Pattern: "GET /garden", Need: web.Known, Handle: func(r *web.Request) error {
			body := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
				_, err := io.WriteString(w, "<h1>"+r.T("garden.title")+"</h1>")
				return err
			})
			return r.Show(http.StatusOK, web.StartPage(r, []*web.Home{{Part: body}}))
		}}},
		Nav: func(r *web.Request) *web.Section {
			return &web.Section{Name: r.T("garden.title"), Path: "/garden", Tabs: []web.Tab{{Name: r.T("garden.title"), Path: "/garden", Here: r.URL.Path == "/garden"}}}
		},
		Texts: texts,
	}
	return area, i18n.Area{Name: area.Name, Files: area.Texts}
}

// TestAreaOfItsOwn serves an area without a line changed elsewhere.
func TestAreaOfItsOwn(t *testing.T) {
	t.Parallel()
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "renkei.db"), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	area, words := garden()
	texts, err := i18n.New(words)
	if err != nil {
		t.Fatal(err)
	}
	h := &fixture{t: t, auth: auth.New(db, time.Now, access.Rules())}
	handler, err := web.New(web.Deps{
		Auth: h.auth, Texts: texts, Log: slog.New(slog.DiscardHandler), Limits: hurried(),
		Areas: append(server.Areas(oneExercise{}, nil), area),
	})
	if err != nil {
		t.Fatal(err)
	}
	pages := httptest.NewServer(handler)
	t.Cleanup(pages.Close)
	h.url = pages.URL
	if status, text := h.browser().get("/garden"); status != http.StatusSeeOther {
		t.Errorf("a stranger gets %d %s", status, text)
	}
	first, err := h.auth.FirstLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := h.browser()
	form := map[string][]string{"name": {"Ada"}, "login": {"ada"}, "password": {"correct horse battery"}}
	if status, text := b.post("/in/"+first, form); status != http.StatusSeeOther {
		t.Fatalf("first secretary: %d %s", status, text)
	}
	for lang, want := range map[string]string{"en": "Garden", "ja": "庭園"} {
		b.post("/language", map[string][]string{"lang": {lang}, "back": {"/garden"}})
		status, page := b.get("/garden")
		if status != http.StatusOK || !strings.Contains(page, "<h1>"+want+"</h1>") {
			t.Errorf("%s: %d %s", lang, status, page)
		}
		if n := strings.Count(page, `href="/garden"`); n != 1 || !strings.Contains(page, `href="/exercises"`) {
			t.Errorf("%s: the navigation leads there %d times", lang, n)
		}
	}
}

// TestTextsOfAreas refuses keys outside the area's own, and a key twice.
func TestTextsOfAreas(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"another's prefix": `{"web.desk.title": "x"}`,
		"no JSON":          `{`,
	} {
		files := fstest.MapFS{"en.json": {Data: []byte(text)}, "ja.json": {Data: []byte(text)}}
		if _, err := i18n.New(i18n.Area{Name: "garden", Files: files}); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
