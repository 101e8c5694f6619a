// Package texts holds what the pages of the community and of its people say.
package texts

import (
	"embed"

	"renkei/internal/i18n"
)

//go:embed */*.json
var files embed.FS

// Area returns the texts. Their keys are older than the rule that they begin
// with the area's name.
func Area() i18n.Area {
	return i18n.Area{Name: "community", Files: files, Keys: []string{
		"audit", "deed", "field", "fresh", "import", "links", "people", "tab",
	}}
}
