package archive

import "fmt"

// What can be wrong with an archive, as [Error] codes.
const (
	CodeNoArchive = "no_archive" // not a file of this form
	CodeCutOff    = "cut_off"    // the end, which lists the files, is missing or broken
	CodeVersion   = "version"    // of another version; Name is its format
	CodeManifest  = "manifest"   // the manifest cannot be read or contradicts itself
	CodeForeign   = "foreign"    // a file that does not belong into it
	CodeTwice     = "twice"      // two files of one name
	CodeMissing   = "missing"    // a file that the manifest names is not there
	CodeDamaged   = "damaged"    // the bytes of a file were cut off or changed
	CodeRow       = "row"        // a line of keys or people that cannot be read or be right
	CodeLog       = "log"        // a log that does not hold; Err says where
	CodeOther     = "other"      // a file is not what the manifest says it is
	CodeBomb      = "bomb"       // it would grow out of all proportion
	CodeEncrypted = "encrypted"  // it is encrypted, and no key was given
	CodeKey       = "key"        // it is encrypted to other keys
)

// Error says what is wrong with an archive, and where.
type Error struct {
	Code string // one of the Code constants
	File string // of the archive, "" for the archive itself
	Line int    // of the file, from 1; 0 where none is meant
	Name string // what was found, where that helps
	Err  error  // the cause, where there is one
}

// Error returns the place and the code, for operators and logs.
func (e *Error) Error() string {
	s := "archive"
	if e.File != "" {
		s += fmt.Sprintf(": %q", e.File)
	}
	if e.Line > 0 {
		s += fmt.Sprintf(" line %d", e.Line)
	}
	s += ": " + e.Code
	if e.Name != "" {
		s += fmt.Sprintf(" %q", e.Name)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// UserText says what is wrong with the archive, where, and why.
func (e *Error) UserText(...string) (key string, args map[string]any) {
	cause := any("")
	if e.Err != nil {
		cause = e.Err
	}
	return "cli.archive." + e.Code, map[string]any{"File": e.File, "Line": e.Line, "Name": e.Name, "Cause": cause}
}
