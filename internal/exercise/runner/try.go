package runner

import (
	"errors"

	"renkei/internal/exercise/scenario"
)

// TryOptions say which text is tried where.
type TryOptions struct {
	Pack string
	Key  string // of a task or a flow
	Text string
	Unit string // "": the first that is asked
}

// Tried is what came of a text.
type Tried struct {
	Unit    scenario.Unit
	Verdict scenario.Verdict
}

// Errors of Try.
var (
	ErrNoSuchPlace = errors.New("no task or flow has this key")
	ErrNoSuchUnit  = errors.New("no unit has this key")
)

// Try judges a text as an answer to a task or as a message for a flow, for a
// unit of the fictional community.
func Try(o TryOptions) (Tried, error) {
	setup, err := Prepare(RunOptions{Pack: o.Pack})
	if err != nil {
		return Tried{}, err
	}
	cast, err := scenario.NewCast(setup.Pack, setup.Teams)
	if err != nil {
		return Tried{}, err
	}
	place, ok := cast.PlaceOf(o.Key)
	if !ok {
		return Tried{}, ErrNoSuchPlace
	}
	if o.Unit != "" {
		if place.Unit, ok = cast.Index(o.Unit); !ok {
			return Tried{}, ErrNoSuchUnit
		}
	}
	v, err := cast.TryAt(place, o.Text)
	return Tried{Unit: cast.Units[place.Unit], Verdict: v}, err
}
