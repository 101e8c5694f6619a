// Package i18n holds the interface texts in English and Japanese and picks
// among them. Catalogues are catalogue/<language>/*.json, key to text, with
// {{.Name}} placeholders; a test keeps the two languages equal in keys and
// placeholders. Start with New.
package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
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
	Name  string
	Files fs.FS // en.json, ja.json
}

// New reads the embedded catalogues and the texts of areas. It refuses a key
// that stands twice, and one of an area that does not begin with the area's
// name, or with "web." and it. An error means a broken build.
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
		texts, err := Texts(lang)
		if err != nil {
			return nil, err
		}
		for _, a := range areas {
			if err := a.addTo(texts, lang); err != nil {
				return nil, err
			}
		}
		for key, text := range texts {
			if err := b.AddMessages(tag, &i18n.Message{ID: key, Other: text}); err != nil {
				return nil, fmt.Errorf("interface text %s %q: %w", lang, key, err)
			}
		}
	}
	return &Catalogue{bundle: b, matcher: language.NewMatcher(tags)}, nil
}

// addTo adds the area's texts of a language to those that are there.
func (a *Area) addTo(texts map[string]string, lang string) error {
	raw, err := fs.ReadFile(a.Files, lang+".json")
	if err != nil {
		return fmt.Errorf("texts of %s: %w", a.Name, err)
	}
	var own map[string]string
	if err := json.Unmarshal(raw, &own); err != nil {
		return fmt.Errorf("texts of %s, %s.json: %w", a.Name, lang, err)
	}
	for key, text := range own {
		if !strings.HasPrefix(strings.TrimPrefix(key, "web."), a.Name+".") {
			return fmt.Errorf("texts of %s, %s.json: key %q does not begin with the area's name", a.Name, lang, key)
		}
		if _, dup := texts[key]; dup {
			return fmt.Errorf("texts of %s, %s.json: key %q stands elsewhere too", a.Name, lang, key)
		}
		texts[key] = text
	}
	return nil
}

// Texts returns the raw texts of one language, key to text. A key that stands
// in two files is an error.
func Texts(lang string) (map[string]string, error) {
	paths, err := fs.Glob(files, "catalogue/"+lang+"/*.json")
	if err != nil {
		return nil, fmt.Errorf("list texts of %q: %w", lang, err)
	}
	all := map[string]string{}
	for _, path := range paths {
		raw, err := files.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
		var part map[string]string
		if err := json.Unmarshal(raw, &part); err != nil {
			return nil, fmt.Errorf("parse %s: %w", path, err)
		}
		for k, v := range part {
			if _, dup := all[k]; dup {
				return nil, fmt.Errorf("%s: key %q stands in another file too", path, k)
			}
			all[k] = v
		}
	}
	return all, nil
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
// not exist gives the key itself, so that a page never breaks over a text.
func (p *Printer) T(key string, args ...Args) string {
	cfg := &i18n.LocalizeConfig{MessageID: key}
	if len(args) > 0 {
		cfg.TemplateData = args[0]
	}
	text, err := p.loc.Localize(cfg)
	if err != nil && text == "" {
		return key
	}
	return text
}
