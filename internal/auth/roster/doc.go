// Package roster reads lists of people who are to be invited, as they come out
// of spreadsheets, and writes the table of links to hand out. It finds all that
// is wrong with a file at once, and invites nobody: auth.Service.Import does.
// The form of a file stands in docs/access.md. Start with Read.
package roster
