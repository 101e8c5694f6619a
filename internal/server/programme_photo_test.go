package server_test

import (
	"archive/zip"
	"bytes"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"renkei/internal/community"
)

// TestPhotosOfReport: a photograph of an event, with its rights and what is to be
// seen, is on its page and in the report as page, file and draft; without either, or
// of a draft for a member, it is not. Once it is taken off it is in none.
func TestPhotosOfReport(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	secretary, member := h.granted(community.Coordinator, community.Everywhere()), h.of("kh", community.Owner)
	event := url.Values{"id": {"forum"}, "title.en": {"Forum"}, "title.ja": {"フォーラム"}, "type": {"event"}, "status": {"held"}, "begin": {"2031-10-05"}, "base": {"0"}, "reason": {"r"}}
	secretary.want(http.StatusSeeOther, "/programme/save/event", event)
	secretary.want(http.StatusSeeOther, "/programme/save/edition", url.Values{
		"id": {"p"}, "title.en": {"Year"}, "as_of": {"2031-12-31"}, "base": {"0"}, "reason": {"new"},
		"sections": {`[{"id": "one", "title": {"en": "One"}, "blocks": [{"show": "photos"}]}]`},
	})
	holds(t, secretary.page("/programme/report/p"), "Nothing of this is on record for 2031.")
	var raw bytes.Buffer
	if err := jpeg.Encode(&raw, image.NewGray(image.Rect(0, 0, 60, 40)), nil); err != nil {
		t.Fatal(err)
	}
	const path = "/programme/event/forum/photo"
	form := url.Values{"alt.en": {`Six people <at> a "round" table`}, "alt.ja": {"円卓を囲む6人"}, "caption.en": {"The panel"}, "rights": {"© Secretariat, by permission"}}
	for want, bad := range map[string]struct {
		form url.Values
		raw  []byte
	}{
		"what is to be seen":   {with(with(form, "alt.en", ""), "alt.ja", ""), raw.Bytes()},
		"who holds the rights": {with(form, "rights", " "), raw.Bytes()},
		"not a JPEG or PNG":    {form, []byte("GIF89a")},
	} {
		if status, page := secretary.upload(path, "file", "forum.jpg", bad.raw, bad.form); status < 400 || !strings.Contains(page, want) {
			t.Errorf("%s: %d", want, status)
		}
	}
	if status, _ := member.upload(path, "file", "forum.jpg", raw.Bytes(), form); status != http.StatusNotFound {
		t.Errorf("a member adds a photograph: %d", status)
	}
	if status, page := secretary.upload(path, "file", "forum.jpg", raw.Bytes(), form); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	page := member.page("/programme/report/p")
	holds(t, page, "The panel", "© Secretariat, by permission", `alt="Six people &lt;at&gt; a &#34;round&#34; table"`)
	src := regexp.MustCompile(`/programme/photo/[0-9a-f]{64}`).FindString(page)
	status, sent := member.get(src)
	if m, err := jpeg.Decode(strings.NewReader(sent)); status != http.StatusOK || err != nil || m.Bounds().Dx() != 60 {
		t.Fatalf("%s: %d, %v", src, status, err)
	}
	holds(t, member.page("/programme/record/event/forum"), src, "The panel", "!Add a photograph")
	holds(t, member.page("/programme/report/p/file/report.html"), "data:image/jpeg;base64,/9j/", "img-src data:", "© Secretariat, by permission")
	holds(t, secretary.in("ja").page("/programme/report/p"), "円卓を囲む6人")
	_, draft := member.get("/programme/report/p/file/report.docx")
	files := unzipped(t, draft)
	if m, err := jpeg.Decode(strings.NewReader(files["word/media/photo1.jpg"])); err != nil || m.Bounds().Dy() != 40 {
		t.Errorf("the draft has no photograph: %v", err)
	}
	holds(t, files["word/document.xml"], `descr="Six people &lt;at&gt; a &#34;round&#34; table"`, `r:embed="p1"`, "© Secretariat, by permission")
	holds(t, files["word/_rels/document.xml.rels"], `Id="p1"`, `Target="media/photo1.jpg"`)

	secretary.want(http.StatusSeeOther, "/programme/report/p/freeze", url.Values{})
	edit := secretary.drawn("/programme/edit/event/forum", "record")
	edit.Set("reason", "hidden")
	edit.Set("status", "draft")
	secretary.want(http.StatusSeeOther, "/programme/save/event/forum", edit)
	if status, _ := member.get(src); status != http.StatusNotFound {
		t.Errorf("a member sees a photograph of a draft: %d", status)
	}
	if status, _ := secretary.get(src); status != http.StatusOK {
		t.Errorf("changing an event loses its photographs: %d", status)
	}
	secretary.want(http.StatusSeeOther, path+"/"+strings.TrimPrefix(src, "/programme/photo/")+"/remove", url.Values{})
	if status, _ := secretary.get(src); status != http.StatusNotFound {
		t.Errorf("a photograph that was taken off: %d", status)
	}
	const gone = "A photograph that was taken off: Six people"
	secretary.in("en")
	holds(t, secretary.page("/programme/report/p"), "It stays as it is", gone, "!"+src)
	holds(t, secretary.page("/programme/report/p/file/report.html"), gone, "!data:image/jpeg")
	_, draft = secretary.get("/programme/report/p/file/report.docx")
	holds(t, unzipped(t, draft)["word/document.xml"], gone, "!r:embed")
}

// unzipped are the files of a file by their names.
func unzipped(t *testing.T, raw string) map[string]string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(text)
	}
	return files
}
