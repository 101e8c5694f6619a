package exercise

import (
	"strconv"

	"renkei/internal/exercise/scenario"
)

// Due returns the next thing that the clock owes up to time t, as a command to
// decide at its own time, or false. It yields one at a time because each may
// bring about the next.
func (s *State) Due(t Time) (Command, bool) {
	it, ok := s.nextDue()
	if !ok || it.at > t {
		return Command{}, false
	}
	return Command{Key: s.dueKey(it), Actor: Clock(), At: max(it.at, s.at), Do: dueAction{it}}, true
}

// Next returns when the clock owes again; Never while it stands.
func (s *State) Next() Time {
	it, ok := s.nextDue()
	if !ok {
		return Never
	}
	return max(it.at, s.at)
}

// nextDue returns what the clock owes first. While play is paused that is nothing,
// but for what a jump has passed.
func (s *State) nextDue() (dueItem, bool) {
	if s.clock.phase != Running && !s.clock.passing {
		return dueItem{}, false
	}
	s.dropStale()
	if len(s.queue) == 0 || s.clock.passing && s.queue[0].at >= s.jumpTo {
		return dueItem{}, false
	}
	return s.queue[0], true
}

// dropStale clears the head of the queue of what is no longer owed. The queue
// is a cache of the slots and instances, so this changes nothing that a fold
// could tell.
func (s *State) dropStale() {
	for len(s.queue) > 0 && s.stale(s.queue[0]) {
		s.queue.pop()
	}
}

func (s *State) stale(it dueItem) bool {
	unit := int(it.ix) % s.nu()
	switch it.kind {
	case dueInject, dueAsking:
		return s.slots[it.ix].gen != it.gen || s.units[unit].frozen()
	case dueTask:
		return s.works[it.ix].gen != it.gen || s.units[unit].frozen()
	case dueFlow:
		return s.flows[it.ix].gen != it.gen || s.units[unit].frozen()
	case dueReply:
		a := &s.asked[it.ix]
		return a.gen != it.gen || s.units[a.unit].frozen()
	case dueHint:
		return s.works[it.ix].hintGen != it.gen || s.units[unit].frozen()
	case dueDecision:
		frozen := !s.play.decisions[int(it.ix)/s.nu()].all && s.units[unit].frozen()
		return s.choices[it.ix].gen != it.gen || frozen
	default:
		return s.endGen != it.gen
	}
}

// dueKey names what is owed: due/<item>/<unit>/<n>.
func (s *State) dueKey(it dueItem) string {
	if it.kind == dueEnd {
		return "due/endex"
	}
	item, unit := int(it.ix)/s.nu(), int(it.ix)%s.nu()
	var name string
	whose := s.play.Cast.Units[unit].Key
	switch it.kind {
	case dueInject, dueAsking:
		name = s.injects[item].key
	case dueTask:
		name = s.tasks[item].key
	case dueReply:
		a := &s.asked[it.ix]
		name = a.name() + "." + s.play.Pack.Personas[a.persona].Key
		whose = s.play.Cast.Units[a.unit].Key
	case dueHint:
		name = s.tasks[item].key + ".hint"
	case dueDecision:
		if name = s.play.decisions[item].key + ".branch"; s.play.decisions[item].all {
			whose = scenario.AudAll
		}
	default:
		name = s.play.flows[item].key
	}
	return "due/" + name + "/" + whose + "/" + strconv.FormatUint(uint64(it.gen), 10)
}

// scheduleSlot sets when an inject is looked at for a unit.
func (s *State) scheduleSlot(ix int, at Time) {
	sl := &s.slots[ix]
	sl.due, sl.kept = at, false
	sl.gen++
	if at == Never || s.undecided(ix) || sl.held && s.ready(ix) {
		return
	}
	kind := dueInject
	if s.injects[ix/s.nu()].asksWay {
		kind = dueAsking
	}
	s.queue.push(dueItem{at: at, kind: kind, ix: int32(ix), gen: sl.gen})
}

func (s *State) scheduleWork(ix int, at Time) {
	w := &s.works[ix]
	w.due = at
	w.gen++
	s.queue.push(dueItem{at: at, kind: dueTask, ix: int32(ix), gen: w.gen})
}

func (s *State) scheduleFlow(ix int, at Time) {
	f := &s.flows[ix]
	f.due = at
	f.gen++
	s.queue.push(dueItem{at: at, kind: dueFlow, ix: int32(ix), gen: f.gen})
}

func (s *State) scheduleEnd(at Time) {
	s.endGen++
	s.queue.push(dueItem{at: at, kind: dueEnd, gen: s.endGen})
}
