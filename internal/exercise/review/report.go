package review

import (
	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// ReportFormat names the form of the report's JSON and its version.
const ReportFormat = "renkei/report/1"

// Report is the after-action report as one reader may have it: figures and
// findings with their evidence, no layout. The rules are in docs/exercise/review.md.
// Everything that is worded stands as a key of the interface catalogue with
// its arguments, or as text from the log or the pack.
//
// A figure leads to the events that it comes from: by an Evidence, whose single
// seqs are in Events where the reader may see them.
type Report struct {
	Format     string            `json:"format"`
	Reader     Reader            `json:"reader"`
	Result     *Result           `json:"result"` // narrowed to what the reader may see
	Names      map[string]string `json:"names"`  // unit key to its name for this reader, in the reader's language
	Titles     map[string]string `json:"titles"` // of what is no unit, in the reader's language: see titles.go
	Label      scenario.TLP      `json:"label"`  // how the report itself must be handled
	Measures   Measures          `json:"measures"`
	Flow       InformationFlow   `json:"information_flow"`
	Evaluation Evaluation        `json:"evaluation"`
	Findings   []Finding         `json:"findings"` // strengths, then improvements
	Plan       []PlanRow         `json:"improvement_plan"`
	Overview   Overview          `json:"overview"`
	LastPlan   LastPlan          `json:"last_plan"`
	Feedback   Feedback          `json:"feedback"`
	Notes      []NoteEntry       `json:"notes"`
	Timelines  []Timeline        `json:"timelines"` // in the order of the cast
	Events     []CitedEvent      `json:"events"`    // cited one by one, by seq
	LeftOut    LeftOut           `json:"left_out"`
}

// Reader says for whom a report is.
type Reader struct {
	For  string       `json:"for"` // ForExcon, ForPublic, or the key of a unit
	TLP  scenario.TLP `json:"tlp"` // clearance; TLPRed and none leave nothing out
	Lang string       `json:"lang"`
}

// Readers that are no unit.
const (
	ForExcon  = "excon"
	ForPublic = "public"
)

// Evidence names the events behind a figure: single ones, and ranges where
// there are too many to cite.
type Evidence struct {
	Seqs   []uint64    `json:"seqs,omitempty"`   // ascending, at most MaxCited
	Ranges [][2]uint64 `json:"ranges,omitempty"` // first and last of the others, inclusive
	Count  int         `json:"count"`            // how many events it is in all
}

// MaxCited is how many events an Evidence cites one by one.
const MaxCited = 12

// Measures are the measures over all units, by unit, phase, inject and task.
type Measures struct {
	MeasureSet
	Load    *NumberSpread `json:"load,omitempty"` // the most tasks open at once, over units
	Units   []UnitMeasure `json:"units"`          // in the order of the cast
	Phases  []PhaseTime   `json:"phases"`
	Injects []KeyMeasure  `json:"injects"` // that went out, in the order of the totals
	Tasks   []KeyMeasure  `json:"tasks"`   // that were asked, in the order of the totals
}

// MeasureSet is how long things took and how often they were tried, over the
// units that did them.
type MeasureSet struct {
	Ack        *Spread       `json:"ack_seconds,omitempty"`
	FirstReply *Spread       `json:"first_reply_seconds,omitempty"`
	Report     *Spread       `json:"report_seconds,omitempty"`
	Task       *Spread       `json:"task_seconds,omitempty"`
	Lateness   *Spread       `json:"late_seconds,omitempty"` // of what was late
	Tries      *NumberSpread `json:"attempts_spread,omitempty"`
	Evidence   Evidence      `json:"evidence"`
}

// KeyMeasure is the measures of one inject or task over units.
type KeyMeasure struct {
	Key string `json:"key"`
	MeasureSet
}

// KeyTrail is what happened with one inject or task at one unit.
type KeyTrail struct {
	Key      string   `json:"key"`
	Evidence Evidence `json:"evidence"`
}

// UnitMeasure is one unit's times.
type UnitMeasure struct {
	Unit       string      `json:"unit"`
	Ack        *Spread     `json:"ack_seconds,omitempty"`
	FirstReply *Spread     `json:"first_reply_seconds,omitempty"`
	Report     *Spread     `json:"report_seconds,omitempty"`
	Lateness   *Spread     `json:"late_seconds,omitempty"` // of what was late
	Attempts   int         `json:"attempts"`
	LoadMost   int         `json:"load_most"` // tasks open at the same time
	LoadMean   float64     `json:"load_mean"`
	Phases     []UnitPhase `json:"phases"`  // in the order of the pack
	Injects    []KeyTrail  `json:"injects"` // as in the unit's result
	Tasks      []KeyTrail  `json:"tasks"`   // as in the unit's result
	Evidence   Evidence    `json:"evidence"`
}

// UnitPhase is when a unit first and last completed something of a phase.
type UnitPhase struct {
	Phase string  `json:"phase"`
	First *Moment `json:"first,omitempty"`
	Last  *Moment `json:"last,omitempty"`
	Done  int     `json:"done"`
	Asked int     `json:"asked"`
}

// PhaseTime is a phase over the teams, each with its cells: when it began and
// ended, and the measures of its injects and tasks over units.
type PhaseTime struct {
	Phase string  `json:"phase"`
	First *Spread `json:"first_seconds,omitempty"` // since STARTEX
	Last  *Spread `json:"last_seconds,omitempty"`
	MeasureSet
}

// InformationFlow is who told whom what, when, how and under which label.
type InformationFlow struct {
	Edges      []Edge           `json:"edges"`
	Expected   []FlowLine       `json:"expected"`
	Unexpected []Unexpected     `json:"unexpected"`  // the first MaxListed
	Indicators []Indicator      `json:"indicators"`  // by first mention, the first MaxListed
	Broken     []Break          `json:"broken"`      // the first MaxListed
	Astray     []Stray          `json:"misdirected"` // the first MaxListed
	Quarters   []Quarter        `json:"quarters"`    // of the exercise, see Edge.Quarters
	Personas   []PersonaMeasure `json:"personas"`    // to whom units wrote, in the order of the pack

	UnexpectedCount int `json:"unexpected_count"`  // all of them
	IndicatorCount  int `json:"indicator_count"`   // all that were mentioned
	BrokenCount     int `json:"broken_count"`      // all of them
	AstrayCount     int `json:"misdirected_count"` // all of them
}

// MaxListed is how many messages, indicators and breaks of labels a report
// lists, each; the first are listed and all are counted.
const MaxListed = 200

// Edge is everything between one sender and one receiver.
type Edge struct {
	From     string         `json:"from"` // unit key, "excon" or "persona:<key>"
	To       string         `json:"to"`   // "liaison", "excon", unit key or "persona:<key>"
	Messages int            `json:"messages"`
	Shares   int            `json:"shares"`
	Relays   int            `json:"relays"`
	Calls    int            `json:"calls,omitempty"` // that were confirmed
	Labels   map[string]int `json:"labels"`          // TLP label to count; "" for none
	First    Moment         `json:"first"`
	Last     Moment         `json:"last"`
	Quarters [Quarters]int  `json:"quarters"` // how many of them in each quarter of the exercise
	Evidence Evidence       `json:"evidence"`
}

// Quarters is into how many equal parts the exercise is cut to show who told
// whom over time.
const Quarters = 4

// Quarter is one of them. What falls on a border belongs to the later one.
type Quarter struct {
	From     Moment   `json:"from"`
	To       Moment   `json:"to"`
	Sent     int      `json:"sent"` // messages, shares, relays and calls
	Evidence Evidence `json:"evidence"`
}

// FlowLine is one expected flow over its senders.
type FlowLine struct {
	Key     string        `json:"key"`
	Title   scenario.Text `json:"title"`
	Phase   string        `json:"phase"`
	Total   FlowTotal     `json:"total"`
	Senders []FlowSender  `json:"senders"` // in the order of the cast
}

// FlowSender is one expected flow of one sender.
type FlowSender struct {
	Unit string `json:"unit"`
	FlowResult
	Evidence Evidence `json:"evidence"`
}

// Unexpected is a message that nobody expected.
type Unexpected struct {
	Seq  uint64       `json:"seq"`
	At   Moment       `json:"at"`
	From string       `json:"from"`
	To   []string     `json:"to"`
	TLP  scenario.TLP `json:"tlp"`
	Text string       `json:"text,omitempty"` // first line
}

// Indicator is how far and how fast one indicator spread over the teams.
type Indicator struct {
	Form    string  `json:"form"`                     // folded; for the public a number
	Teams   int     `json:"teams"`                    // that took part
	Reached []Reach `json:"reached"`                  // by time
	Flow    string  `json:"flow,omitempty"`           // the flow that looks for it
	Within  *Span   `json:"within_seconds,omitempty"` // the time that flow allows
	All     *Span   `json:"all_seconds,omitempty"`    // from the first team to the last; nil when not all were reached
}

// Reach is when an indicator first reached a team.
type Reach struct {
	Unit string `json:"unit"` // a team; "" where the reader may not see which
	At   Moment `json:"at"`
	Seq  uint64 `json:"seq,omitempty"`
}

// Break is a label that was looser than is right.
type Break struct {
	Seq  uint64       `json:"seq"`
	At   Moment       `json:"at"`
	From string       `json:"from"`
	To   []string     `json:"to"`
	Was  scenario.TLP `json:"was"` // of what was passed on
	Is   scenario.TLP `json:"is"`
	Re   string       `json:"re"` // flow or inject
}

// Stray is what reached somebody it was not meant for.
type Stray struct {
	Seq  uint64   `json:"seq"` // of the message, share, relay or call
	At   Moment   `json:"at"`
	From string   `json:"from"`
	To   []string `json:"to"` // those it was not meant for
	Re   string   `json:"re"` // flow or inject
}

// Rating is a performance rating of an evaluation guide (HSEEP): P, S, M, U, or
// "" for not rated.
type Rating string

// Ratings.
const (
	RatedP   Rating = "P"
	RatedS   Rating = "S"
	RatedM   Rating = "M"
	RatedU   Rating = "U"
	NotRated Rating = ""
)

// Evaluation is the evaluation guide, filled in.
type Evaluation struct {
	Objectives []ObjectiveResult `json:"objectives"`
	Automatic  Points            `json:"automatic_points"` // of work that nobody marked
	Human      Points            `json:"human_points"`     // of work that evaluators marked
	Max        Points            `json:"max"`
	OpenMarks  int               `json:"open_marks"` // works whose marks differ
}

// ObjectiveResult is one objective.
type ObjectiveResult struct {
	Key      string           `json:"key"`
	Title    scenario.Text    `json:"title"`
	Critical []CriticalResult `json:"critical_tasks"`
}

// CriticalResult is one critical task over the teams, each with its cells.
type CriticalResult struct {
	Key     string        `json:"key"`
	Title   scenario.Text `json:"title"`
	Tasks   []string      `json:"tasks"`           // that are its evidence
	Flows   []string      `json:"flows,omitempty"` // likewise, without a task that asks for them
	Ratings []UnitRating  `json:"ratings"`         // in the order of the cast
}

// UnitRating is one team's rating.
type UnitRating struct {
	Unit      string `json:"unit"`
	Rating    Rating `json:"rating"`
	Automatic bool   `json:"automatic"` // no evaluator's mark behind it
	Points    Points `json:"points"`
	Max       Points `json:"max"`
	// Challenges are the tasks that were late or not done, wanted a hint or a second
	// attempt, or went astray; CouldNot those left aside because another never told
	// what they need.
	Challenges int          `json:"challenges"`
	CouldNot   int          `json:"left_aside"`
	Marks      []MarkResult `json:"marks,omitempty"`
	Evidence   Evidence     `json:"evidence"`
}

// MarkResult is one evaluator's mark, or the director's decision.
type MarkResult struct {
	Seq       uint64            `json:"seq"`
	Task      string            `json:"task"`
	Unit      string            `json:"unit"`
	Evaluator string            `json:"evaluator"` // "" for the director's decision
	Points    Points            `json:"points"`
	Standing  exercise.Standing `json:"standing"`
	Note      string            `json:"note,omitempty"`
}

// Finding is something computed from the log. Its sentence is
// "finding.<Key>" in the catalogue, what to do about it
// "finding.<Key>.action".
type Finding struct {
	Key     string         `json:"key"`
	Kind    string         `json:"kind"` // FindingStrength or FindingImprove
	Args    map[string]any `json:"args"` // of the sentence: names in the reader's language, times as "mm:ss", numbers
	Units   []string       `json:"units,omitempty"`
	Subject string         `json:"subject,omitempty"` // key of the inject, task, flow or indicator

	Objective string   `json:"objective,omitempty"` // key of the objective to which the subject belongs
	Weight    int      `json:"weight,omitempty"`    // of what to improve: how much depends on the subject, by the pack
	Evidence  Evidence `json:"evidence"`            // never empty
	Text      string   `json:"text"`                // the sentence, in the reader's language

	draft findingDraft // until it is worded
}

// Kinds of findings.
const (
	FindingStrength = "strength"
	FindingImprove  = "improve"
)

// PlanRow is one row of the improvement plan: what is to be done about one
// issue. What people entered after ENDEX takes the place of what was proposed.
type PlanRow struct {
	N         int       `json:"n"`                // counts from 1
	Key       string    `json:"key"`              // the issue, as in exercise.PlanEntered
	Title     string    `json:"title"`            // what is to be better, in the reader's language
	Objective string    `json:"objective"`        // key; "" for none
	Concerns  []Concern `json:"concerns"`         // none where people added the issue
	Weight    int       `json:"weight"`           // of the gravest finding
	Entered   uint64    `json:"entered_by_event"` // seq of what people entered last; 0: nothing

	ProposedTitle  string `json:"proposed_title"`
	ProposedAction string `json:"proposed_action"`

	ProposedReference string `json:"proposed_reference"`

	Cause       string `json:"root_cause"`
	Reference   string `json:"reference"`          // procedure or plan
	Capability  string `json:"capability_element"` // one of exercise.Capabilities
	Action      string `json:"action"`             // in the reader's language
	Responsible string `json:"responsible"`
	Contact     string `json:"contact"`
	Start       string `json:"start"`      // 2006-01-02
	Completion  string `json:"completion"` // 2006-01-02
	Status      string `json:"status"`     // one of exercise.PlanStatuses
	Remark      string `json:"remark"`
}

// Overview is what people entered about the exercise as a whole.
type Overview struct {
	Sponsor  string `json:"sponsor"`
	Contacts string `json:"contacts"`
	Scope    string `json:"scope"`
	Summary  string `json:"summary"`
	Entered  uint64 `json:"entered_by_event"`
}

// LastPlan is what became of the improvement plan of an earlier exercise.
type LastPlan struct {
	From   string    `json:"from"` // id of that exercise
	Title  string    `json:"title"`
	Ended  string    `json:"ended"` // UTC, RFC 3339; "" where it is not known
	Seq    uint64    `json:"seq"`
	Issues []PlanRow `json:"issues"`
}

// Feedback is what those who took part said of the exercise in the hot wash.
type Feedback struct {
	Teams    int            `json:"teams"`    // that took part
	Answered int            `json:"answered"` // teams that answered anything, themselves or their cells
	Useful   map[string]int `json:"useful"`   // answers to how useful it was
}

// Concern is one finding to which a row of the plan answers.
type Concern struct {
	Finding int    `json:"finding"` // index in Findings
	Text    string `json:"text"`    // what and whom it is about
}

// NoteEntry is a controller's note, a unit's log entry, or a hot-wash answer.
type NoteEntry struct {
	Seq   uint64 `json:"seq"`
	At    Moment `json:"at"`
	Kind  string `json:"kind"` // note, own, hotwash
	Unit  string `json:"unit,omitempty"`
	Actor string `json:"actor,omitempty"`
	Text  string `json:"text"`
	Re    string `json:"re,omitempty"`
}

// Timeline is what one unit got and did, for its picture. Of messages that make
// no expected flow it shows one of each direction per minute.
type Timeline struct {
	Unit  string `json:"unit"`
	Marks []Tick `json:"marks"` // by time
}

// Tick is one mark on a timeline.
type Tick struct {
	Seq  uint64 `json:"seq"`
	At   Moment `json:"at"`
	Kind string `json:"kind"` // inject, ack, answer, late, missed, relay, sent, received
	Key  string `json:"key"`  // of the inject, task or flow
}

// CitedEvent is an event that the report cites, as far as the reader may see it.
type CitedEvent struct {
	Seq   uint64        `json:"seq"`
	At    Moment        `json:"at"`
	Type  exercise.Type `json:"type"`
	Actor string        `json:"actor,omitempty"`
	Text  string        `json:"text"` // what happened in one line, in the reader's language
}

// LeftOut counts what the reader may not see.
type LeftOut struct {
	ByTLP    int  `json:"by_tlp"` // injects, messages and findings above the clearance
	Findings int  `json:"findings"`
	Names    bool `json:"names"` // members are not named

	Pack scenario.TLP `json:"pack,omitempty"` // label of the scenario, where its texts are above the clearance
}
