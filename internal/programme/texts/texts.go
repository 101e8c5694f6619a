// Package texts holds what the pages and the reports of the programme say.
package texts

import (
	"embed"
	"io/fs"
)

//go:embed *.json
var files embed.FS

// Files are the texts, a file for each language.
func Files() fs.FS { return files }
