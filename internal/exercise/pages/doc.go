// Package pages is what all pages of exercises share: the request with its
// exercise and unit, the moment that a page shows, who may read what of it, the
// words for events, and the stream. The pages themselves stand below it, one
// package for each kind of reader; they import nothing of one another but
// replay, which shows the board and the desk.
//
// Start reading at request.go, then moment.go and view.go. The rules are in
// docs/exercise/pages.md.
package pages

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate
