// Package texts holds what is said on chat services during an exercise.
package texts

import (
	"embed"

	"renkei/internal/i18n"
)

//go:embed *.json
var files embed.FS

// Area returns the texts, a file for each language.
func Area() i18n.Area { return i18n.Area{Name: "chat", Files: files} }
