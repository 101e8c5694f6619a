package exercise

import "strings"

// MaxName is the longest name of a person that a command carries, in bytes.
const MaxName = 200

// Enter enters afterwards what was done on paper while there was no server: Do
// happens at its true time At. Play stands meanwhile. Entries come in the order
// of their times, each at or after the log's last event, so that the log's
// clock is moved to where play was on paper; what fell due on the way and was
// not entered is passed over when play goes on, as by a jump.
type Enter struct {
	At Time
	By string // who did it, or wrote it down
	Do Action // Release, Acknowledge, Submit, TakeHint, Send, RelayTo, NoteCall or AddNote
}

func (a Enter) decide(d *decision) error {
	if err := first(d.control(), d.phase(OnHold), checkText(a.By)); err != nil {
		return err
	}
	switch a.Do.(type) {
	case Release, Acknowledge, Submit, TakeHint, Send, RelayTo, NoteCall, AddNote:
	default:
		return refuse(NotOnPaper)
	}
	if len(a.By) > MaxName {
		return refuse(TooLong, "Limit", MaxName)
	}
	if a.At < d.at || a.At > d.s.end {
		return refuse(PaperTime, "Time", a.At.String(), "Last", d.at.String(), "End", d.s.end.String())
	}
	from := d.at
	d.at = a.At
	d.emit(toControl, &Entered{From: from, By: strings.TrimSpace(a.By)})
	if hint, ok := a.Do.(TakeHint); ok {
		return d.hintOnPaper(hint)
	}
	return a.Do.decide(d)
}

// hintOnPaper gives the next hint: without a server none comes by itself, so
// somebody handed over also those that would have.
func (d *decision) hintOnPaper(a TakeHint) error {
	u, err := d.unit(a.Unit)
	if err != nil {
		return err
	}
	task, w, err := d.openWork(a.Task, u)
	if err != nil {
		return err
	}
	def := d.s.tasks[task]
	if w.hints >= len(def.hints) || !def.hints[w.hints].byItself() {
		return a.decide(d)
	}
	h, why := &def.hints[w.hints], HintAfter
	if h.after == 0 {
		why = HintWrong
	}
	d.emit(d.s.play.toUnit[u], &HintGiven{Task: a.Task, Unit: a.Unit, N: w.hints + 1, Cost: h.cost, Why: why})
	return nil
}

// foldEntered moves the clock to an entry. Entries one after the other pass
// over as one jump.
func (s *State) foldEntered(e *Event, b *Entered) {
	if s.jumpTo != b.From || s.jumpMode != JumpSkip {
		s.jumpFrom = b.From
	}
	s.jumpTo, s.jumpMode = e.At, JumpSkip
}
