package web_test

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"renkei/internal/auth"
)

// TestPlay acknowledges, answers and writes as a team, without a script.
func TestPlay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	team, other, director := h.as(auth.Player, "asteria"), h.as(auth.Player, "borealis"), h.as(auth.Director, "")
	_, page := team.get("/x/x/desk/asteria")
	for _, want := range []string{`id="inject-I02"`, "Acknowledge", `id="task-T01"`} {
		if !strings.Contains(page, want) {
			t.Fatalf("the desk lacks %s:\n%s", want, page)
		}
	}
	ack := url.Values{"key": {"k1"}, "inject": {"I02"}}
	for range 2 { // sent twice, it works once
		if status, text := team.post("/x/x/acknowledge/asteria", ack); status != http.StatusSeeOther {
			t.Fatalf("acknowledge: %d %s", status, text)
		}
	}
	if _, page = team.get("/x/x/desk/asteria"); strings.Contains(page, `action="/x/x/acknowledge/`) {
		t.Error("what was acknowledged asks for it still")
	}
	if status, text := team.post("/x/x/answer/asteria", url.Values{"key": {"k2"}, "task": {"T01"}, "text": {"7"}}); status != http.StatusSeeOther {
		t.Fatalf("answer: %d %s", status, text)
	}
	if status, text := team.post("/x/x/answer/asteria", url.Values{"key": {"k3"}, "task": {"T99"}, "text": {"7"}}); status != http.StatusConflict || !strings.Contains(text, "T99") {
		t.Errorf("answer to nothing: %d %s", status, text)
	}
	say := url.Values{"key": {"k4"}, "to": {"unit:borealis"}, "tlp": {"AMBER"}, "text": {"<b>Do you see it too?</b>"}}
	if status, text := team.post("/x/x/message/asteria", say); status != http.StatusSeeOther {
		t.Fatalf("message: %d %s", status, text)
	}
	const shown = "&lt;b&gt;Do you see it too?&lt;/b&gt;"
	for name, b := range map[string]struct {
		*browser
		path string
	}{"receiver": {other, "/x/x/desk/borealis"}, "director": {director, "/x/x/board"}} {
		if _, page := b.get(b.path); !strings.Contains(page, shown) {
			t.Errorf("the %s does not see the message:\n%s", name, page)
		}
	}
	if _, page := h.as(auth.Player, "coralia").get("/x/x/desk/coralia"); strings.Contains(page, shown) {
		t.Error("a third team sees the message")
	}
}

var frame = regexp.MustCompile(`^id: \d+\n$`)

// TestStreamSaysNothing sends a number and no more.
func TestStreamSaysNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if _, line := h.as(auth.Player, "asteria").get("/x/x/stream"); !frame.MatchString(line) {
		t.Errorf("the stream begins with %q", line)
	}
}

// TestFirstPageIsSmall holds the sign-in page with all it loads to what a poor
// link carries.
func TestFirstPageIsSmall(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.browser()
	size := func(path string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept-Encoding", "gzip") // set by hand, it is not unpacked
		res, err := b.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		packed, err := io.ReadAll(res.Body)
		if err != nil || res.Header.Get("Content-Encoding") != "gzip" {
			t.Fatalf("%s: %v, %q", path, err, res.Header)
		}
		return len(packed), path
	}
	total, _ := size("/")
	_, page := b.get("/")
	for _, m := range regexp.MustCompile(`(?:href|src)="(/static/[^"]+)"`).FindAllStringSubmatch(page, -1) {
		n, _ := size(m[1])
		total += n
	}
	if total > 60_000 {
		t.Errorf("the first page weighs %d bytes", total)
	}
}
