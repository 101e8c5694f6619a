// Package texts holds what the pages and reports of tabletops say.
package texts

import (
	"embed"

	"renkei/internal/i18n"
)

//go:embed *.json
var files embed.FS

// Area returns the texts, a file for each language.
func Area() i18n.Area { return i18n.Area{Name: "tabletop", Files: files} }
