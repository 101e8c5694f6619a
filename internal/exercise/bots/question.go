package bots

import (
	"slices"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// planQuestion has a unit ask the persona who sent an inject, now and then, when
// the pack has answers.
func (c *Bots) planQuestion(u int, inject string, noticed exercise.Time) {
	if len(c.answers(inject)) == 0 {
		return
	}
	d := c.rand(u, "question", inject)
	if d.yes(0.6 * c.profiles[u].Asks) {
		c.add(plan{at: noticed + c.scale(u, d.between(30*time.Second, 4*time.Minute)), unit: u, kind: doQuestion, what: inject})
	}
}

// answers are the replies that the sender of an inject has ready.
func (c *Bots) answers(inject string) []*scenario.Reply {
	in := c.play.Pack.InjectByKey(inject)
	if in == nil {
		return nil
	}
	if p := c.play.Pack.PersonaByKey(in.From); p != nil {
		return append(in.Replies[:len(in.Replies):len(in.Replies)], p.Replies...)
	}
	return nil
}

// question asks for what one of the replies tells, or for anything.
func (c *Bots) question(s *exercise.State, p *plan) exercise.Action {
	i, ok := s.InjectIndex(p.what)
	replies := c.answers(p.what)
	if v, _ := s.Inject(i, p.unit); !ok || v.Status != exercise.InjectOut || len(replies) == 0 {
		return nil
	}
	v, _ := s.Inject(i, p.unit)
	d := c.rand(p.unit, "what", p.what)
	r := replies[d.below(len(replies))]
	text := c.say(line{key: "crew.question_any", unit: p.unit}, func() args { return nil })
	if form := c.askForm(p.unit, r); form != "" {
		text = c.say(line{key: "crew.question", unit: p.unit, what: r.Key}, func() args { return args{"What": form} })
	}
	return exercise.Send{
		From: c.play.Cast.Units[p.unit].Key, Ends: []string{exercise.EndPersona + c.play.Pack.InjectByKey(p.what).From},
		Text: text, TLP: v.TLP, Re: p.what,
	}
}

// askForm is a form that a reply waits for, in the unit's language; "" for one
// that waits for none.
func (c *Bots) askForm(u int, r *scenario.Reply) string {
	lang := c.lang(u)
	forms := slices.Concat(r.Ask[lang], r.Ask[""])
	if len(forms) == 0 {
		return ""
	}
	text, _, err := c.play.Cast.Render(forms[0], u, lang, time.Time{})
	if err != nil {
		return ""
	}
	return scenario.PlainForm(text)
}
