// Package handbookpages is the handbook in the browser: editions, members,
// measures and themes to read, what changed between editions and what became of
// plans, and the working copies of members. Every page is whole without a
// script. Start reading at [Routes].
package handbookpages

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate
