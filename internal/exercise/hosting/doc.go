// Package hosting keeps the exercises of a database open while a server runs:
// each has a conductor, somebody who follows it for its readers, and an owner
// that opens it again when it fails. Pages, programs and channels get an
// [Exercise] from a [Host] and know nothing of that.
//
// It imports the engine and what plays it, the store and auth; never HTTP.
// Start reading at [Open], then hosted.go.
package hosting
