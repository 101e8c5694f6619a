// Package after is what there is once play is over: the hot wash, reports and
// logs to take away.
package after

//go:generate go tool templ generate
