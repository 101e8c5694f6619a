// Package texts holds what the pages of the outbox say.
package texts

import (
	"embed"

	"renkei/internal/i18n"
)

//go:embed *.json
var files embed.FS

// Area returns the texts, a file for each language.
func Area() i18n.Area { return i18n.Area{Name: "outbox", Files: files} }
