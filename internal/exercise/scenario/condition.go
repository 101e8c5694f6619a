package scenario

import (
	"strings"
	"unicode/utf8"
)

// Bounds of a condition.
const (
	maxCondition     = 2_000 // bytes of source
	maxConditionCost = 10_000
)

// Condition is a compiled CEL expression of type bool over the facts of an
// exercise, and the list of what it names: it needs to be looked at again only
// when one of these changes. It is safe for concurrent use.
type Condition struct {
	Source string
	Pos    Pos

	Tasks     []string // keys in task(".."), sorted, each once; so below
	Injects   []string // keys in inject("..")
	Flows     []string // keys in flow("..")
	TeamTasks []string // keys in teams.answered("..") and teams.solved("..")
	TeamFlows []string // keys in teams.made("..")
	Branches  []string // keys in branch("..")
	UsesScore bool
	UsesTotal bool

	names []conditionName
	eval  node[bool]
}

// conditionName is one key in a condition, with its place in the source.
type conditionName struct {
	kind   string // names of the facts' variables, e.g. varTask
	key    string
	offset int // bytes
}

// finding is a problem inside an expression.
type finding struct {
	offset int // bytes
	code   string
	args   map[string]any
}

// TaskFacts are the facts of one task for the unit that is asked about.
type TaskFacts struct {
	Answered bool    `cel:"answered"`
	Correct  bool    `cel:"correct"`
	Late     bool    `cel:"late"`
	Open     bool    `cel:"open"`
	Attempts int64   `cel:"attempts"`
	Score    float64 `cel:"score"` // points
}

// InjectFacts are the facts of one inject for the unit that is asked about.
type InjectFacts struct {
	Released     bool `cel:"released"`
	Acknowledged bool `cel:"acknowledged"`
}

// FlowFacts are the facts of one expected flow for the unit that is asked
// about.
type FlowFacts struct {
	Made   bool `cel:"made"`
	Late   bool `cel:"late"`
	Missed bool `cel:"missed"`
}

// Facts answers what a condition asks, for one unit at one moment.
type Facts interface {
	Task(key string) TaskFacts
	Inject(key string) InjectFacts
	Flow(key string) FlowFacts
	TeamsAnswered(task string) int
	TeamsSolved(task string) int
	TeamsMade(flow string) int
	TeamsTotal() int
	Branch(key string) bool // taken
	Score() float64
}

// CompileCondition compiles an expression that begins at pos in its file. The
// condition is nil when there are diagnostics; they point at the place inside
// the expression, as if it stood there unquoted.
func CompileCondition(src string, pos Pos) (*Condition, []Diagnostic) {
	c, found := compileCondition(src)
	if c != nil {
		c.Pos = pos
	}
	var ds []Diagnostic
	for _, f := range found {
		ds = append(ds, Diagnostic{Pos: advance(pos, []byte(src[:f.offset])), Code: f.code, Args: f.args})
	}
	return c, ds
}

func compileCondition(src string) (*Condition, []finding) {
	if len(src) > maxCondition {
		return nil, []finding{{0, codeConditionLong, map[string]any{"Limit": maxCondition}}}
	}
	if !utf8.ValidString(src) {
		return nil, []finding{{0, codeFileUTF8, nil}}
	}
	return compileCEL(src)
}

// Holds reports whether the condition is true for the facts. An evaluation
// error, such as an overflow, is false.
func (c *Condition) Holds(f Facts) bool {
	if c == nil || c.eval == nil {
		return false
	}
	v, ok := c.eval(f)
	return v && ok
}

// offsetOf turns a CEL location (line from 1, column from 0, in characters)
// into a byte offset.
func offsetOf(src string, line, col int) int {
	at := 0
	for ; line > 1; line-- {
		i := strings.IndexByte(src[at:], '\n')
		if i < 0 {
			break
		}
		at += i + 1
	}
	for ; col > 0 && at < len(src); col-- {
		_, n := utf8.DecodeRuneInString(src[at:])
		at += n
	}
	return at
}
