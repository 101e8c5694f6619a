package exercise

import (
	"strings"

	"renkei/internal/scenario"
)

// Ends of a message.
const (
	EndLiaison = "liaison"
	EndExcon   = "excon"
	EndUnit    = "unit:"
	EndPersona = "persona:"
)

func (a Send) decide(d *decision) error {
	unit, to, err := d.address(&a)
	if err != nil {
		return err
	}
	b := &Message{From: a.From, Ends: a.Ends, Text: a.Text, TLP: a.TLP, Re: a.Re}
	seq := d.emit(to, b)
	d.talked(unit, seq, b, "")
	d.prepare(unit, seq, b, "")
	return nil
}

func (a Share) decide(d *decision) error {
	unit, to, err := d.address(&a.Send)
	if err != nil {
		return err
	}
	size := 0
	for _, it := range a.Indicators {
		if size += len(it); size > MaxText {
			return refuse(TooLong, "Limit", MaxText)
		}
	}
	m := Message{From: a.From, Ends: a.Ends, Text: a.Text, TLP: a.TLP, Re: a.Re}
	seq := d.emit(to, &Shared{Message: m, Indicators: a.Indicators, Task: a.Task})
	more := strings.Join(a.Indicators, "\n")
	d.talked(unit, seq, &m, more)
	d.prepare(unit, seq, &m, more)
	return nil
}

// address checks who writes to whom and gives the sender (-1 for EXCON and
// personas) and the audience.
func (d *decision) address(a *Send) (int, Audience, error) {
	if err := first(checkText(a.Text), d.openForTraffic()); err != nil {
		return 0, nil, err
	}
	unit := -1
	var to Audience
	switch persona, isPersona := strings.CutPrefix(a.From, EndPersona); {
	case a.From == EndExcon || isPersona:
		if err := d.control(); err != nil {
			return 0, nil, err
		}
		if isPersona && d.s.play.Pack.PersonaByKey(persona) == nil {
			return 0, nil, refuse(UnknownPersona, "Persona", persona)
		}
	default:
		u, err := d.unit(a.From)
		if err != nil {
			return 0, nil, err
		}
		unit = u
		to = append(make(Audience, 0, 2), d.s.play.toUnit[u]...)
	}
	if len(a.Ends) == 0 {
		return 0, nil, refuse(UnknownEnd, "End", "")
	}
	for _, end := range a.Ends {
		word, err := d.audienceOf(end)
		if err != nil {
			return 0, nil, err
		}
		if word != "" && !contains(to, word) {
			to = append(to, word)
		}
	}
	if to == nil {
		to = toControl
	}
	return unit, to, nil
}

// audienceOf gives the word for an end; "" for EXCON, which sees everything.
func (d *decision) audienceOf(end string) (string, error) {
	switch {
	case end == EndLiaison:
		return ToLiaison, nil
	case end == EndExcon:
		return "", nil
	case strings.HasPrefix(end, EndPersona):
		if d.s.play.Pack.PersonaByKey(end[len(EndPersona):]) != nil {
			return "", nil
		}
	case strings.HasPrefix(end, EndUnit):
		if _, ok := d.s.play.Cast.Index(end[len(EndUnit):]); ok {
			return end, nil
		}
	}
	return "", refuse(UnknownEnd, "End", end)
}

// talked makes the expected flows that a message brings about.
func (d *decision) talked(unit int, seq uint64, m *Message, more string) {
	if unit < 0 || len(d.s.play.flowsOf[unit]) == 0 || d.s.clock.phase == Over {
		return
	}
	folded, done := "", false
	d.makeFlows(unit, seq, func(flow int) bool {
		if d.s.play.flows[flow].relay || !d.reaches(flow, unit, m.Ends) {
			return false
		}
		what := d.s.play.flowWhat[flow*d.s.nu()+unit]
		if len(what) == 0 {
			return true
		}
		if !done {
			folded, done = d.memo.fold(said{m.Text, more}), true
		}
		for _, form := range what {
			if scenario.Mentions(folded, form) {
				return true
			}
		}
		return false
	}, m.TLP)
}

// reaches reports whether the ends of a message include the flow's receiver.
// The liaison room reaches every team.
func (d *decision) reaches(flow, unit int, ends []string) bool {
	to := d.s.play.flows[flow].to
	toTeam := to == scenario.EndNext || to == scenario.EndPrev
	return toTeam && contains(ends, EndLiaison) || contains(ends, d.s.play.End(to, unit))
}

// End is the receiver of a flow as messages name it, seen from its sender.
func (p *Play) End(to string, sender int) string {
	cast := p.Cast
	team := EndUnit + cast.Units[cast.Team(sender)].Key
	switch to {
	case scenario.EndNext:
		return EndUnit + cast.Units[cast.Next(sender)].Key
	case scenario.EndPrev:
		return EndUnit + cast.Units[cast.Prev(sender)].Key
	case scenario.EndTeam:
		return team
	}
	if cell, ok := strings.CutPrefix(to, scenario.CellPrefix); ok {
		return team + "/" + cell
	}
	return to // liaison, excon, persona:<key>
}

// shared answers the share tasks, just opened, whose flow the unit has made
// before it was asked.
func (d *decision) shared(tasks []int, unit int) {
	for _, task := range tasks {
		def, w := d.s.tasks[task], d.s.work(task, unit)
		if def.flow < 0 || w.status != workNone || !d.s.on(def.way, unit) || d.s.flow(def.flow, unit).status != flowMade {
			continue
		}
		d.submit(task, unit, w, &Submitted{
			Task: def.key, Unit: d.s.play.Cast.Units[unit].Key, Via: d.s.flow(def.flow, unit).via,
		})
	}
}

// makeFlows emits what a message, share or relay makes of the sender's open
// flows, and answers the share tasks that ask for them.
func (d *decision) makeFlows(unit int, via uint64, makes func(flow int) bool, tlp scenario.TLP) {
	for _, flow := range d.s.play.flowsOf[unit] {
		f := d.s.flow(flow, unit)
		if f.status != flowOpen || !makes(flow) {
			continue
		}
		def := d.s.play.flows[flow]
		d.emit(toControl, &FlowMade{
			Flow: def.key, Unit: d.s.play.Cast.Units[unit].Key, Via: via,
			Late: f.missed || d.s.local(unit, d.at) > f.due, Broken: tlp < def.tlp,
		})
		for _, task := range def.tasks {
			if w := d.s.work(task, unit); d.s.canSubmit(task, w) == "" {
				d.submit(task, unit, w, &Submitted{
					Task: d.s.tasks[task].key, Unit: d.s.play.Cast.Units[unit].Key, Via: via,
				})
			}
		}
	}
}
