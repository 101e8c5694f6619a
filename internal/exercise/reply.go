package exercise

import (
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"renkei/internal/exercise/scenario"
)

// replyDef is a prepared answer of a persona.
type replyDef struct {
	*scenario.Reply
	persona int
	inject  int // it holds from its release on; -1: always
	delay   Time
	ask     [][]string         // by unit, folded
	match   [][]*regexp.Regexp // by unit
}

// asked is a unit's message to a persona.
type asked struct {
	message uint64 // seq
	at      Time
	persona int
	reply   int // that is prepared for it; -1: none
	unit    int
	open    bool // not answered yet
	gen     uint32
	due     Time // when it answers itself; Never: waits for a controller
	tlp     scenario.TLP
	lang    string
	text    string
}

// layReplies puts the replies of each persona in the order in which they are
// tried: those of the injects, the last of the MSEL first, then its own.
func (p *Play) layReplies() error {
	p.personaIx, p.repliesOf = map[string]int{}, make([][]int, len(p.Pack.Personas))
	for n, persona := range p.Pack.Personas {
		p.personaIx[persona.Key] = n
		for i, inj := range slices.Backward(p.Pack.Injects) {
			if inj.From == persona.Key {
				if err := p.addReplies(n, i, inj.Replies); err != nil {
					return err
				}
			}
		}
		if err := p.addReplies(n, -1, persona.Replies); err != nil {
			return err
		}
	}
	return nil
}

func (p *Play) addReplies(persona, inject int, replies []*scenario.Reply) error {
	for _, r := range replies {
		def := &replyDef{Reply: r, persona: persona, inject: inject, delay: At(r.Delay)}
		if err := p.renderReply(def); err != nil {
			return fmt.Errorf("reply %s: %w", r.Key, err)
		}
		p.repliesOf[persona] = append(p.repliesOf[persona], len(p.replies))
		p.replies = append(p.replies, def)
	}
	return nil
}

// renderReply prepares what a message must hold; units share what is the same
// for all.
func (p *Play) renderReply(def *replyDef) error {
	n := len(p.Cast.Units)
	def.ask, def.match = make([][]string, n), make([][]*regexp.Regexp, n)
	same := !hasTags(def.Ask) && !hasTags(def.Match)
	for u := range n {
		if u > 0 && same {
			def.ask[u], def.match[u] = def.ask[0], def.match[0]
			continue
		}
		var err error
		if def.ask[u], err = p.Cast.Mentions(def.Ask, u); err != nil {
			return err
		}
		if def.match[u], err = p.Cast.Patterns(def.Match, u, false); err != nil {
			return err
		}
	}
	return nil
}

func hasTags(f scenario.Forms) bool {
	for _, forms := range f {
		if slices.ContainsFunc(forms, func(s string) bool { return strings.Contains(s, "{{") }) {
			return true
		}
	}
	return false
}

// Reply returns the prepared answer with a key, or nil.
func (p *Play) Reply(key string) *scenario.Reply {
	if n, ok := p.replyIx(key); ok {
		return p.replies[n].Reply
	}
	return nil
}

func (p *Play) replyIx(key string) (int, bool) {
	n := slices.IndexFunc(p.replies, func(r *replyDef) bool { return r.Key == key })
	return n, n >= 0
}

// fits reports whether a reply is one to a unit's folded message.
func (s *State) fits(reply, unit int, folded string) bool {
	def := s.play.replies[reply]
	if def.inject >= 0 && s.slot(def.inject, unit).status != slotReleased {
		return false
	}
	if def.Once && s.spent[reply*s.nu()+unit] > 0 {
		return false
	}
	if def.Fallback() || slices.ContainsFunc(def.ask[unit], func(form string) bool { return scenario.Mentions(folded, form) }) {
		return true
	}
	return slices.ContainsFunc(def.match[unit], func(re *regexp.Regexp) bool { return re.MatchString(folded) })
}

// prepare finds the answers of the personas to whom a unit writes.
func (d *decision) prepare(unit int, seq uint64, m *Message, more string) {
	if unit < 0 || len(d.s.play.replies) == 0 || d.s.clock.phase == Preparing || d.s.clock.phase == Over {
		return
	}
	for i, end := range m.Ends {
		persona, is := strings.CutPrefix(end, EndPersona)
		if !is || slices.Contains(m.Ends[:i], end) {
			continue
		}
		folded := d.texts.fold(messageText{m.Text, more})
		for _, r := range d.s.play.repliesOf[d.s.play.personaIx[persona]] {
			if d.s.fits(r, unit, folded) {
				d.ready(r, unit, seq, m)
				break
			}
		}
	}
}

// ready lays a reply ready, with a time when nobody of EXCON plays the persona.
func (d *decision) ready(reply, unit int, seq uint64, m *Message) {
	s, def := d.s, d.s.play.replies[reply]
	b := &ReplyReady{
		Message: seq, Persona: s.play.Pack.Personas[def.persona].Key, Unit: s.play.Cast.Units[unit].Key,
		Reply: def.Key, TLP: m.TLP,
	}
	if def.inject >= 0 {
		b.TLP = max(b.TLP, s.slot(def.inject, unit).tlp)
	}
	if def.Auto && *s.holder(def.persona, unit) == "" && !s.units[unit].out() {
		b.Auto, b.Due = true, s.local(unit, d.at)+def.delay
	}
	d.emit(toControl, b)
}

func (s *State) holder(persona, unit int) *string { return &s.holders[persona*s.nu()+unit] }

func (s *State) foldReady(b *ReplyReady) error {
	reply, ok := s.play.replyIx(b.Reply)
	if !ok {
		return fmt.Errorf("unknown reply %q", b.Reply)
	}
	ix, ok := s.question(b.Message, b.Persona)
	if !ok {
		return fmt.Errorf("no question %d to %q", b.Message, b.Persona)
	}
	return s.withUnit(b.Unit, func(u int) {
		a := &s.asked[ix]
		a.reply, a.tlp, a.lang, a.text = reply, b.TLP, b.Lang, b.Text
		s.spent[reply*s.nu()+u]++
		if b.Auto {
			s.scheduleReply(ix, b.Due)
		}
	})
}

// question finds what waits for an answer of a persona to a message; of any
// for "".
func (s *State) question(message uint64, persona string) (int, bool) {
	for _, ix := range slices.Backward(s.waiting) {
		if a := &s.asked[ix]; a.message == message && (persona == "" || s.play.Pack.Personas[a.persona].Key == persona) {
			return int(ix), true
		}
	}
	return 0, false
}

func (s *State) scheduleReply(ix int, at Time) {
	a := &s.asked[ix]
	a.due = at
	a.gen++
	if at != Never {
		s.queue.push(dueItem{at: at, kind: dueReply, ix: int32(ix), gen: a.gen})
	}
}

// foldTalk opens what a unit asks the personas, and closes what a persona has
// answered: the question that it names, or all of the unit's to it. A reply
// that was not used may come again.
func (s *State) foldTalk(e *Event, m *Message) {
	key, is := strings.CutPrefix(m.From, EndPersona)
	if !is {
		s.asks(e, m)
		return
	}
	persona := s.play.personaIx[key]
	s.close(func(a *asked) bool {
		return a.persona == persona && m.reaches(s.play.Cast.Units[a.unit].Key) && (!strings.HasPrefix(m.Re, "#") || m.Re == a.name())
	}, m.Reply)
}

// reaches reports whether a unit is among those to whom the message goes.
func (m *Message) reaches(unit string) bool {
	return slices.ContainsFunc(m.Ends, func(end string) bool {
		key, is := strings.CutPrefix(end, EndUnit)
		return is && key == unit
	})
}

// asks takes in a message that may be to personas.
func (s *State) asks(e *Event, m *Message) {
	if s.clock.phase == Preparing || s.clock.phase == Over {
		return
	}
	for i, end := range m.Ends {
		key, is := strings.CutPrefix(end, EndPersona)
		if !is || slices.Contains(m.Ends[:i], end) {
			continue
		}
		persona, known := s.play.personaIx[key]
		if unit, isUnit := s.play.Cast.Index(m.From); known && isUnit {
			s.waiting = append(s.waiting, int32(len(s.asked)))
			s.asked = append(s.asked, asked{message: e.Seq, at: e.At, persona: persona, reply: -1, unit: unit, open: true, due: Never})
		}
	}
}

// close ends the wait of those that are meant, with the reply that was used.
func (s *State) close(meant func(*asked) bool, used string) {
	rest := s.waiting[:0]
	for _, ix := range s.waiting {
		a := &s.asked[ix]
		if !meant(a) {
			rest = append(rest, ix)
			continue
		}
		a.open, a.text = false, ""
		a.gen++
		if a.reply >= 0 && s.play.replies[a.reply].Key != used {
			s.spent[a.reply*s.nu()+a.unit]--
		}
	}
	if s.waiting = rest; len(rest) == 0 {
		s.waiting = nil
	}
}

// name is how other events refer to the question.
func (a *asked) name() string { return "#" + strconv.FormatUint(a.message, 10) }

// hold leaves what would answer itself to a controller.
func (s *State) hold(meant func(*asked) bool) {
	for _, ix := range s.waiting {
		if a := &s.asked[ix]; a.due != Never && meant(a) {
			s.scheduleReply(int(ix), Never)
		}
	}
}

// shiftReplies moves answers by as long as a unit stood still.
func (s *State) shiftReplies(unit int, by Time) {
	for _, ix := range s.waiting {
		if a := &s.asked[ix]; a.unit == unit && a.due != Never {
			s.scheduleReply(int(ix), a.due+by)
		}
	}
}

// owedReply sends an answer in the name of its persona.
func (d *decision) owedReply(ix int) { d.reply(&d.s.asked[ix], d.s.asked[ix].text) }

func (d *decision) reply(a *asked, text string) {
	def, unit := d.s.play.replies[a.reply], d.s.play.Cast.Units[a.unit].Key
	d.emit(d.s.play.toUnit[a.unit], &Message{
		From: EndPersona + d.s.play.Pack.Personas[def.persona].Key, Ends: []string{EndUnit + unit},
		Text: text, TLP: a.tlp, Re: a.name(), Reply: def.Key,
	})
}

func (a SendReply) decide(d *decision) error {
	if err := first(d.control(), d.openForTraffic()); err != nil {
		return err
	}
	for _, ix := range d.s.waiting {
		q := &d.s.asked[ix]
		if q.message != a.Message || q.reply < 0 || a.Persona != "" && a.Persona != d.s.play.Pack.Personas[q.persona].Key {
			continue
		}
		text := q.text
		if a.Text != "" {
			if err := checkText(a.Text); err != nil {
				return err
			}
			text = a.Text
		}
		d.reply(q, text)
		return nil
	}
	return refuse(NoReply, "Message", a.Message)
}

func (a ClaimPersona) decide(d *decision) error {
	if err := first(d.control(), d.phase(Preparing, Running, OnHold)); err != nil {
		return err
	}
	persona, ok := d.s.play.personaIx[a.Persona]
	if !ok {
		return refuse(UnknownPersona, "Persona", a.Persona)
	}
	units, err := d.units(oneOrAll(a.Unit))
	if err != nil {
		return err
	}
	changes := false
	for _, u := range units {
		by := *d.s.holder(persona, u)
		if !a.Release && by != "" && by != d.c.Actor.ID {
			return refuse(PersonaHeld, "Persona", a.Persona, "By", by)
		}
		changes = changes || (by == "") != a.Release
	}
	switch {
	case changes:
	case a.Release:
		return refuse(PersonaFree, "Persona", a.Persona)
	default:
		return refuse(PersonaHeld, "Persona", a.Persona, "By", d.c.Actor.ID)
	}
	d.emit(toControl, &PersonaClaimed{Persona: a.Persona, Unit: a.Unit, Released: a.Release})
	return nil
}

func (s *State) foldClaim(e *Event, b *PersonaClaimed) error {
	persona, ok := s.play.personaIx[b.Persona]
	if !ok {
		return fmt.Errorf("unknown persona %q", b.Persona)
	}
	units, err := s.unitsOf(b.Unit)
	if err != nil {
		return err
	}
	by := e.Actor
	if b.Released {
		by = ""
	}
	for _, u := range units {
		*s.holder(persona, u) = by
	}
	if !b.Released {
		s.hold(func(a *asked) bool {
			return a.persona == persona && slices.Contains(units, a.unit)
		})
	}
	return nil
}

// ReplyView is a prepared answer to a unit's question that is not answered yet.
type ReplyView struct {
	Message       uint64 // seq of the question
	Persona, Unit string
	Key           string // of the reply
	Lang, Text    string // as the unit would read it
	TLP           scenario.TLP
	Due           Time // when it is sent by itself; Never: waits for a controller
}

// Replies yields the prepared answers that wait, in the order of the questions.
// They are for EXCON.
func (s *State) Replies() iter.Seq[ReplyView] {
	return func(yield func(ReplyView) bool) {
		for _, ix := range s.waiting {
			a := &s.asked[ix]
			if a.reply < 0 {
				continue
			}
			v := ReplyView{
				Message: a.message, Persona: s.play.Pack.Personas[a.persona].Key, Unit: s.play.Cast.Units[a.unit].Key,
				Key: s.play.replies[a.reply].Key, Lang: a.lang, Text: a.text, TLP: a.tlp, Due: a.due,
			}
			if !yield(v) {
				return
			}
		}
	}
}

// HeldBy returns who of EXCON plays a persona towards unit number u, as in the
// log; "" for nobody, or an unknown persona.
func (s *State) HeldBy(persona string, u int) string {
	if n, ok := s.play.personaIx[persona]; ok {
		return *s.holder(n, u)
	}
	return ""
}
