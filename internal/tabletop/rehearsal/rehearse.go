// Package rehearsal plays the pack of a tabletop many times with simulated
// delegations, in memory, and says how long each module takes and where the room
// is silent.
//
// It decides and folds with the same engine and the same simulated delegations as
// a conducted tabletop; a run is the one that `exercise run` plays with its seed.
// Start with [Run], then [Figures] and [Report]. It imports exercise, tabletop
// and its report.
package rehearsal

import (
	"context"
	"errors"
	"fmt"

	"renkei/internal/exercise"
	"renkei/internal/tabletop"
)

// Setup says what is rehearsed.
type Setup struct {
	Play     *exercise.Play
	Runs     int
	Seed     uint64         // of the first run; each further one has the next
	Progress func(done int) // nil for none
}

// Run plays the pack as often as it is asked to, or until ctx ends: what was
// rehearsed until then are the first runs. The same setup gives the same figures.
func Run(ctx context.Context, o Setup) (*Figures, error) {
	table, _ := tabletop.Read(o.Play.Pack) // checked before
	all := newTally(table, o.Play)
	for n := 0; n < o.Runs && ctx.Err() == nil; n++ {
		seed := o.Seed + uint64(n)
		r, err := play(o.Play, table, seed)
		if err != nil {
			return nil, fmt.Errorf("rehearse with seed %d: %w", seed, err)
		}
		all.add(r)
		if o.Progress != nil {
			o.Progress(n + 1)
		}
	}
	return all.figures(o), nil
}

// player plays one run.
type player struct {
	state  *exercise.State
	bots   *tabletop.Bots
	sealed map[string]exercise.PollAnswer // of the round that is open, by unit
	run    *run
}

// play plays the pack once, from STARTEX to ENDEX.
func play(p *exercise.Play, table *tabletop.Tabletop, seed uint64) (*run, error) {
	r := &player{state: exercise.New(p), bots: tabletop.NewBots(p, seed, true), run: &run{questions: map[string]*asked{}}}
	created := exercise.Event{Seq: 1, Actor: exercise.Clock().ID, Place: exercise.Last, Body: &exercise.Created{
		Kind: p.Pack.Kind, Pack: p.Pack.Key, Startex: p.Pack.Startex.UnixMicro(), Units: p.Cast.Units,
	}}
	if err := r.state.Apply(&created); err != nil {
		return nil, err
	}
	for _, u := range p.Cast.Units {
		if err := r.do(exercise.Command{Key: "standin/" + u.Key, Actor: exercise.Excon(), Do: exercise.SetStandIn{Unit: u.Key, Bot: true}}); err != nil {
			return nil, err
		}
	}
	if err := r.do(exercise.Command{Key: "startex", Actor: exercise.Excon(), Do: exercise.Start{}}); err != nil {
		return nil, err
	}
	for r.state.Phase() == exercise.Running {
		if err := r.step(); err != nil {
			return nil, err
		}
	}
	_, more := table.Next(r.state)
	r.run.cut = r.run.cut || more
	return r.run, nil
}

// step does what comes next, as a conductor does: what the clock owes before what
// simulated delegations do at the same time.
func (r *player) step() error {
	cmd, owed := r.state.Due(min(r.state.Next(), r.bots.Next()))
	if !owed || r.bots.Next() < cmd.At {
		var ok bool
		if cmd, ok = r.bots.Pop(r.state); !ok {
			return nil
		}
		owed = false
	}
	err := r.do(cmd)
	if refusal := (*exercise.Refusal)(nil); !owed && errors.As(err, &refusal) {
		return nil // the delegation's own affair
	}
	return err
}

// do decides a command and folds its events in. Answers lie beside the state until
// they are revealed.
func (r *player) do(cmd exercise.Command) error {
	if reveal, ok := cmd.Do.(exercise.RevealPoll); ok {
		reveal.Answers = r.answers(reveal.Poll)
		cmd.Do = reveal
	}
	events, err := r.state.Decide(&cmd, nil)
	if _, reveal := cmd.Do.(exercise.RevealPoll); reveal && err != nil {
		return errors.New("answers cannot be revealed: " + err.Error()) // no refusal that a delegation could mend
	}
	if err != nil {
		return err
	}
	if a, ok := cmd.Do.(exercise.AnswerPoll); ok {
		v, _ := r.state.PollByKey(a.Poll)
		if r.sealed[a.Unit], err = v.Fit(a.Answer); err != nil {
			return fmt.Errorf("answer of %s: %w", a.Unit, err) // it was decided: cannot happen
		}
	}
	for i := range events {
		if err := r.state.Apply(&events[i]); err != nil {
			return err
		}
		if _, opened := events[i].Body.(*exercise.PollOpened); opened {
			r.sealed = map[string]exercise.PollAnswer{}
		}
		r.run.see(r.state, &events[i])
		r.bots.React(r.state, &events[i])
	}
	return nil
}

// answers are those of the round as they are revealed, in canonical order.
func (r *player) answers(poll string) []exercise.PollAnswer {
	v, _ := r.state.PollByKey(poll)
	all := make([]exercise.PollAnswer, 0, len(r.sealed))
	for unit, a := range r.sealed {
		if v.Attributed {
			a.Unit = unit
		}
		all = append(all, a)
	}
	exercise.SortAnswers(all, v.Attributed)
	return all
}
