package exercise

import (
	"slices"
	"strings"

	"renkei/internal/exercise/scenario"
)

// misdirected notes whom what a unit said reached although it was not meant for
// them. made tells that it made an expected flow, whose own rules count then.
func (d *decision) misdirected(unit int, via uint64, m *Message, more string, made bool) {
	if unit < 0 || d.s.clock.phase == Over {
		return
	}
	s, key := d.s, d.s.play.Cast.Units[unit].Key
	for _, flow := range s.play.flowsOf[unit] {
		def := s.play.flows[flow]
		if len(def.never) == 0 || s.slot(def.start, unit).status != slotReleased {
			continue
		}
		ends := distinctEnds(m.Ends, func(end string) bool { return s.forbidden(def, unit, end) })
		if len(ends) > 0 && s.namesForbidden(flow, unit, d.texts.fold(messageText{m.Text, more})) {
			d.emit(toControl, &Misdirected{Flow: def.key, Unit: key, Via: via, Ends: ends})
		}
	}
	if inject, ok := s.kept(m.Re, unit); ok && !made {
		if ends := distinctEnds(m.Ends, func(end string) bool { return s.leavesTeam(inject, unit, end) }); len(ends) > 0 {
			d.emit(toControl, &Misdirected{Inject: s.injects[inject].key, Unit: key, Via: via, Ends: ends})
		}
	}
}

// distinctEnds are the ends for which something holds, each once.
func distinctEnds(ends []string, holds func(end string) bool) []string {
	var out []string
	for _, end := range ends {
		if holds(end) && !contains(out, end) {
			out = append(out, end)
		}
	}
	return out
}

func (s *State) namesForbidden(flow, unit int, folded string) bool {
	key := &s.play.flowStrays[flow*s.nu()+unit]
	return len(key.Groups) > 0 && key.Takes(folded)
}

// forbidden reports whether an end is among those whom a flow must not reach.
// The liaison room reaches every team; the flow's own receiver may know.
func (s *State) forbidden(def *flowDef, unit int, end string) bool {
	receiver := s.play.End(def.to, unit)
	if end == receiver {
		return false
	}
	own, meant, to := s.play.Cast.Team(unit), s.teamOf(receiver), s.teamOf(end)
	foreign := to >= 0 && to != own && to != meant
	return slices.ContainsFunc(def.never, func(word string) bool {
		switch word {
		case scenario.EndOthers:
			return foreign || end == EndLiaison
		case scenario.EndNext, scenario.EndPrev:
			whom := s.teamOf(s.play.End(word, unit))
			return whom != meant && (end == EndLiaison || to == whom)
		}
		return end == s.play.End(word, unit)
	})
}

// teamOf is the team of a unit that is an end; -1 for any other end.
func (s *State) teamOf(end string) int {
	if key, ok := strings.CutPrefix(end, EndUnit); ok {
		if u, ok := s.play.Cast.Index(key); ok {
			return s.play.Cast.Team(u)
		}
	}
	return -1
}

// kept finds the inject that a message of a unit is about, where it came under a
// label that keeps it in the organisation.
func (s *State) kept(re string, unit int) (inject int, ok bool) {
	if inject, ok = s.injectByKey(re); !ok {
		task, isTask := s.taskByKey(re)
		if !isTask {
			return 0, false
		}
		inject = s.tasks[task].inject
		if t, _, _ := s.play.Pack.TaskByKey(re); t != nil && len(t.Needs) > 0 {
			return 0, false // to ask for what it needs gives nothing away
		}
	}
	sl := s.slot(inject, unit)
	return inject, sl.status == slotReleased && sl.tlp >= scenario.TLPAmberStrict
}

// leavesTeam reports whether an end is outside the unit's own team. EXCON and
// the persona who sent the inject are not outside.
func (s *State) leavesTeam(inject, unit int, end string) bool {
	return end != EndExcon && end != EndPersona+s.senderOf(inject) && s.teamOf(end) != s.play.Cast.Team(unit)
}

func (s *State) senderOf(inject int) string {
	if a := s.added[inject]; a != nil {
		return a.From
	}
	return s.play.Pack.Injects[inject].From
}
