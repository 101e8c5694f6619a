package exercise

import (
	"fmt"
	"slices"
	"strconv"

	"renkei/internal/exercise/scenario"
)

// Apply folds one event into the state. An error means that the log does not
// fit the pack, or has a gap; the state must not be used further.
func (s *State) Apply(e *Event) error {
	if e.Seq != s.seq+1 {
		return fmt.Errorf("event %d follows event %d", e.Seq, s.seq)
	}
	if e.At < s.at {
		return fmt.Errorf("event %d is at %d, before %d", e.Seq, e.At, s.at)
	}
	s.seq, s.at = e.Seq, e.At
	s.foldWritten(e)
	s.batched = e.Place != Unmarked
	err := s.fold(e)
	s.batched = false
	if err != nil {
		return fmt.Errorf("event %d %s: %w", e.Seq, e.Body.Type(), err)
	}
	if e.Place != Inner {
		s.lookAtChanged(e.At)
	}
	return nil
}

func (s *State) fold(e *Event) error {
	switch b := e.Body.(type) {
	case *Created:
		s.created = b
	case *Started, *Paused, *Resumed, *SpeedSet, *Jumped, *Recovered, *EndMoved, *Ended, *Stopped, *Entered:
		s.foldClock(e)
	case *UnitReady, *Attendance, *UnitStatus, *StandIn, *UnitJoined:
		return s.foldUnit(e)
	case *InjectAdded, *InjectAmended, *InjectHeld, *InjectArmed, *InjectReleased, *InjectSkipped,
		*InjectRetracted, *InjectAcknowledged, *InjectRelayed:
		return s.foldInject(e)
	case *TaskAmended, *Submitted, *Scored, *Marked, *Settled, *Overdue, *HintTaken, *HintGiven:
		return s.foldTask(e)
	case *BranchTaken:
		return s.foldBranch(e, b)
	case *FlowMade:
		return s.foldFlowMade(e, b)
	case *EvidenceCorrected:
		return s.foldEvidence(e, b)
	case *FlowMissed:
		return s.withFlow(b.Flow, b.Unit, func(flow, unit int) {
			s.flow(flow, unit).missed = true
			s.flow(flow, unit).gen++ // no longer owed
			s.flowChanged(flow, unit, e.At)
		})
	case *Message:
		s.foldTalk(e, b)
	case *Shared:
		s.foldTalk(e, &b.Message)
	case *QuestionDismissed:
		return s.foldDismissed(b)
	case *CallNoted:
		return s.foldCall(e, b)
	case *CallConfirmed:
		return s.foldConfirmed(e, b)
	case *ReplyReady:
		return s.foldReady(b)
	case *PersonaClaimed:
		return s.foldClaim(e, b)
	case *Note, *RealRaised, *RealSeen:
		s.foldReport(e)
	case *PollAnnounced, *PollOpened, *PollTaken, *PollConfirmed, *PollBoxed, *PollClosed, *PollReopened, *PollRevealed, *PollWithheld,
		*PollVoided, *PollDiscussed, *PollQuoted, *PollEnded:
		return s.foldPoll(e)
	case *FloorAsked, *FloorGiven, *FloorEnded:
		return s.foldFloor(e)
	case *CommitmentMade:
		s.commitments = append(s.commitments, b)
	case *PlanEntered, *PlanCarried:
		s.foldPlan(e)
	case *Renamed:
		s.retitle(b.Title)
	case *CommitmentsRecalled:
		s.foldRecalled(b)
	case *ActedFor, *Misdirected, *HotWash, *OverviewEntered, *HandedOver, *ChatPost, *ChatEdit, *ChatReaction, *ChatMember, *ChatGap, *ChatAssigned:
		// Spoken, not decided: they change nothing by themselves.
	default:
		return fmt.Errorf("no fold for this type")
	}
	return nil
}

func (s *State) foldClock(e *Event) {
	c := &s.clock
	switch b := e.Body.(type) {
	case *Started:
		c.phase, c.speed = Running, b.Speed
		s.begin()
	case *Paused:
		c.phase, c.until, c.ask, c.passing = OnHold, b.Until, b.Ask, false
	case *Stopped:
		c.phase, c.stopped, c.until, c.ask, c.passing = OnHold, true, 0, false, false
		s.foldReport(e)
	case *Resumed:
		c.phase, c.stopped, c.until, c.ask, c.passing = Running, false, 0, false, false
	case *EndMoved:
		s.end = b.To
		if c.phase == Running || c.phase == OnHold {
			s.scheduleEnd(b.To)
		}
		return // the anchor holds
	case *SpeedSet:
		c.speed = b.Speed
	case *Jumped:
		s.jumpFrom, s.jumpTo, s.jumpMode = b.From, e.At, b.Mode
		c.passing = c.phase == OnHold
	case *Entered:
		c.passing = false
		s.foldEntered(e, b)
	case *Recovered:
		if !b.Paused {
			return // the anchor holds: exercise time went on meanwhile
		}
		c.phase = OnHold
	case *Ended:
		c.phase, c.stopped = Over, false
	}
	c.anchor(e.At, e.Wall)
}

// begin is STARTEX: everything with a time of its own gets it.
func (s *State) begin() {
	s.queue = slices.Grow(s.queue, len(s.slots)+len(s.works)+len(s.flows))
	s.scheduleEnd(s.end)
	for i, def := range s.injects {
		if def.afterInject >= 0 || def.afterTask >= 0 {
			continue
		}
		for u := range s.units {
			if s.added[i] == nil {
				s.base(i, u, At(def.trigger.At))
			}
		}
	}
	for i := range s.added {
		s.scheduleAdded(i)
	}
	s.beginDecisions()
}

func (s *State) scheduleAdded(inject int) {
	for u := range s.units {
		if s.slot(inject, u).status == slotWaiting {
			s.scheduleSlot(inject*s.nu()+u, s.ahead(u, s.added[inject].Due))
		}
	}
}

// base gives an inject its starting point for a unit: the time of its release,
// or the time from which its condition is looked at.
func (s *State) base(inject, unit int, at Time) {
	ix := inject*s.nu() + unit
	sl := &s.slots[ix]
	if s.undecided(ix) {
		if sl.waits() || sl.left() {
			s.scheduleSlot(ix, at)
		}
		return
	}
	if sl.left() { // taken out of the storyline, which goes on
		s.passOn(inject, unit, at)
	}
	if sl.status != slotWaiting {
		return
	}
	if s.injects[inject].trigger.When != nil && at <= s.local(unit, s.at) {
		s.arm(inject, unit, at)
		return
	}
	s.scheduleSlot(ix, at)
}

// arm begins to look at an inject's condition.
func (s *State) arm(inject, unit int, at Time) {
	ix := inject*s.nu() + unit
	sl := &s.slots[ix]
	sl.status = slotArmed
	sl.until = Never
	if w := s.injects[inject].trigger.Within; w > 0 {
		sl.until = at + At(w)
	}
	s.scheduleSlot(ix, sl.until)
	s.recheck(inject, unit, at)
}

// recheck looks at the condition of an armed inject, or notes that it is to be
// looked at when the command's events end.
func (s *State) recheck(inject, unit int, at Time) {
	ix := inject*s.nu() + unit
	switch {
	case s.slots[ix].status != slotArmed:
	case s.batched:
		s.changed = append(s.changed, int32(ix))
	default:
		s.look(ix, at)
	}
}

// look fires an armed inject whose condition holds; it is due for good then.
func (s *State) look(ix int, at Time) {
	unit := ix % s.nu()
	if s.injects[ix/s.nu()].trigger.When.Holds(facts{s, unit}) {
		s.slots[ix].status = slotFired
		s.scheduleSlot(ix, s.local(unit, at)+At(s.injects[ix/s.nu()].trigger.Lag))
	}
}

// lookAtChanged looks at the conditions that the events of one command may have
// changed, now that all of them are folded in.
func (s *State) lookAtChanged(at Time) {
	slices.Sort(s.changed)
	for _, ix := range slices.Compact(s.changed) {
		if s.slots[ix].status == slotArmed {
			s.look(int(ix), at)
		}
	}
	s.changed = s.changed[:0]
}

func (s *State) recheckFamily(injects []int, unit int, at Time) {
	for _, i := range injects {
		for _, u := range s.play.family[unit] {
			s.recheck(i, u, at)
		}
	}
}

func (s *State) recheckAll(injects []int, at Time) {
	for _, i := range injects {
		for u := range s.units {
			s.recheck(i, u, at)
		}
	}
}

func (s *State) foldUnit(e *Event) error {
	switch b := e.Body.(type) {
	case *UnitReady:
		return s.withUnit(b.Unit, func(u int) { s.units[u].ready = b.Ready })
	case *Attendance:
		return s.withUnit(b.Unit, func(u int) { s.units[u].present, s.units[u].expected = b.Present, b.Expected })
	case *StandIn:
		return s.withUnit(b.Unit, func(u int) { s.units[u].bot = b.Bot })
	case *UnitJoined:
		return s.withUnit(b.Unit, func(u int) { s.units[u].joined = true })
	case *UnitStatus:
		return s.withUnit(b.Unit, func(u int) {
			took := s.takesPart(u)
			for _, member := range s.below(u) {
				if m := &s.units[member]; m.follows(b.Status) || member == u {
					m.own = member == u && !s.play.Cast.Units[u].IsTeam() && b.Status != Present
					s.setStatus(member, b.Status, e.At)
				}
			}
			if took && !s.takesPart(u) {
				s.teamLeft(u, e.At)
			}
		})
	}
	return nil
}

// follows reports whether a cell takes the status of its team: to be withdrawn
// is for good, and one that was set to a status by itself stays there.
func (u *unitState) follows(status string) bool {
	return u.status != Withdrawn && (!u.own || status == Withdrawn)
}

// below is the unit with the cells under it.
func (s *State) below(unit int) []int {
	if s.play.Cast.Units[unit].IsTeam() {
		return s.play.family[unit]
	}
	return []int{unit}
}

func (s *State) setStatus(unit int, status string, at Time) {
	u := &s.units[unit]
	wasFrozen, since := u.frozen(), u.frozenAt
	u.status = status
	if u.frozen() && !wasFrozen {
		u.frozenAt = at
	}
	if wasFrozen && !u.frozen() {
		s.shift(unit, at-since)
	}
	if u.out() {
		s.excuse(unit, at)
		s.hold(func(a *asked) bool { return a.unit == unit })
	}
	s.planHints(unit, s.local(unit, at))
}

// shift moves everything that waits for a unit by as long as it stood still.
func (s *State) shift(unit int, by Time) {
	nu := s.nu()
	for ix := unit; ix < len(s.slots); ix += nu {
		sl := &s.slots[ix]
		if sl.status == slotArmed && sl.until != Never {
			sl.until += by
		}
		if (sl.waits() || sl.left() && s.undecided(ix)) && sl.due != Never {
			kept := sl.kept
			s.scheduleSlot(ix, sl.due+by)
			sl.kept = kept
		}
	}
	for ix := unit; ix < len(s.works); ix += nu {
		if w := &s.works[ix]; w.owed() {
			s.scheduleWork(ix, w.due+by)
		}
		s.shiftHint(ix, by)
	}
	for ix := unit; ix < len(s.flows); ix += nu {
		if f := &s.flows[ix]; f.status == flowOpen && !f.missed {
			s.scheduleFlow(ix, f.due+by)
		} else if f.status == flowMade && !f.missed {
			f.stood += by // it may be taken back
		}
	}
	s.shiftChoices(unit, by)
	s.shiftReplies(unit, by)
}

// excuse voids what a unit that leaves has not begun.
func (s *State) excuse(unit int, at Time) {
	nu := s.nu()
	for t := range s.tasks {
		if w := s.work(t, unit); w.status == workOpen && len(w.subs) == 0 {
			s.void(t, unit, at)
		}
	}
	for ix := unit; ix < len(s.flows); ix += nu {
		if f := &s.flows[ix]; f.status == flowOpen {
			f.status = flowVoid
			f.gen++
		}
	}
}

func (s *State) foldFlowMade(e *Event, b *FlowMade) error {
	return s.withFlow(b.Flow, b.Unit, func(flow, unit int) {
		f := s.flow(flow, unit)
		first := f.status != flowMade
		f.status, f.late, f.via = flowMade, b.Late, b.Via
		f.stood = 0
		f.missed = f.missed && b.Late // a call may be confirmed after the time in which it was
		f.gen++
		if first && s.alone(unit, func(u int) bool { return s.flow(flow, u).status == flowMade }) {
			s.made[flow]++
		}
		s.flowChanged(flow, unit, e.At)
	})
}

func (s *State) flowChanged(flow, unit int, at Time) {
	s.recheckFamily(s.play.watch.flow[flow], unit, at)
	s.recheckAll(s.play.watch.teamFlow[flow], at)
}

// takesPart reports whether the unit's team counts among those that conditions
// ask about.
func (s *State) takesPart(unit int) bool {
	return s.units[s.play.Cast.Team(unit)].status != Withdrawn
}

// alone reports whether something holds for no other unit of a team that takes
// part, so that the unit decides whether its team counts.
func (s *State) alone(unit int, holds func(int) bool) bool {
	return s.takesPart(unit) && !s.anyInTeam(unit, func(u int) bool { return u != unit && holds(u) })
}

// teamLeft counts a team out.
func (s *State) teamLeft(team int, at Time) {
	s.teams--
	for t := range s.tasks {
		if s.anyInTeam(team, func(u int) bool { return len(s.work(t, u).subs) > 0 }) {
			s.answered[t]--
		}
		if s.anyInTeam(team, func(u int) bool { return s.work(t, u).solved }) {
			s.solved[t]--
		}
	}
	for f := range s.play.flows {
		if s.anyInTeam(team, func(u int) bool { return s.flow(f, u).status == flowMade }) {
			s.made[f]--
		}
	}
	s.recheckAll(s.play.watch.teams, at)
}

// anyInTeam reports whether anything holds for a unit of the same team.
func (s *State) anyInTeam(unit int, holds func(int) bool) bool {
	for _, u := range s.play.family[unit] {
		if holds(u) {
			return true
		}
	}
	return false
}

func (s *State) withUnit(key string, do func(int)) error {
	u, ok := s.play.Cast.Index(key)
	if !ok {
		return fmt.Errorf("unknown unit %q", key)
	}
	do(u)
	return nil
}

func (s *State) withFlow(flow, unit string, do func(flow, unit int)) error {
	f, ok := s.play.flowIx[flow]
	if !ok {
		return fmt.Errorf("unknown flow %q", flow)
	}
	return s.withUnit(unit, func(u int) { do(f, u) })
}

// injectByKey finds an inject of the pack, or one made up during play.
func (s *State) injectByKey(key string) (int, bool) {
	if ix, ok := s.play.injectIx[key]; ok {
		return ix, true
	}
	for ix := range s.added {
		if s.injects[ix].key == key {
			return ix, true
		}
	}
	return 0, false
}

func (s *State) taskByKey(key string) (int, bool) {
	if ix, ok := s.play.taskIx[key]; ok {
		return ix, true
	}
	for ix := len(s.play.tasks); ix < len(s.tasks); ix++ {
		if s.tasks[ix].key == key {
			return ix, true
		}
	}
	return 0, false
}

// addInject takes in an inject that EXCON made up.
func (s *State) addInject(e *Event, b *InjectAdded) error {
	if err := s.layAdded("#"+strconv.FormatUint(e.Seq, 10), b); err != nil {
		return err
	}
	if s.clock.phase != Preparing {
		s.scheduleAdded(len(s.injects) - 1)
	}
	return nil
}

// layAdded makes room for an inject that EXCON made up.
func (s *State) layAdded(key string, b *InjectAdded) error {
	ix := len(s.injects)
	def := &injectDef{key: key, afterInject: -1, afterTask: -1, tlp: b.TLP}
	meant := make([]bool, s.nu())
	for _, unit := range b.Units {
		if err := s.withUnit(unit, func(u int) { meant[u] = true }); err != nil {
			return err
		}
	}
	for i, t := range b.Tasks {
		def.tasks = append(def.tasks, s.addTask(ix, key+"."+strconv.Itoa(i+1), t))
	}
	s.injects = append(s.injects, def)
	for _, yes := range meant {
		s.slots = append(s.slots, newSlot(def, yes))
	}
	s.added[ix] = b
	return nil
}

func (s *State) addTask(inject int, key string, t AddedTask) int {
	def := &taskDef{key: key, inject: inject, kind: scenario.TaskReport, flow: -1}
	k := &taskKey{points: t.Points, within: t.Within}
	if len(t.Accept) > 0 {
		def.kind, def.attempts, def.feedback = scenario.TaskAnswer, 3, true
		k.accept = distinct(foldAll(t.Accept))
	}
	s.tasks = append(s.tasks, def)
	for range s.units {
		s.works = append(s.works, work{key: k})
	}
	s.answered, s.solved = append(s.answered, 0), append(s.solved, 0)
	return len(s.tasks) - 1
}
