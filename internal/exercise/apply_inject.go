package exercise

import (
	"fmt"
	"strings"
)

func (s *State) foldInject(e *Event) error {
	switch b := e.Body.(type) {
	case *InjectAdded:
		return s.addInject(e, b)
	case *InjectAmended:
		return s.amendInject(b)
	case *InjectHeld:
		return s.holdInject(e, b)
	case *InjectArmed:
		return s.withSlot(b.Inject, b.Unit, func(i, u int) { s.arm(i, u, s.slot(i, u).due) })
	case *InjectReleased:
		return s.withSlot(b.Inject, b.Unit, func(i, u int) { s.release(e, b, i, u) })
	case *InjectSkipped:
		return s.withSlot(b.Inject, b.Unit, func(i, u int) { s.skip(b, i, u) })
	case *InjectRetracted:
		return s.withSlot(b.Inject, b.Unit, func(i, u int) { s.retract(e, i, u) })
	case *InjectAcknowledged:
		return s.withSlot(b.Inject, b.Unit, func(i, u int) {
			s.slot(i, u).acked = e.At
			s.injectChanged(i, u, e.At)
		})
	case *InjectRelayed:
		return s.withSlot(b.Inject, b.Unit, func(i, u int) { s.relay(e, b, i, u) })
	}
	return nil
}

func (s *State) withSlot(inject, unit string, do func(inject, unit int)) error {
	i, ok := s.injectByKey(inject)
	if !ok {
		return fmt.Errorf("unknown inject %q", inject)
	}
	return s.withUnit(unit, func(u int) { do(i, u) })
}

// release opens an inject for a unit with its tasks, and starts the time of
// what follows it. What follows counts from when it was due, so that a jump
// does not stretch the storyline.
func (s *State) release(e *Event, b *InjectReleased, inject, unit int) {
	sl := s.slot(inject, unit)
	sl.status, sl.at, sl.seq, sl.tlp = slotReleased, e.At, e.Seq, b.TLP
	sl.due, sl.held = b.Due, false
	sl.gen++
	s.openTasks(s.injects[inject].tasks, unit, e.At)
	from := b.Due
	if b.Held { // the storyline was to wait for it
		from = e.At
	}
	s.follow(inject, unit, from)
	s.openFlows(inject, unit, e.At)
	s.injectChanged(inject, unit, e.At)
}

func (s *State) openTasks(tasks []int, unit int, at Time) {
	for _, t := range tasks {
		ix := t*s.nu() + unit
		w := &s.works[ix]
		if w.status != workNone || !s.on(s.tasks[t].way, unit) {
			continue
		}
		w.status, w.opened, w.firstAt = workOpen, at, Never
		w.hintFrom, w.hintAt = s.local(unit, at), Never
		s.scheduleWork(ix, w.hintFrom+w.key.within)
		s.planHint(t, unit, w.hintFrom)
		s.taskChanged(t, unit, at)
	}
}

func (s *State) openFlows(inject, unit int, at Time) {
	for _, f := range s.injects[inject].flowsAfter {
		if !isSender(s.play.Cast.Units[unit], s.play.flows[f].from) || !s.on(s.play.flows[f].way, unit) {
			continue
		}
		ix := f*s.nu() + unit
		if s.flows[ix].status == flowNone {
			s.flows[ix].status = flowOpen
			s.scheduleFlow(ix, s.local(unit, at)+s.play.flows[f].after)
		}
	}
}

// follow gives those injects their starting point that come after this one.
func (s *State) follow(inject, unit int, nominal Time) {
	s.followFrom(inject, unit, func(u int) Time { return s.local(u, nominal) })
}

// passOn does so for an inject that was taken out of the storyline, from when
// it would have come: a time on the unit's own clock that may be to come.
func (s *State) passOn(inject, unit int, own Time) {
	nominal := own + s.at - s.local(unit, s.at)
	s.followFrom(inject, unit, func(u int) Time { return s.ahead(u, nominal) })
}

// followFrom asks for the time on the own clock of each unit that follows.
func (s *State) followFrom(inject, unit int, from func(unit int) Time) {
	s.followUp(s.injects[inject].decisions, unit, from)
	for _, d := range s.injects[inject].dependents {
		for _, u := range s.play.family[unit] {
			if s.own(inject, u) == unit {
				s.base(d, u, from(u)+At(s.injects[d].trigger.Delay))
			}
		}
	}
}

// own resolves which unit's copy of an inject a unit means: its own, else its
// team's, else that of a cell of its team.
func (s *State) own(inject, unit int) int {
	if s.slot(inject, unit).status != slotNone {
		return unit
	}
	for _, u := range s.play.family[unit] {
		if s.slot(inject, u).status != slotNone {
			return u
		}
	}
	return unit
}

func (s *State) injectChanged(inject, unit int, at Time) {
	if inject < len(s.play.watch.inject) {
		s.recheckFamily(s.play.watch.inject[inject], unit, at)
	}
}

func (s *State) skip(b *InjectSkipped, inject, unit int) {
	sl := s.slot(inject, unit)
	sl.status, sl.due, sl.held = slotSkipped, b.Due, false
	sl.gen++
	if b.Reason == SkipJump || b.Reason == SkipAbsent {
		s.follow(inject, unit, b.Due)
	}
}

// retract takes an inject from a unit. The storyline goes on: what follows one
// that had not come yet counts from when it would have.
func (s *State) retract(e *Event, inject, unit int) {
	sl := s.slot(inject, unit)
	was, own := sl.status, sl.due
	if sl.held {
		own = max(own, s.local(unit, e.At))
	}
	sl.status, sl.held = slotRetracted, false
	sl.gen++
	switch {
	case was == slotArmed:
		s.passOn(inject, unit, s.local(unit, e.At))
	case (was == slotWaiting || was == slotFired) && sl.due != Never && !s.undecided(inject*s.nu()+unit):
		s.passOn(inject, unit, own)
	}
	s.voidTasks(s.injects[inject].tasks, unit, e.At)
	s.voidTasks(s.injects[inject].relayTasks, unit, e.At)
	s.voidFlows(inject, unit)
	s.injectChanged(inject, unit, e.At)
}

func (s *State) voidTasks(tasks []int, unit int, at Time) {
	for _, t := range tasks {
		s.void(t, unit, at)
	}
}

// void takes a task from a unit with its points.
func (s *State) void(task, unit int, at Time) {
	w := s.work(task, unit)
	w.status = workVoid
	w.gen++
	s.planHint(task, unit, s.local(unit, at))
	s.rescore(unit)
	s.taskChanged(task, unit, at)
}

func (s *State) voidFlows(inject, unit int) {
	for _, f := range s.injects[inject].flowsAfter {
		if fl := s.flow(f, unit); fl.status == flowOpen {
			fl.status = flowVoid
			fl.gen++
		}
	}
}

// relay opens an inject for a cell. Its tasks run from now.
func (s *State) relay(e *Event, b *InjectRelayed, inject, unit int) {
	sl := s.slot(inject, unit)
	sl.status, sl.relayed, sl.at, sl.seq, sl.tlp = slotReleased, true, e.At, e.Seq, b.TLP
	sl.due, sl.held = e.At, false
	sl.gen++
	s.openTasks(s.injects[inject].relayTasks, unit, e.At)
	s.openFlows(inject, unit, e.At)
	s.injectChanged(inject, unit, e.At)
}

func (s *State) amendInject(b *InjectAmended) error {
	inject, ok := s.injectByKey(b.Inject)
	if !ok {
		return fmt.Errorf("unknown inject %q", b.Inject)
	}
	units, err := s.unitsOf(b.Unit)
	if err != nil {
		return err
	}
	for _, u := range units {
		ix := inject*s.nu() + u
		sl := &s.slots[ix]
		if b.Texts != nil {
			s.texts[int32(ix)] = b.Texts
		}
		if b.TLP != nil {
			sl.tlp = *b.TLP
		}
		if b.Due != nil && sl.status != slotNone && sl.status < slotReleased {
			sl.status = slotFired // its time is set by hand now, whatever its condition
			s.scheduleSlot(ix, s.ahead(u, *b.Due))
		}
	}
	return nil
}

// unitsOf is one unit, or all for "".
func (s *State) unitsOf(key string) ([]int, error) {
	if key != "" {
		u, ok := s.play.Cast.Index(key)
		if !ok {
			return nil, fmt.Errorf("unknown unit %q", key)
		}
		return []int{u}, nil
	}
	all := make([]int, s.nu())
	for i := range all {
		all[i] = i
	}
	return all, nil
}

// relayable reports whether an inject can be relayed to a unit by its team.
func (s *State) relayable(inject, unit int) bool {
	to := s.injects[inject].relayTo
	if to == "" {
		return false
	}
	u := s.play.Cast.Units[unit]
	return !u.IsTeam() && (to == "cells" || strings.TrimPrefix(to, "cell:") == u.Cell)
}
