package hosting

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/presence"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/journal"
	"renkei/internal/storage"
)

// Do gives a command to an exercise and returns its first and last event. It
// returns an *exercise.Refusal for what the rules forbid.
type Do func(ctx context.Context, cmd exercise.Command) (conduct.Result, error)

// Sealed knows the answers to questions that nobody has seen.
type Sealed interface {
	// Answer returns what a unit has answered to a round that is open, for that
	// unit's people only; false where there is nothing, or it is too late.
	Answer(poll string, round int, unit string) (exercise.PollAnswer, bool)
	// Lasting reports whether the answers outlast a restart of the program.
	Lasting() bool
}

// Exercise is one exercise that is served: what pages, programs and channels
// work with. Its methods may be called from any goroutine.
type Exercise struct {
	ID   string
	Live *follow.Exercise
	// Presence knows who looks at it.
	Presence *presence.Register

	do      Do
	sealed  Sealed // nil where there are no sealed answers
	db      *storage.DB
	reports *Reports
	closed  <-chan struct{}

	mu     sync.Mutex
	values map[any]any
}

// NewExercise returns an exercise whose log is in db. Closed is closed when it
// is no longer followed; nil for never.
func NewExercise(id string, live *follow.Exercise, do Do, db *storage.DB, reports *Reports, closed <-chan struct{}) *Exercise {
	return &Exercise{ID: id, Live: live, Presence: presence.New(live.WakeControl), do: do, db: db, reports: reports, closed: closed, values: map[any]any{}}
}

// Do gives a command. It waits for a conductor that has failed and is being
// replaced; a command whose outcome is unknown is given again with its key.
func (x *Exercise) Do(ctx context.Context, cmd exercise.Command) (conduct.Result, error) {
	res, err := x.do(ctx, cmd)
	// A changed answer makes no event: nothing else would tell those who share it.
	if answer, ok := cmd.Do.(exercise.AnswerPoll); ok && err == nil {
		x.Live.TellUnit(answer.Unit)
	}
	return res, err
}

// WithSealed has an exercise know the answers that nobody has seen.
func (x *Exercise) WithSealed(s Sealed) *Exercise {
	x.sealed = s
	return x
}

// Answer returns what a unit has answered to a round of a question that is open,
// for that unit's people only; false where there is nothing, or it is too late.
func (x *Exercise) Answer(poll string, round int, unit string) (exercise.PollAnswer, bool) {
	if x.sealed == nil {
		return exercise.PollAnswer{}, false
	}
	return x.sealed.Answer(poll, round, unit)
}

// AnswersLast reports whether answers that nobody has seen outlast a restart of
// the program.
func (x *Exercise) AnswersLast() bool { return x.sealed != nil && x.sealed.Lasting() }

// ReplaceBot gives a unit to its people: a simulated team that stands in for it
// does nothing any more once this has returned, and what it had in mind is
// forgotten. It reports whether there was one. The conductor decides, not the
// state that pages see, which may lag behind it.
func (x *Exercise) ReplaceBot(ctx context.Context, unit string) (bool, error) {
	cmd := exercise.Command{Key: "join/" + rand.Text(), Actor: exercise.Excon(), Do: exercise.SetStandIn{Unit: unit}}
	res, err := x.do(ctx, cmd)
	if refused := (*exercise.Refusal)(nil); errors.As(err, &refused) {
		return false, nil // people play it already, or play is over
	}
	if err != nil {
		return false, fmt.Errorf("replace simulated team: %w", err)
	}
	return true, x.Live.Wait(ctx, res.Last)
}

// Content reads what an event cites by hash.
func (x *Exercise) Content(ctx context.Context, hash journal.Hash) (journal.Content, error) {
	return x.db.Content(ctx, hash)
}

// Head returns where the log ends: what verify compares a file with.
func (x *Exercise) Head(ctx context.Context) (journal.Head, error) { return x.db.Head(ctx, x.ID) }

// WriteLog writes the log as its file form, log.jsonl, up to the event upTo (0:
// the last).
func (x *Exercise) WriteLog(ctx context.Context, w io.Writer, upTo uint64) error {
	return x.reports.writeLog(ctx, w, x.ID, upTo)
}

// Report writes the after-action report. It may take seconds, and waits while
// another is made. It returns report.ErrNoFormat for a format that the reader
// does not get, and pdf.ErrNoBrowser where no PDF can be made.
func (x *Exercise) Report(ctx context.Context, w io.Writer, o ReportOptions) error {
	return x.reports.write(ctx, w, x.ID, o)
}

// ImprovementPlan returns what of the improvement plan is neither done nor
// dropped, worded by the printers, one of each language, with what is still open
// of the plan that was carried into the exercise. It returns false where nothing
// is. Whoever asks has found out that its reader is of EXCON.
func (x *Exercise) ImprovementPlan(ctx context.Context, printers []*i18n.Printer) (exercise.PlanCarried, bool, error) {
	return x.reports.plan(ctx, x.ID, printers)
}

// Closed is closed when the exercise is no longer followed, because nobody
// looked at it any more: streams end then. It is nil for one that stays open.
func (x *Exercise) Closed() <-chan struct{} { return x.closed }

// Value returns what somebody keeps beside the exercise while it is open, such
// as a cache, made by its first user. Key is of a type of the caller's own.
func (x *Exercise) Value(key any, create func() any) any {
	x.mu.Lock()
	defer x.mu.Unlock()
	v, ok := x.values[key]
	if !ok {
		v = create()
		x.values[key] = v
	}
	return v
}

// Summary is an exercise in a list.
type Summary struct {
	ID      string
	Title   scenario.Text
	Created time.Time
	Over    bool // as far as is known without opening it
}

// ErrNotFound means that there is no such exercise.
var ErrNotFound = errors.New("hosting: no such exercise")

// ClosedError is an exercise that cannot be used at this moment, or no more;
// its code is translated under "web.closed.<Code>".
type ClosedError struct {
	Code string
	Err  error // why, for the log
}

// Codes of ClosedError.
const (
	ClosedOpening  = "opening"  // it takes long to open
	ClosedAway     = "away"     // the database does not answer; what was confirmed is safe
	ClosedDamaged  = "damaged"  // its log does not verify
	ClosedChanging = "changing" // it is being deleted, or another takes its place
	ClosedRedacted = "redacted" // events were left out of its log: it can only be read as a file
)

// Error returns the code and the reason.
func (e *ClosedError) Error() string { return fmt.Sprintf("exercise closed: %s: %v", e.Code, e.Err) }

// Unwrap returns the reason.
func (e *ClosedError) Unwrap() error { return e.Err }

// UserText returns the sentence that people read.
func (e *ClosedError) UserText(...string) (key string, args map[string]any) {
	return "web.closed." + e.Code, nil
}

// Unavailable reports that asking again later may help.
func (e *ClosedError) Unavailable() bool { return true }

// CreateOptions say what a new exercise is.
type CreateOptions struct {
	Key   string                // idempotency key of the form
	By    string                // person id of the maker, who becomes director; "" for nobody
	Title scenario.Text         // without any text it is the pack's
	Pack  string                // key of a library.Entry
	Teams []string              // keys of members, in the order of the ring
	Bots  bool                  // simulated teams stand in for every unit at first
	Carry *exercise.PlanCarried // improvement plan of an earlier exercise, nil for none
}

// CreateError is what the maker of an exercise, or who adds a pack, can correct;
// its code is translated under "web.create.<Code>".
type CreateError struct {
	Code string
	Args map[string]any
}

// Codes of CreateError, with their arguments.
const (
	CreatePack      = "pack"       // there is no such pack any more
	CreateTeam      = "team"       // no such member, or named twice; Team
	CreateFewTeams  = "teams_few"  // Min
	CreateManyTeams = "teams_many" // Max
	CreateTitle     = "title"      // too long; Max
	CreateBegun     = "begun"      // too late: it is being played
	CreatePackTaken = "pack_taken" // another pack has that key and version; Pack, Version
)

// Error returns the code.
func (e *CreateError) Error() string { return fmt.Sprintf("create exercise: %s %v", e.Code, e.Args) }

// UserText returns the sentence that people read.
func (e *CreateError) UserText(...string) (key string, args map[string]any) {
	return "web.create." + e.Code, e.Args
}
