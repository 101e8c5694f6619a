// Package setup is what comes before play: the packs, a new exercise, and who is
// invited to it in which role.
package setup

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate
