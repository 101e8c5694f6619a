package exercise

import (
	"slices"
	"strings"
)

// MayWrite is the one function that decides to whom a unit may write and whom it
// may have on the telephone: itself, EXCON, the personas, the team above it and
// the cells below it; a team also the liaison room and the other teams. Beyond
// that a unit may write where a flow of the pack expects it to. Decide refuses
// the rest, whoever enters it for the unit.
func (p *Play) MayWrite(unit int, end string) bool {
	own := &p.Cast.Units[unit]
	switch {
	case end == EndExcon:
		return true
	case end == EndLiaison:
		return own.IsTeam() || p.expects(unit, end)
	case strings.HasPrefix(end, EndPersona):
		return p.Pack.PersonaByKey(end[len(EndPersona):]) != nil
	}
	key, isUnit := strings.CutPrefix(end, EndUnit)
	to, known := p.Cast.Index(key)
	if !isUnit || !known {
		return false
	}
	other := &p.Cast.Units[to]
	near := to == unit || own.Parent == other.Key || other.Parent == own.Key
	return near || own.IsTeam() && other.IsTeam() || p.expects(unit, end)
}

// expects reports whether a flow of the pack goes from the unit to an end.
func (p *Play) expects(unit int, end string) bool {
	return slices.ContainsFunc(p.flowsOf[unit], func(flow int) bool { return p.End(p.flows[flow].to, unit) == end })
}

// Ends lists to whom a unit may write: itself, the liaison room, EXCON, the
// units in the order of the cast, the personas.
func (p *Play) Ends(unit int) []string {
	all := []string{ToUnit(p.Cast.Units[unit].Key), EndLiaison, EndExcon}
	for u := range p.Cast.Units {
		if u != unit {
			all = append(all, ToUnit(p.Cast.Units[u].Key))
		}
	}
	for _, persona := range p.Pack.Personas {
		all = append(all, EndPersona+persona.Key)
	}
	return slices.DeleteFunc(all, func(end string) bool { return !p.MayWrite(unit, end) })
}

// mayCall reports whether two ends may have a call, whoever begins it.
func (p *Play) mayCall(unit int, with string) bool {
	if !isUnitKey(with) {
		return p.MayWrite(unit, with)
	}
	other, known := p.Cast.Index(with)
	return known && other != unit &&
		(p.MayWrite(unit, ToUnit(with)) || p.MayWrite(other, p.toUnit[unit][0]))
}
