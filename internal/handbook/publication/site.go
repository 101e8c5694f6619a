package publication

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/handbook"
	"renkei/internal/i18n"
	"renkei/internal/search"
	"renkei/internal/staticsite"
)

//go:embed site.css
var siteStyle []byte

//go:embed search.js
var siteSearch []byte

// Site is a copy of all that was published, as files that need no server and no
// script; with one they can be searched, from a disk too. The same editions give
// the same bytes.
type Site struct {
	Words    *handbook.Vocabulary
	Texts    *i18n.Catalogue
	Editions []handbook.Edition // the oldest first
	// Read returns all of an edition.
	Read func(id string) (*handbook.Content, error)

	to *staticsite.Folder
}

// Write writes the files into a folder, and says how many they are.
func (s *Site) Write(dir string) (files int, err error) {
	s.to = &staticsite.Folder{Dir: dir}
	for name, raw := range map[string][]byte{"site.css": siteStyle, "search.js": siteSearch} {
		if err := s.to.Put(name, raw); err != nil {
			return s.to.Files, err
		}
	}
	if err := s.to.Page("index.html", frontPage(s.words("en"), s.words("ja"), s.last())); err != nil {
		return s.to.Files, err
	}
	var all []*handbook.Content
	for _, e := range s.Editions {
		c, err := s.Read(e.ID)
		if err != nil {
			return s.to.Files, err
		}
		all = append(all, c)
		if err := s.data(c); err != nil {
			return s.to.Files, err
		}
	}
	for _, lang := range i18n.Languages() {
		if err := s.language(lang, all); err != nil {
			return s.to.Files, err
		}
	}
	return s.to.Files, nil
}

func (s *Site) words(lang string) Wording { return Wording{s.Texts.For(lang), s.Words} }

// last is the edition that was published last; one without an id where there is
// none.
func (s *Site) last() handbook.Edition {
	if len(s.Editions) == 0 {
		return handbook.Edition{}
	}
	return s.Editions[len(s.Editions)-1]
}

// language writes the pages of a language.
func (s *Site) language(lang string, all []*handbook.Content) error {
	w := s.words(lang)
	home := &sitePage{Wording: w, site: s, root: "../", title: w.T("handbook.title"), file: "index.html"}
	if err := s.to.Page(lang+"/index.html", siteHome(home, all, w.follow(all))); err != nil {
		return err
	}
	find := &sitePage{Wording: w, site: s, root: "../", title: w.T("handbook.find"), file: "find.html"}
	if err := s.to.Page(lang+"/find.html", siteFind(find, all)); err != nil {
		return err
	}
	for i, c := range all {
		if i > 0 {
			v := &sitePage{Wording: w, site: s, root: "../", title: w.T("handbook.compare.title", args("From", all[i-1].Edition.ID, "To", c.Edition.ID)), file: comparePath(all[i-1], c)}
			if err := s.to.Page(lang+"/"+v.file, siteCompare(v, handbook.Compare(all[i-1], c), c)); err != nil {
				return err
			}
		}
		if err := s.edition(w, c, all); err != nil {
			return err
		}
	}
	return nil
}

func comparePath(before, after *handbook.Content) string {
	return "compare-" + safe(before.Edition.ID) + "-" + safe(after.Edition.ID) + ".html"
}

// edition writes the pages of an edition.
func (s *Site) edition(w Wording, c *handbook.Content, all []*handbook.Content) error {
	at := safe(c.Edition.ID) + "/"
	put := func(file, title string, part func(*sitePage) templ.Component) error {
		v := &sitePage{Wording: w, site: s, root: "../../", title: title, file: at + file, content: c}
		return s.to.Page(w.Lang()+"/"+at+file, part(v))
	}
	err := put("index.html", w.Say(c.Edition.Title), siteEdition)
	for i := range c.Profiles {
		if err != nil {
			return err
		}
		p := &c.Profiles[i]
		err = put(memberFile(p.Member), w.Say(p.Name), func(v *sitePage) templ.Component { return siteMember(v, p, all) })
	}
	for i := range s.Words.Measures {
		if err != nil {
			return err
		}
		m := &s.Words.Measures[i]
		err = put("measure-"+safe(m.ID)+".html", m.In(w.Lang()), func(v *sitePage) templ.Component {
			return siteSide(v, func(it *handbook.Item) bool { return it.Kind == handbook.Measured && it.Measure == m.ID }, false)
		})
	}
	for i := range s.Words.Themes {
		if err != nil {
			return err
		}
		t := &s.Words.Themes[i]
		err = put("theme-"+safe(t.ID)+".html", t.In(w.Lang()), func(v *sitePage) templ.Component {
			return siteSide(v, func(it *handbook.Item) bool { return slices.Contains(it.Themes, t.ID) }, true)
		})
	}
	return err
}

func memberFile(member string) string { return "member-" + safe(member) + ".html" }

// safe makes an id part of a file's name that means the same everywhere.
func safe(id string) string {
	var b strings.Builder
	for _, c := range []byte(id) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "_%02x", c)
		}
	}
	return b.String()
}

// sitePage is a page of the copy.
type sitePage struct {
	Wording

	site    *Site
	root    string // from the page to the folder of all, such as "../"
	title   string
	file    string // below the folder of the language
	content *handbook.Content
}

// to is the address of a page of the same language.
func (v *sitePage) to(file string) templ.SafeURL {
	return templ.SafeURL(v.root + v.Lang() + "/" + file)
}

// other is the same page in the other language.
func (v *sitePage) other() (lang string, url templ.SafeURL) {
	lang = staticsite.Other(v.Lang())
	return lang, templ.SafeURL(v.root + lang + "/" + v.file)
}

// here is an address within the edition of the page.
func (v *sitePage) here(file string) templ.SafeURL {
	return v.to(safe(v.content.Edition.ID) + "/" + file)
}

// found is an entry as the search of the copy knows it.
type found struct {
	ID      string            `json:"i"`
	Member  string            `json:"m"`
	File    string            `json:"f"`
	Measure string            `json:"k,omitempty"`
	Status  string            `json:"s,omitempty"`
	Folded  string            `json:"t"` // all by which it is found
	Text    map[string]string `json:"x"` // by language
}

// data writes what the search of the copy looks through, as a script: a page
// from a disk may not read files otherwise.
func (s *Site) data(c *handbook.Content) error {
	all := make([]found, len(c.Items))
	for i := range c.Items {
		it := &c.Items[i]
		names := ""
		if p := c.Profile(it.Member); p != nil {
			names = p.Name.All() + "\n" + p.Code
		}
		text := []string{it.Text.All(), it.Note.All(), it.Lead.All(), names}
		for _, d := range it.Dates() {
			text = append(text, string(d))
		}
		all[i] = found{ID: it.ID, Member: it.Member, File: memberFile(it.Member), Measure: it.Measure, Status: string(it.Status), Folded: search.Fold(strings.Join(text, "\n")), Text: map[string]string{}}
		for _, lang := range i18n.Languages() {
			all[i].Text[lang] = s.words(lang).Say(it.Text)
		}
	}
	var b bytes.Buffer
	b.WriteString("renkeiFound(")
	for i, v := range []any{c.Edition.ID, all} {
		if i > 0 {
			b.WriteString(", ")
		}
		raw, err := json.Marshal(v) // which leaves no <, > or & and no line separators
		if err != nil {
			return fmt.Errorf("write search of edition %s: %w", c.Edition.ID, err)
		}
		b.Write(raw)
	}
	b.WriteString(");\n")
	return s.to.Put("data/"+safe(c.Edition.ID)+".js", b.Bytes())
}

// labels are the words that the search's script needs, as JSON.
func (v *sitePage) labels(all []*handbook.Content) string {
	names, statuses, measures := map[string]string{}, map[string]string{}, map[string]string{}
	for _, c := range all {
		for i := range c.Profiles {
			names[c.Profiles[i].Member] = v.Say(c.Profiles[i].Name)
		}
	}
	for _, s := range handbook.Statuses() {
		statuses[string(s)] = v.Status(s)
	}
	for i := range v.Words.Measures {
		measures[v.Words.Measures[i].ID] = v.Words.Measures[i].In(v.Lang())
	}
	raw, err := json.Marshal(map[string]any{
		"members": names, "statuses": statuses, "measures": measures, "none": v.T("handbook.find.nothing"), "found": v.T("handbook.find.found", args("N", "%d")), "more": v.T("handbook.site.more", args("N", "%d")),
	})
	if err != nil {
		return "{}" // maps of strings can always be written
	}
	return string(raw)
}

// memberIDs are those of members of any edition.
func memberNames(w Wording, all []*handbook.Content) (ids []string, names map[string]string) {
	names = map[string]string{}
	for _, c := range all {
		for i := range c.Profiles {
			names[c.Profiles[i].Member] = w.Say(c.Profiles[i].Name)
		}
	}
	return slices.Sorted(maps.Keys(names)), names
}
