// Package archive is the one file in which exercises travel: from machine to
// machine, from engine to engine, and into a backup. docs/exercise/archive.md fixes its
// form.
//
// It belongs to the domain: it knows the log and the labels, but no SQL, no
// folder and no clock. Start reading at [Manifest], then [Writer] and [Reader].
package archive
