package exercise

import "slices"

func (a HoldInject) decide(d *decision) error {
	if err := first(d.control(), d.phase(Preparing, Running, OnHold)); err != nil {
		return err
	}
	inject, err := d.inject(a.Inject)
	if err != nil {
		return err
	}
	units, err := d.units(a.Units)
	if err != nil {
		return err
	}
	if err := tooLong(a.Reason); err != nil {
		return err
	}
	b := &InjectHeld{Inject: a.Inject, LetGo: a.LetGo, Reason: a.Reason}
	why := NotWaiting
	for _, u := range units {
		key, no := d.s.play.Cast.Units[u].Key, d.s.slot(inject, u).holdable(a.LetGo)
		switch {
		case no == "":
			b.Units = append(b.Units, key)
		case slices.Contains(a.Units, key): // a group is whoever of it can be meant
			return refuse(no, "Inject", a.Inject, "Unit", key)
		case no != NotWaiting:
			why = no
		}
	}
	if len(b.Units) == 0 {
		return refuse(why, "Inject", a.Inject)
	}
	d.emit(toControl, b)
	return nil
}

// holdable gives the code of the refusal to hold what waits, or to let it go; "".
func (sl *unitInject) holdable(letGo bool) string {
	switch {
	case !sl.waits():
		return NotWaiting
	case letGo && !sl.held:
		return NotHeld
	case !letGo && sl.held:
		return AlreadyHeld
	}
	return ""
}

func (s *State) holdInject(e *Event, b *InjectHeld) error {
	for _, key := range b.Units {
		err := s.withSlot(b.Inject, key, func(i, u int) {
			ix := i*s.nu() + u
			sl := &s.slots[ix]
			kept := b.LetGo && s.ready(ix) && !s.undecided(ix) && sl.due < s.local(u, e.At)
			sl.held = !b.LetGo
			s.scheduleSlot(ix, sl.due)
			sl.kept = kept
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ready reports whether nothing but the time stands before a slot's release. An
// inject that is held still has its condition looked at.
func (s *State) ready(ix int) bool {
	sl := &s.slots[ix]
	return sl.status == slotFired || sl.status == slotWaiting && s.injects[ix/s.nu()].trigger.When == nil
}
