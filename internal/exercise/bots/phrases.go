package bots

import "renkei/internal/i18n"

// Catalogue gives simulated teams their words from the interface's texts.
type Catalogue struct{ Texts *i18n.Catalogue }

// Say returns a sentence in a language.
func (c Catalogue) Say(lang, key string, args map[string]any) string {
	return c.Texts.For(lang).T(key, args)
}
