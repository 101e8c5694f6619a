package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"renkei/internal/auth"
	"renkei/internal/community"
	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/journal"
	"renkei/internal/lru"
	"renkei/internal/programme"
	tabletopreport "renkei/internal/tabletop/report"
)

// Bounds of what is kept and offered of exercises.
const (
	keptPlayed   = 200
	maxExercises = 200
)

// played makes of logs what the yearly report tells of exercises, one at a time,
// because the largest log takes half a gigabyte while it is read. It keeps what it
// made until the log has grown.
type played struct {
	turn chan struct{} // held by who makes one

	mu   sync.Mutex
	kept *lru.Cache[playedKey, keptOutcome]
}

type playedKey struct{ exercise, lang string }

type keptOutcome struct {
	head journal.Head
	made *programme.Played
}

func newPlayed() *played {
	return &played{turn: make(chan struct{}, 1), kept: lru.New[playedKey, keptOutcome](keptPlayed, nil)}
}

func (k *played) find(key playedKey, head journal.Head) (*programme.Played, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	got, ok := k.kept.Get(key)
	return got.made, ok && got.head == head
}

// Played returns what came of an exercise, without names of people and units; nil
// for one that is not over or not there.
func (c *chapters) Played(ctx context.Context, id string, p *i18n.Printer) (*programme.Played, error) {
	events, err := eventstore.NewReader(ctx, c.r)
	if err != nil {
		return nil, err
	}
	head, err := events.Head(ctx, id)
	if errors.Is(err, database.ErrNotFound) {
		return nil, nil //nolint:nilnil // there is none
	}
	if err != nil {
		return nil, err
	}
	key := playedKey{id, p.Lang()}
	if made, ok := c.played.find(key, head); ok {
		return made, nil
	}
	select {
	case c.played.turn <- struct{}{}:
		defer func() { <-c.played.turn }()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for the outcome of an exercise: %w", ctx.Err())
	}
	log, err := review.LoadStored(ctx, events, id)
	if err != nil {
		return nil, fmt.Errorf("read log of %s: %w", id, err)
	}
	made, err := playedOf(log, p)
	if err != nil {
		return nil, err
	}
	c.played.mu.Lock()
	defer c.played.mu.Unlock()
	c.played.kept.Put(key, keptOutcome{head, made})
	return made, nil
}

// playedOf is what a log tells; nil where the exercise is not over.
func playedOf(log *review.Log, p *i18n.Printer) (*programme.Played, error) {
	var on community.Date
	for i := range log.Events {
		if _, ok := log.Events[i].Body.(*exercise.Ended); ok {
			on = community.Date(time.UnixMicro(log.Events[i].Wall).UTC().Format(time.DateOnly))
		}
	}
	if on == "" {
		return nil, nil //nolint:nilnil // it is not over
	}
	tell := playedExercise
	if log.Play.Pack.Kind == scenario.KindTTX {
		tell = playedTabletop
	}
	made, err := tell(log, p)
	if err != nil {
		return nil, err
	}
	made.On = on
	return made, nil
}

// playedExercise tells of an exercise what the whole community may read: counts,
// and findings with the corrective action for each kind.
func playedExercise(log *review.Log, p *i18n.Printer) (*programme.Played, error) {
	made, err := review.MakeReport(log, review.Reader{For: review.ForPublic, TLP: scenario.TLPAmber}, p)
	if err != nil {
		return nil, err
	}
	n := struct{ teams, injects, inTime, late, missing, improve int }{}
	for _, u := range log.Play.Cast.Units {
		if u.IsTeam() {
			n.teams++
		}
	}
	for _, in := range made.Result.Totals.Injects {
		if in.Released > 0 {
			n.injects++
		}
	}
	for _, f := range made.Result.Totals.Flows {
		n.inTime, n.late, n.missing = n.inTime+f.Made, n.late+f.Late, n.missing+f.Missing
	}
	strengths := programme.PlayedPart{Title: p.T("programme.exercise.strengths")}
	improve := programme.PlayedPart{Title: p.T("programme.exercise.improve")}
	for i := range made.Findings {
		if f := &made.Findings[i]; f.Kind == review.FindingStrength {
			strengths.List = append(strengths.List, f.Text)
		} else {
			n.improve++
			improve.List = append(improve.List, f.Text)
		}
	}
	actions := programme.PlayedPart{Title: p.T("programme.exercise.actions"), Head: []string{p.T("programme.exercise.toimprove"), p.T("programme.exercise.action")}}
	for _, row := range made.Plan {
		actions.Rows = append(actions.Rows, []string{row.Title, row.Action})
	}
	all := &programme.Played{Facts: facts("exercise.teams", n.teams, "exercise.injects", n.injects, "exercise.in_time", n.inTime,
		"exercise.late", n.late, "exercise.missing", n.missing, "exercise.improve", n.improve)}
	for _, part := range []programme.PlayedPart{strengths, improve, actions} {
		if len(part.List)+len(part.Rows) > 0 {
			all.Parts = append(all.Parts, part)
		}
	}
	return all, nil
}

// facts are numbers by their keys.
func facts(pairs ...any) (all []programme.OutsideFact) {
	for i := 0; i+1 < len(pairs); i += 2 {
		key, _ := pairs[i].(string)
		n, _ := pairs[i+1].(int)
		all = append(all, programme.OutsideFact{Key: key, N: int64(n)})
	}
	return all
}

// playedTabletop tells of a tabletop what its public report does: positions without
// whose they are, how they moved, and how many commitments were made.
func playedTabletop(log *review.Log, p *i18n.Printer) (*programme.Played, error) {
	made, err := tabletopreport.FromLog(log, tabletopreport.ForPublic, p)
	if err != nil {
		return nil, err
	}
	state, _, err := log.StateAt(exercise.Never)
	if err != nil {
		return nil, err
	}
	delegations, asked, shown := 0, 0, 0
	for _, u := range log.Play.Cast.Units {
		if u.IsTeam() {
			delegations++
		}
	}
	for v := range state.Polls() {
		asked++
		if len(v.Shown) > 0 {
			shown++
		}
	}
	all := &programme.Played{Facts: facts("tabletop.delegations", delegations, "tabletop.questions", asked, "tabletop.shown", shown,
		"tabletop.commitments", len(state.Commitments()))}
	for i := range made.Sections {
		for j, b := range made.Sections[i].Blocks {
			part := programme.PlayedPart{Text: b.Text, List: b.Items}
			if j == 0 {
				part.Title = made.Sections[i].Title
			}
			if b.Table != nil {
				part.Head, part.Rows = b.Table.Head, b.Table.Rows
			}
			all.Parts = append(all.Parts, part)
		}
	}
	return all, nil
}

// Exercises are those that somebody directs, of the secretary all: what comes of
// them goes into a report when they say so. The latest stand first.
func (c *chapters) Exercises(ctx context.Context, a *auth.Access) ([]programme.PlayedName, error) {
	events, err := eventstore.NewReader(ctx, c.r)
	if err != nil {
		return nil, err
	}
	all, err := events.Exercises(ctx)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(e eventstore.Exercise) bool { return !a.Secretary() && !access.Of(a).Directs(e.ID) })
	slices.Reverse(all)
	var named []programme.PlayedName
	for _, e := range all[:min(len(all), maxExercises)] {
		title, err := titleOf(ctx, events, e.ID)
		if err != nil {
			return nil, err
		}
		named = append(named, programme.PlayedName{ID: e.ID, Name: title})
	}
	return named, nil
}

// titleOf is what an exercise is called, by its first event; empty where it has
// none.
func titleOf(ctx context.Context, events *eventstore.Reader, id string) (community.Text, error) {
	var first struct {
		Body struct {
			Title community.Text `json:"title"`
		} `json:"body"`
	}
	for entry, err := range events.Entries(ctx, id, 1) {
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(entry.Event, &first); err != nil {
			return nil, fmt.Errorf("exercise %s: %w: %w", id, database.ErrDamaged, err)
		}
		break
	}
	return first.Body.Title, nil
}
