// Package library finds scenario packs: those that come with the program, by
// their names, and all packs of an installation. It imports the pack format and
// the file system, nothing of exercises.
package library
