// Package access decides what a person may do in an exercise: it reads the
// grants of package auth and gives yes or no, and the engine's Viewer and Actor.
// It may import auth and the engine, and neither imports it. Pages, the
// interface for programs and all that acts for people ask it.
//
// Start reading at [Access]; docs/access.md has the rules.
package access
