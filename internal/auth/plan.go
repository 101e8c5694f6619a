package auth

import (
	"errors"
	"time"
)

// Plan is a list of people who are to be invited, as package roster reads it
// from a file.
type Plan struct {
	Rows     []Invitee
	Problems []Problem     // what is wrong with the file; then nobody is invited
	Good     time.Duration // how long the links are good; 0: see Service.Invite
}

// Invitee is one row of a plan.
type Invitee struct {
	Row          int // of the file, from 1
	Name         string
	Organisation string
	Mail         string // the login of the account that may be made; "": none
	Role         Role   // "": an account and no role
	Part         string // of the object into which they are invited; "": all of it
	Lang         string // "": not said
}

// Problem is one thing that is wrong with a file. Its sentence is the interface
// text "roster.<Code>" with Args.
type Problem struct {
	Row     int    // from 1; 0: the file as a whole
	Column  int    // from 1; 0: the row as a whole
	Ref     string // as a spreadsheet names the place: "C7"
	Code    string
	Args    map[string]any
	Text    string // what stands there
	Meaning string // what was probably meant, or ""
}

// State is what became of a row.
type State string

// States. The last three mean that nothing was made, for it was there.
const (
	StateInvited State = "invited" // there is a new link
	StateGranted State = "granted" // somebody with an account has got the role
	StateOpen    State = "open"    // the link of before may still be taken; nobody can read it again
	StateTaken   State = "taken"   // the link of before was taken
	StateHas     State = "has"     // somebody with an account has the role, or the account was all
)

// Issued is what became of an invitee.
type Issued struct {
	Invitee
	State   State
	Link    string    // the secret of a new link, known to nobody else
	Expires time.Time // of a link, new or open
}

// ErrPlan means that a plan has problems, or rows that no file of this program
// gives.
var ErrPlan = errors.New("auth: the plan has problems")
