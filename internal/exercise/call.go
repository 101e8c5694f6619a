package exercise

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"renkei/internal/exercise/scenario"
)

// call is a telephone call that a unit noted.
type call struct {
	seq      uint64
	at       Time
	unit     int // who noted it
	with     string
	incoming bool
	text     string
	tlp      scenario.TLP
	status   callStatus
	by       string // who answered for the other side, and when
	byAt     Time
	answer   string
	would    []wouldMake
	late     []int // share tasks whose time had run out
}

// wouldMake is a flow that the call makes when it is confirmed and names what
// is asked for, as it stood when the call was noted.
type wouldMake struct {
	flow int
	late bool
}

type callStatus uint8

const (
	callOpen callStatus = iota
	callDenied
	callConfirmed
)

// Message is what the caller told whom, as a message would have it.
func (b *CallNoted) Message() *Message {
	from, to := b.Unit, b.With
	if b.Incoming {
		from, to = to, from
	}
	if isUnitKey(to) {
		to = EndUnit + to
	}
	return &Message{From: from, Ends: []string{to}, Text: b.Text, TLP: b.TLP}
}

// isUnitKey tells a unit from EXCON and the personas.
func isUnitKey(party string) bool { return party != EndExcon && !strings.HasPrefix(party, EndPersona) }

func (a NoteCall) decide(d *decision) error {
	u, err := d.unit(a.Unit)
	if err := first(err, checkText(a.Text), d.openForTraffic()); err != nil {
		return err
	}
	if !d.s.play.mayCall(u, a.With) {
		return refuse(UnknownParty, "With", a.With)
	}
	d.emit(d.s.lineOf(u, a.With), &CallNoted{Unit: a.Unit, With: a.With, Incoming: a.Incoming, Text: a.Text, TLP: a.TLP})
	return nil
}

// lineOf is who hears of a call: both its ends.
func (s *State) lineOf(unit int, with string) Audience {
	if isUnitKey(with) {
		return Audience{s.play.toUnit[unit][0], ToUnit(with)}
	}
	return s.play.toUnit[unit]
}

func (a ConfirmCall) decide(d *decision) error {
	var err error
	if isUnitKey(a.Unit) {
		_, err = d.unit(a.Unit)
	} else {
		err = d.control()
	}
	if err := first(err, d.openForTraffic()); err != nil {
		return err
	}
	c := d.s.call(a.Call)
	switch {
	case c != nil && a.Unit == d.s.play.Cast.Units[c.unit].Key:
		return refuse(OwnCall)
	case c == nil || a.Unit != c.with: // foreign ones and absent ones answer alike
		return refuse(UnknownCall, "Call", a.Call)
	case c.status == callConfirmed:
		return refuse(CallSettled)
	case c.status == callDenied && a.Deny:
		return refuse(CallRejected)
	}
	if err := tooLong(a.Text); err != nil {
		return err
	}
	d.emit(d.s.lineOf(c.unit, c.with), &CallConfirmed{Call: a.Call, Unit: a.Unit, Denied: a.Deny, Text: a.Text})
	if !a.Deny {
		d.connected(c, a.Text)
	}
	return nil
}

// connected makes the flows that the call would have made as a message.
func (d *decision) connected(c *call, more string) {
	u, ok := d.s.play.Cast.Index(c.from(d.s))
	if !ok {
		return
	}
	folded := d.texts.fold(messageText{c.text, more})
	for _, w := range c.would {
		if d.s.flow(w.flow, u).status == flowOpen && d.s.marks(w.flow, u, func() string { return folded }) {
			d.makeFlow(w.flow, u, c.seq, c.tlp, w.late, func(task int, _ *work) bool { return slices.Contains(c.late, task) })
		}
	}
	to := CallNoted{Unit: d.s.play.Cast.Units[c.unit].Key, With: c.with, Incoming: c.incoming, Text: c.text}
	d.misdirected(u, c.seq, to.Message(), more, true)
}

// from is who called.
func (c *call) from(s *State) string {
	if c.incoming {
		return c.with
	}
	return s.play.Cast.Units[c.unit].Key
}

// call finds the call that an event noted; nil for none.
func (s *State) call(seq uint64) *call {
	i, ok := slices.BinarySearchFunc(s.calls, seq, func(c call, seq uint64) int { return cmp.Compare(c.seq, seq) })
	if !ok {
		return nil
	}
	return &s.calls[i]
}

func (s *State) foldCall(e *Event, b *CallNoted) error {
	return s.withUnit(b.Unit, func(unit int) {
		c := call{seq: e.Seq, at: e.At, unit: unit, with: b.With, incoming: b.Incoming, text: b.Text, tlp: b.TLP}
		m := b.Message()
		if u, ok := s.play.Cast.Index(m.From); ok && s.clock.phase != Over {
			s.foresee(&c, u, m.Ends)
		}
		s.calls = append(s.calls, c)
	})
}

// foresee notes how the flows stand that the call may make, and their tasks.
func (s *State) foresee(c *call, caller int, ends []string) {
	own := s.local(caller, c.at)
	for _, flow := range s.play.flowsOf[caller] {
		f, def := s.flow(flow, caller), s.play.flows[flow]
		if f.status != flowOpen || def.relay || !s.reaches(flow, caller, ends) {
			continue
		}
		c.would = append(c.would, wouldMake{flow, f.isLate(own)})
		for _, task := range def.tasks {
			if s.work(task, caller).isLate(own) {
				c.late = append(c.late, task)
			}
		}
	}
}

func (s *State) foldConfirmed(e *Event, b *CallConfirmed) error {
	c := s.call(b.Call)
	if c == nil {
		return fmt.Errorf("no call %d", b.Call)
	}
	c.status, c.by, c.byAt, c.answer = callConfirmed, e.Actor, e.At, b.Text
	if b.Denied {
		c.status = callDenied
	}
	return nil
}

// CallStatus is how a call stands.
type CallStatus string

// Statuses of a call.
const (
	CallWaits    CallStatus = "open" // for the other side
	CallIsReal   CallStatus = "confirmed"
	CallIsDenied CallStatus = "denied"
)

// CallView is a call that a unit noted. From, To and With are keys of units,
// "excon" or "persona:<key>".
type CallView struct {
	Seq      uint64
	At       Time
	Unit     string // who noted it
	With     string // the other side, whose word counts
	From, To string
	Text     string
	TLP      scenario.TLP
	Status   CallStatus
	By       string // who of the other side confirmed or denied it, as in the log
	Answered Time   // when; Never: not yet
	Answer   string
}

// Calls yields the calls in the order in which they were noted.
func (s *State) Calls() iter.Seq[CallView] {
	return func(yield func(CallView) bool) {
		for i := range s.calls {
			if !yield(s.callView(&s.calls[i])) {
				return
			}
		}
	}
}

// CallsOf yields the calls that unit number u noted or is the other side of.
func (s *State) CallsOf(u int) iter.Seq[CallView] {
	return func(yield func(CallView) bool) {
		key := s.play.Cast.Units[u].Key
		for i := range s.calls {
			if c := &s.calls[i]; (c.unit == u || c.with == key) && !yield(s.callView(c)) {
				return
			}
		}
	}
}

func (s *State) callView(c *call) CallView {
	unit := s.play.Cast.Units[c.unit].Key
	v := CallView{
		Seq: c.seq, At: c.at, Unit: unit, With: c.with, From: unit, To: c.with, Text: c.text, TLP: c.tlp,
		Status: CallWaits, By: c.by, Answered: c.byAt, Answer: c.answer,
	}
	if c.incoming {
		v.From, v.To = v.To, v.From
	}
	switch c.status {
	case callOpen:
		v.Answered = Never
	case callDenied:
		v.Status = CallIsDenied
	case callConfirmed:
		v.Status = CallIsReal
	}
	return v
}
