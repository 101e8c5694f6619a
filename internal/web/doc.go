// Package web is the exercise in the browser: pages made whole on the server
// from what a live exercise shows, forms that become commands, and a stream
// that says when there is something new. docs/web.md has the rules.
//
// Start reading at routes.go, which names every address and who may use it;
// then there is one file for each page, with its templ beside it.
package web

//go:generate go tool templ generate
