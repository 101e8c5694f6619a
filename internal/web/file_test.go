package web_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"renkei/internal/auth"
	"renkei/internal/exercise"
)

// TestFiles hands a file in and takes it out again, and an attachment: as what
// is kept and never shown, and by nobody whose it is not.
func TestFiles(t *testing.T) {
	t.Parallel()
	h := newHouseOf(t, "gateway-to-wards", 205*60*exercise.Second)
	team, other := h.as(auth.Player, "asteria"), h.as(auth.Player, "borealis")
	if status, text := team.upload("T30", "../<b>.html", []byte("<script>alert(1)</script>")); status != http.StatusSeeOther {
		t.Fatalf("upload: %d %s", status, text)
	}
	if status, text := team.upload("T30", "large.bin", make([]byte, 2<<20)); status != http.StatusConflict || !strings.Contains(text, "large.bin is larger than the 1MiB") {
		t.Errorf("a file over the limit of the task: %d %s", status, text)
	}
	if status, text := team.upload("T30", "huge.bin", make([]byte, 27<<20)); status != http.StatusRequestEntityTooLarge || !strings.Contains(text, "too large") {
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
	if status, _ := h.as(auth.Director, "").get(path); status != http.StatusOK {
		t.Errorf("the director gets %d for what was handed in", status)
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

func (b *browser) upload(task, name string, data []byte) (int, string) {
	b.h.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for field, value := range map[string]string{"key": "file " + name, "task": task} {
		if err := form.WriteField(field, value); err != nil {
			b.h.t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		b.h.t.Fatal(err)
	}
	if _, err := part.Write(data); err != nil {
		b.h.t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		b.h.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(b.h.t.Context(), http.MethodPost, b.h.url+"/x/x/upload/asteria", &body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	res, err := b.client.Do(req)
	if err != nil {
		b.h.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	return res.StatusCode, string(text)
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
