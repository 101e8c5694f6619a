package hosting

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/scenario"
)

// endexWindow is how many events at the end of a log are looked through for
// ENDEX. After it come marks and notes; of an exercise with more of them it is
// only found out later, when it has been opened.
const endexWindow = 2048

// loadSummary finds out, without opening the exercise, what it is called, whether it
// is over, and when it was last played (unix µs, 0 for never). It returns
// conduct.ErrEmpty for one that was named and not made.
func (r *hosted) loadSummary(ctx context.Context) (played int64, err error) {
	r.mu.Lock()
	looked, played := r.looked, r.played
	r.mu.Unlock()
	if looked {
		return played, nil
	}
	title, err := r.readTitle(ctx)
	if err != nil {
		return 0, err
	}
	ended, err := r.readEnded(ctx)
	if err != nil {
		return 0, err
	}
	tick, _, err := r.h.o.DB.Tick(ctx, r.id)
	if err != nil {
		return 0, err
	}
	r.change(func() { r.title, r.over, r.ended, r.played, r.looked = title, ended > 0, ended, tick.Wall, true })
	return tick.Wall, nil
}

// Ended is when ENDEX was given; the zero time for an exercise that is to come or
// goes on. Of one that is not there it says that it is long over.
func (h *Host) Ended(ctx context.Context, id string) (time.Time, error) {
	r, err := h.find(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return time.Unix(1, 0), nil
	}
	if err != nil {
		return time.Time{}, err
	}
	if _, err := r.loadSummary(ctx); err != nil && !errors.Is(err, conduct.ErrEmpty) {
		return time.Time{}, err
	}
	if !r.summary().Over {
		return time.Time{}, nil
	}
	r.mu.Lock()
	ended, played := r.ended, r.played
	r.mu.Unlock()
	if ended > 0 {
		return time.UnixMicro(ended), nil
	}
	if ended, err = r.readEnded(ctx); err != nil { // since it was looked at
		return time.Time{}, err
	}
	if ended == 0 { // too much has come after it
		ended = max(played, r.created)
	}
	r.change(func() { r.ended = ended })
	return time.UnixMicro(ended), nil
}

func (r *hosted) readTitle(ctx context.Context) (scenario.Text, error) {
	started, renamed := typeOf(&exercise.Started{}), typeOf(&exercise.Renamed{})
	var title scenario.Text
	for entry, err := range r.h.o.DB.Entries(ctx, r.id, 1) {
		if err != nil {
			return nil, err
		}
		if bytes.Contains(entry.Event, started) { // it keeps its title from then on
			return title, nil
		}
		if title != nil && !bytes.Contains(entry.Event, renamed) {
			continue
		}
		var e struct {
			Body struct {
				Title scenario.Text `json:"title"`
			} `json:"body"`
		}
		if err := json.Unmarshal(entry.Event, &e); err != nil {
			return nil, fmt.Errorf("exercise %s: %w: %w", r.id, database.ErrDamaged, err)
		}
		title = e.Body.Title
	}
	if title == nil {
		return nil, conduct.ErrEmpty
	}
	return title, nil
}

// typeOf is how an event of a type says so. Quotes of texts are escaped, so this
// stands nowhere but where it means it.
func typeOf(b exercise.Body) []byte { return fmt.Appendf(nil, `"type":%q`, b.Type()) }

// readEnded is the wall time of ENDEX, 0 for none.
func (r *hosted) readEnded(ctx context.Context) (wall int64, err error) {
	head, err := r.h.o.DB.Head(ctx, r.id)
	if err != nil {
		return 0, err
	}
	ended := typeOf(&exercise.Ended{})
	for entry, err := range r.h.o.DB.Entries(ctx, r.id, max(head.Seq, endexWindow)-endexWindow+1) {
		if err != nil {
			return 0, err
		}
		if !bytes.Contains(entry.Event, ended) {
			continue
		}
		e, err := exercise.NewBodies().Decode(entry.Event)
		if err != nil {
			return 0, fmt.Errorf("exercise %s: %w: %w", r.id, database.ErrDamaged, err)
		}
		wall = e.Wall
	}
	return wall, nil
}

// summary is the exercise as a list shows it.
func (r *hosted) summary() Summary {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.served != nil {
		r.served.Live.Now(func(m *follow.Moment) {
			r.over = m.State.Phase() == exercise.Over
			r.title = m.State.Created().Title
		})
	}
	return Summary{ID: r.id, Title: r.title, Created: time.UnixMicro(r.created), Over: r.over}
}
