package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"renkei/internal/auth"
	"renkei/internal/exercise"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/journal"
)

// Hall is one exercise that is served.
type Hall struct {
	ID      string
	Live    *follow.Exercise
	Do      func(ctx context.Context, cmd exercise.Command) (conduct.Result, error)
	Content func(ctx context.Context, hash journal.Hash) (journal.Content, error)
	// WriteLog writes the log as its file form, log.jsonl, up to the event
	// upTo (0: the last).
	WriteLog func(ctx context.Context, w io.Writer, upTo uint64) error
	// Report writes the after-action report. It may take seconds, and waits
	// while another is made. It returns ErrNoPDF where no PDF can be made.
	Report func(ctx context.Context, w io.Writer, o ReportOptions) error
	// Closed is closed when the exercise is no longer followed, because nobody
	// looked at it any more: streams end then. It may be nil.
	Closed <-chan struct{}
	// Head is where the log ends: what verify compares a file with.
	Head func(ctx context.Context) (journal.Head, error)

	parts parts // pages' parts, made once for all who see the same
	shelf shelf // contents that pages show again and again
}

// ReportOptions say which after-action report is written. A page asks for what
// its reader may see: nothing is checked behind it.
type ReportOptions struct {
	For     string // review.ForExcon, review.ForPublic, or the key of a unit
	TLP     scenario.TLP
	Form    string // html, pdf, xlsx, csv, csv.zip, json; for EXCON also summary (Markdown) and results (JSON)
	Printer *i18n.Printer
}

// Errors of reports.
var (
	// ErrNoPDF means that there is no program on this machine to print with.
	ErrNoPDF = errors.New("web: nothing to print with")
	// ErrNoForm means that there is no such form of a report.
	ErrNoForm = errors.New("web: no such form of a report")
)

// House keeps exercises, and the packs and teams of which new ones are made.
type House interface {
	// Hall finds an exercise. It waits while the exercise is being opened. It
	// returns ErrNoHall where there is none, and a *ClosedError for one that
	// cannot be used now.
	Hall(ctx context.Context, id string) (*Hall, error)
	// List lists the exercises whose id is wanted, the latest first, without
	// opening any.
	List(ctx context.Context, wanted func(id string) bool) ([]Listed, error)
	// Ready reports whether every exercise that is not over has been opened, and
	// how many wait.
	Ready() (ok bool, waiting int)
	// Packs lists what can be played, by title.
	Packs() []Pack
	// AddPack keeps a pack, a zip. Where the diagnostics hold an error it was
	// not kept. It returns a *CreateError where another pack has its key and
	// version.
	AddPack(ctx context.Context, zip []byte) (Pack, []scenario.Diagnostic, error)
	// Teams are the members of the community that can take part.
	Teams() []scenario.Unit
	// Create makes an exercise that waits for STARTEX, and returns its id. It
	// returns a *CreateError for what the maker can mend.
	Create(ctx context.Context, n NewExercise) (string, error)
}

// Listed is an exercise in a list.
type Listed struct {
	ID      string
	Title   scenario.Text
	Created time.Time
	Over    bool // as far as is known without opening it
}

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
	ClosedDamaged  = "damaged"  // its log does not hold
	ClosedRedacted = "redacted" // events were left out of its log: it can only be read as a file
)

// Error gives the code and the reason.
func (e *ClosedError) Error() string { return fmt.Sprintf("exercise closed: %s: %v", e.Code, e.Err) }

// Unwrap gives the reason.
func (e *ClosedError) Unwrap() error { return e.Err }

// ErrNoHall means that there is no such exercise.
var ErrNoHall = errors.New("web: no such exercise")

// Pack is a scenario pack that can be played.
type Pack struct {
	Key     string // for NewExercise
	Pack    *scenario.Pack
	Shipped bool
}

// NewExercise says what a new exercise is.
type NewExercise struct {
	Key   string        // idempotency key of the form
	By    string        // person id of the maker, who becomes director; "" for nobody
	Title scenario.Text // without any text it is the pack's
	Pack  string
	Teams []string // keys of members, in the order of the ring
	Bots  bool     // simulated teams stand in for every unit at first
}

// CreateError is what the maker of an exercise, or who adds a pack, can mend;
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
	CreatePackTaken = "pack_taken" // another pack has that key and version; Pack, Version
)

// Error gives the code.
func (e *CreateError) Error() string { return fmt.Sprintf("create exercise: %s %v", e.Code, e.Args) }

// Joined is called when somebody has taken a link. It returns the key of a
// sentence (without "web.") that their first page is to say; "" for none.
type Joined func(ctx context.Context, role auth.Role, exercise, unit string) (said string, err error)
