package publication

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"

	"renkei/internal/community"
	"renkei/internal/i18n"
	"renkei/internal/programme"
	"renkei/internal/staticsite"
)

//go:embed site.css
var style []byte

// Site is a copy of all that is public: the meetings that were announced to
// everybody and, once it is adopted and labelled CLEAR, the record of each with
// those of its decisions and actions that are. The same records give the same
// bytes.
type Site struct {
	Texts   *i18n.Catalogue
	Members map[string]community.Text // their names, by id

	public *programme.Records
}

// Write writes the files into a folder, and says how many they are.
func (s *Site) Write(records *programme.Records, dir string) (files int, err error) {
	s.public = records.Public()
	to := &staticsite.Folder{Dir: dir}
	if err := to.Put("site.css", style); err != nil {
		return to.Files, err
	}
	all := s.public.Meetings("")
	slices.SortStableFunc(all, func(a, b *programme.Event) int {
		return cmp.Or(strings.Compare(string(b.Begin), string(a.Begin)), strings.Compare(a.ID, b.ID))
	})
	if err := to.Page("index.html", frontPage(s.Texts.For("en"), s.Texts.For("ja"))); err != nil {
		return to.Files, err
	}
	for _, lang := range i18n.Languages() {
		v := &view{site: s, p: s.Texts.For(lang)}
		v.title, v.file = v.t("public"), "index.html"
		if err := to.Page(lang+"/index.html", listPage(v, all)); err != nil {
			return to.Files, err
		}
		for _, e := range all {
			m := &view{site: s, p: v.p, title: e.Session.Code + " " + v.say(e.Title), file: fileOf(e)}
			if err := to.Page(lang+"/"+m.file, meetingPage(m, e)); err != nil {
				return to.Files, err
			}
		}
	}
	return to.Files, nil
}

// fileOf is the page of a meeting. Ids are small letters, digits and hyphens.
func fileOf(e *programme.Event) string { return "meeting-" + e.ID + ".html" }

// view is a page in a language.
type view struct {
	site  *Site
	p     *i18n.Printer
	title string
	file  string // of its language
}

func (v *view) t(key string, args ...i18n.Args) string { return v.p.T("web.programme."+key, args...) }

func (v *view) say(t community.Text) string { return t.In(v.p.Lang()) }

func (v *view) when(e *programme.Event) string {
	return cmp.Or(programme.When(v.p, e.Begin, e.End), v.p.T("programme.when.unknown"))
}

func (v *view) members(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = cmp.Or(v.site.Members[id].In(v.p.Lang()), strings.ToUpper(id))
	}
	return v.p.List(names)
}

// record is what was adopted of a meeting; nil where nothing is public.
func (v *view) record(e *programme.Event) *programme.Round {
	if m := v.site.public.MinutesOf(e.ID); m != nil && m.Adopted != nil {
		return m.Round()
	}
	return nil
}

// forAll are the entries of a record that everybody may read.
func forAll(all []programme.Entry) []programme.Entry {
	return slices.DeleteFunc(slices.Clone(all), func(x programme.Entry) bool { return x.TLP != community.Clear })
}

// paragraphs are the lines of a text that hold something.
func paragraphs(text string) (all []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// other is the other language in which a page is there.
func (v *view) other() string { return staticsite.Other(v.p.Lang()) }
