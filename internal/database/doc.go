// Package database opens the one database of an installation, embedded SQLite
// or a PostgreSQL server, and runs transactions on either with the same SQL
// text, whose arguments are $1, $2 and so on. It knows no tables but its own
// list of migrations: what is stored belongs to areas, each of which brings its
// [Area] and keeps its queries in a package of its own, such as auth/authstore.
// It may import the journal, for the making of folders, and nothing else of
// this program.
//
// Start reading at [Open] and [DB.Migrate]; then [DB.Write] for changes,
// [List] and [One] for reads. engine.go names what the engines do differently.
package database
