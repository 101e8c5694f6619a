// Package pages has the three screens of a tabletop: the facilitator's, the
// projector's and that of a delegation's phones. They stand at the place of the
// exercise and use its requests, its frame and its stream.
//
// Start with routes.go and question.go. What is answered to a question that is
// open is read from the conductor for the delegation's own page alone, and never
// kept: no part of these pages is cached.
package pages

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate
