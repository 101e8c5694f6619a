// Package programmepages is the cooperation programme in the browser: activities
// over the years, events, figures with the records behind them, the yearly
// report, and forms for the secretariat. Every page is whole without a script.
// Start reading at [Pages.Routes].
package programmepages

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate
