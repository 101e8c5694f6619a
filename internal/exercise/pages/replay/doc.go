// Package replay shows board and desk as they were at any minute of play.
package replay

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate
