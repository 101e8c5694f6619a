package publication_test

import (
	"bytes"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"renkei/internal/handbook"
	"renkei/internal/handbook/demo"
	"renkei/internal/handbook/publication"
	"renkei/internal/handbook/texts"
	"renkei/internal/i18n"
)

// made is a book of the last edition of the demonstration, and a copy of all.
func made(t *testing.T, lang string) (*publication.Book, *publication.Site) {
	t.Helper()
	v, err := handbook.DefaultVocabulary()
	if err != nil {
		t.Fatal(err)
	}
	editions, err := demo.Editions(v)
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := i18n.New(texts.Area())
	if err != nil {
		t.Fatal(err)
	}
	s := &publication.Site{Words: v, Texts: catalogue, Read: func(id string) (*handbook.Content, error) {
		for _, c := range editions {
			if c.Edition.ID == id {
				return c, nil
			}
		}
		return nil, handbook.ErrAbsent
	}}
	for _, c := range editions {
		if c.Edition.Hash, err = c.Sum(); err != nil {
			t.Fatal(err)
		}
		s.Editions = append(s.Editions, c.Edition)
	}
	n := len(editions) - 1
	editions[n].Items[0].Text = handbook.Say("en", `<script>alert("*x*")</script>`)
	return &publication.Book{Wording: publication.Wording{Printer: catalogue.For(lang), Words: v}, Content: editions[n], Before: editions[:n]}, s
}

// TestBook finds every entry in the book, in each language and form, with the
// check sum and what the edition is.
func TestBook(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		b, _ := made(t, lang)
		var page, text, again bytes.Buffer
		if err := errors.Join(b.HTML(&page, nil), b.Markdown(&text), b.HTML(&again, nil)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(page.Bytes(), again.Bytes()) {
			t.Error("the same edition gives other bytes")
		}
		doc, err := html.Parse(&page)
		if err != nil {
			t.Fatal(err)
		}
		words := allText(doc)
		for i := range b.Content.Items {
			it := &b.Content.Items[i]
			if !strings.Contains(words, b.Say(it.Text)) || !strings.Contains(words, b.Span(it)) || !strings.Contains(words, b.Say(it.Note)) {
				t.Errorf("%s: the book lacks %s", lang, it.ID)
			}
		}
		for _, want := range []string{b.Content.Edition.Hash, b.Say(b.Content.Edition.Notice)} {
			if !strings.Contains(words, want) || !strings.Contains(strings.ReplaceAll(text.String(), `\`, ""), want) {
				t.Errorf("%s: the book lacks %q", lang, want)
			}
		}
		if strings.Contains(strings.ReplaceAll(text.String(), `\<`, ""), "<script") || !strings.Contains(text.String(), `\<script\>alert`) {
			t.Errorf("%s: Markdown has HTML in it", lang)
		}
	}
}

func allText(n *html.Node) string {
	var b strings.Builder
	for n := range n.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return b.String()
}

// TestContents has the number of its page behind each part.
func TestContents(t *testing.T) {
	t.Parallel()
	b, _ := made(t, "en")
	var page bytes.Buffer
	if err := b.HTML(&page, map[string]int{"member-kh": 987}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(page.String(), `<span class="n">987</span>`); n < 2 {
		t.Errorf("the page of Cambodia stands in the contents and the index %d times", n)
	}
}

// TestSite follows every link of the copy, finds every entry in its search, and
// nothing that needs a server.
func TestSite(t *testing.T) {
	t.Parallel()
	b, s := made(t, "en")
	dir := t.TempDir()
	n, err := s.Write(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	err = filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		if strings.HasSuffix(file, ".html") {
			follow(t, dir, file)
		}
		return nil
	})
	if err != nil || files != n || n < 100 {
		t.Errorf("%d files of %d, %v", files, n, err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "data", b.Content.Edition.ID+".js"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(raw), "<script") || !strings.HasPrefix(string(raw), `renkeiFound("2024", [{`) {
		t.Errorf("the data of the search begin with %.40s, or have a tag in them", raw)
	}
	for i := range b.Content.Items {
		if !strings.Contains(string(raw), `"i":"`+b.Content.Items[i].ID+`"`) {
			t.Errorf("the search lacks %s", b.Content.Items[i].ID)
		}
	}
}

// follow finds where the links of a page lead.
func follow(t *testing.T, dir, file string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if a.Key != "href" && a.Key != "src" || strings.HasPrefix(a.Val, "https://www.example.org/") {
				continue
			}
			u, err := url.Parse(a.Val)
			if err != nil || u.Scheme != "" || u.Host != "" || path.IsAbs(u.Path) {
				t.Errorf("%s leads to %q, which a copy may not", file, a.Val)
				continue
			}
			to := filepath.Join(filepath.Dir(file), filepath.FromSlash(u.Path))
			if in, err := filepath.Rel(dir, to); err != nil || strings.HasPrefix(in, "..") {
				t.Errorf("%s leads out of the copy: %s", file, a.Val)
			}
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}
