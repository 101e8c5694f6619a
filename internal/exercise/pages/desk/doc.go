// Package desk is a unit's own place: what is new and owed, injects and tasks,
// messages, contacts and calls, and the log of what it did.
package desk

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate
