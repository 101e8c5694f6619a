package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"renkei/internal/auth"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
)

// TestFiles hands a file in and takes it out again, and an attachment: as what
// is kept and never shown, and by nobody whose it is not.
func TestFiles(t *testing.T) {
	t.Parallel()
	h := newFixtureOf(t, "gateway-to-wards", 205*60*exercise.Second)
	team, other := h.as(access.Player, "asteria"), h.as(access.Player, "borealis")
	if status, text := team.handIn("T30", "../<b>.html", []byte("<script>alert(1)</script>")); status != http.StatusSeeOther {
		t.Fatalf("upload: %d %s", status, text)
	}
	if status, text := team.handIn("T30", "large.bin", make([]byte, 2<<20)); status != http.StatusConflict || !strings.Contains(text, "large.bin is larger than the 1MiB") {
		t.Errorf("a file over the limit of the task: %d %s", status, text)
	}
	if status, text := team.handIn("T30", "huge.bin", make([]byte, 27<<20)); status != http.StatusRequestEntityTooLarge || !strings.Contains(text, "too large") {
		t.Errorf("a file over the limit of the route: %d %s", status, text)
	}
	_, page := team.get("/x/x/inject/I30/asteria")
	_, after, ok := strings.Cut(page, `href="/x/x/handed-in/`)
	path, _, _ := strings.Cut(after, `"`)
	if !ok || !strings.Contains(page, "&lt;b&gt;.html") {
		t.Fatalf("the file is not on the page:\n%s", page)
	}
	path = "/x/x/handed-in/" + path
	for _, address := range []string{path, "/x/x/attachment/I07/asteria?name=agency-proxy.log"} {
		head := team.header(address)
		if got := head.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment; filename") {
			t.Errorf("%s: disposition %q", address, got)
		}
		if got := head.Get("Content-Security-Policy"); got != "default-src 'none'; sandbox" || head.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %q", address, head)
		}
		if status, _ := other.get(address); status != http.StatusNotFound {
			t.Errorf("%s: another team gets %d", address, status)
		}
	}
	for role, unit := range map[auth.Role]string{access.Director: "", access.Evaluator: "asteria"} {
		judge := h.as(role, unit)
		if status, _ := judge.get(path); status != http.StatusOK {
			t.Errorf("a %s gets %d for what was handed in", role, status)
		}
		if _, page := judge.get("/x/x/evaluate/asteria"); !strings.Contains(page, `href="`+path+`"`) {
			t.Errorf("a %s finds no link to what was handed in", role)
		}
	}
	if status, text := team.get("/x/x/attachment-text/I07/asteria?name=agency-proxy.log"); status != http.StatusOK || !strings.Contains(text, "<pre>") {
		t.Errorf("an attachment as text: %d %s", status, text)
	}
	for _, name := range []string{"agency-mail.log", "../pack.yaml", "en/agency-proxy.log"} {
		if status, _ := team.get("/x/x/attachment/I07/asteria?name=" + url.QueryEscape(name)); status != http.StatusNotFound {
			t.Errorf("%s is no attachment of the inject, and answers %d", name, status)
		}
	}
}

// TestUploadsAreLimited: nobody fills the disk by sending file after file.
func TestUploadsAreLimited(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	team, last := h.as(access.Player, "asteria"), 0
	for range 21 {
		last, _ = team.handIn("T01", "a.txt", []byte("a"))
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the file after twenty gets %d", last)
	}
	if status, _ := h.as(access.Player, "borealis").handIn("T01", "a.txt", []byte("a")); status == http.StatusTooManyRequests {
		t.Error("somebody else is held up too")
	}
}

// handIn hands a file in for a task of asteria's.
func (b *browser) handIn(task, name string, data []byte) (int, string) {
	b.h.t.Helper()
	return b.upload("/x/x/upload/asteria", "file", name, data, url.Values{"key": {"file " + name}, "task": {task}})
}

func (b *browser) header(path string) http.Header {
	b.h.t.Helper()
	req, err := http.NewRequestWithContext(b.h.t.Context(), http.MethodGet, b.h.url+path, nil)
	if err != nil {
		b.h.t.Fatal(err)
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.h.t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		b.h.t.Fatal(err)
	}
	return res.Header
}
