package pages

import (
	"context"

	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/library"
)

// Host keeps exercises, and the packs and teams of which new ones are made: a
// *hosting.Host.
type Host interface {
	// Exercise finds an exercise. It waits while the exercise is being opened. It
	// returns hosting.ErrNotFound where there is none, and a *hosting.ClosedError
	// for one that cannot be used now.
	Exercise(ctx context.Context, id string) (*hosting.Exercise, error)
	// List lists the exercises whose id is wanted, the latest first, without
	// opening any.
	List(ctx context.Context, wanted func(id string) bool) ([]hosting.Summary, error)
	// Ready reports whether every exercise that is not over has been opened, and
	// how many wait.
	Ready() (ok bool, waiting int)
	// Packs lists what can be played, by title.
	Packs() []library.Entry
	// AddPack keeps a pack, a zip. Where the diagnostics hold an error it was
	// not kept. It returns a *hosting.CreateError where another pack has its key
	// and version.
	AddPack(ctx context.Context, zip []byte) (library.Entry, []scenario.Diagnostic, error)
	// Teams are the members of the community that can take part.
	Teams() []scenario.Unit
	// Create makes an exercise that waits for STARTEX, and returns its id. It
	// returns a *hosting.CreateError for what the maker can correct.
	Create(ctx context.Context, o hosting.CreateOptions) (string, error)
	// Recast has other teams play an exercise that waits for STARTEX, and returns
	// the id of the one that takes its place; Delete deletes one for good. Both
	// return a *hosting.CreateError where it is too late, or cannot be done so.
	Recast(ctx context.Context, o hosting.RecastOptions) (string, error)
	Delete(ctx context.Context, id, by string) error
}

// Joined is called when somebody has come to play a unit and replaced its
// simulated team. It returns the key of a sentence (without "web.") that their
// first page is to say.
type Joined func(ctx context.Context, x *hosting.Exercise, unit string) (said string, err error)
