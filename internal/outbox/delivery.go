package outbox

import (
	"context"
	"errors"
	"slices"
	"time"
)

// State is where a delivery stands.
type State string

// States, in the order in which a delivery goes through them.
const (
	Queued    State = "queued"    // waits for its turn
	Sending   State = "sending"   // a channel has it and has not answered
	Sent      State = "sent"      // the channel's server has taken it
	Delivered State = "delivered" // it is where the recipient reads, says the channel
	Seen      State = "seen"
	Answered  State = "answered"
	Failed    State = "failed"  // it is not tried any more; the reason says why
	Dropped   State = "dropped" // somebody, or what it was for, has taken it back
)

// States lists all of them.
func States() []State {
	return []State{Queued, Sending, Sent, Delivered, Seen, Answered, Failed, Dropped}
}

// Waits reports whether a delivery is yet to be made.
func (s State) Waits() bool { return s == Queued || s == Sending }

// Follows reports whether the channel may report s of a delivery that stands at
// before: later news outranks earlier, and a bounce outranks that the first
// server had taken it. What was answered has arrived.
func (s State) Follows(before State) bool {
	order := []State{Sent, Delivered, Seen, Answered}
	at, was := slices.Index(order, s), slices.Index(order, before)
	if s == Failed {
		return before == Sent || before == Delivered
	}
	return was >= 0 && at > was || s == Answered && before == Failed
}

// Delivery is a message on its way to one recipient.
type Delivery struct {
	Number  int64 // counts all, in the order in which they were put in
	Key     string
	Scope   string
	Subject string
	Recipient

	State   State
	Tries   int       // that have failed
	Doubt   bool      // a try may have reached the server without our knowing
	Due     time.Time // of the next try
	Put     time.Time
	Changed time.Time
	Expires time.Time
	Remote  string // what the channel calls it
	Reason  string // why it failed, or the last try did
}

// Step is something that happened to a delivery.
type Step struct {
	At    time.Time
	What  string // a State, or one of the steps below
	About string
	By    string // id of a person; "" for the program
}

// Steps beside states.
const (
	StepTried    = "tried" // and failed; About is the reason
	StepRetried  = "retried"
	StepSwitched = "switched"
)

// Hold keeps what waits in a scope, and in those below it.
type Hold struct {
	Scope  string // "" for everything
	At     time.Time
	By     string // id of a person; "" for the program
	Reason string
}

// Restored is the reason of the hold that follows a restore: what a backup says
// is waiting may have been sent since.
const Restored = "restored"

// Filter says which deliveries are wanted.
type Filter struct {
	Scopes []string // each with those below it; none for none, "" for all
	States []State  // none for all
	Find   string   // part of the subject, the name or the address, in any case
	Before int64    // number; 0 for the latest
	Most   int
}

// Errors of what is done to deliveries.
var (
	// ErrState means that it is too late, or too early, for that.
	ErrState = errors.New("outbox: not in this state")
	// ErrChannel means that there is no such channel, or that it cannot reach the
	// address.
	ErrChannel = errors.New("outbox: no channel for it")
)

// Channel delivers messages to people elsewhere. It is for many goroutines.
type Channel interface {
	Name() string
	// Limits may be asked once.
	Limits() Limits
	// Check returns why an address cannot be one of the channel's; nil for one
	// that may be.
	Check(address string) error
	// Send hands a message over and returns what the channel calls it. Where a
	// try before may have succeeded unnoticed, Outgoing.Doubt says so: a channel
	// that can look whether the message is there does so first. An error is a
	// *Failure, or counts as one that may pass.
	Send(ctx context.Context, out *Outgoing) (remote string, err error)
}

// Limits are how much a channel may be given.
type Limits struct {
	Parallel  int // at once
	PerMinute int // 0 for no limit
	Timeout   time.Duration
}

// Outgoing is a delivery as a channel gets it.
type Outgoing struct {
	Delivery Delivery
	Message  Message // To is empty, files have their data
	// ID is unique among all deliveries of all installations, and the same
	// whenever this one is tried.
	ID string
	// ThreadID is the ID of the delivery that began the thread; "" where this
	// one does.
	ThreadID string
	// ThreadRemote is what the channel calls that; "" where it has not sent it.
	ThreadRemote string
}

// Failure is why a channel could not deliver.
type Failure struct {
	Reason string // what the server said, in a line
	// Final means that trying again is no use.
	Final bool
	// Channel means that nothing can be delivered now, whoever it is for: the
	// server is away, refuses us, or wants less of us.
	Channel bool
	// Part means that this holds for some of the channel's addresses only, such as
	// those on one of several servers: the others go on, and no try is counted.
	Part bool
	// After is how long the server wants us to wait; 0 leaves it to us.
	After time.Duration
	// Doubt means that the server may have taken the message.
	Doubt bool
}

// Error is what the server said.
func (f *Failure) Error() string { return f.Reason }

// failureOf is what a channel's error means.
func failureOf(err error) *Failure {
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	return &Failure{Reason: err.Error(), Doubt: errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)}
}
