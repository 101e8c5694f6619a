// Package paper lays a scenario pack out for the day on which the server is
// gone: the MSEL for controllers, with everything that they need to go on by
// hand, and handouts for units, which hold what a unit gets to see and nothing
// else.
//
// It may import scenario, sheet, markdown and i18n. Start with Make;
// what stands where on the page is in page.templ and handout.templ. After a
// change of a .templ file run `go generate ./internal/exercise/scenario/paper`.
package paper

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate
