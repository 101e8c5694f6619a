package exercise

import (
	"slices"
	"strings"

	"renkei/internal/binenc"
)

// CorrectEvidence says whether something that was said makes an expected flow.
// That confirms what was recognised, takes it back, or adds what was not
// recognised; the points of the tasks that ask for the flow change with it.
type CorrectEvidence struct {
	Of     *Event // what was said, as the log has it
	Flow   string
	Unit   string // the sender of the flow
	Makes  bool
	Reason string
}

// EvidenceCorrected says whether something that was said makes an expected flow.
// What changes by it follows in the same command.
type EvidenceCorrected struct {
	Of        uint64 `json:"of"` // seq of the message, share, relay or call
	Flow      string `json:"flow"`
	Unit      string `json:"unit"` // the sender of the flow
	Makes     bool   `json:"makes"`
	Confirmed bool   `json:"confirmed,omitempty"` // it was recognised so before
	Reason    string `json:"reason,omitempty"`
}

// Type is that of the event.
func (*EvidenceCorrected) Type() Type { return "evidence.corrected" }

// evidenceCheck is what EXCON has said last about one thing and one flow.
type evidenceCheck struct {
	seq       uint64 // of the event that says so
	of        uint64
	flow      int
	unit      int
	makes     bool
	confirmed bool
	by        string
	reason    string
}

func (a CorrectEvidence) decide(d *decision) error {
	if err := first(d.control(), tooLong(a.Reason)); err != nil {
		return err
	}
	u, known := d.s.play.Cast.Index(a.Unit)
	flow, there := d.s.play.flowIx[a.Flow]
	if !known {
		return refuse(UnknownUnit, "Unit", a.Unit)
	}
	if !there || a.Of == nil || a.Of.Seq > d.s.seq {
		return refuse(UnknownFlow, "Flow", a.Flow)
	}
	f := d.s.flow(flow, u)
	recognised := f.status == flowMade && f.via == a.Of.Seq
	if !a.Makes && !recognised {
		return refuse(NotRecognised, "Seq", a.Of.Seq, "Flow", a.Flow)
	}
	if a.Makes && !recognised {
		if err := d.mayMake(f, a.Of, a.Unit, a.Flow); err != nil {
			return err
		}
	}
	confirmed := a.Makes && recognised
	if !confirmed {
		if err := checkText(a.Reason); err != nil {
			return err
		}
	}
	d.emit(toControl, &EvidenceCorrected{
		Of: a.Of.Seq, Flow: a.Flow, Unit: a.Unit, Makes: a.Makes, Confirmed: confirmed, Reason: strings.TrimSpace(a.Reason),
	})
	switch {
	case confirmed:
	case a.Makes:
		d.makeLater(flow, u, a.Of)
	default:
		d.unmake(flow, u, a.Of.Seq)
	}
	return nil
}

// mayMake refuses what can make no flow: not said by the unit, or the flow is
// not waited for, or something else makes it.
func (d *decision) mayMake(f *flowWork, of *Event, unit, flow string) error {
	m := messageIn(of)
	if m == nil || m.From != unit {
		return refuse(NotSaidBy, "Seq", of.Seq, "Unit", unit)
	}
	switch f.status {
	case flowMade:
		return refuse(FlowIsThere, "Flow", flow, "Seq", f.via)
	case flowOpen:
		return nil
	}
	return refuse(UnknownFlow, "Flow", flow)
}

// messageIn is the message of an event, that of a share included; else nil.
func messageIn(e *Event) *Message {
	switch b := e.Body.(type) {
	case *Message:
		return b
	case *Shared:
		return &b.Message
	}
	return nil
}

// makeLater makes a flow of what was said earlier. It counts from when it was
// said, under the label that it had.
func (d *decision) makeLater(flow, unit int, of *Event) {
	def, key, f := d.s.play.flows[flow], d.s.play.Cast.Units[unit].Key, d.s.flow(flow, unit)
	own := d.s.local(unit, of.At)
	d.emit(toControl, &FlowMade{Flow: def.key, Unit: key, Via: of.Seq, Late: own > f.due, Broken: messageIn(of).TLP < def.tlp})
	for _, task := range def.tasks {
		w := d.s.work(task, unit)
		if w.restsOn(of.Seq) {
			d.judgeAgain(task, unit, of.Seq, false)
		} else if d.s.canSubmit(task, w) == "" {
			d.submitAs(task, unit, w, &Submitted{
				Task: d.s.tasks[task].key, Unit: key, Via: of.Seq, Said: of.At, Late: len(w.subs) == 0 && own > w.due,
			})
		}
	}
}

// unmake takes a flow back; where its time has run out meanwhile, it is missed.
func (d *decision) unmake(flow, unit int, of uint64) {
	def, f := d.s.play.flows[flow], d.s.flow(flow, unit)
	due := f.due + f.stood
	if !f.missed && d.s.mayComeYet(def, unit) && d.s.local(unit, d.at) >= due {
		d.emit(toControl, &FlowMissed{Flow: def.key, Unit: d.s.play.Cast.Units[unit].Key, Due: due})
	}
	for _, task := range def.tasks {
		if d.s.work(task, unit).restsOn(of) {
			d.judgeAgain(task, unit, of, true)
		}
	}
}

// restsOn reports whether something that was said answered the task.
func (w *work) restsOn(via uint64) bool {
	return w.status == workOpen && slices.ContainsFunc(w.subs, func(sub submission) bool { return sub.via == via })
}

// judgeAgain judges a share task after one of the messages that answered it no
// longer counts, or counts again.
func (d *decision) judgeAgain(task, unit int, via uint64, void bool) {
	w := d.s.work(task, unit)
	for _, sub := range w.subs {
		if sub.via == via {
			sub.void = void
		}
		d.score(task, unit, w, &sub, true)
	}
}

// mayComeYet reports whether a flow that is not made is still waited for.
func (s *State) mayComeYet(def *flowDef, unit int) bool {
	return !s.units[unit].out() && s.slot(def.start, unit).status == slotReleased
}

func (s *State) foldEvidence(e *Event, b *EvidenceCorrected) error {
	return s.withFlow(b.Flow, b.Unit, func(flow, unit int) {
		s.checks = slices.DeleteFunc(s.checks, func(c evidenceCheck) bool { return c.of == b.Of && c.flow == flow && c.unit == unit })
		s.checks = append(s.checks, evidenceCheck{
			seq: e.Seq, of: b.Of, flow: flow, unit: unit, makes: b.Makes, confirmed: b.Confirmed, by: e.Actor, reason: b.Reason,
		})
		if b.Confirmed {
			return
		}
		for _, task := range s.play.flows[flow].tasks {
			w := s.work(task, unit)
			for i := range w.subs {
				if w.subs[i].via == b.Of {
					w.subs[i].void = !b.Makes
				}
			}
		}
		if !b.Makes {
			s.flowUnmade(flow, unit, e.At)
		}
	})
}

// flowUnmade lets a flow wait again. What has come of it in the storyline stays.
func (s *State) flowUnmade(flow, unit int, at Time) {
	f, def := s.flow(flow, unit), s.play.flows[flow]
	f.status, f.late, f.via = flowVoid, false, 0
	f.due, f.stood = f.due+f.stood, 0
	f.gen++
	if s.mayComeYet(def, unit) {
		f.status = flowOpen
		if !f.missed && s.local(unit, at) < f.due { // else it is missed in the same command
			s.scheduleFlow(flow*s.nu()+unit, f.due)
		}
	}
	if s.alone(unit, func(u int) bool { return s.flow(flow, u).status == flowMade }) {
		s.made[flow]--
	}
	s.flowChanged(flow, unit, at)
}

// EvidenceView is what EXCON has said about something that was said.
type EvidenceView struct {
	Seq       uint64 // of the event that says so
	Flow      string
	Unit      string
	Makes     bool
	Confirmed bool
	By        string // actor
	Reason    string
}

// Evidence lists what EXCON has said last about the event with a seq, flow by
// flow.
func (s *State) Evidence(of uint64) []EvidenceView {
	var all []EvidenceView
	for _, c := range s.checks {
		if c.of == of {
			all = append(all, EvidenceView{
				c.seq, s.play.flows[c.flow].key, s.play.Cast.Units[c.unit].Key, c.makes, c.confirmed, c.by, c.reason,
			})
		}
	}
	return all
}

// FlowVia is the seq of what made a flow of a unit; 0 where nothing has.
func (s *State) FlowVia(f, u int) uint64 {
	if w := s.flow(f, u); w.status == flowMade {
		return w.via
	}
	return 0
}

func (s *State) codeCheck(c *binenc.Coder, k *evidenceCheck) {
	binenc.Uint(c, &k.seq)
	binenc.Uint(c, &k.of)
	binenc.Int(c, &k.flow)
	binenc.Int(c, &k.unit)
	if k.flow < 0 || k.flow >= len(s.play.flows) || k.unit < 0 || k.unit >= s.nu() {
		c.Fail("a check of a flow that is not there")
	}
	c.Bool(&k.makes)
	c.Bool(&k.confirmed)
	c.String(&k.by)
	c.String(&k.reason)
}
