package excon

import (
	"errors"
	"strconv"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// readSeq reads the number of an event.
func readSeq(text string) (uint64, bool) {
	n, err := strconv.ParseUint(text, 10, 64)
	return n, err == nil && n > 0
}

// toInbox confirms something on the page of the inbox.
func toInbox(r *pages.Request, text string) error { return r.RedirectText(r.Path("/inbox"), text) }

// claimPersona takes a persona over towards a unit, gives it back, or takes it
// from somebody who has gone.
func claimPersona(r *pages.Request) error {
	a := exercise.ClaimPersona{Persona: field(r, "persona"), Unit: field(r, "unit")}
	word := "claimed"
	switch field(r, "do") {
	case "claim":
	case "give_back":
		a.Release, word = true, "given_back"
	default:
		return web.ErrForm
	}
	if err := r.Control(a); err != nil {
		return named(r, err)
	}
	args := i18n.Args{}
	err := r.At(func(s *pages.Moment) error {
		args["Persona"], args["Unit"] = s.PersonaName(a.Persona), s.LongName(a.Unit)
		if a.Unit == "" {
			args["Unit"] = r.T("steer.to_all")
		}
		return nil
	})
	if err != nil {
		return err
	}
	if r.PostFormValue("back") != "" {
		return r.RedirectText(formPage(r), r.T("inbox.said_"+word, args))
	}
	return toInbox(r, r.T("inbox.said_"+word, args))
}

// asked finds the open question that a form is about.
func asked(r *pages.Request) (q question, err error) {
	seq, ok := readSeq(field(r, "message"))
	if !ok {
		return q, web.ErrForm
	}
	err = r.At(func(s *pages.Moment) error {
		for _, x := range openQuestions(s) {
			if x.seq == seq && x.persona == field(r, "persona") {
				q = x
				return nil
			}
		}
		return &web.UserError{Text: r.T("inbox.not_open")}
	})
	return q, err
}

// wasDone reports whether the form has done its work before: it was sent twice.
func wasDone(r *pages.Request) (done bool) {
	key := r.PostFormValue("key")
	_ = r.At(func(s *pages.Moment) error { // now can always be looked at
		done = key != "" && len(s.Events(exercise.Viewer{Control: true}, 0, 1, func(e *exercise.Event) bool {
			return e.Cmd == key && e.Actor == r.Access.Person
		})) > 0
		return nil
	})
	return done
}

// answerQuestion answers in the persona's name: with the prepared answer as it
// is, or with a text.
func answerQuestion(r *pages.Request) error {
	if wasDone(r) {
		return toInbox(r, r.T("inbox.said_answered_before"))
	}
	q, err := asked(r)
	if err != nil {
		return err
	}
	if err := isMine(r, &q); err != nil {
		return err
	}
	action, err := answerTo(r, &q)
	if err != nil {
		return err
	}
	if q.holder == "" && field(r, "do") != "as_is" { // two who answer at once: the claim decides
		claim := exercise.ClaimPersona{Persona: q.persona, Unit: q.unit}
		if err := r.Do(".claim", "", claim); err != nil {
			return named(r, err)
		}
	}
	if err := r.Control(action); err != nil {
		return named(r, err)
	}
	return toInbox(r, r.T("inbox.said_answered", i18n.Args{"Persona": q.personaName, "Unit": q.unitName}))
}

// isMine refuses what another controller has in hand.
func isMine(r *pages.Request, q *question) error {
	if q.holder != "" && !q.mine {
		return &web.UserError{Text: r.T("inbox.held_by", i18n.Args{"Persona": q.personaName, "Unit": q.unitName, "By": q.holder})}
	}
	return nil
}

// answerTo is the command that answers. The prepared answer that lay ready is
// sent as such, changed or not, so that the report can tell how it did.
func answerTo(r *pages.Request, q *question) (exercise.Action, error) {
	if field(r, "do") == "as_is" {
		return exercise.SendReply{Message: q.seq, Persona: q.persona}, nil
	}
	tlp, err := r.ReadTLP()
	if err != nil {
		return nil, err
	}
	text := field(r, "text")
	if text == "" {
		return nil, &web.UserError{Text: r.Printer.T("refusal." + exercise.EmptyText)}
	}
	if q.ready != "" && field(r, "reply") == q.ready && tlp == q.readyTLP {
		return exercise.SendReply{Message: q.seq, Persona: q.persona, Text: text}, nil
	}
	return exercise.Send{
		From: exercise.EndPersona + q.persona, Ends: []string{exercise.ToUnit(q.unit)}, Text: text, TLP: tlp, Re: "#" + web.Number(q.seq),
	}, nil
}

// dismissQuestion says that no answer is needed.
func dismissQuestion(r *pages.Request) error {
	if wasDone(r) {
		return toInbox(r, r.T("inbox.said_dismissed"))
	}
	q, err := asked(r)
	if err != nil {
		return err
	}
	if err := isMine(r, &q); err != nil {
		return err
	}
	if err := r.Control(exercise.DismissQuestion{Message: q.seq, Persona: q.persona, Reason: field(r, "reason")}); err != nil {
		return named(r, err)
	}
	return toInbox(r, r.T("inbox.said_dismissed"))
}

// writeAsPersona sends what nobody asked for.
func writeAsPersona(r *pages.Request) error {
	if err := r.ParseForm(); err != nil {
		return errors.Join(web.ErrForm, err)
	}
	tlp, err := r.ReadTLP()
	if err != nil {
		return err
	}
	a := exercise.Send{From: exercise.EndPersona + field(r, "persona"), Text: field(r, "text"), TLP: tlp}
	for _, unit := range r.PostForm["units"] {
		a.Ends = append(a.Ends, exercise.ToUnit(unit))
	}
	if len(a.Ends) == 0 {
		return &web.UserError{Text: r.T("compose.units_first")}
	}
	if err := r.Control(a); err != nil {
		return named(r, err)
	}
	return toInbox(r, r.T("inbox.said_written", i18n.Args{"N": len(a.Ends)}))
}
