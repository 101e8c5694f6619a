// Package outboxpages is the pages of messages to people elsewhere: what waits,
// what became of it, and what somebody can do about it.
package outboxpages

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate
