package web

import (
	"context"
	"errors"

	"renkei/internal/auth"
	"renkei/internal/conduct"
	"renkei/internal/exercise"
	"renkei/internal/journal"
	"renkei/internal/live"
	"renkei/internal/scenario"
)

// Hall is one exercise that is served.
type Hall struct {
	ID      string
	Live    *live.Exercise
	Do      func(ctx context.Context, cmd exercise.Command) (conduct.Result, error)
	Content func(ctx context.Context, hash journal.Hash) (journal.Content, error)
	// WriteLog writes the log as its file form, log.jsonl, up to the event
	// upTo (0: the last).
	WriteLog func(ctx context.Context, w LogWriter, upTo uint64) error

	parts parts // pages' parts, made once for all who see the same
	shelf shelf // contents that pages show again and again
}

// LogWriter is where a log is written to.
type LogWriter interface {
	Write(p []byte) (int, error)
}

// House keeps exercises, and the packs and teams of which new ones are made.
type House interface {
	// Hall finds an exercise. It waits while the exercise is being opened and
	// returns ErrNoHall where there is none.
	Hall(ctx context.Context, id string) (*Hall, error)
	// Halls lists all exercises that are open, the latest first.
	Halls() []*Hall
	// Ready reports whether every exercise has been opened, and how many wait.
	Ready() (ok bool, waiting int)
	// Packs lists what can be played, by title.
	Packs() []Pack
	// AddPack keeps a pack, a zip. Where the diagnostics hold an error it was
	// not kept.
	AddPack(ctx context.Context, zip []byte) (Pack, []scenario.Diagnostic, error)
	// Teams are the members of the community that can take part.
	Teams() []scenario.Unit
	// Create makes an exercise that waits for STARTEX, and returns its id. It
	// returns a *CreateError for what the maker can mend.
	Create(ctx context.Context, n NewExercise) (string, error)
}

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
	Key   string // idempotency key of the form
	By    string // person id of the maker
	Title scenario.Text
	Pack  string
	Teams []string // keys of members, in the order of the ring
	Bots  bool     // simulated teams stand in for every unit at first
}

// CreateError is what the maker of an exercise can mend; its code is translated
// under "web.create.<Code>".
type CreateError struct {
	Code string // pack, teams_few, teams_many, team, title
	Args map[string]any
}

// Error gives the code.
func (e *CreateError) Error() string { return "create exercise: " + e.Code }

// Joined is called when somebody has taken a link.
type Joined func(ctx context.Context, role auth.Role, exercise, unit string) error
