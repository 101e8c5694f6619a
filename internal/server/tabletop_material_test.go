package server_test

import (
	"archive/zip"
	"bytes"
	"image"
	"image/png"
	"net/http"
	"testing"

	"renkei/internal/exercise/access"
)

const illustratedPack = `
format: renkei/1
key: illustrated
version: "1"
kind: ttx
title: {en: Illustrated, ja: 図入り}
languages: [en, ja]
tlp: GREEN
duration: 60m
startex: 2027-06-16T01:00:00Z
`

const illustrated = `modules:
- key: M1
  title: {en: First, ja: 第一}
  pictures: [map.png]
  material: [letter.html]
  questions: [{key: q1, type: text, title: {en: One, ja: 一}, expected: [{en: A, ja: あ}]}]
- key: M2
  title: {en: Second, ja: 第二}
  material: [later.txt]
  questions: [{key: q2, type: text, title: {en: Two, ja: 二}, expected: [{en: A, ja: あ}]}]
`

// zipOf is a pack as it is added.
func zipOf(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, content := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestMaterial: pictures and material of a module come with it, to the projector
// and to phones; of modules that are to come only the facilitator has them.
func TestMaterial(t *testing.T) {
	t.Parallel()
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	brief := []byte("# T\n\nRead this.\n")
	files := map[string][]byte{
		"pack.yaml": []byte(illustratedPack), "tabletop.yaml": []byte(illustrated), "attachments/map.png": picture.Bytes(),
		"attachments/en/letter.html": []byte("<!doctype html><p>A letter</p>"), "attachments/ja/letter.html": []byte("手紙"), "attachments/later.txt": []byte("SECRET"),
	}
	for _, name := range []string{"en/M1", "ja/M1", "en/M2", "ja/M2"} {
		files["texts/"+name+".md"] = brief
	}
	r := newTabletopRoomOf(t, "illustrated@1", zipOf(t, files))
	chief, screen, phone := r.in(access.Director, ""), r.in(access.Observer, ""), r.in(access.Player, r.units[0])
	is := func(b *browser, path string, want int) string {
		t.Helper()
		status, body := b.get(r.path("/material/" + path))
		if status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
		return body
	}
	for _, path := range []string{"M1/map.png", "M1/letter.html", "M2/later.txt"} {
		is(phone, path, http.StatusNotFound)
		is(screen, path, http.StatusNotFound)
		is(chief, path, http.StatusOK)
	}
	r.must(chief, "/clock", "do", "start", "sure", "yes", "back", r.path("/table"))
	holds(t, screen.page(r.path("/projector")), `/material/M1/map.png`, "Read this.", "Picture 1 of")
	holds(t, phone.page(r.path("/phone/"+r.units[0])), "To hand out", "letter.html", "!later.txt")
	holds(t, chief.page(r.path("/table")), "letter.html", "later.txt")
	if body := is(phone, "M1/map.png", http.StatusOK); body != picture.String() {
		t.Error("the picture is another one")
	}
	is(phone, "M2/later.txt", http.StatusNotFound)
	is(phone, "M1/later.txt", http.StatusNotFound)
	is(phone, "M9/map.png", http.StatusNotFound)
	res, err := phone.client.Get(r.url + r.path("/material/M1/letter.html"))
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if saved := res.Header.Get("Content-Disposition"); saved != "attachment; filename=letter.html" {
		t.Errorf("material of a pack is opened as a page: %q", saved)
	}
}
