// Package web is the shell of all pages: it finds out who asks, refuses what is
// not theirs, shows pages within their frame, keeps what was typed into a form
// that was refused, counts requests against their limits, and writes what goes
// to a browser. It knows no area; each registers itself by an [Area].
//
// Start reading at area.go, then request.go and respond.go. docs/web.md has the
// rules.
package web

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate
