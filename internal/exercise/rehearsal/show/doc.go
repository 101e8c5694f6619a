// Package show lays a rehearsal out for people: its findings as sentences in
// English or Japanese, and one self-contained HTML page with pictures in SVG.
// It computes nothing beyond what its pictures need.
//
// Start with New (words.go). It imports rehearse, scenario and i18n.
package show
