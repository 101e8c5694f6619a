package web

import (
	"errors"
	"strconv"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

// readSeq reads the number of an event.
func readSeq(text string) (uint64, bool) {
	n, err := strconv.ParseUint(text, 10, 64)
	return n, err == nil && n > 0
}

// toInbox confirms something on the page of the inbox.
func (r *request) toInbox(text string) error { return r.doneText(r.path("/inbox"), text) }

// claimPersona takes a persona over towards a unit, gives it back, or takes it
// from somebody who has gone.
func claimPersona(r *request) error {
	a := exercise.ClaimPersona{Persona: r.field("persona"), Unit: r.field("unit")}
	word := "claimed"
	switch r.field("do") {
	case "claim":
	case "give_back":
		a.Release, word = true, "given_back"
	default:
		return errForm
	}
	if err := r.control(a); err != nil {
		return r.named(err)
	}
	args := i18n.Args{}
	err := r.look(func(s *scene) error {
		args["Persona"], args["Unit"] = s.personaName(a.Persona), s.longName(a.Unit)
		return nil
	})
	if err != nil {
		return err
	}
	return r.toInbox(r.t("inbox.said_"+word, args))
}

// asked finds the open question that a form is about.
func (r *request) asked() (q question, err error) {
	seq, ok := readSeq(r.field("message"))
	if !ok {
		return q, errForm
	}
	err = r.look(func(s *scene) error {
		for _, x := range s.openQuestions() {
			if x.seq == seq && x.persona == r.field("persona") {
				q = x
				return nil
			}
		}
		return &problem{r.t("inbox.not_open")}
	})
	return q, err
}

// wasDone reports whether the form has done its work before: it was sent twice.
func (r *request) wasDone() (done bool) {
	key := r.PostFormValue("key")
	_ = r.look(func(s *scene) error { // now can always be looked at
		done = key != "" && len(s.Events(exercise.Viewer{Control: true}, 0, 1, func(e *exercise.Event) bool {
			return e.Cmd == key && e.Actor == r.access.Person
		})) > 0
		return nil
	})
	return done
}

// answerQuestion answers in the persona's name: with the prepared answer as it
// is, or with a text.
func answerQuestion(r *request) error {
	if r.wasDone() {
		return r.toInbox(r.t("inbox.said_answered_before"))
	}
	q, err := r.asked()
	if err != nil {
		return err
	}
	if err := r.isMine(&q); err != nil {
		return err
	}
	action, err := r.answerTo(&q)
	if err != nil {
		return err
	}
	if q.holder == "" && r.field("do") != "as_is" { // two who answer at once: the claim decides
		key := r.PostFormValue("key") + ".claim"
		claim := exercise.ClaimPersona{Persona: q.persona, Unit: q.unit}
		if err := r.doAs(key, r.access.Actor(r.hall.ID, ""), claim); err != nil {
			return r.named(err)
		}
	}
	if err := r.control(action); err != nil {
		return r.named(err)
	}
	return r.toInbox(r.t("inbox.said_answered", i18n.Args{"Persona": q.personaName, "Unit": q.unitName}))
}

// isMine refuses what another controller has in hand.
func (r *request) isMine(q *question) error {
	if q.holder != "" && !q.mine {
		return &problem{r.t("inbox.held_by", i18n.Args{"Persona": q.personaName, "Unit": q.unitName, "By": q.holder})}
	}
	return nil
}

// answerTo is the command that answers. The prepared answer that lay ready is
// sent as such, changed or not, so that the report can tell how it did.
func (r *request) answerTo(q *question) (exercise.Action, error) {
	if r.field("do") == "as_is" {
		return exercise.SendReply{Message: q.seq, Persona: q.persona}, nil
	}
	tlp, err := r.readTLP()
	if err != nil {
		return nil, err
	}
	text := r.field("text")
	if text == "" {
		return nil, &problem{r.p.T("refusal." + exercise.EmptyText)}
	}
	if q.ready != "" && r.field("reply") == q.ready && tlp == q.readyTLP {
		return exercise.SendReply{Message: q.seq, Persona: q.persona, Text: text}, nil
	}
	return exercise.Send{
		From: exercise.EndPersona + q.persona, Ends: []string{exercise.ToUnit(q.unit)}, Text: text, TLP: tlp, Re: "#" + number(q.seq),
	}, nil
}

// dismissQuestion says that no answer is needed.
func dismissQuestion(r *request) error {
	if r.wasDone() {
		return r.toInbox(r.t("inbox.said_dismissed"))
	}
	q, err := r.asked()
	if err != nil {
		return err
	}
	if err := r.isMine(&q); err != nil {
		return err
	}
	if err := r.control(exercise.DismissQuestion{Message: q.seq, Persona: q.persona, Reason: r.field("reason")}); err != nil {
		return r.named(err)
	}
	return r.toInbox(r.t("inbox.said_dismissed"))
}

// writeAsPersona sends what nobody asked for.
func writeAsPersona(r *request) error {
	if err := r.ParseForm(); err != nil {
		return errors.Join(errForm, err)
	}
	tlp, err := r.readTLP()
	if err != nil {
		return err
	}
	a := exercise.Send{From: exercise.EndPersona + r.field("persona"), Text: r.field("text"), TLP: tlp}
	for _, unit := range r.PostForm["units"] {
		a.Ends = append(a.Ends, exercise.ToUnit(unit))
	}
	if len(a.Ends) == 0 {
		return &problem{r.t("compose.units_first")}
	}
	if err := r.control(a); err != nil {
		return r.named(err)
	}
	return r.toInbox(r.t("inbox.said_written", i18n.Args{"N": len(a.Ends)}))
}
