package rehearsal

import (
	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// Format names the JSON form of a rehearsal.
const Format = "renkei/rehearsal/1"

// Figures are what a rehearsal has found out. Counts are over all runs; times
// are seconds. docs/exercise/rehearsal.md explains every field.
type Figures struct {
	Format   string   `json:"format"`
	Pack     PackName `json:"pack"`
	Asked    int      `json:"asked"` // runs
	Runs     int64    `json:"runs"`  // fewer where it was stopped
	Seed     uint64   `json:"seed,string"`
	Slow     float64  `json:"slow"`
	Teams    int      `json:"teams"`
	Units    int      `json:"units"`
	Events   int64    `json:"events"`
	Duration Seconds  `json:"duration"`
	Step     Seconds  `json:"step"` // resolution of spreads
	Bin      Seconds  `json:"bin"`  // width of the bins of load
	Smooth   int64    `json:"smooth_runs"`
	Worst    Extreme  `json:"worst_run"`

	Kinds   []KindFigures   `json:"kinds"`
	Injects []InjectFigures `json:"injects"`
	Tasks   []TaskFigures   `json:"tasks"`
	Flows   []FlowFigures   `json:"flows"`
	Control ControlFigures  `json:"control"`

	Decisions []DecisionFigures `json:"decisions,omitempty"`

	Findings []Finding `json:"findings"`
}

// PackName says which pack it was.
type PackName struct {
	Key     string        `json:"key"`
	Version string        `json:"version"`
	Hash    string        `json:"hash"`
	Title   scenario.Text `json:"title"`
}

// Seconds are a time since STARTEX or a length.
type Seconds int64

// Spread says where a share of cases had come; nil where so many never came.
type Spread struct {
	P10    *Seconds `json:"p10"`
	Median *Seconds `json:"median"`
	P90    *Seconds `json:"p90"`
}

// Range is a spread of counts, or of sums per minute.
type Range struct {
	P10    int `json:"p10"`
	Median int `json:"median"`
	P90    int `json:"p90"`
	Most   int `json:"most"`
}

// KindFigures are those of one kind of unit: "team" or "cell:<key>".
type KindFigures struct {
	Kind  string  `json:"kind"`
	Units int     `json:"units"`    // in one run
	Cases int64   `json:"cases"`    // units over all runs
	All   int64   `json:"answered"` // cases in which every task was answered
	Cut   int64   `json:"cut"`      // cases in which ENDEX cut off work
	Last  Spread  `json:"last"`     // the last answer, where every task was answered
	Load  []Load  `json:"load"`
	Most  float64 `json:"most_asked"` // work minutes asked of a unit per minute, in the fullest bin
}

// Load is one bin of time.
type Load struct {
	At     Seconds `json:"at"`
	Open   Range   `json:"open"`   // tasks of one unit, at the beginning of the bin
	Waits  Range   `json:"waits"`  // those of them on which nobody works yet
	Asked  float64 `json:"asked"`  // work minutes asked of a unit per minute
	Worked float64 `json:"worked"` // share of its time that a unit works on tasks
}

// InjectFigures are those of one inject.
type InjectFigures struct {
	Key string         `json:"key"`
	To  []InjectToKind `json:"to"`
}

// InjectToKind is one inject for one kind of unit.
type InjectToKind struct {
	Kind   string `json:"kind"`
	Relay  bool   `json:"relay,omitempty"` // comes by a relay only
	Maybe  bool   `json:"maybe,omitempty"` // a condition or a branch decides whether it comes
	Meant  int64  `json:"meant"`
	Came   int64  `json:"came"`
	Idle   int64  `json:"idle,omitempty"` // to whom it did not come, and who answered nothing that its condition asks about
	Acked  int64  `json:"acked"`
	Unless int64  `json:"unless"` // kept back by its "unless"
	Lapsed int64  `json:"lapsed"` // its condition did not hold within its time
	Branch int64  `json:"branch"` // it belongs to a branch that was not taken
	Tasks  int64  `json:"tasks"`  // asked with it
	At     Spread `json:"at"`     // when it came
	Open   Spread `json:"open"`   // until the last of its tasks was done
}

// TaskFigures are those of one task.
type TaskFigures struct {
	Key        string   `json:"key"`
	Inject     string   `json:"inject"`
	Type       string   `json:"type"`
	Due        Seconds  `json:"due"`
	Asked      int64    `json:"asked"`
	Answered   int64    `json:"answered"`
	Scored     int64    `json:"scored"` // automatically
	Solved     int64    `json:"solved"`
	Late       int64    `json:"late"`
	Hints      int64    `json:"hints"`
	Tries      int64    `json:"tries"`
	BySkill    [3]Share `json:"by_skill"` // weak, middling, strong teams
	First      Spread   `json:"first"`    // first answer after the inject
	Taken      int64    `json:"taken"`    // begun by working on it
	Jammed     int64    `json:"jammed"`   // late only because other tasks came first
	Wait       Spread   `json:"wait"`     // in line
	Ahead      []Ahead  `json:"ahead,omitempty"`
	Effort     Effort   `json:"effort"`
	Difficulty float64  `json:"difficulty"`
	Rated      bool     `json:"difficulty_stated"`
	Needs      []string `json:"needs,omitempty"` // flows of other teams
}

// Share is how many of how many.
type Share struct {
	N  int64 `json:"n"`
	Of int64 `json:"of"`
}

// Ahead is how long a task waited in all while work for an inject was done.
type Ahead struct {
	Inject string  `json:"inject"`
	Mean   float64 `json:"mean"` // seconds for each unit that took the task on
}

// Effort is the assumption on how long a task takes.
type Effort struct {
	Min    Seconds `json:"min"`
	Likely Seconds `json:"likely"`
	Max    Seconds `json:"max"`
	Stated bool    `json:"stated"` // by the author
}

// FlowFigures are those of one expected flow.
type FlowFigures struct {
	Key      string  `json:"key"`
	From     string  `json:"from"`
	To       string  `json:"to"`
	Within   Seconds `json:"within"`
	Expected int64   `json:"expected"`
	Made     int64   `json:"made"` // in time
	Late     int64   `json:"late"`
	Missing  int64   `json:"missing"`
	Loose    int64   `json:"loose"`
	Stray    int64   `json:"misdirected"`
	Took     Spread  `json:"took"`
}

// DecisionFigures are those of one decision.
type DecisionFigures struct {
	Key      string          `json:"key"`
	Made     int64           `json:"made"`
	Branches []BranchFigures `json:"branches"` // the last, "", is none of them
}

// BranchFigures say how often a branch was taken.
type BranchFigures struct {
	Key   string `json:"key"`
	Taken int64  `json:"taken"`
}

// ControlFigures say what EXCON has to do.
type ControlFigures struct {
	Bin      Seconds        `json:"bin"`
	Talk     []ControlBin   `json:"talk"`     // messages to personas and to EXCON
	Reports  []ControlBin   `json:"reports"`  // to mark
	Personas []PersonaShare `json:"personas"` // messages in a run, on average
	Talks    float64        `json:"messages_per_run"`
	Marks    float64        `json:"reports_per_run"`
}

// ControlBin is how much comes in within one bin.
type ControlBin struct {
	At    Seconds `json:"at"`
	Count Range   `json:"count"`
	Mean  float64 `json:"mean"`
}

// PersonaShare is how many messages a persona gets in a run; "" is EXCON.
type PersonaShare struct {
	Persona string  `json:"persona"`
	Mean    float64 `json:"mean"`
}

func seconds(t exercise.Time) Seconds { return Seconds(t / exercise.Second) }
