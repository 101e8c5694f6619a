// Package msel takes the MSEL of a scenario pack out into a spreadsheet and
// back in. Taken back untouched, it changes no byte of the pack; otherwise only
// the fields that were changed are written anew, and comments and order stay.
// A spreadsheet of somebody else's is read by a mapping of its columns.
//
// It may import scenario, sheet and i18n. Start with Export and
// Import; the fields are in fields.go.
package msel
