package msel

import "fmt"

// Issue is something in a spreadsheet that was not understood, with the cell.
// Its sentence and its mend are in the interface catalogue under
// "msel.issue.<Code>" and "msel.issue.<Code>.hint", with Args as placeholders.
type Issue struct {
	Ref     string // "MSEL!C7"; "" for the file as a whole
	Code    string
	Args    map[string]any
	Warning bool // it is read all the same
}

// String gives place and code, for tests and logs.
func (i Issue) String() string { return fmt.Sprintf("%s %s %v", i.Ref, i.Code, i.Args) }

// Failed reports whether any issue is an error.
func Failed(issues []Issue) bool {
	for _, i := range issues {
		if !i.Warning {
			return true
		}
	}
	return false
}

// Change is one field that an import writes. For an inject as a whole Field is
// "".
type Change struct {
	Kind     string // added, changed, removed
	Inject   string
	Field    string // such as "at" or "title.ja"
	Old, New string
}

// Kinds of changes.
const (
	Added   = "added"
	Changed = "changed"
	Removed = "removed"
)
