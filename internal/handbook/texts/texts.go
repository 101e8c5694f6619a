// Package texts holds what the pages of the handbook say, in each language of
// the interface.
package texts

import (
	"embed"
	"io/fs"
)

//go:embed *.json
var files embed.FS

// Files are the texts, a JSON file for each language.
func Files() fs.FS { return files }
