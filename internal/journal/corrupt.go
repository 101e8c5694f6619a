package journal

import "fmt"

// What can be wrong with a log file, as [CorruptError] codes.
const (
	CodeTornTail   = "torn_tail"   // the last line is cut off: what came before it stands
	CodeBadJSON    = "bad_json"    // not a line as this format writes it
	CodeBadLeaf    = "bad_leaf"    // salt and event do not give the leaf
	CodeBadChain   = "bad_chain"   // the previous chain and the leaf do not give the chain
	CodeBadSeq     = "bad_seq"     // a seq left out, repeated or out of order
	CodeBadContent = "bad_content" // the bytes do not give the hash they are filed under
	CodeBadHead    = "bad_head"    // the head is not that of the lines before it, or not the last line
	CodeNoHeader   = "no_header"   // the first line is not that of a log file
	CodeTooLong    = "too_long"    // a line longer than MaxLine
)

// CorruptError says what is wrong with a log, and where.
type CorruptError struct {
	Line int    // from 1, or 0 where the log is in no file
	Code string // one of the Code constants
	Seq  uint64 // of the event looked at, or 0 where the line is none
}

// Error returns the place and the code, for operators and logs.
func (e *CorruptError) Error() string {
	text := "log"
	if e.Line > 0 {
		text = fmt.Sprintf("log line %d", e.Line)
	}
	text += ": " + e.Code
	if e.Seq > 0 {
		text += fmt.Sprintf(" (event %d)", e.Seq)
	}
	return text
}

// UserText says what is wrong, and in which line.
func (e *CorruptError) UserText(...string) (key string, args map[string]any) {
	return "cli.log." + e.Code, map[string]any{"Line": e.Line, "Seq": e.Seq}
}
