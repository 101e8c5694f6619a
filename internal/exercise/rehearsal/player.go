package rehearsal

import (
	"errors"
	"fmt"

	"renkei/internal/exercise"
	"renkei/internal/exercise/bots"
)

// player plays runs one after the other, in the same memory. It is owned by one
// goroutine.
type player struct {
	begin *exercise.State // at STARTEX; shared, only read
	state *exercise.State
	bots  *bots.Bots
	buf   []exercise.Event
	cmd   exercise.Command // the one that is being done; kept here, it costs no memory of its own
	tally *Tally
	run   *record
	each  func(*exercise.Event) // for tests; nil for none
}

func newPlayer(r *rehearsal, begin *exercise.State) *player {
	p := &player{
		begin: begin, state: begin.Clone(), bots: bots.New(r.Play, r.Seed, r.Phrases),
		tally: newTally(r.layout), run: newRecord(r.layout),
	}
	if r.Slow > 0 {
		p.bots.Slow(r.Slow)
	}
	p.bots.Watch(p.run.takeOn)
	p.bots.Remember()
	p.state.Remember()
	return p
}

// Opening is what is decided before the clock runs: simulated teams take every
// place and are ready, then STARTEX. Wall time stays 0.
func Opening(play *exercise.Play) []exercise.Command {
	var cmds []exercise.Command
	for _, u := range play.Cast.Units {
		cmds = append(cmds, exercise.Command{
			Key: "standin/" + u.Key, Actor: exercise.Excon(), Do: exercise.SetStandIn{Unit: u.Key, Bot: true},
		})
		cmds = append(cmds, bots.Ready(u.Key)...)
	}
	return append(cmds, exercise.Command{Key: "startex", Actor: exercise.Excon(), Do: exercise.Start{}})
}

// startex is the state with which every run begins.
func startex(play *exercise.Play) (*exercise.State, error) {
	s := exercise.New(play)
	created := exercise.Event{Seq: 1, Actor: exercise.Clock().ID, Place: exercise.Last, Body: &exercise.Created{
		Kind: play.Pack.Kind, Pack: play.Pack.Key, Startex: play.Pack.Startex.UnixMicro(), Units: play.Cast.Units,
	}}
	if err := s.Apply(&created); err != nil {
		return nil, fmt.Errorf("rehearse: %w", err)
	}
	for _, cmd := range Opening(play) {
		events, err := s.Decide(&cmd, nil)
		if err != nil {
			return nil, fmt.Errorf("rehearse: %s: %w", cmd.Key, err)
		}
		for i := range events {
			if err := s.Apply(&events[i]); err != nil {
				return nil, fmt.Errorf("rehearse: %w", err)
			}
		}
	}
	return s, nil
}

// play plays one run and counts what happened in it.
func (p *player) play(seed uint64) error {
	p.state.Become(p.begin)
	p.bots.Reset(seed)
	p.run.clear()
	for p.state.Phase() == exercise.Running {
		if err := p.step(); err != nil {
			return err
		}
	}
	p.run.finish(p.tally, p.state, p.bots, seed)
	return nil
}

// step does what comes next, as a conductor does: what the clock owes before
// what simulated teams do at the same time.
func (p *player) step() error {
	var owed bool
	if p.cmd, owed = p.state.Due(min(p.state.Next(), p.bots.Next())); !owed || p.bots.Next() < p.cmd.At {
		var ok bool
		if p.cmd, ok = p.bots.Pop(p.state); !ok {
			return nil
		}
		owed = false
	}
	events, err := p.state.Decide(&p.cmd, p.buf[:0])
	if err != nil {
		if refusal := (*exercise.Refusal)(nil); !owed && errors.As(err, &refusal) {
			return nil // the simulated team's own affair
		}
		return fmt.Errorf("the clock cannot do %s: %w", p.cmd.Key, err)
	}
	for i := range events {
		if err := p.state.Apply(&events[i]); err != nil {
			return err
		}
		p.bots.React(p.state, &events[i])
		p.run.seen(&events[i])
		if p.each != nil {
			p.each(&events[i])
		}
	}
	p.tally.Events += int64(len(events))
	p.buf = events
	return nil
}
