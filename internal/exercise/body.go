package exercise

import (
	"slices"

	"renkei/internal/exercise/scenario"
)

// Created opens a log: the exercise, its pack and its units. Texts and
// attachments are content of the log, named by their hash.
type Created struct {
	ID      string            `json:"id"`
	Title   scenario.Text     `json:"title"`
	Kind    string            `json:"kind"`
	Pack    string            `json:"pack"`
	Version string            `json:"version"`
	Hash    string            `json:"hash"`        // of the pack
	Files   map[string]string `json:"files"`       // path to hash of the content
	Startex int64             `json:"startex"`     // scenario time at STARTEX, unix microseconds
	Seed    uint64            `json:"seed,string"` // of the simulated teams; a string, for it does not fit a JSON number
	Units   []scenario.Unit   `json:"units"`       // each team, in ring order, followed by its cells
}

// Started is STARTEX.
type Started struct {
	Speed float64 `json:"speed"` // 0: as fast as it goes
}

// Paused stops the clock.
type Paused struct {
	Reason string `json:"reason,omitempty"`
	Until  int64  `json:"until,omitempty"` // wall time at which play is to go on, unix microseconds
	Ask    bool   `json:"ask,omitempty"`   // then EXCON is asked, and play does not go on by itself
}

// Resumed starts the clock again.
type Resumed struct{}

// SpeedSet changes how fast exercise time runs against wall time.
type SpeedSet struct {
	Speed float64 `json:"speed"` // 0: as fast as it goes
}

// Jumped moves exercise time forward; what was passed follows, skipped or
// released in order.
type Jumped struct {
	From Time   `json:"from"`
	Mode string `json:"mode"` // JumpSkip or JumpRelease
}

// Entered says that the events of the same command happened on paper, and that
// they were entered afterwards, at their true time.
type Entered struct {
	From Time   `json:"from"` // where the clock of the log stood
	By   string `json:"by"`   // who did it, or wrote it down
}

// Recovered tells that the conductor was away.
type Recovered struct {
	Down   int64 `json:"down"`   // microseconds of wall time since the last durable tick
	Paused bool  `json:"paused"` // too long: the exercise waits for the director
}

// EndMoved moves the planned ENDEX.
type EndMoved struct {
	From Time `json:"from"`
	To   Time `json:"to"`
}

// Ended is ENDEX.
type Ended struct {
	Reason string `json:"reason"` // "endex" at the planned time, "early" by the director
}

// UnitReady is a unit's answer to the call before STARTEX.
type UnitReady struct {
	Unit  string `json:"unit"`
	Ready bool   `json:"ready"`
}

// Attendance says how many of a unit's people are there.
type Attendance struct {
	Unit     string   `json:"unit"`
	Present  int      `json:"present"`
	Expected int      `json:"expected"`
	People   []string `json:"people,omitempty"` // person ids
}

// UnitStatus changes how a unit takes part. When it no longer is late or paused,
// everything that waits for it has moved by Shift, the time it stood still;
// what waits for a cell moves by the time that the cell stood still.
type UnitStatus struct {
	Unit   string `json:"unit"`
	Status string `json:"status"` // present, late, absent, paused, withdrawn
	Shift  Time   `json:"shift,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// UnitJoined says that for the first time somebody, the actor, has come to play
// a unit. Who comes and goes later is not in the log.
type UnitJoined struct {
	Unit string `json:"unit"`
}

// StandIn puts a simulated team in a unit's place, or takes it away.
type StandIn struct {
	Unit string `json:"unit"`
	Bot  bool   `json:"bot"`
}

// InjectAdded is an inject that EXCON made up during play; it is named "#" and
// the seq of this event.
type InjectAdded struct {
	Title scenario.Text `json:"title"`
	From  string        `json:"from"`
	Units []string      `json:"units"`
	Texts scenario.Text `json:"texts"` // Markdown, the first line "# subject"
	TLP   scenario.TLP  `json:"tlp"`
	Phase string        `json:"phase"`
	Due   Time          `json:"due"`
	Tasks []AddedTask   `json:"tasks,omitempty"` // named "#<seq>.1", "#<seq>.2", ...
}

// AddedTask is a task of an inject that EXCON made up.
type AddedTask struct {
	Prompt scenario.Text `json:"prompt"`
	Within Time          `json:"within"` // due after the release
	Points float64       `json:"points"`
	Accept []string      `json:"accept,omitempty"` // with it an answer, without it a report
}

// InjectAmended changes an inject before its release.
type InjectAmended struct {
	Inject string        `json:"inject"`
	Unit   string        `json:"unit,omitempty"` // "" for all
	Texts  scenario.Text `json:"texts,omitempty"`
	TLP    *scenario.TLP `json:"tlp,omitempty"`
	Due    *Time         `json:"due,omitempty"` // new time of release
}

// InjectHeld keeps an inject from coming to units by itself, or lets it go.
type InjectHeld struct {
	Inject string   `json:"inject"`
	Units  []string `json:"units"`
	LetGo  bool     `json:"let_go,omitempty"`
	Reason string   `json:"reason,omitempty"`
}

// TaskAmended changes a task's key, points or time; the scores that follow
// from it are events of their own.
type TaskAmended struct {
	Task      string        `json:"task"`
	Unit      string        `json:"unit,omitempty"`      // "" for all
	Accept    []string      `json:"accept,omitempty"`    // accepted answers, flags, indicators, keys of the correct choices, or hashes of files
	Match     []string      `json:"match,omitempty"`     // answers: patterns
	Number    *float64      `json:"number,omitempty"`    // answers
	Tolerance string        `json:"tolerance,omitempty"` // of the number, as in a pack
	Points    *float64      `json:"points,omitempty"`
	Within    *Time         `json:"within,omitempty"` // due after the release
	Prompt    scenario.Text `json:"prompt,omitempty"`
}

// InjectArmed tells that the condition of an inject is looked at from now on.
type InjectArmed struct {
	Inject string `json:"inject"`
	Unit   string `json:"unit"`
}

// InjectReleased gives an inject to a unit, with everything that it needs to be
// shown again: the variables, and the hashes of texts and attachments.
type InjectReleased struct {
	Inject string            `json:"inject"`
	Unit   string            `json:"unit"`
	Lang   string            `json:"lang,omitempty"`   // the unit's language among those of the texts
	Due    Time              `json:"due"`              // when it was owed; differs from the event's time after a jump, or when it was held
	Jumped bool              `json:"jumped,omitempty"` // passed by a jump
	Manual bool              `json:"manual,omitempty"` // released by hand
	Held   bool              `json:"held,omitempty"`   // its time came while it was held
	TLP    scenario.TLP      `json:"tlp"`
	Vars   map[string]string `json:"vars,omitempty"`
	Texts  map[string]string `json:"texts,omitempty"` // language to hash
	Files  map[string]File   `json:"files,omitempty"` // attachment, "name" or "language/name"
}

// File is an attachment as it was given.
type File struct {
	Hash  string `json:"hash"`
	Media string `json:"media"`
}

// InjectSkipped tells that an inject will not come to a unit.
type InjectSkipped struct {
	Inject string `json:"inject"`
	Unit   string `json:"unit"`
	Due    Time   `json:"due"`
	Reason string `json:"reason"` // jump, unless, lapsed, absent, branch
}

// BranchTaken tells which way a decision went, for good.
type BranchTaken struct {
	Decision string `json:"decision"`
	Unit     string `json:"unit,omitempty"`   // the team; "" for everybody
	Branch   string `json:"branch,omitempty"` // "" when none was taken
	Due      Time   `json:"due"`              // when it was owed; differs from the event's time after a jump
	Jumped   bool   `json:"jumped,omitempty"` // passed by a jump
}

// InjectRetracted withdraws an inject from a unit and voids its tasks.
type InjectRetracted struct {
	Inject string `json:"inject"`
	Unit   string `json:"unit"`
	Reason string `json:"reason,omitempty"`
}

// InjectAcknowledged is a unit's "received".
type InjectAcknowledged struct {
	Inject string `json:"inject"`
	Unit   string `json:"unit"`
}

// InjectRelayed passes an inject on to a cell, with a text of the relaying
// unit's own. The cell's tasks open with it.
type InjectRelayed struct {
	Inject string       `json:"inject"`
	From   string       `json:"from"`
	Unit   string       `json:"unit"` // the cell
	Of     uint64       `json:"of"`   // seq of the release that is passed on
	Text   string       `json:"text"`
	TLP    scenario.TLP `json:"tlp"`
}

// Submitted is a unit's answer to a task. Its score is an event of its own.
type Submitted struct {
	Task  string            `json:"task"`
	Unit  string            `json:"unit"`
	N     int               `json:"n"` // counts from 1
	Text  string            `json:"text,omitempty"`
	Items []string          `json:"items,omitempty"` // chosen options or indicators
	Parts map[string]string `json:"parts,omitempty"` // of a form: key of the part to what was filled in
	File  *HandedIn         `json:"file,omitempty"`
	Via   uint64            `json:"via,omitempty"`  // share tasks: seq of the message or call that did it
	Said  Time              `json:"said,omitempty"` // when that was said, where EXCON recognised it later
	Late  bool              `json:"late,omitempty"`
}

// HandedIn is a file that a unit handed in. Its bytes are a content of the log.
type HandedIn struct {
	Name  string `json:"name"`
	Media string `json:"media"` // by its content
	Size  int64  `json:"size"`  // bytes
	Hash  string `json:"hash"`  // SHA-256
}

// Scored is the automatic score of a submission.
type Scored struct {
	Task       string  `json:"task"`
	Unit       string  `json:"unit"`
	Submission uint64  `json:"submission"` // seq
	Points     float64 `json:"points"`
	Max        float64 `json:"max"`
	Correct    bool    `json:"correct"`
	Hits       int     `json:"hits,omitempty"`   // of a set: right ones given
	Wrong      int     `json:"wrong,omitempty"`  // of a set: wrong ones given
	Missed     int     `json:"missed,omitempty"` // of a set: right ones not given
	Precision  float64 `json:"precision,omitempty"`
	Recall     float64 `json:"recall,omitempty"`
	Again      bool    `json:"again,omitempty"` // scored again after an amendment
}

// Marked is an evaluator's mark; it outranks the automatic score. Nil points
// take the evaluator's mark back.
type Marked struct {
	Task      string   `json:"task"`
	Unit      string   `json:"unit"`
	Evaluator string   `json:"evaluator"`
	Points    *float64 `json:"points"`
	Note      string   `json:"note,omitempty"`
	Evidence  []uint64 `json:"evidence,omitempty"` // seqs
}

// Settled is the director's decision between marks that differ.
type Settled struct {
	Task   string  `json:"task"`
	Unit   string  `json:"unit"`
	Points float64 `json:"points"`
	Note   string  `json:"note,omitempty"`
}

// Overdue tells that a task's time ran out without a submission.
type Overdue struct {
	Task string `json:"task"`
	Unit string `json:"unit"`
	Due  Time   `json:"due"`
}

// HintTaken gives a unit the next hint of a task.
type HintTaken struct {
	Task string  `json:"task"`
	Unit string  `json:"unit"`
	N    int     `json:"n"` // counts from 1
	Cost float64 `json:"cost"`
}

// HintGiven is a hint that came by itself. It brought along, at no cost, those
// before it that the unit did not have.
type HintGiven struct {
	Task string  `json:"task"`
	Unit string  `json:"unit"`
	N    int     `json:"n"` // the unit now has hints 1 to n
	Cost float64 `json:"cost"`
	Why  string  `json:"why"` // HintAfter or HintWrong
}

// Message is a text from a unit, from EXCON or from a persona.
type Message struct {
	From  string       `json:"from"` // unit key, "excon" or "persona:<key>"
	Ends  []string     `json:"ends"` // "liaison", "excon", "unit:<key>", "persona:<key>"
	Text  string       `json:"text"`
	TLP   scenario.TLP `json:"tlp"`
	Re    string       `json:"re,omitempty"`    // what it is about: key of an inject or task, or "#" and a seq
	Reply string       `json:"reply,omitempty"` // of a persona: the prepared answer that it is, changed or not
}

// ReplyReady lays the prepared answer ready that fits a unit's message to a
// persona, as the unit would read it.
type ReplyReady struct {
	Message uint64       `json:"message"` // seq
	Persona string       `json:"persona"`
	Unit    string       `json:"unit"`
	Reply   string       `json:"reply"`          // its key
	Auto    bool         `json:"auto,omitempty"` // sent by itself, unless somebody of EXCON steps in
	Due     Time         `json:"due,omitempty"`  // when, with Auto
	TLP     scenario.TLP `json:"tlp"`
	Lang    string       `json:"lang,omitempty"`
	Text    string       `json:"text,omitempty"`
}

// PersonaClaimed tells that somebody of EXCON, the actor, plays a persona from
// now on, or no longer does.
type PersonaClaimed struct {
	Persona  string `json:"persona"`
	Unit     string `json:"unit,omitempty"` // towards this unit; "" towards all
	Released bool   `json:"released,omitempty"`
}

// Shared is information passed on for others to use, with its label.
type Shared struct {
	Message
	Indicators []string `json:"indicators,omitempty"`
	Task       string   `json:"task,omitempty"` // the share task that is meant
}

// QuestionDismissed says that a unit's message to a persona needs no answer.
type QuestionDismissed struct {
	Message uint64 `json:"message"` // seq
	Persona string `json:"persona"`
	Unit    string `json:"unit"`
	Reason  string `json:"reason,omitempty"`
}

// CallNoted is a telephone call that a unit had, as it notes it.
type CallNoted struct {
	Unit     string       `json:"unit"`
	With     string       `json:"with"`               // key of a unit, "excon" or "persona:<key>"
	Incoming bool         `json:"incoming,omitempty"` // the other side called
	Text     string       `json:"text"`
	TLP      scenario.TLP `json:"tlp"`
}

// CallConfirmed is what the other side of a call says to it. Once confirmed, it
// counts as told when it was noted.
type CallConfirmed struct {
	Call   uint64 `json:"call"` // seq of call.noted
	Unit   string `json:"unit"` // the other side: key of a unit, "excon" or "persona:<key>"
	Denied bool   `json:"denied,omitempty"`
	Text   string `json:"text,omitempty"`
}

// HandedOver passes the lead of the exercise on.
type HandedOver struct {
	To string `json:"to"` // person id
}

// FlowMade tells that an expected flow came about.
type FlowMade struct {
	Flow   string `json:"flow"`
	Unit   string `json:"unit"` // who told
	Via    uint64 `json:"via"`  // seq of the message, share, relay or call
	Late   bool   `json:"late,omitempty"`
	Broken bool   `json:"broken,omitempty"` // the label was looser than is right
}

// Misdirected tells that something reached somebody it was not meant for: what
// a flow is about, or what came under a label that keeps it in the organisation.
type Misdirected struct {
	Flow   string   `json:"flow,omitempty"`
	Inject string   `json:"inject,omitempty"` // in place of the flow: the one that is passed on
	Unit   string   `json:"unit"`             // who told
	Via    uint64   `json:"via"`              // seq of the message, share, relay or call
	Ends   []string `json:"ends"`             // as in the message: those it was not meant for
}

// FlowMissed tells that an expected flow did not come about in time; it may
// still be made, late.
type FlowMissed struct {
	Flow string `json:"flow"`
	Unit string `json:"unit"` // who should have told
	Due  Time   `json:"due"`
}

// Note is an observation with a time.
type Note struct {
	Unit string `json:"unit,omitempty"` // about, or of, this unit
	Text string `json:"text"`
	Re   string `json:"re,omitempty"`
	Own  bool   `json:"own,omitempty"` // an entry in the unit's own log
}

// HotWash is a unit's answer to a question of the hot wash, right after play.
type HotWash struct {
	Unit     string `json:"unit"`
	Question string `json:"question"` // its key, such as "well", "better", "sop"
	Text     string `json:"text"`
}

// RealRaised says that something is not part of the exercise.
type RealRaised struct {
	Unit string `json:"unit,omitempty"`
	Text string `json:"text"`
}

// RealSeen says that EXCON has seen a report of something REAL.
type RealSeen struct {
	Unit string `json:"unit,omitempty"` // that reported it
	Re   string `json:"re"`             // "#" and the seq of the report
}

// Stopped is the REAL stop: the clock stands and nothing goes out until play
// is resumed.
type Stopped struct {
	Text string `json:"text"`
}

// Reasons of InjectSkipped.
const (
	SkipJump   = "jump"
	SkipUnless = "unless"
	SkipLapsed = "lapsed"
	SkipAbsent = "absent"
	SkipBranch = "branch" // it belongs to a branch that was not taken
)

// Type names the events.
func (*Created) Type() Type            { return "exercise.created" }
func (*Started) Type() Type            { return "clock.started" }
func (*Paused) Type() Type             { return "clock.paused" }
func (*EndMoved) Type() Type           { return "clock.end_moved" }
func (*Resumed) Type() Type            { return "clock.resumed" }
func (*SpeedSet) Type() Type           { return "clock.speed" }
func (*Jumped) Type() Type             { return "clock.jumped" }
func (*Recovered) Type() Type          { return "clock.recovered" }
func (*Entered) Type() Type            { return "paper.entered" }
func (*Ended) Type() Type              { return "clock.ended" }
func (*UnitReady) Type() Type          { return "unit.ready" }
func (*Attendance) Type() Type         { return "unit.attendance" }
func (*UnitStatus) Type() Type         { return "unit.status" }
func (*UnitJoined) Type() Type         { return "unit.joined" }
func (*StandIn) Type() Type            { return "unit.standin" }
func (*InjectAdded) Type() Type        { return "inject.added" }
func (*InjectAmended) Type() Type      { return "inject.amended" }
func (*InjectHeld) Type() Type         { return "inject.held" }
func (*InjectArmed) Type() Type        { return "inject.armed" }
func (*InjectReleased) Type() Type     { return "inject.released" }
func (*InjectSkipped) Type() Type      { return "inject.skipped" }
func (*BranchTaken) Type() Type        { return "branch.taken" }
func (*InjectRetracted) Type() Type    { return "inject.retracted" }
func (*InjectAcknowledged) Type() Type { return "inject.acknowledged" }
func (*InjectRelayed) Type() Type      { return "inject.relayed" }
func (*TaskAmended) Type() Type        { return "task.amended" }
func (*Submitted) Type() Type          { return "task.submitted" }
func (*Scored) Type() Type             { return "task.scored" }
func (*Marked) Type() Type             { return "task.marked" }
func (*Settled) Type() Type            { return "task.settled" }
func (*Overdue) Type() Type            { return "task.overdue" }
func (*HintTaken) Type() Type          { return "hint.taken" }
func (*HintGiven) Type() Type          { return "hint.given" }
func (*Message) Type() Type            { return "message.sent" }
func (*ReplyReady) Type() Type         { return "reply.ready" }
func (*PersonaClaimed) Type() Type     { return "persona.claimed" }
func (*QuestionDismissed) Type() Type  { return "question.dismissed" }
func (*CallNoted) Type() Type          { return "call.noted" }
func (*CallConfirmed) Type() Type      { return "call.confirmed" }
func (*HandedOver) Type() Type         { return "control.handed_over" }
func (*Shared) Type() Type             { return "share.made" }
func (*FlowMade) Type() Type           { return "flow.made" }
func (*FlowMissed) Type() Type         { return "flow.missed" }
func (*Misdirected) Type() Type        { return "share.misdirected" }
func (*Note) Type() Type               { return "note.added" }
func (*HotWash) Type() Type            { return "hotwash.answered" }
func (*RealRaised) Type() Type         { return "real.raised" }
func (*RealSeen) Type() Type           { return "real.seen" }
func (*Stopped) Type() Type            { return "real.stopped" }

func allBodies() []Body {
	return slices.Concat(pollBodies(), chatBodies(), planBodies(), []Body{
		&Created{}, &Renamed{}, &Started{}, &Paused{}, &Resumed{}, &SpeedSet{}, &Jumped{}, &Recovered{}, &Entered{}, &EndMoved{}, &Ended{},
		&UnitReady{}, &Attendance{}, &UnitStatus{}, &StandIn{}, &UnitJoined{},
		&InjectAdded{}, &InjectAmended{}, &InjectHeld{}, &InjectArmed{}, &InjectReleased{}, &InjectSkipped{}, &BranchTaken{},
		&InjectRetracted{}, &InjectAcknowledged{}, &InjectRelayed{},
		&TaskAmended{}, &Submitted{}, &Scored{}, &Marked{}, &Settled{}, &Overdue{}, &HintTaken{}, &HintGiven{},
		&Message{}, &Shared{}, &ReplyReady{}, &PersonaClaimed{}, &QuestionDismissed{}, &CallNoted{}, &CallConfirmed{},
		&FlowMade{}, &FlowMissed{}, &Misdirected{}, &Note{}, &HotWash{}, &RealRaised{}, &RealSeen{}, &Stopped{}, &HandedOver{}, &ActedFor{}, &EvidenceCorrected{},
	})
}
