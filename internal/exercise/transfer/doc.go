// Package transfer moves exercises between places: export to an archive, import
// from one, backup and restore of a whole database, and verification. What a
// user names as a place (folder, file, database URL) is told apart in
// location.go. Start reading at [Export] and [Import].
package transfer
