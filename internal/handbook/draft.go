package handbook

import (
	"errors"
	"slices"
	"time"

	"renkei/internal/i18n"
)

// State is how far the working copy of a member has come.
type State string

// States. Nobody but the member's own owner and approver sees what is in the
// first three; the secretariat sees what was approved.
const (
	Unchanged State = "unchanged" // as it was published last
	Writing   State = "writing"   // the owner is at work
	Submitted State = "submitted" // the approver's turn
	Approved  State = "approved"  // the secretariat's turn
)

// Act is what somebody does with a working copy.
type Act string

// Acts.
const (
	Edit     Act = "edit"
	Submit   Act = "submit"    // to the approver
	TakeBack Act = "take_back" // to go on writing
	Approve  Act = "approve"
	Return   Act = "return" // for more work, with a comment
	Publish  Act = "publish"
)

// Draft is the working copy of a member.
type Draft struct {
	Member  string
	State   State
	By      string    // id of the person who brought it there; "" for the program
	At      time.Time // when
	Profile Profile
	Items   []Item
	Version int64 // counts its changes
}

// Actor is who does something.
type Actor struct {
	Person      string
	Owns        []string // the members for whom they write
	Approves    []string // the members for whom they approve
	Secretariat bool
}

// Errors of acts that are refused.
var (
	// ErrForbidden means that it is not theirs. It answers like ErrAbsent.
	ErrForbidden = errors.New("handbook: not allowed")
	// ErrState means that it cannot be done at this stage.
	ErrState = i18n.NewError("handbook: not at this stage", "web.handbook.error.state")
	// ErrAbsent means that there is no such thing.
	ErrAbsent = errors.New("handbook: absent")
	// ErrConflict means that somebody else was quicker.
	ErrConflict = i18n.NewError("handbook: changed meanwhile", "web.handbook.error.conflict")
	// ErrMany means that there are too many already.
	ErrMany = i18n.NewError("handbook: too many", "web.handbook.error.many")
	// ErrComment means that a draft was returned without saying why.
	ErrComment = i18n.NewError("handbook: a comment is missing", "web.handbook.error.comment")
)

// Sees reports whether somebody may read the working copy of a member at a
// stage.
func (a Actor) Sees(member string, s State) bool {
	if slices.Contains(a.Owns, member) || slices.Contains(a.Approves, member) {
		return true
	}
	return a.Secretariat && s == Approved
}

// transitions say from where an act leads where, and whose it is.
var transitions = map[Act]struct {
	from []State
	to   State
	may  func(Actor, string) bool
}{
	Edit:     {[]State{Unchanged, Writing}, Writing, Actor.owns},
	Submit:   {[]State{Writing}, Submitted, Actor.owns},
	TakeBack: {[]State{Submitted, Approved}, Writing, Actor.owns},
	Approve:  {[]State{Submitted}, Approved, Actor.approves},
	Return:   {[]State{Submitted, Approved}, Writing, Actor.returns},
	Publish:  {[]State{Approved}, Unchanged, func(a Actor, _ string) bool { return a.Secretariat }},
}

func (a Actor) owns(member string) bool     { return slices.Contains(a.Owns, member) }
func (a Actor) approves(member string) bool { return slices.Contains(a.Approves, member) }
func (a Actor) returns(member string) bool  { return a.approves(member) || a.Secretariat }

// After returns the state of a member's working copy after an act. It returns
// ErrForbidden where the act is not theirs, and ErrState where it cannot be
// done at this stage.
func (a Actor) After(member string, s State, act Act) (State, error) {
	t, ok := transitions[act]
	switch {
	case !ok || !t.may(a, member) || !a.Sees(member, s):
		return s, ErrForbidden
	case !slices.Contains(t.from, s):
		return s, ErrState
	}
	return t.to, nil
}

// May reports whether somebody can do something at this stage.
func (a Actor) May(member string, s State, act Act) bool {
	_, err := a.After(member, s, act)
	return err == nil
}

// Waits reports whether the working copy waits for somebody.
func (a Actor) Waits(member string, s State) bool {
	switch s {
	case Writing:
		return a.owns(member)
	case Submitted:
		return a.approves(member)
	case Approved:
		return a.Secretariat
	}
	return false
}

// Revision is a step in the history of a working copy.
type Revision struct {
	Number int64
	Member string
	Item   string // "" for the whole
	Act    Act
	Author string // id of a person; "" for the program
	At     time.Time
	Reason string
	Before *Item // nil where it was not there
	After  *Item // nil where it is no longer
}

// Comment is what somebody says about an item of a working copy, or about all
// of it. Whoever sees the working copy sees its comments.
type Comment struct {
	Number int64
	Member string
	Item   string // "" for the whole
	Author string // id of a person
	At     time.Time
	Text   string
	Closed bool
}
