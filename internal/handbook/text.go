package handbook

import (
	"maps"
	"slices"
	"strings"

	"renkei/internal/community"
)

// Translation says what a text in one language is worth.
type Translation string

// Translations.
const (
	Original Translation = "original" // the member wrote it in this language
	Checked  Translation = "checked"  // translated, and read by somebody of the member
	Machine  Translation = "draft"    // translated, not yet checked since the original last changed
)

// Translations lists all of them.
func Translations() []Translation { return []Translation{Original, Checked, Machine} }

// Words is a text in one language.
type Words struct {
	Text  string      `json:"text"`
	State Translation `json:"state"`
}

// Texts is a text by language: BCP 47 tags such as "en", "ja", "km".
type Texts map[string]Words

// Say makes a text of one language, its original.
func Say(lang, text string) Texts { return Texts{lang: {text, Original}} }

// In returns the text in the first of the languages that it has, else its
// original, else any, and in which language that is. "" and "" where there is
// none.
func (t Texts) In(langs ...string) (text, lang string) {
	for _, l := range langs {
		if w := t[l]; w.Text != "" {
			return w.Text, l
		}
	}
	for _, first := range []bool{true, false} {
		for _, l := range t.Languages() {
			if w := t[l]; w.Text != "" && (!first || w.State == Original) {
				return w.Text, l
			}
		}
	}
	return "", ""
}

// Languages are those that the text has, sorted.
func (t Texts) Languages() []string { return slices.Sorted(maps.Keys(t)) }

// Plain is the text without what it is worth in each language.
func (t Texts) Plain() community.Text {
	text := community.Text{}
	for lang, w := range t {
		text[lang] = w.Text
	}
	return text
}

// Empty reports whether there is no text.
func (t Texts) Empty() bool { text, _ := t.In(); return text == "" }

// All is the text in all languages, a line each.
func (t Texts) All() string {
	var all []string
	for _, l := range t.Languages() {
		all = append(all, t[l].Text)
	}
	return strings.Join(all, "\n")
}

// With returns the texts with one changed. Where the original changes, what was
// checked against it must be checked again. Without words the language goes.
func (t Texts) With(lang string, w Words) Texts {
	w.Text = strings.TrimSpace(w.Text)
	was, had := t[lang]
	if had && was == w || !had && w.Text == "" {
		return t
	}
	next := maps.Clone(t)
	if next == nil {
		next = Texts{}
	}
	if w.Text == "" {
		delete(next, lang)
		return next
	}
	if w.State == "" {
		w.State = next.stateFor(lang)
	}
	next[lang] = w
	if w.State == Original && was.Text != w.Text {
		for l, other := range next {
			if l != lang && other.State == Checked {
				next[l] = Words{other.Text, Machine}
			}
		}
	}
	return next
}

// stateFor is what a text in a language is that says nothing about itself.
func (t Texts) stateFor(lang string) Translation {
	if was, had := t[lang]; had {
		return was.State
	}
	for _, w := range t {
		if w.State == Original {
			return Machine
		}
	}
	return Original
}
