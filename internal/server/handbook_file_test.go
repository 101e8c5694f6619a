package server_test

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"renkei/internal/community"
)

var triedField = regexp.MustCompile(`name="tried" value="([^"]+)"`)

// TestHandbookFile takes a member's working copy out as a file and back: nothing
// changes untouched, every wrong cell is named, and a change is taken over once it
// was confirmed.
func TestHandbookFile(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	owner, reader := h.of("kh", community.Owner).in("en"), h.of("th", community.Owner).in("en")
	const draft = "/handbook/draft/kh"
	upload := func(b *browser, name string, raw []byte) (int, string) {
		t.Helper()
		return b.upload(draft+"/file", "file", name, raw, url.Values{"do": {"try"}, "version": {"1"}})
	}
	for _, form := range []string{"xlsx", "csv", "json"} {
		res, raw := owner.fetch(draft + "/file/" + form)
		if res.StatusCode != http.StatusOK || !strings.Contains(res.Header.Get("Content-Disposition"), "KH."+form) {
			t.Fatalf("%s: %d %s", form, res.StatusCode, res.Header)
		}
		if status, page := upload(owner, "kh."+form, raw); status != http.StatusOK || !strings.Contains(page, "0 changes.") || strings.Contains(page, `name="tried"`) {
			t.Errorf("%s untouched: %d\n%s", form, status, page)
		}
		if status, _ := upload(reader, "kh."+form, raw); status != http.StatusNotFound {
			t.Errorf("%s by another member: %d", form, status)
		}
	}
	_, raw := owner.fetch(draft + "/file/csv")
	for name, x := range map[string]struct {
		raw   []byte
		wants []string
	}{
		"a wrong status": {bytes.Replace(raw, []byte(",planned,"), []byte(",someday,"), 1), []string{"Nothing was changed. Wrong: 1", "someday", "not one of the statuses"}},
		"a broken book":  {[]byte("PK\x03\x04 nothing"), []string{"cannot be read"}},
		"another kind":   {[]byte("a,b\n1,2\n"), []string{"names no columns"}},
		"no JSON of it":  {[]byte(`{"a":1}`), []string{"not JSON of a handbook"}},
		"too large":      {bytes.Repeat([]byte("a"), 5<<20), []string{"too large"}},
	} {
		status, page := upload(owner, "kh.csv", x.raw)
		for _, want := range x.wants {
			if status != http.StatusUnprocessableEntity || !strings.Contains(page, want) {
				t.Errorf("%s: %d lacks %q", name, status, want)
			}
		}
	}
	changed := bytes.Replace(raw, []byte("Cybercrime law"), []byte("Law on cybercrime"), 1)
	if bytes.Equal(changed, raw) {
		t.Fatal("there is nothing to change")
	}
	status, page := upload(owner, "kh.csv", changed)
	tried := triedField.FindStringSubmatch(page)
	if status != http.StatusOK || tried == nil || !strings.Contains(page, "1 changes. Nothing has been changed yet.") {
		t.Fatalf("tried: %d\n%s", status, page)
	}
	if strings.Contains(owner.page(draft), "Law on cybercrime") {
		t.Error("it was changed before it was confirmed")
	}
	form := url.Values{"tried": {tried[1]}, "do": {"take"}, "version": {version(t, page)}, "reason": {"by mail"}}
	owner.want(http.StatusSeeOther, draft+"/file", form)
	if page := owner.page(draft); !strings.Contains(page, "Law on cybercrime") || !strings.Contains(page, "by mail") {
		t.Error("it was not taken over")
	}
	for _, path := range []string{"/handbook/edition/2023/file/json", "/handbook/edition/2023/file/md", "/handbook/edition/2023/file/html", "/handbook/edition/2023/member/kh/file/xlsx"} {
		if res, raw := reader.fetch(path); res.StatusCode != http.StatusOK || len(raw) < 1000 || bytes.Contains(raw, []byte("Law on cybercrime")) {
			t.Errorf("%s: %d, %d bytes", path, res.StatusCode, len(raw))
		}
	}
	for _, path := range []string{"/handbook/edition/2023/file/exe", "/handbook/edition/1999/file/json", "/handbook/edition/2023/member/kh/file/md", draft + "/file/csv"} {
		if status, _ := reader.get(path); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
}

// TestSavedViews keeps a view for the one who saved it.
func TestSavedViews(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	owner, other := h.of("kh", community.Owner).in("en"), h.of("th", community.Owner).in("en")
	const path = "/handbook/find?q=law&member=la"
	form := url.Values{"path": {path}, "name": {"Laws of <Laos>"}, "key": {"0192f0c1-0000-7000-8000-000000000002"}}
	owner.want(http.StatusSeeOther, "/handbook/views", form)
	owner.want(http.StatusSeeOther, "/handbook/views", form)
	page := owner.page("/handbook/compare")
	if strings.Count(page, "Laws of &lt;Laos&gt;</a>") != 1 || !strings.Contains(page, `href="/handbook/find?q=law&amp;member=la"`) {
		t.Error("the view is not there once")
	}
	if strings.Contains(other.page("/handbook/compare"), "Laws of") {
		t.Error("others see the view")
	}
	drop := url.Values{"path": {path}, "drop": {form.Get("key")}}
	if status, _ := other.post("/handbook/views", drop); status != http.StatusNotFound {
		t.Errorf("another drops it: %d", status)
	}
	owner.want(http.StatusSeeOther, "/handbook/views", drop)
	if strings.Contains(owner.page("/handbook/compare"), "Laws of") {
		t.Error("it was not dropped")
	}
	for _, bad := range []string{"https://example.org/handbook/find", "//example.org/handbook/find", "/handbook/draft/kh", "/handbook/find\\x", ""} {
		form.Set("path", bad)
		if status, _ := owner.post("/handbook/views", form); status != http.StatusBadRequest {
			t.Errorf("a view of %q: %d", bad, status)
		}
	}
}
