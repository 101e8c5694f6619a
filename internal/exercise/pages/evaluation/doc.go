// Package evaluation is where evaluators mark what units did, and where EXCON
// settles what they disagree on.
package evaluation

//go:generate go tool templ generate
