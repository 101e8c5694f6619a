// Package texts holds what pages, reports, checks and the engine say of exercises.
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
	return i18n.Area{Name: "exercise", Files: files, Keys: []string{
		"acted", "actor", "after", "board", "box", "brief", "call", "cells", "chat", "check", "clock", "closed", "compose",
		"contacts", "control", "create", "crew", "date", "deed", "desk", "end", "entry", "evaluate", "event",
		"excon", "extract", "field", "file", "files", "finding", "form", "handover", "help", "home", "inbox", "inject",
		"invite", "jump", "kind", "language", "list", "log", "mark", "marks", "missing", "msel", "nav", "new",
		"news", "pack", "paper", "person", "phase", "plan", "presence", "real", "refusal", "rehearse", "replay", "report",
		"review", "room", "said", "schema", "signals", "speed", "state", "status", "steer", "summary", "tab",
		"talk", "task", "time", "try", "unit", "unitlog", "units", "wash",
	}}
}
