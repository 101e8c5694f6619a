//go:build unix

package e2e

import (
	"strings"
	"testing"

	"renkei/internal/handbook"
	handbookarea "renkei/internal/handbook/area"
	"renkei/internal/handbook/demo"
	"renkei/internal/handbook/publication"
	"renkei/internal/server"
	"renkei/internal/testkit/browser"
)

// TestBrowserCopy opens the copy of the handbook from the disk, as from a USB
// stick, searches it in words of a script without spaces and without marks, and
// follows what was found.
func TestBrowserCopy(t *testing.T) {
	t.Parallel()
	editions, err := demo.Editions(handbookarea.Vocabulary())
	if err != nil {
		t.Fatal(err)
	}
	texts, err := server.Texts()
	if err != nil {
		t.Fatal(err)
	}
	contents := map[string]*handbook.Content{}
	site := &publication.Site{Words: handbookarea.Vocabulary(), Texts: texts, Read: func(id string) (*handbook.Content, error) { return contents[id], nil }}
	for _, c := range editions {
		contents[c.Edition.ID] = c
		site.Editions = append(site.Editions, c.Edition)
	}
	dir := t.TempDir()
	if _, err := site.Write(dir); err != nil {
		t.Fatal(err)
	}
	last := editions[len(editions)-1]
	having := func(word string) (n int) {
		for i := range last.Items {
			for _, w := range last.Items[i].Text {
				if strings.Contains(strings.ToLower(w.Text), word) {
					n++
					break
				}
			}
		}
		return n
	}
	p := browser.New(t).Person(t, "file://"+dir, "ja")
	p.Go("/ja/find.html")
	p.See("#q")
	for _, word := range []string{"演習", "csirt", "法"} {
		p.Fill("#q", "")
		p.Fill("#q", word)
		p.Until(`document.querySelectorAll("#hits li").length > 0`)
		hits, want := browser.Value[int](p, `document.querySelectorAll("#hits li").length`), having(word)
		if want == 0 || hits < want {
			t.Errorf("%s: %d found, of %d in texts", word, hits, want)
		}
	}
	p.Fill("#q", "")
	p.Fill("#q", "nowhere to be found")
	p.Until(`document.querySelectorAll("#hits li").length == 0 && document.querySelector("#count").textContent != ""`)
	p.Fill("#q", "")
	p.Fill("#q", "演習")
	p.Until(`document.querySelectorAll("#hits li").length > 0`)
	title := p.Text("#hits li a")
	p.Click("#hits li a")
	p.Until(`location.hash.startsWith("#i-") && document.querySelector(":target") != null`)
	if text := p.Text(":target"); !strings.Contains(text, title) {
		t.Errorf("what was found leads to %q, want %q", text, title)
	}
}
