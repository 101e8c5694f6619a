package exercise

import (
	"fmt"
	"iter"

	"renkei/internal/exercise/scenario"
)

func (a DismissQuestion) decide(d *decision) error {
	if err := first(d.control(), d.phase(Running, OnHold, Over)); err != nil {
		return err
	}
	ix, ok := d.s.question(a.Message, a.Persona)
	if !ok {
		return refuse(NoQuestion, "Message", a.Message)
	}
	if err := tooLong(a.Reason); err != nil {
		return err
	}
	q := &d.s.asked[ix]
	d.emit(toControl, &QuestionDismissed{
		Message: a.Message, Persona: d.s.play.Pack.Personas[q.persona].Key, Unit: d.s.play.Cast.Units[q.unit].Key, Reason: a.Reason,
	})
	return nil
}

func (s *State) foldDismissed(b *QuestionDismissed) error {
	ix, ok := s.question(b.Message, b.Persona)
	if !ok {
		return fmt.Errorf("no question %d to %q", b.Message, b.Persona)
	}
	s.close(func(a *asked) bool { return a == &s.asked[ix] }, "")
	return nil
}

// QuestionView is a unit's message to a persona that is not answered yet.
type QuestionView struct {
	Message       uint64 // seq
	At            Time
	Unit, Persona string
	Reply         string // key of the prepared answer that lies ready; "" for none
	ReplyText     string // as the unit would read it
	ReplyTLP      scenario.TLP
	Lang          string
	AutoDue       Time   // when it is sent by itself; Never: waits for a controller
	HeldBy        string // who of EXCON plays the persona towards the unit; "" for nobody
}

// Questions yields what the units asked the personas and is neither answered
// nor dismissed, in order. They are for EXCON.
func (s *State) Questions() iter.Seq[QuestionView] {
	return func(yield func(QuestionView) bool) {
		for _, ix := range s.waiting {
			a := &s.asked[ix]
			v := QuestionView{
				Message: a.message, At: a.at, Unit: s.play.Cast.Units[a.unit].Key, Persona: s.play.Pack.Personas[a.persona].Key,
				ReplyText: a.text, ReplyTLP: a.tlp, Lang: a.lang, AutoDue: a.due, HeldBy: *s.holder(a.persona, a.unit),
			}
			if a.reply >= 0 {
				v.Reply = s.play.replies[a.reply].Key
			}
			if !yield(v) {
				return
			}
		}
	}
}
