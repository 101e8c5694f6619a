package review

import (
	"encoding/json"
	"fmt"
	"io"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// ResultFormat names the form of results.json and its version. Fields may be
// added within a version; none changes its meaning.
const ResultFormat = "renkei/results/1"

// Result is results.json: what came of an exercise, from its log alone. Units
// stand in the order of the cast, never by what they reached. Fields that do
// not apply are left out.
//
// Times are exercise time. Lengths ("..._seconds") are measured on the unit's
// own clock: while a unit was late or paused it stood still.
type Result struct {
	Format   string        `json:"format"`
	Exercise ExerciseFacts `json:"exercise"`
	Log      LogFacts      `json:"log"`
	Units    []UnitResult  `json:"units"`
	Totals   Totals        `json:"totals"`

	Decisions []DecisionResult `json:"decisions"` // in the order of the pack

	Questions   []QuestionResult `json:"questions,omitempty"`   // of a tabletop, in the order in which they were announced
	Commitments int              `json:"commitments,omitempty"` // that delegations of a tabletop accepted
}

// QuestionResult is a question of a tabletop: how many answered what, and no
// delegation beside an answer, with names or without.
type QuestionResult struct {
	Key        string        `json:"key"`
	Module     string        `json:"module"`
	Type       string        `json:"type"`
	Attributed bool          `json:"attributed"`
	Status     string        `json:"status"`
	Rounds     []RoundResult `json:"rounds"` // those that were revealed
}

// RoundResult is a round of a question that was revealed.
type RoundResult struct {
	Round     int            `json:"round"`
	Simulated bool           `json:"simulated,omitempty"` // no person took part
	Answers   int            `json:"answers"`
	Chosen    map[string]int `json:"chosen,omitempty"` // of a choice and of several: how many chose an option
	Scale     map[int]int    `json:"scale,omitempty"`  // of a scale: how many gave a value
}

// ExerciseFacts say which exercise it was.
type ExerciseFacts struct {
	ID      string        `json:"id"`
	Title   scenario.Text `json:"title"`
	Kind    string        `json:"kind"`
	Pack    string        `json:"pack"`
	Version string        `json:"version"`
	Hash    string        `json:"hash"`        // of the pack
	Seed    uint64        `json:"seed,string"` // of the simulated teams; a string, for a JSON number would be rounded
	Startex string        `json:"startex"`     // scenario time at STARTEX, RFC 3339, UTC
	Phase   string        `json:"phase"`       // of the clock: preparing, running, paused, ended

	Started *Wall   `json:"started,omitempty"` // STARTEX
	Ended   *Wall   `json:"ended,omitempty"`   // ENDEX
	Early   bool    `json:"early,omitempty"`   // ENDEX by the director before its time
	Last    *Moment `json:"last"`              // of the last event

	Pauses int `json:"pauses"`     // by the director, and after a downtime
	Jumps  int `json:"jumps"`      // of the clock
	Real   int `json:"real_stops"` // play was stopped for something real
}

// Wall is a moment on both clocks.
type Wall struct {
	Wall string `json:"wall"` // RFC 3339, UTC
	Moment
}

// LogFacts say how far the log can be trusted.
type LogFacts struct {
	Events   int    `json:"events"`
	Verified bool   `json:"verified"`       // every leaf, link and content holds
	Complete bool   `json:"complete"`       // the file ends with its head
	Torn     bool   `json:"torn,omitempty"` // the file was cut off within a line
	Head     string `json:"head,omitempty"` // chain at the end of a complete file
}

// UnitResult is one unit.
type UnitResult struct {
	Key    string        `json:"key"`
	Parent string        `json:"parent,omitempty"`
	Name   scenario.Text `json:"name"`
	Status string        `json:"status"` // present, late, absent, paused, withdrawn
	Bot    bool          `json:"bot"`    // a simulated team stood in at the end
	Ready  bool          `json:"ready"`

	Present  int `json:"present"`  // people, as last counted
	Expected int `json:"expected"` // people

	Injects  []InjectResult `json:"injects"` // in the order of the pack
	Tasks    []TaskResult   `json:"tasks"`   // those that were asked
	Flows    []FlowResult   `json:"flows"`   // those whose sender the unit is, once their time runs
	Messages Traffic        `json:"messages"`
	Shares   Traffic        `json:"shares"`
	Relays   Traffic        `json:"relays"`
	Calls    Traffic        `json:"calls,omitzero"` // that were confirmed
	Notes    NoteCount      `json:"notes"`

	Points Points `json:"points"` // of the unit alone, without its cells
	Max    Points `json:"max"`    // of what is judged: without void, differing and unmarked work
}

// Traffic counts what a unit sent and what was addressed to it. The liaison
// room is addressed to every team but the sender.
type Traffic struct {
	Sent     int `json:"sent"`
	Received int `json:"received"`
}

// NoteCount counts notes.
type NoteCount struct {
	Own   int `json:"own"`   // entries of the unit's own log
	About int `json:"about"` // observations of EXCON about the unit
}

// InjectResult is one inject for one unit.
type InjectResult struct {
	Key          string                `json:"key"`
	Status       exercise.InjectStatus `json:"status"`           // waiting, watching, released, skipped, retracted
	Reason       string                `json:"reason,omitempty"` // skipped: jump, unless, lapsed, absent, branch
	Relayed      bool                  `json:"relayed,omitempty"`
	Released     *Moment               `json:"released,omitempty"`
	Acknowledged *Moment               `json:"acknowledged,omitempty"`
	AckTook      *Span                 `json:"ack_seconds,omitempty"` // from release to acknowledgement
}

// States of a task.
const (
	TaskOpen     = "open"     // not answered, and its time had not run out
	TaskAnswered = "answered" // at least once
	TaskMissing  = "missing"  // its time ran out without an answer
	TaskVoid     = "void"     // withdrawn, or the unit left before it answered
)

// Unmarked is the standing of a report or file that only an evaluator can judge and
// nobody has: it is outside the totals.
const Unmarked exercise.Standing = "unmarked"

// TaskResult is one task for one unit.
type TaskResult struct {
	Key      string  `json:"key"`
	Type     string  `json:"type"`
	Inject   string  `json:"inject"`
	Phase    string  `json:"phase"`
	Status   string  `json:"status"` // open, answered, missing, void
	Opened   *Moment `json:"opened"`
	Due      *Moment `json:"due"`
	First    *Moment `json:"first,omitempty"`         // first submission
	Took     *Span   `json:"first_seconds,omitempty"` // from opening to the first submission
	Late     bool    `json:"late"`                    // answered, but after its time
	Attempts int     `json:"attempts"`
	Solved   bool    `json:"solved"`
	Hints    int     `json:"hints"`      // asked for
	Came     int     `json:"hints_came"` // that came by themselves, and those that they brought along
	Points   Points  `json:"points"`
	Max      Points  `json:"max"`
	// Of indicators, in the attempt that counts: shares from 0 to 1.
	Precision *Points           `json:"precision,omitempty"` // of those given that are right
	Recall    *Points           `json:"recall,omitempty"`    // of the right ones that were given
	Standing  exercise.Standing `json:"standing"`            // automatic, provisional, agreed, open (marks differ), decided, unmarked

	CouldNot []Lack `json:"could_not,omitempty"` // why the unit could not do it, or not in time

	Astray bool `json:"misdirected,omitempty"` // of a share: what it asks for reached somebody it was not meant for
}

// Lack is what a unit needed for a task, and was not told in its time.
type Lack struct {
	Flow string `json:"flow"`
	From string `json:"from"` // unit
}

// judged reports whether the points count.
func (t *TaskResult) judged() bool {
	return t.Status != TaskVoid && t.Standing != exercise.Differing && t.Standing != Unmarked
}

// FlowResult is one expected flow of one sender.
type FlowResult struct {
	Key    string              `json:"key"`
	Phase  string              `json:"phase"`
	From   string              `json:"from"`   // unit
	To     string              `json:"to"`     // liaison, excon, unit:<key>, persona:<key>
	Status exercise.FlowStatus `json:"status"` // made, late, missing, void, expected
	Due    *Moment             `json:"due"`
	Made   *Moment             `json:"made,omitempty"`
	Took   *Span               `json:"made_seconds,omitempty"` // from the release that began it
	Via    uint64              `json:"via,omitempty"`          // seq of the message, share, relay or call
	Broken bool                `json:"broken,omitempty"`       // the label was looser than is right
	Astray bool                `json:"misdirected,omitempty"`  // it reached somebody it was not meant for

	Checked string `json:"checked,omitempty"` // by EXCON: confirmed, added, taken_back
}

// Totals are over all units.
type Totals struct {
	Injects []InjectTotal `json:"injects"` // in the order of the pack, then those made up during play
	Phases  []PhaseTotal  `json:"phases"`  // in the order of the pack
	Tasks   []TaskTotal   `json:"tasks"`   // in the order of the pack, then those made up
	Flows   []FlowTotal   `json:"flows"`   // in the order of the pack
}

// InjectTotal counts one inject over the units for which it was meant, or that
// got it by a relay.
type InjectTotal struct {
	Key          string  `json:"key"`
	Released     int     `json:"released"`
	Acknowledged int     `json:"acknowledged"` // of those released
	Skipped      int     `json:"skipped"`
	Retracted    int     `json:"retracted"`
	Waiting      int     `json:"waiting"`
	AckTook      *Spread `json:"ack_seconds,omitempty"`
}

// TaskCount counts tasks of units. Asked is Answered + Missing + Open + Void.
type TaskCount struct {
	Asked    int     `json:"asked"`
	Answered int     `json:"answered"`
	Solved   int     `json:"solved"` // of those answered; only the automatic judgement solves, never a mark
	Late     int     `json:"late"`   // of those answered
	Missing  int     `json:"missing"`
	Open     int     `json:"open"`
	Void     int     `json:"void"`
	Hinted   int     `json:"hinted"`     // took a hint, void ones left out
	Came     int     `json:"hints_came"` // to whom one came by itself, likewise
	Took     *Spread `json:"first_seconds,omitempty"`
}

// FlowCount counts flows of senders. The sum of the states is what was begun.
type FlowCount struct {
	Made     int     `json:"made"`
	Late     int     `json:"late"`
	Missing  int     `json:"missing"`
	Void     int     `json:"void"`
	Expected int     `json:"expected"` // neither made nor out of time at the end of the log
	Broken   int     `json:"broken"`   // of those made or late: the label was too loose
	Took     *Spread `json:"made_seconds,omitempty"`

	Confirmed int `json:"confirmed,omitempty"` // by EXCON, as they were recognised
	Corrected int `json:"corrected,omitempty"` // by EXCON: added or taken back
}

// PhaseTotal counts the tasks and flows of one phase.
type PhaseTotal struct {
	Key   string    `json:"key"`
	Tasks TaskCount `json:"tasks"`
	Flows FlowCount `json:"flows"`
}

// TaskTotal counts one task.
type TaskTotal struct {
	Key    string `json:"key"`
	Type   string `json:"type"`
	Inject string `json:"inject"`
	Phase  string `json:"phase"`
	TaskCount
	Precision *Points `json:"precision,omitempty"` // of indicators: the mean over the units that handed in any
	Recall    *Points `json:"recall,omitempty"`    // likewise
}

// FlowTotal counts one flow.
type FlowTotal struct {
	Key   string `json:"key"`
	From  string `json:"from"` // as in the pack: team or cell:<key>
	To    string `json:"to"`   // as in the pack
	Phase string `json:"phase"`
	FlowCount
}

// WriteJSON writes results.json, indented, with a newline at the end. The same
// result gives the same bytes.
func (r *Result) WriteJSON(w io.Writer) error { return writeJSON(w, r) }

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write review: %w", err)
	}
	return nil
}
