package powercut

// Kind is what a program asked for.
type Kind uint8

// Kinds of operations.
const (
	Write    Kind = iota // Data at Off of Path
	Truncate             // Path to Off bytes
	Create               // Path, where it is not there yet
	Mkdir                // Path
	Rename               // Path to To
	Remove               // Path
	Sync                 // Path, a file or a folder
	Told                 // Data on standard output
)

// String names the kind, for messages.
func (k Kind) String() string {
	return [...]string{"write", "truncation", "creation", "mkdir", "rename", "removal", "sync", "telling"}[k]
}

// Op is one thing that a program asked of the disk or told the world, in the
// order of its calls.
type Op struct {
	Kind Kind
	Path string // absolute
	To   string
	Off  int64
	Data []byte
}
