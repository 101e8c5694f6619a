package server_test

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
)

// TestPlay acknowledges, answers and writes as a team, without a script.
func TestPlay(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	team, other, director := h.as(access.Player, "asteria"), h.as(access.Player, "borealis"), h.as(access.Director, "")
	_, page := team.get("/x/x/desk/asteria")
	for _, want := range []string{`id="new-I02"`, "Acknowledge", `id="owed-T01"`} {
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
	if status, text := team.post("/x/x/acknowledge/asteria", url.Values{"key": {"k0"}, "inject": {"I00"}}); status != http.StatusSeeOther {
		t.Fatalf("acknowledge: %d %s", status, text)
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
	}{"receiver": {other, "/x/x/desk/borealis"}, "receiver's room": {other, "/x/x/talk/borealis?room=unit:asteria"}, "director": {director, "/x/x/board"}} {
		if _, page := b.get(b.path); !strings.Contains(page, shown) {
			t.Errorf("the %s does not see the message:\n%s", name, page)
		}
	}
	for _, path := range []string{"/x/x/desk/coralia", "/x/x/talk/coralia", "/x/x/unitlog/coralia"} {
		if _, page := h.as(access.Player, "coralia").get(path); strings.Contains(page, shown) {
			t.Errorf("a third team sees the message on %s", path)
		}
	}
}

var frame = regexp.MustCompile(`^id: \d+\n$`)

// TestStreamSaysNothing sends a number and no more.
func TestStreamSaysNothing(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	if _, line := h.as(access.Player, "asteria").get("/x/x/stream"); !frame.MatchString(line) {
		t.Errorf("the stream begins with %q", line)
	}
}

// TestPagesAreSmall holds the sign-in page and a desk with all that they load,
// and a desk after a long exercise, to what a poor link carries.
func TestPagesAreSmall(t *testing.T) {
	t.Parallel()
	h := newFixtureOf(t, "gateway-to-wards", 235*60*exercise.Second)
	for _, c := range []struct {
		path  string
		b     *browser
		alone int // the most that the page weighs by itself
	}{{"/", h.browser(), 10_000}, {"/x/x/desk/asteria", h.as(access.Player, "asteria"), 40_000}} {
		alone, total := c.b.weight(c.path), 0
		_, page := c.b.get(c.path)
		for _, m := range regexp.MustCompile(`(?:href|src)="(/static/[^"]+)"`).FindAllStringSubmatch(page, -1) {
			total += c.b.weight(m[1])
		}
		if total += alone; total > 60_000 || alone > c.alone {
			t.Errorf("%s weighs %d bytes, with what it loads %d", c.path, alone, total)
		}
	}
}

// weight is how many bytes an address sends, packed.
func (b *browser) weight(path string) int {
	b.h.t.Helper()
	req, err := http.NewRequestWithContext(b.h.t.Context(), http.MethodGet, b.h.url+path, nil)
	if err != nil {
		b.h.t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "gzip") // set by hand, it is not unpacked
	res, err := b.client.Do(req)
	if err != nil {
		b.h.t.Fatal(err)
	}
	defer res.Body.Close()
	packed, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || res.Header.Get("Content-Encoding") != "gzip" {
		b.h.t.Fatalf("%s: %v, %d, %q", path, err, res.StatusCode, res.Header)
	}
	return len(packed)
}
