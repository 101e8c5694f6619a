package hosting

import (
	"bytes"
	"context"
	"encoding/json"
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
	over, err := r.readOver(ctx)
	if err != nil {
		return 0, err
	}
	tick, _, err := r.h.o.DB.Tick(ctx, r.id)
	if err != nil {
		return 0, err
	}
	r.change(func() { r.title, r.over, r.played, r.looked = title, over, tick.Wall, true })
	return tick.Wall, nil
}

func (r *hosted) readTitle(ctx context.Context) (scenario.Text, error) {
	var first struct {
		Body struct {
			Title scenario.Text `json:"title"`
		} `json:"body"`
	}
	for entry, err := range r.h.o.DB.Entries(ctx, r.id, 1) {
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(entry.Event, &first); err != nil {
			return nil, fmt.Errorf("exercise %s: %w: %w", r.id, database.ErrDamaged, err)
		}
		return first.Body.Title, nil
	}
	return nil, conduct.ErrEmpty
}

func (r *hosted) readOver(ctx context.Context) (over bool, err error) {
	head, err := r.h.o.DB.Head(ctx, r.id)
	if err != nil {
		return false, err
	}
	// Quotes of texts are escaped, so this stands nowhere but where it means it.
	ended := fmt.Appendf(nil, `"type":%q`, (*exercise.Ended)(nil).Type())
	for entry, err := range r.h.o.DB.Entries(ctx, r.id, max(head.Seq, endexWindow)-endexWindow+1) {
		if err != nil {
			return false, err
		}
		over = over || bytes.Contains(entry.Event, ended)
	}
	return over, nil
}

// summary is the exercise as a list shows it.
func (r *hosted) summary() Summary {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.served != nil {
		r.served.Live.Now(func(m *follow.Moment) { r.over = m.State.Phase() == exercise.Over })
	}
	return Summary{ID: r.id, Title: r.title, Created: time.UnixMicro(r.created), Over: r.over}
}
