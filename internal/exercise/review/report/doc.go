// Package report shows an after-action report (review.Report) to people: as
// one self-contained HTML page with pictures in SVG, as PDF by way of Chromium,
// and as tables for spreadsheets. It computes no figure of its own beyond sums,
// and reads nothing but the report that it is given.
//
// It may import review, exercise, scenario and i18n. Start reading with HTML;
// what stands where on the page is in layout.templ. Pages are made with templ:
// after a change of a .templ file run `go generate ./internal/exercise/review/report`.
package report

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate
