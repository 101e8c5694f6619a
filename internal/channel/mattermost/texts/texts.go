// Package texts holds what is said about Mattermost servers, and on them.
package texts

import (
	"embed"
	"io/fs"
)

//go:embed *.json
var files embed.FS

// Files are the texts, a file for each language.
func Files() fs.FS { return files }
