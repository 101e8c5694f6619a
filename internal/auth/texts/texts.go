// Package texts holds what is said of links, sessions, devices and second factors, and of lists of people.
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
	return i18n.Area{Name: "auth", Files: files, Keys: []string{
		"device", "link", "me", "password", "roster", "said", "second", "session", "sign_in", "token",
	}}
}
