package exercise

import (
	"strings"

	"renkei/internal/exercise/scenario"
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
	made := d.talked(unit, seq, b, "")
	d.misdirected(unit, seq, b, "", made)
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
			return refuse(TooLong, "Limit", MaxChars)
		}
	}
	m := Message{From: a.From, Ends: a.Ends, Text: a.Text, TLP: a.TLP, Re: a.Re}
	seq := d.emit(to, &Shared{Message: m, Indicators: a.Indicators, Task: a.Task})
	more := strings.Join(a.Indicators, "\n")
	made := d.talked(unit, seq, &m, more)
	d.misdirected(unit, seq, &m, more, made)
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
		if unit >= 0 && !d.s.play.MayWrite(unit, end) { // foreign and absent ones answer alike
			return 0, nil, refuse(UnknownEnd, "End", end)
		}
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

// talked makes the expected flows that a message brings about, and reports
// whether there were any.
func (d *decision) talked(unit int, seq uint64, m *Message, more string) bool {
	if unit < 0 || len(d.s.play.flowsOf[unit]) == 0 || d.s.clock.phase == Over {
		return false
	}
	before := len(d.out)
	folded, done := "", false
	d.makeFlows(unit, seq, func(flow int) bool {
		return !d.s.play.flows[flow].relay && d.s.reaches(flow, unit, m.Ends) && d.s.marks(flow, unit, func() string {
			if !done {
				folded, done = d.texts.fold(messageText{m.Text, more}), true
			}
			return folded
		})
	}, m.TLP)
	return len(d.out) > before
}

// marks reports whether what was said names what the flow shall bring, and
// nothing that it must not.
func (s *State) marks(flow, unit int, folded func() string) bool {
	i := flow*s.nu() + unit
	key := &s.play.flowKeys[i]
	if len(key.Groups)+len(key.Avoid) == 0 {
		return true
	}
	text := folded()
	return s.scratch.texts.marks(toldFlow{i, text}, func() bool { return key.Takes(text) })
}

// reaches reports whether the ends of a message include the flow's receiver.
// The liaison room reaches every team.
func (s *State) reaches(flow, unit int, ends []string) bool {
	to := s.play.flows[flow].to
	toTeam := to == scenario.EndNext || to == scenario.EndPrev
	return toTeam && contains(ends, EndLiaison) || contains(ends, s.play.End(to, unit))
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
		if f := d.s.flow(flow, unit); f.status == flowOpen && makes(flow) {
			own := d.s.local(unit, d.at)
			d.makeFlow(flow, unit, via, tlp, f.isLate(own), func(_ int, w *work) bool { return w.isLate(own) })
		}
	}
}

// isLate reports whether a flow that comes at a time of the sender's own clock
// comes too late.
func (f *flowWork) isLate(own Time) bool { return f.missed || own > f.due }

func (d *decision) makeFlow(flow, unit int, via uint64, tlp scenario.TLP, late bool, lateTask func(task int, w *work) bool) {
	def, key := d.s.play.flows[flow], d.s.play.Cast.Units[unit].Key
	d.emit(toControl, &FlowMade{Flow: def.key, Unit: key, Via: via, Late: late, Broken: tlp < def.tlp})
	for _, task := range def.tasks {
		if w := d.s.work(task, unit); d.s.canSubmit(task, w) == "" {
			d.submitAs(task, unit, w, &Submitted{Task: d.s.tasks[task].key, Unit: key, Via: via, Late: lateTask(task, w)})
		}
	}
}
