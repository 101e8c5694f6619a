package server_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"renkei/internal/exercise/access"
)

// mselTable is the routes with which EXCON steers what is released.
func mselTable() map[string]string {
	return map[string]string{
		"GET /x/{exercise}/msel":               "yyyy.....",
		"GET /x/{exercise}/msel/{inject}":      "yyyy.....",
		"POST /x/{exercise}/msel/{inject}":     ".yy......",
		"GET /x/{exercise}/msel/{inject}/file": ".........", // without a name there is no file
		"GET /x/{exercise}/compose":            "yyy......",
		"POST /x/{exercise}/compose":           ".yy......",
		"GET /x/{exercise}/inbox":              "yyy......",
		"POST /x/{exercise}/inbox/claim":       ".yy......",
		"POST /x/{exercise}/inbox/answer":      ".yy......",
		"POST /x/{exercise}/inbox/dismiss":     ".yy......",
		"POST /x/{exercise}/inbox/write":       ".yy......",
	}
}

// must posts a form that is to succeed, and gives the page to which it leads.
func (b *browser) must(path string, form url.Values) string {
	b.h.t.Helper()
	status, text := b.post(path, form)
	if status != http.StatusSeeOther {
		b.h.t.Fatalf("POST %s %v: %d\n%s", path, form, status, text)
	}
	return text
}

// refused posts a form that is to be refused with a sentence that holds want.
func (b *browser) refused(path string, form url.Values, want string) {
	b.h.t.Helper()
	status, text := b.post(path, form)
	if status != http.StatusConflict && status != http.StatusUnprocessableEntity || !strings.Contains(text, want) {
		b.h.t.Errorf("POST %s %v: %d, want a refusal with %q:\n%s", path, form, status, want, text)
	}
}

// page is a page that is to be there.
func (b *browser) page(path string) string {
	b.h.t.Helper()
	status, text := b.get(path)
	if status != http.StatusOK {
		b.h.t.Fatalf("GET %s: %d\n%s", path, status, text)
	}
	return text
}

// holds wants texts on a page, and none of those after "!".
func holds(t *testing.T, page string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		text, lacks := strings.CutPrefix(want, "!")
		if strings.Contains(page, text) == lacks {
			t.Errorf("wrong about %q on:\n%s", want, page)
		}
	}
}

var seenSum = regexp.MustCompile(`name="seen" value="([0-9a-f]{64})"`)

// seen is the sum of what a preview has shown.
func seen(t *testing.T, page string) string {
	t.Helper()
	m := seenSum.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no preview that can be given:\n%s", page)
	}
	return m[1]
}

// with is a form with further values.
func with(form url.Values, more ...string) url.Values {
	out := url.Values{}
	for name, values := range form {
		out[name] = values
	}
	for i := 0; i+1 < len(more); i += 2 {
		out.Set(more[i], more[i+1])
	}
	return out
}

// TestMSEL shows all injects, filters them, and keeps from observers what is
// not theirs.
func TestMSEL(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	controller, observer := h.as(access.Controller, ""), h.as(access.Observer, "")
	all := controller.page("/x/x/msel")
	holds(t, all, `id="entry-I01"`, `id="entry-I03"`, "next", "Ransom note at the hospital", "/x/x/compose")
	holds(t, controller.page("/x/x/msel?state=out"), `id="entry-I02"`, `!id="entry-I03"`)
	holds(t, controller.page("/x/x/msel?state=waiting&phase=inform"), `id="entry-I03"`, `!id="entry-I02"`)
	holds(t, observer.page("/x/x/msel"), `id="entry-I03"`, "!/x/x/compose")

	const note, key = "The list names other holders too", "Accepted answers"
	holds(t, controller.page("/x/x/msel/I02"), note, key, `name="do" value="retract"`, "exposed-ag.csv")
	holds(t, observer.page("/x/x/msel/I02"), "!"+note, "!"+key, `!name="do"`, "exposed-ag.csv", "As it was given at 00:02:30")
	holds(t, controller.page("/x/x/msel/I02?at=00:01:30"), note, `!name="do"`)
	for _, path := range []string{"/x/x/msel/I99", "/x/x/msel/I02?unit=nobody", "/x/x/msel/I02/file?name=other.csv&unit=asteria"} {
		if status, _ := controller.get(path); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
}

// TestAttachment gives a file as a unit gets it, and as nothing that a browser
// would run.
func TestAttachment(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	b := h.as(access.Observer, "")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+"/x/x/msel/I02/file?name=exposed-ag.csv&unit=asteria", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := b.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if got := res.Header.Get("Content-Disposition"); got != "attachment; filename=exposed-ag.csv" || res.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(res.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("headers %v", res.Header)
	}
	_, text := b.get("/x/x/msel/I02/file?name=exposed-ag.csv&unit=asteria")
	holds(t, text, "asteria.example", "!{{")
}

// TestReleaseHoldRetract steers an inject through all that can be done to it.
func TestReleaseHoldRetract(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	c := h.as(access.Controller, "")
	const path = "/x/x/msel/I03"
	hold := url.Values{"key": {"h1"}, "do": {"hold"}, "units": {"asteria"}, "hold_reason": {"They are behind"}}
	c.must(path, hold)
	holds(t, c.page(path), "I03 is held for 1 unit.", "They are behind", "Let go (1 held)")
	holds(t, c.page("/x/x/msel?state=held"), `id="entry-I03"`, `!id="entry-I01"`)
	c.must(path, hold) // sent twice
	holds(t, c.page(path), "had been done before")
	c.refused(path, with(hold, "key", "h2"), "I03")
	c.must(path, url.Values{"key": {"l1"}, "do": {"let_go"}})
	c.refused(path, url.Values{"key": {"l2"}, "do": {"let_go"}}, "I03")

	c.must(path, url.Values{"key": {"r1"}, "do": {"release"}, "units": {"borealis", "coralia"}})
	holds(t, c.page(path), "released to 2 units")
	c.refused(path, url.Values{"key": {"r2"}, "do": {"release"}, "units": {"borealis"}}, "Borealis")
	c.must(path, url.Values{"key": {"r3"}, "do": {"release"}})
	holds(t, c.page(path), "released to 2 units", `!name="do" value="release"`)

	c.refused(path, url.Values{"key": {"t1"}, "do": {"retract"}}, "Say why")
	c.must(path, url.Values{"key": {"t2"}, "do": {"retract"}, "units": {"asteria"}, "retract_reason": {"Wrong bulletin"}})
	holds(t, c.page(path), "retracted from 1 unit", "Wrong bulletin")
	holds(t, h.as(access.Player, "asteria").page("/x/x/inject/I03/asteria"), "has withdrawn this inject", `!name="task"`)
	if status, _ := c.post(path, url.Values{"key": {"z"}, "do": {"nothing"}}); status != http.StatusBadRequest {
		t.Errorf("an unknown action: %d", status)
	}
}

// TestAmendInject shows old beside new before it gives an amendment, tells of a
// text that cannot be filled in, and reaches those who still wait.
func TestAmendInject(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	c := h.as(access.Controller, "")
	const path = "/x/x/msel/I03"
	form := url.Values{
		"key": {"a1"}, "do": {"amend"}, "step": {"look"}, "unit": {"asteria"}, "subject_en": {"New subject for {{team.name}}"}, "body_en": {"New body"},
		"subject_ja": {"新しい件名"}, "body_ja": {"新しい本文"}, "tlp": {"RED"}, "due": {"00:20:00"},
	}
	status, page := c.post(path, form)
	if status != http.StatusOK {
		t.Fatalf("preview: %d %s", status, page)
	}
	holds(t, page, "New subject for Asteria", "TLP:GREEN becomes TLP:RED", "00:04:00 becomes 00:20:00", "新しい本文", "Give this amendment")

	_, bad := c.post(path, with(form, "body_en", "{{no_such_thing}}"))
	holds(t, bad, "cannot be filled in", "{{no_such_thing}}", "!Give this amendment")
	c.refused(path, with(form, "due", "soon"), "no exercise time")
	c.refused(path, with(form, "subject_en", ""), "no subject")
	c.refused(path, url.Values{"key": {"a0"}, "do": {"amend"}, "unit": {"asteria"}}, "at least one language")

	_, again := c.post(path, with(form, "step", "give")) // not looked at: it is shown first
	holds(t, again, "Give this amendment", "!New subject for Asteria</h1>")

	c.must(path, url.Values{"key": {"r1"}, "do": {"release"}, "units": {"borealis"}})
	c.must(path, with(form, "step", "give", "seen", seen(t, page)))
	after := c.page(path + "?unit=asteria")
	holds(t, after, "I03 was amended for 3 units", "New subject for Asteria", "00:20:00", "amended for Asteria TLP:RED")
	holds(t, c.page(path+"?unit=borealis"), "!New subject for Borealis")
	c.refused(path, with(form, "key", "a9", "step", "give", "scope", "borealis", "unit", "borealis", "seen", "x"), "No unit that you mean waits")
}

// TestAmendTask says how many answers an amended key scores again, and does it.
func TestAmendTask(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	c, team := h.as(access.Controller, ""), h.as(access.Player, "asteria")
	team.must("/x/x/answer/asteria", url.Values{"key": {"p1"}, "task": {"T01"}, "text": {"the gate"}})
	const path = "/x/x/msel/I02"
	form := url.Values{
		"key": {"k1"}, "do": {"task"}, "step": {"look"}, "task": {"T01"}, "unit": {"asteria"}, "scope": {"asteria"},
		"accept": {"the gate\nthe other gate"}, "points": {"12"}, "within": {"4"},
		"prompt_en": {"Which gateway on the list do you have to see to first? Give its address."},
		"prompt_ja": {"一覧のうち、最優先で対応すべき装置はどれですか。IPアドレスで答えてください。"},
	}
	_, page := c.post(path, form)
	holds(t, page, "1 answer will be scored again", "the other gate", "Points")
	_, all := c.post(path, with(form, "scope", ""))
	holds(t, all, "The key differs from unit to unit")
	for field, c2 := range map[string]struct{ value, want string }{
		"points": {"many", "no number"}, "within": {"soon", "no number of minutes"},
		"match": {"(", ""}, "prompt_en": {"{{no_such_thing}}", "cannot be filled in"},
	} {
		if field == "match" {
			_, p := c.post(path, with(form, "match", "("))
			c.refused(path, with(form, "match", "(", "step", "give", "seen", seen(t, taskPart(p))), "(")
			continue
		}
		c.refused(path, with(form, field, c2.value), c2.want)
	}
	c.must(path, with(form, "step", "give", "seen", seen(t, taskPart(page))))
	after := c.page(path + "?unit=asteria")
	holds(t, after, "T01 was amended, and 1 answer was scored again", "the other gate", "T01 amended for Asteria")
	holds(t, team.page("/x/x/inject/I02/asteria"), `id="at-T01"`)
	c.refused(path, with(form, "accept", "", "key", "k2"), "needs a key")
	if status, _ := c.post(path, with(form, "task", "T02")); status != http.StatusNotFound {
		t.Errorf("a task of another inject: %d", status)
	}
}

// taskPart is a page from the form of the task on that is looked at.
func taskPart(page string) string {
	_, rest, _ := strings.Cut(page, `name="do" value="task"`)
	return rest
}
