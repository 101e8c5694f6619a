// Package evaluation is where evaluators mark what units did, and where EXCON
// settles what they disagree on.
package evaluation

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate
