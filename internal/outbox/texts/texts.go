// Package texts holds what the pages of the outbox say.
package texts

import (
	"embed"
	"io/fs"
)

//go:embed *.json
var files embed.FS

// Files are the texts, a file for each language.
func Files() fs.FS { return files }
