package browser_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"renkei/internal/testkit/browser"
	"renkei/internal/testkit/flakylink"
)

// TestBrowser sees, types, clicks, finds barriers, and loses the line.
func TestBrowser(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><title>T</title><main><h1>%s %s</h1>
			<form action="/said"><label>Word <input id="w" name="w"></label><button id="b">Say</button></form></main>`,
			r.Header.Get("Accept-Language"), r.FormValue("w"))
	}))
	t.Cleanup(server.Close)
	addr := strings.TrimPrefix(server.URL, "http://")
	line := flakylink.New(t, addr)
	axe := browser.AxeScript(t)
	p := browser.New(t).Person(t, "http://"+line.Addr(), "ja")
	p.Go("/")
	p.MustBeOpen(axe)
	p.Fill("#w", "こんにちは")
	p.Click("#b")
	p.Read("ja こんにちは")
	if got := p.Path(); !strings.HasPrefix(got, "/said?w=") {
		t.Errorf("led to %s", got)
	}
	if browser.Value[int](p, "(document.querySelector('label').replaceWith(document.querySelector('input')), 1)") != 1 {
		t.Error("no value")
	}
	if found := p.Barriers(axe); len(found) != 1 || !strings.HasPrefix(found[0], "label: #w") {
		t.Errorf("barriers: %q", found)
	}
	line.Cut()
	if browser.Value[bool](p, "fetch('/').then(() => true, () => false)") {
		t.Error("the line is not cut")
	}
	line.Mend(addr)
	if !browser.Value[bool](p, "fetch('/').then(() => true, () => false)") {
		t.Error("the line is not mended")
	}
}
