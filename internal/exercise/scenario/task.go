package scenario

import "time"

// Task types.
const (
	TaskReport     = "report"
	TaskAnswer     = "answer"
	TaskChoice     = "choice"
	TaskIndicators = "indicators"
	TaskShare      = "share"
	TaskFlag       = "flag"
	TaskFile       = "file"
)

// Task is what an inject asks of a unit.
type Task struct {
	Pos        Pos
	Key        string
	Type       string
	Phase      string
	Prompt     Text // template
	Due        time.Duration
	Points     float64
	Attempts   int // 0: no limit
	Critical   string
	Weight     int      // how much depends on it
	Prevents   Text     // what follows where it is not done
	For        []string // roles within the unit; its own, else the inject's
	Branch     string   // "": asked of everybody
	Feedback   bool     // the unit sees its score at once
	Hints      []Hint
	Accept     Forms  // answer, indicators; templates
	Match      Forms  // answer: regular expressions; templates
	Number     string // answer; a template, "" for none
	Tolerance  Tolerance
	Want       Want     // answer: what is looked for in a sentence
	Parts      []Want   // answer: all of these, in any order
	Examples   Examples // answer
	Flag       string   // template
	Files      []FileRule
	MaxSize    int64      // file: bytes
	Form       []FormPart // report
	SolvedAt   float64
	Options    []Option // choice
	Mentions   []Forms  // report; templates
	Avoid      Forms    // report: what must not be mentioned
	Flow       string   // share
	Needs      []Need
	Effort     Effort
	Difficulty float64 // 0 easy to 1 hard
	Rated      bool    // the author stated the difficulty
}

// Hint is help that costs points. With After or Wrong it comes by itself.
type Hint struct {
	Pos   Pos
	Text  Text // template
	Cost  float64
	After time.Duration // since the task was opened; 0: never
	Wrong int           // wrong attempts; 0: never
}

// ByItself reports whether the hint comes without being asked for.
func (h Hint) ByItself() bool { return h.After > 0 || h.Wrong > 0 }

// Tolerance is how far a number may be from the right one.
type Tolerance struct {
	Value   float64
	Percent bool // of the right number
}

// Want is what must stand in an answer, whatever words are around it.
type Want struct {
	Pos       Pos
	Contains  Forms // any one of these; templates
	Refuse    Forms // candidates whose mention refuses the answer; templates
	Number    string
	Tolerance Tolerance
	Unit      []string // of the number
	Time      string   // see ParseInstant
	Date      string   // likewise
	Zone      string   // of a time without one
	Room      time.Duration
}

// any reports whether anything is wanted.
func (w *Want) any() bool {
	return len(w.Contains) > 0 || w.Number != "" || w.Time != "" || w.Date != ""
}

// Zones in which a time without one is understood.
const (
	ZoneUTC  = "utc"
	ZoneUnit = "unit" // that of the unit that answers
)

// Examples are answers that the key must take, and such that it must not.
type Examples struct{ Right, Wrong Forms }

// FileRule says what makes a file right by itself. All that stand in one must
// hold.
type FileRule struct {
	Pos      Pos
	SHA256   string // template; hex
	Name     string // pattern with * and ?
	Media    string // media type, or "image/*"
	Min, Max int64  // bytes; Max 0: no limit of its own
}

// Kinds of the parts of a report form.
const (
	PartText   = "text"
	PartNumber = "number"
	PartTime   = "time"
	PartList   = "list" // one a line
	PartChoice = "choice"
)

// FormPart is one field of a report form.
type FormPart struct {
	Pos      Pos
	Key      string
	Title    Text
	Kind     string
	Required bool
	Hint     Text
	Options  []Option // choice
}

// Option is one choice.
type Option struct {
	Pos     Pos
	Key     string
	Text    Text // template
	Correct bool
}

// Need names a flow of another team that must reach the unit before it can
// know the answer.
type Need struct {
	Pos  Pos
	Flow string
	From string // next or prev
}

// Effort is the author's assumption of the working time of a task. Simulated
// teams draw from a triangular distribution over it.
type Effort struct {
	Min, Likely, Max time.Duration
}
