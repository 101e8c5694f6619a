// Package i18n holds the interface texts in English and Japanese and picks
// among them. Those of the shell and of the command line are
// catalogue/<language>/*.json, key to text, with {{.Name}} placeholders; areas
// bring their own. A test keeps the two languages equal in keys and
// placeholders. Start with New.
package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed catalogue
var files embed.FS

// Languages are the interface languages; the first is the fallback.
func Languages() []string { return []string{"en", "ja"} }

// Catalogue holds every text of every language. It is safe for concurrent use.
type Catalogue struct {
	bundle  *i18n.Bundle
	matcher language.Matcher
}

// Area is the texts of an area beside those of the program.
type Area struct {
	Name string
	// Keys are beginnings of its keys beside its name, without a dot. Two areas
	// may share one, but no key.
	Keys []string
	// Files has a file for each language, such as en.json, or a folder of files.
	Files fs.FS
}

// New reads the embedded catalogues and the texts of areas. It refuses a key
// that stands twice, and one of an area that does not begin as the area says, or
// with "web." and that. An error means a broken build.
func New(areas ...Area) (*Catalogue, error) {
	b := i18n.NewBundle(language.English)
	b.RegisterUnmarshalFunc("json", json.Unmarshal)
	tags := make([]language.Tag, 0, len(Languages()))
	for _, lang := range Languages() {
		tag, err := language.Parse(lang)
		if err != nil {
			return nil, fmt.Errorf("interface language %q: %w", lang, err)
		}
		tags = append(tags, tag)
		texts, err := Texts(lang, areas...)
		if err != nil {
			return nil, err
		}
		for key, text := range texts {
			if err := b.AddMessages(tag, &i18n.Message{ID: key, Other: text}); err != nil {
				return nil, fmt.Errorf("interface text %s %q: %w", lang, key, err)
			}
		}
	}
	return &Catalogue{bundle: b, matcher: language.NewMatcher(tags)}, nil
}

// Texts returns the raw texts of one language, those of the program and of
// areas, key to text. It refuses what New refuses.
func Texts(lang string, areas ...Area) (map[string]string, error) {
	own, err := fs.Sub(files, "catalogue")
	if err != nil {
		return nil, fmt.Errorf("texts of the program: %w", err)
	}
	all := map[string]string{}
	if err := addTexts(all, own, lang, func(string) bool { return true }); err != nil {
		return nil, fmt.Errorf("texts of the program: %w", err)
	}
	for i := range areas {
		if err := addTexts(all, areas[i].Files, lang, areas[i].owns); err != nil {
			return nil, fmt.Errorf("texts of %s: %w", areas[i].Name, err)
		}
	}
	return all, nil
}

// owns reports whether a key begins as those of the area do.
func (a *Area) owns(key string) bool {
	begin, _, _ := strings.Cut(strings.TrimPrefix(key, "web."), ".")
	return begin == a.Name || slices.Contains(a.Keys, begin)
}

// addTexts adds the texts of a language to those that are there.
func addTexts(all map[string]string, from fs.FS, lang string, owns func(key string) bool) error {
	paths := []string{lang + ".json"}
	if folder, err := fs.Glob(from, lang+"/*.json"); err != nil {
		return err
	} else if len(folder) > 0 {
		paths = folder
	}
	for _, path := range paths {
		raw, err := fs.ReadFile(from, path)
		if err != nil {
			return err
		}
		var part map[string]string
		if err := json.Unmarshal(raw, &part); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		for key, text := range part {
			if !owns(key) {
				return fmt.Errorf("%s: key %q does not begin with the area's name", path, key)
			}
			if _, dup := all[key]; dup {
				return fmt.Errorf("%s: key %q stands elsewhere too", path, key)
			}
			all[key] = text
		}
	}
	return nil
}

// Printer gives texts in one language.
type Printer struct {
	lang string
	loc  *i18n.Localizer
}

// For returns the printer that fits the wishes best: language tags, or values
// as in LANG ("ja_JP.UTF-8") and Accept-Language. Without a fit it is English.
func (c *Catalogue) For(wishes ...string) *Printer {
	var tags []language.Tag
	for _, w := range wishes {
		if i := strings.IndexAny(w, ".@"); i >= 0 && !strings.ContainsAny(w, ",;") {
			w = w[:i] // LANG's encoding and modifier
		}
		if parsed, _, err := language.ParseAcceptLanguage(w); err == nil {
			tags = append(tags, parsed...)
		}
	}
	_, index, conf := c.matcher.Match(tags...)
	if conf == language.No {
		index = 0
	}
	lang := Languages()[index]
	return &Printer{lang: lang, loc: i18n.NewLocalizer(c.bundle, lang)}
}

// Lang returns the language of the printer.
func (p *Printer) Lang() string { return p.lang }

// Args are the placeholders of a text.
type Args = map[string]any

// T returns the text of a key with its placeholders filled in. A key that does
// not exist gives the key itself, so that a page never breaks over a text. What
// is written from right to left is set apart in it.
func (p *Printer) T(key string, args ...Args) string {
	cfg := &i18n.LocalizeConfig{MessageID: key}
	if len(args) > 0 {
		cfg.TemplateData = isolated(args[0])
	}
	text, err := p.loc.Localize(cfg)
	if err != nil && text == "" {
		return key
	}
	return text
}
