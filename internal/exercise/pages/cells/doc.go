// Package cells is the national controller's view of the cells of a team: their
// work, what is relayed to them, and their people.
package cells

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate
