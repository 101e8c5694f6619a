package community

import (
	"maps"
	"slices"
	"time"
)

// Text is a text by language: a BCP 47 tag such as "en" or "ja".
type Text map[string]string

// In returns the text in the first of the languages that it has, else in
// English, else in any; "" where there is none.
func (t Text) In(langs ...string) string {
	for _, lang := range append(langs, "en") {
		if text := t[lang]; text != "" {
			return text
		}
	}
	for _, lang := range slices.Sorted(maps.Keys(t)) {
		if t[lang] != "" {
			return t[lang]
		}
	}
	return ""
}

// Empty reports whether there is no text in any language.
func (t Text) Empty() bool { return t.In() == "" }

// Name is what something is called during a time.
type Name struct {
	Full  Text   `json:"full"`
	Short string `json:"short,omitempty"` // "NISC"
	From  Date   `json:"from,omitempty"`
	Until Date   `json:"until,omitempty"`
}

// Names are what something was and is called, the oldest first.
type Names []Name

// At returns the name on a day: the last that had begun by then, or the first
// of all. Without names it is empty.
func (n Names) At(day time.Time) Name {
	var name Name
	for i := range n {
		if i == 0 || n[i].From.Begun(day) {
			name = n[i]
		}
	}
	return name
}

// Before returns the names that something no longer has on a day.
func (n Names) Before(day time.Time) Names {
	var all Names
	for i := range n {
		if i+1 < len(n) && n[i+1].From.Begun(day) {
			all = append(all, n[i])
		}
	}
	return all
}
