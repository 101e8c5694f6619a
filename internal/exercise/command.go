package exercise

import (
	"strings"

	"renkei/internal/exercise/scenario"
)

// Role is what an actor may do.
type Role uint8

// Roles. The clock is the conductor itself; control is the director or a
// controller.
const (
	RoleObserver Role = iota
	RolePlayer
	RoleEvaluator
	RoleControl
	RoleClock
)

// Actor is who gives a command.
type Actor struct {
	ID   string // as in the log
	Role Role
	Unit string // of a player
}

// Clock returns the actor that the conductor is.
func Clock() Actor { return Actor{ID: "clock", Role: RoleClock} }

// Excon returns the actor for what EXCON does without a person behind it.
func Excon() Actor { return Actor{ID: "excon", Role: RoleControl} }

// Bot returns the simulated team in a unit's place.
func Bot(unit string) Actor { return Actor{ID: botPrefix + unit, Role: RolePlayer, Unit: unit} }

// botPrefix begins the id of a simulated team; ids of people are UUIDs.
const botPrefix = "bot/"

// IsPerson reports whether the id of an actor is that of a person: neither the
// clock's, nor EXCON's own, nor a simulated team's.
func IsPerson(id string) bool {
	return id != Clock().ID && id != Excon().ID && !strings.HasPrefix(id, botPrefix)
}

// BotUnit returns the unit that a simulated team with that id plays; false for
// the id of anybody else.
func BotUnit(id string) (unit string, ok bool) { return strings.CutPrefix(id, botPrefix) }

// Command asks for something to happen.
type Command struct {
	Key   string // idempotency key, unique per exercise and actor
	Actor Actor
	At    Time  // exercise time; earlier than the last event counts as the last event's
	Wall  int64 // wall time, unix microseconds
	Do    Action
}

// Action is what a command asks for: one of the types of this file.
type Action interface{ decide(*decision) error }

// Start is STARTEX.
type Start struct{ Speed float64 }

// Pause stops the clock.
type Pause struct {
	Reason string
	Until  int64 // wall time at which play is to go on, unix microseconds; 0: open
	Ask    bool  // then EXCON is asked, and play does not go on by itself
}

// Resume starts the clock again, also after a REAL stop.
type Resume struct{}

// SetSpeed changes the speed; 0 is as fast as it goes.
type SetSpeed struct{ Speed float64 }

// Modes of a jump.
const (
	JumpSkip    = "skip"
	JumpRelease = "release"
)

// Jump moves exercise time forward to To. What falls due on the way is skipped
// or released in order; State.Preview tells what that is.
type Jump struct {
	To   Time
	Mode string
}

// Recover tells that the conductor was away for Down microseconds.
type Recover struct {
	Down  int64
	Pause bool
}

// End is ENDEX before its time.
type End struct{}

// MoveEnd moves the planned ENDEX to another exercise time.
type MoveEnd struct{ To Time }

// SetReady answers the call before STARTEX.
type SetReady struct {
	Unit  string
	Ready bool
}

// Attend records attendance.
type Attend struct {
	Unit              string
	Present, Expected int
	People            []string
}

// Statuses of a unit. Late and paused units stand still, with their cells, and
// go on where they were; absent ones miss what passes; withdrawn is for good.
const (
	Present   = "present"
	Late      = "late"
	Absent    = "absent"
	UnitPause = "paused"
	Withdrawn = "withdrawn"
)

// SetStatus changes how a unit takes part.
type SetStatus struct {
	Unit, Status, Reason string
}

// Join says that somebody has come to play a unit to which nobody had come.
type Join struct{ Unit string }

// SetStandIn puts a simulated team in a unit's place, or takes it away.
type SetStandIn struct {
	Unit string
	Bot  bool
}

// Release gives an inject to units. Only EXCON names units by hand.
type Release struct {
	Inject string
	Units  []string // empty: every unit for which it waits
}

// Acknowledge is a unit's "received".
type Acknowledge struct{ Inject, Unit string }

// Submit answers a task.
type Submit struct {
	Task, Unit string
	Text       string
	Items      []string
	Parts      map[string]string `json:",omitempty"` // of a form, by the key of the part
	File       *Upload           `json:",omitempty"`
}

// TakeHint asks for the next hint of a task.
type TakeHint struct{ Task, Unit string }

// Send sends a message. From is the actor's unit; EXCON may write as "excon",
// as "persona:<key>", or for a unit.
type Send struct {
	From string
	Ends []string
	Text string
	TLP  scenario.TLP
	Re   string
}

// SendReply answers a unit's message to a persona in the persona's name, with
// the prepared answer that lies ready for it.
type SendReply struct {
	Message uint64 // seq
	Persona string // needed only where the message went to several
	Text    string // in its place; "": as prepared
}

// ClaimPersona takes a persona over from the prepared answers that are sent by
// themselves, or gives it back.
type ClaimPersona struct {
	Persona, Unit string // unit "": towards all
	Release       bool
}

// NoteCall notes a telephone call that a unit had.
type NoteCall struct {
	Unit, With string // With: key of a unit, "excon" or "persona:<key>"
	Text       string // what was told
	TLP        scenario.TLP
	Incoming   bool // the other side called
}

// ConfirmCall confirms a call for its other side, Unit: a unit's people for
// theirs, EXCON for itself and the personas. A denial may be followed by a
// confirmation.
type ConfirmCall struct {
	Call uint64 // seq
	Unit string // as With when it was noted
	Deny bool
	Text string
}

// HandOver passes the lead of the exercise on to a person.
type HandOver struct{ To string }

// DismissQuestion says that a unit's message to a persona needs no answer.
type DismissQuestion struct {
	Message uint64 // seq
	Persona string // needed only where the message went to several
	Reason  string
}

// Share passes information on.
type Share struct {
	Send
	Indicators []string
	Task       string
}

// RelayTo passes an inject on to a cell.
type RelayTo struct {
	Inject, From, Unit string
	Text               string
	TLP                scenario.TLP // none: as received
}

// AddInject makes up an inject during play.
type AddInject struct {
	Title scenario.Text
	From  string
	Units []string // units, or "teams", "cells", "all"
	Texts scenario.Text
	TLP   scenario.TLP
	Phase string
	Due   Time // 0 or past: now
	Tasks []AddedTask
}

// HoldInject keeps an inject that waits for units from coming by itself, or lets
// it go. One whose time has passed meanwhile then comes at once.
type HoldInject struct {
	Inject string
	Units  []string // empty: every unit for which it waits
	Reason string
	LetGo  bool
}

// AmendInject changes an inject that has not been released to the unit, or to
// any unit when Unit is "".
type AmendInject struct {
	Inject, Unit string
	Texts        scenario.Text
	TLP          *scenario.TLP
	Due          *Time
}

// AmendTask changes a task and scores what was submitted again.
type AmendTask struct {
	Task, Unit string
	Accept     []string // Accept, Match and Number are together the new key
	Match      []string `json:",omitempty"`
	Number     *float64 `json:",omitempty"`
	Tolerance  string   `json:",omitempty"` // "2" or "5%"
	Points     *float64
	Within     *Time
	Prompt     scenario.Text
}

// Retract withdraws an inject from units (empty: all) and voids its tasks.
type Retract struct {
	Inject string
	Units  []string
	Reason string
}

// Mark is an evaluator's mark for a unit's work on a task; nil takes it back.
type Mark struct {
	Task, Unit string
	Points     *float64
	Note       string
	Evidence   []uint64
}

// Settle decides between marks that differ.
type Settle struct {
	Task, Unit string
	Points     float64
	Note       string
}

// AddNote writes an observation down.
type AddNote struct {
	Unit, Text, Re string
	Own            bool // an entry in the unit's own log, which the unit sees
}

// AnswerHotWash answers a question of the hot wash after play; a later answer
// to the same question replaces the earlier one.
type AnswerHotWash struct{ Unit, Question, Text string }

// RaiseReal says that something is not part of the exercise.
type RaiseReal struct{ Unit, Text string }

// StopReal stops play at once; Resume ends the stop.
type StopReal struct{ Text string }

// dueAction is what the clock does on its own; it comes out of State.Due.
type dueAction struct{ item dueItem }
