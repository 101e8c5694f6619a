// Package chart is what all pages with pictures share: the look of text,
// tables and charts as one style sheet, and the little that drawing SVG by hand
// needs. Pages that use it are self-contained: no script, nothing from outside.
//
// It imports nothing else of the program.
package chart

import (
	_ "embed"
	"math"
	"strconv"
)

//go:embed style.css
var style string

// Style is the style sheet that goes before a page's own.
func Style() string { return style }

// F1 writes a coordinate with at most one decimal.
func F1(v float64) string {
	return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
}

// Ticks are at most ten round times from 0 to an end, in seconds.
func Ticks(end int64) []int64 {
	steps := []int64{10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400}
	step := steps[len(steps)-1]
	for _, s := range steps {
		if end/s <= 9 {
			step = s
			break
		}
	}
	var out []int64
	const most = 40
	for t := int64(0); t <= end && len(out) < most; t += step {
		out = append(out, t)
	}
	return out
}
