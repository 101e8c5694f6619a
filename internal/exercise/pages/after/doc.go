// Package after is what there is once play is over: the hot wash, reports and
// logs to take away.
package after

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate
