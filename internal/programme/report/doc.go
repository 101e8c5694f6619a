// Package report writes a composed report as a page of its own, for print and
// for reading, and prints it as PDF. It may import its domain and what is
// shared. Start reading at [HTML].
package report

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate
