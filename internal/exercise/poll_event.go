package exercise

import "strings"

// PollAnnounced puts a question on the agenda. It holds the whole question, so
// that a log needs no pack to be read.
type PollAnnounced struct {
	Poll
}

// PollOpened opens a question for answers, the first time or again. Whether the
// answers will be attributed is fixed from then on.
type PollOpened struct {
	Poll       string `json:"poll"`
	Round      int    `json:"round"` // counts from 1
	Until      Time   `json:"until"` // when it is planned to be closed
	Attributed bool   `json:"attributed,omitempty"`
}

// PollTaken says that a unit took part, once, at its first answer; never what it
// answered.
type PollTaken struct {
	Poll  string `json:"poll"`
	Round int    `json:"round"`
	Unit  string `json:"unit"`
	Paper bool   `json:"paper,omitempty"` // on paper
}

// PollConfirmed says that the answer of a unit stands, or that it may be changed
// after all.
type PollConfirmed struct {
	Poll      string `json:"poll"`
	Round     int    `json:"round"`
	Unit      string `json:"unit"`
	Withdrawn bool   `json:"withdrawn,omitempty"`
}

// PollBoxed says that the contents of one paper out of the box were entered.
type PollBoxed struct {
	Poll  string `json:"poll"`
	Round int    `json:"round"`
}

// PollClosed takes no more answers. It has no contents.
type PollClosed struct {
	Poll  string `json:"poll"`
	Round int    `json:"round"`
}

// PollReopened takes back a closing before the reveal.
type PollReopened struct {
	Poll  string `json:"poll"`
	Round int    `json:"round"`
	Until Time   `json:"until"`
}

// PollRevealed shows the answers: by unit where the question is attributed, else
// as a multiset in the order of their bytes. Those of a question with free text
// without attribution are for EXCON, who quotes from them.
type PollRevealed struct {
	Poll      string       `json:"poll"`
	Round     int          `json:"round"`
	Simulated bool         `json:"simulated,omitempty"` // no person took part
	Answers   []PollAnswer `json:"answers"`
}

// PollWithheld ends a round whose answers would point at somebody: they were
// destroyed unseen.
type PollWithheld struct {
	Poll   string `json:"poll"`
	Round  int    `json:"round"`
	Reason string `json:"reason"` // TooFew or FewDiffer
}

// PollVoided ends a round whose answers are lost or were given up: nobody counts
// as having answered.
type PollVoided struct {
	Poll   string `json:"poll"`
	Round  int    `json:"round"`
	Reason string `json:"reason"` // VoidKeyLost, VoidByHand or VoidAtEnd
}

// PollDiscussed begins the discussion of a question.
type PollDiscussed struct {
	Poll string `json:"poll"`
}

// PollQuoted shows the room free texts, as they are or in other words.
type PollQuoted struct {
	Poll  string   `json:"poll"`
	Round int      `json:"round"`
	Texts []string `json:"texts"`
}

// PollEnded closes a question for good.
type PollEnded struct {
	Poll string `json:"poll"`
}

// FloorAsked puts a unit into the one queue of those who wish to speak, or takes
// it out.
type FloorAsked struct {
	Unit      string `json:"unit"`
	Withdrawn bool   `json:"withdrawn,omitempty"`
}

// FloorGiven gives a unit the floor; who had it before has it no more.
type FloorGiven struct {
	Unit  string `json:"unit"`
	Until Time   `json:"until"`
	Poll  string `json:"poll,omitempty"` // what it speaks about
}

// FloorEnded ends a unit's time to speak.
type FloorEnded struct {
	Unit string `json:"unit"`
	Took Time   `json:"took"`
}

// CommitmentMade is what a unit promises to do.
type CommitmentMade struct {
	Unit string `json:"unit"`
	Poll string `json:"poll,omitempty"` // the question from which it came
	What string `json:"what"`
	By   string `json:"by"` // the day, as 2027-06-30
	Who  string `json:"who"`
}

// CommitmentsRecalled shows the room what became of commitments of earlier
// tabletops; without items it takes them from the screen again.
type CommitmentsRecalled struct {
	Items []RecalledCommitment `json:"items"`
}

// RecalledCommitment is a commitment of an earlier tabletop and how far it has
// come.
type RecalledCommitment struct {
	Unit    string `json:"unit,omitempty"` // key of the unit; absent where it takes no part this time
	Name    string `json:"name"`           // of who made it, as it was then
	What    string `json:"what"`
	By      string `json:"by"` // the day, as 2027-06-30
	Who     string `json:"who"`
	Status  string `json:"status"`            // CommitmentOpen and so on
	Outcome string `json:"outcome,omitempty"` // what shows that it was done, or why it was dropped
	Code    string `json:"code,omitempty"`    // number of the action in the programme
}

// Words are what was recalled, one commitment a line.
func (c *CommitmentsRecalled) Words() string {
	lines := make([]string, len(c.Items))
	for i, it := range c.Items {
		lines[i] = it.Name + ": " + it.What
	}
	return strings.Join(lines, "\n")
}

// Statuses of commitments.
const (
	CommitmentOpen    = "open"
	CommitmentDone    = "done"
	CommitmentDropped = "dropped"
)

// Reasons of PollWithheld and PollVoided.
const (
	TooFew      = "too_few"     // fewer than five answers of people
	FewDiffer   = "few_differ"  // the sets of those who took part differ by fewer than five
	VoidKeyLost = "key_lost"    // nobody can open the answers any more
	VoidByHand  = "facilitator" // EXCON gave the round up
	VoidAtEnd   = "end"         // play ended before the reveal
)

// Type names the events.
func (*PollAnnounced) Type() Type       { return "poll.announced" }
func (*PollOpened) Type() Type          { return "poll.opened" }
func (*PollTaken) Type() Type           { return "poll.taken" }
func (*PollConfirmed) Type() Type       { return "poll.confirmed" }
func (*PollBoxed) Type() Type           { return "poll.boxed" }
func (*PollClosed) Type() Type          { return "poll.closed" }
func (*PollReopened) Type() Type        { return "poll.reopened" }
func (*PollRevealed) Type() Type        { return "poll.revealed" }
func (*PollWithheld) Type() Type        { return "poll.withheld" }
func (*PollVoided) Type() Type          { return "poll.voided" }
func (*PollDiscussed) Type() Type       { return "poll.discussed" }
func (*PollQuoted) Type() Type          { return "poll.quoted" }
func (*PollEnded) Type() Type           { return "poll.ended" }
func (*FloorAsked) Type() Type          { return "floor.asked" }
func (*FloorGiven) Type() Type          { return "floor.given" }
func (*FloorEnded) Type() Type          { return "floor.ended" }
func (*CommitmentMade) Type() Type      { return "commitment.made" }
func (*CommitmentsRecalled) Type() Type { return "commitment.recalled" }

func pollBodies() []Body {
	return []Body{
		&PollAnnounced{}, &PollOpened{}, &PollTaken{}, &PollConfirmed{}, &PollBoxed{}, &PollClosed{}, &PollReopened{}, &PollRevealed{},
		&PollWithheld{}, &PollVoided{}, &PollDiscussed{}, &PollQuoted{}, &PollEnded{},
		&FloorAsked{}, &FloorGiven{}, &FloorEnded{}, &CommitmentMade{}, &CommitmentsRecalled{},
	}
}
