// Package replay shows board and desk as they were at any minute of play.
package replay

//go:generate go tool templ generate
