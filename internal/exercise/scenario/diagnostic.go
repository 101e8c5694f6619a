package scenario

import "fmt"

// Diagnostic is one finding of reading or checking a pack. Its sentence and
// its mend are in the interface catalogue under "check.<Code>" and
// "check.<Code>.hint", with Args as placeholders.
type Diagnostic struct {
	Pos     Pos
	Code    string
	Args    map[string]any
	Warning bool // the pack can be played all the same
}

// String gives place and code, for logs and tests.
func (d Diagnostic) String() string {
	return fmt.Sprintf("%s:%d:%d %s %v", d.Pos.File, d.Pos.Line, d.Pos.Col, d.Code, d.Args)
}

// Failed reports whether any diagnostic is an error.
func Failed(ds []Diagnostic) bool {
	for _, d := range ds {
		if !d.Warning {
			return true
		}
	}
	return false
}

// maxFindings is how many findings the parser and the check keep each: nobody
// reads more before mending some.
const maxFindings = 2000

// noted adds a finding. Beyond the bound an error still takes the place of a
// warning, so that a pack with an error never looks playable.
func noted(all []Diagnostic, d Diagnostic) []Diagnostic {
	if len(all) < maxFindings {
		return append(all, d)
	}
	if !d.Warning && !Failed(all) {
		all[len(all)-1] = d
	}
	return all
}
