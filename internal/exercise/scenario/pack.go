// Package scenario holds the scenario pack: what it consists of, how it is
// read, checked and rendered. Start with Pack, then Parse (parse.go), Check
// (check.go) and Cast (cast.go). The format is docs/exercise/scenario-pack.md.
//
// It is part of the domain: it imports no SQL, no HTTP and no clock.
package scenario

import "time"

// Text is one text per language tag. The key "" holds a text that is the same
// in every language.
type Text map[string]string

// In returns the text in the first of langs that has one, then the text for
// every language, then "".
func (t Text) In(langs ...string) string {
	for _, l := range langs {
		if s, ok := t[l]; ok {
			return s
		}
	}
	return t[""]
}

// Forms is a list of accepted forms per language; "" holds those that are the
// same in every language. All of them are accepted from everybody.
type Forms map[string][]string

// Pos is a place in a file of the pack. Lines and columns count from 1; zero
// means the file as a whole.
type Pos struct {
	File string
	Line int
	Col  int
}

// Pack is a parsed scenario pack.
type Pack struct {
	Format     string
	Key        string
	Version    string
	Kind       string
	Title      Text
	Summary    Text
	Languages  []string // at least one; the first is the fallback
	Authors    []string
	Licence    string
	TLP        TLP
	Duration   time.Duration // STARTEX to ENDEX
	Startex    time.Time     // scenario time at STARTEX
	Phases     []Phase
	Objectives []Objective
	Personas   []*Persona
	Roles      []Role
	Units      UnitTemplate
	Injects    []*Inject
	Decisions  []*Decision
	Flows      []*Flow
	RealHosts  []RealHost

	// Files holds the pack as it was read, path to bytes. Texts and
	// attachments are looked up in it (see Subject, Body, Attachment).
	Files map[string][]byte

	index index   // see Reindex
	src   *source // nil for a pack that was not parsed
}

// RealHost is a host on the public internet that the pack names on purpose.
type RealHost struct {
	Pos    Pos
	Name   string // domain or address
	Reason string
}

// Phase is one stage of handling an incident.
type Phase struct {
	Pos   Pos
	Key   string
	Title Text
}

// Objective is what the exercise tests, with the critical tasks that show it.
type Objective struct {
	Pos           Pos
	Key           string
	Title         Text
	Capability    Text
	Reference     Text // the procedure or plan that it tests
	CriticalTasks []CriticalTask
}

// CriticalTask is one observable activity of an evaluation guide (HSEEP).
type CriticalTask struct {
	Pos   Pos
	Key   string
	Title Text
}

// Persona is a simulated sender.
type Persona struct {
	Pos     Pos
	Key     string
	Name    Text
	Role    Text
	Address string // template
	Replies []*Reply
}

// Role is what somebody in a unit does. It is shown, not enforced.
type Role struct {
	Pos   Pos
	Key   string
	Title Text
	About Text
}

// UnitTemplate says what every team has: its variables and its cells.
type UnitTemplate struct {
	Min   int // fewest teams, at least 1
	Vars  []Var
	Cells []Cell
}

// Var is a variable of a team; its value is a template.
type Var struct {
	Pos   Pos
	Name  string
	Value Text
}

// Cell is a unit below each team.
type Cell struct {
	Pos  Pos
	Key  string
	Name Text
}

// Audience of an inject: AudTeams, AudCells, AudAll or "cell:<key>".
const (
	AudTeams = "teams"
	AudCells = "cells"
	AudAll   = "all"
)

// CellPrefix begins an audience or a flow's end that names a cell.
const CellPrefix = "cell:"

// Inject is one event given to players.
type Inject struct {
	Pos         Pos
	Key         string
	Title       Text
	Phase       string
	From        string // persona
	To          string // teams, cells, cell:<key>, all
	Trigger     Trigger
	Branch      string // "": for everybody
	TLP         TLP
	For         []string // roles within the unit
	Attachments []string
	Kind        string
	Mode        string // of delivery
	Delivery    Text
	Objectives  []string
	Expected    Text
	Controller  string
	Notes       Text
	Replies     []*Reply
	Tasks       []*Task
	Relay       *Relay
}

// Kinds of entries of the MSEL (HSEEP).
const (
	KindContextual     = "contextual"
	KindContingency    = "contingency"
	KindAdministrative = "administrative"
)

// Trigger says when an inject is released. Exactly one of HasAt, After != ""
// or neither (then When is set, or the inject has a Branch, and STARTEX starts
// it) holds.
type Trigger struct {
	Pos    Pos
	HasAt  bool
	At     time.Duration
	After  string // inject or task key; also from `since`
	Delay  time.Duration
	When   *Condition    // nil: none
	Within time.Duration // 0: no limit
	Lag    time.Duration // how long after When has held it is released
	Unless *Condition    // nil: none
}

// Relay says to which cells the teams shall pass the inject on.
type Relay struct {
	Pos   Pos
	To    string // cells or cell:<key>
	Tasks []*Task
}

// Ends of a flow beside "cell:<key>" and "persona:<key>".
const (
	EndTeam    = "team"
	EndLiaison = "liaison"
	EndNext    = "next"
	EndPrev    = "prev"
	EndOthers  = "others" // in `never`: all teams but sender and receiver, and the liaison room
	EndExcon   = "excon"
)

// PersonaPrefix begins a flow's end that names a persona.
const PersonaPrefix = "persona:"

// Flow is an expected flow: who must tell whom what within which time.
type Flow struct {
	Pos    Pos
	Key    string
	Title  Text
	Phase  string
	From   string // team or cell:<key>
	To     string
	After  string // inject
	Within time.Duration
	What   []Forms // groups, of each of which a message mentions one; none: any message
	Avoid  Forms   // templates; a message that mentions one does not count
	Relay  string  // inject; instead of What
	TLP    TLP

	Never     []string // whom what it is about must not reach, words as in To or EndOthers
	NeverWhat Forms    // how that is told by; empty: What

	Critical string // the critical task for which it is evidence, where no task asks for it
	Weight   int    // how much depends on it
	Prevents Text   // what follows where it is not made

	Difficulty float64 // 0: who knows it tells it; 1: nobody thinks of it

	In string // the share task in which it stands; "": in `flows`
}
