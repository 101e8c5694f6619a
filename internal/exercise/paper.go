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
	Do Action // Release, Acknowledge, Submit, Send, RelayTo or AddNote
}

func (a Enter) decide(d *decision) error {
	if err := first(d.control(), d.phase(OnHold), checkText(a.By)); err != nil {
		return err
	}
	switch a.Do.(type) {
	case Release, Acknowledge, Submit, Send, RelayTo, AddNote:
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
	return a.Do.decide(d)
}

// foldEntered moves the clock to an entry. Entries one after the other pass
// over as one jump.
func (s *State) foldEntered(e *Event, b *Entered) {
	if s.jumpTo != b.From || s.jumpMode != JumpSkip {
		s.jumpFrom = b.From
	}
	s.jumpTo, s.jumpMode = e.At, JumpSkip
}
