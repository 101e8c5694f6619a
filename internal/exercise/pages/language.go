package pages

import (
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// LanguageName is what a language is called in the reader's.
func (r *Request) LanguageName(tag string) string {
	parsed, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	reader := language.Make(r.Printer.Lang())
	if name := display.Tags(reader).Name(parsed); name != "" {
		return name
	}
	return tag
}
