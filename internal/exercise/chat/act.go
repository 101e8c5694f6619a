package chat

import (
	"context"
	"errors"
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/follow"
	"renkei/internal/i18n"
)

// What a post of ours can be about: what stands before its slash.
const (
	aboutInject   = "inject"   // its key
	aboutPersona  = "persona"  // its key: it wrote to the unit
	aboutFrom     = "from"     // a unit or EXCON: it wrote to the unit
	aboutQuestion = "question" // persona, slash, unit: asked by the unit
)

// posted does what somebody has said.
func (h *hearing) posted(ctx context.Context) error {
	if h.person == "" {
		return h.answerOnce(ctx, "unknown/"+h.said.Account, "chat.who")
	}
	about := ""
	if h.said.Root != "" {
		var err error
		if about, err = h.b.Service.About(ctx, h.x.ID, h.said.Root); err != nil {
			return err
		}
		h.about = about
	}
	l := read(h.said.Text, h.place.Bot)
	own := unitIn(h.said.Room)
	switch {
	case own != "" && h.unit == "" && !h.excon:
		if h.access.Observes(h.x.ID) || h.access.Evaluates(h.x.ID, own) {
			return nil
		}
		return h.answer(ctx, "chat.not_yours", i18n.Args{"Unit": h.unitName(own)})
	case len(h.said.Form) > 0 && h.unit != "":
		return h.formed(ctx, about)
	case l.spoken && h.unit != "":
		return h.command(ctx, l, about)
	case l.spoken:
		return h.answer(ctx, "chat.no_unit")
	case h.unit != "" && about != "":
		return h.replied(ctx, l, about)
	case h.unit != "" && h.said.Room == exercise.RoomHelp: // on the pages that is where a unit asks EXCON
		return h.quietly(ctx, exercise.Send{From: h.unit, Ends: []string{exercise.EndExcon}, Text: l.bare, TLP: l.tlp})
	case h.unit != "" && h.said.Room == exercise.RoomLiaison:
		return h.quietly(ctx, exercise.Send{From: h.unit, Ends: []string{exercise.EndLiaison}, Text: l.bare, TLP: l.tlp})
	case h.unit != "" && own != "" && own != h.unit: // a national controller in the room of a cell
		return h.quietly(ctx, exercise.Send{From: h.unit, Ends: []string{exercise.ToUnit(own)}, Text: l.bare, TLP: l.tlp})
	case h.unit != "" && h.facing() != "":
		return h.quietly(ctx, exercise.Send{From: h.unit, Ends: []string{exercise.ToUnit(h.facing())}, Text: l.bare, TLP: l.tlp})
	case h.excon:
		return h.fromExcon(ctx, l, about)
	case h.place.ByMail && h.unit != "": // whoever writes to us out of the blue writes to EXCON
		return h.quietly(ctx, exercise.Send{From: h.unit, Ends: []string{exercise.EndExcon}, Text: l.bare, TLP: l.tlp})
	}
	return nil
}

// facing is the other unit of the room of two; "" in another room.
func (h *hearing) facing() string {
	a, b, ok := exercise.PairOf(h.said.Room)
	switch {
	case !ok:
		return ""
	case a == h.unit:
		return b
	}
	return a
}

// fromExcon passes on what EXCON says.
func (h *hearing) fromExcon(ctx context.Context, l line, about string) error {
	kind, key, _ := strings.Cut(about, "/")
	a, b, pair := exercise.PairOf(h.said.Room)
	switch {
	case pair:
		return h.quietly(ctx, exercise.Send{From: exercise.EndExcon, Ends: []string{exercise.ToUnit(a), exercise.ToUnit(b)}, Text: l.bare, TLP: l.tlp})
	case unitIn(h.said.Room) != "":
		return h.quietly(ctx, exercise.Send{From: exercise.EndExcon, Ends: []string{exercise.ToUnit(unitIn(h.said.Room))}, Text: l.bare, TLP: l.tlp})
	case h.said.Room == exercise.RoomLiaison:
		return h.quietly(ctx, exercise.Send{From: exercise.EndExcon, Ends: []string{exercise.EndLiaison}, Text: l.bare, TLP: l.tlp})
	case h.said.Room == exercise.RoomHelp:
		return h.quietly(ctx, exercise.Send{From: exercise.EndExcon, Ends: h.helped(), Text: l.bare, TLP: l.tlp})
	case kind == aboutQuestion:
		persona, unit, _ := strings.Cut(key, "/")
		return h.quietly(ctx, exercise.Send{From: exercise.EndPersona + persona, Ends: []string{exercise.ToUnit(unit)}, Text: l.bare, TLP: l.tlp})
	case kind == aboutFrom:
		return h.quietly(ctx, exercise.Send{From: exercise.EndExcon, Ends: []string{exercise.ToUnit(key)}, Text: l.bare, TLP: l.tlp})
	}
	return nil // EXCON among itself
}

// helped are whom EXCON answers in the channel for help: the unit that began the
// thread, or everybody.
func (h *hearing) helped() (ends []string) {
	h.x.Live.Now(func(m *follow.Moment) {
		for _, e := range m.Since(exercise.Viewer{Control: true}, 0, h.beganThread) {
			ends = append(ends, exercise.ToUnit(e.Body.(*exercise.ChatPost).Unit))
		}
		if len(ends) > 0 {
			return
		}
		ends = []string{exercise.EndLiaison}
		for _, u := range m.State.Play().Cast.Units {
			if !u.IsTeam() {
				ends = append(ends, exercise.ToUnit(u.Key))
			}
		}
	})
	return ends
}

// beganThread reports whether an event is the post of a unit under which this was
// said.
func (h *hearing) beganThread(e *exercise.Event) bool {
	b, ok := e.Body.(*exercise.ChatPost)
	return ok && b.Unit != "" && h.said.Root != "" && b.Post == h.said.Root && b.Chat == h.b.Service.Name()
}

// replied does what a plain reply to a post of ours does.
func (h *hearing) replied(ctx context.Context, l line, about string) error {
	kind, key, _ := strings.Cut(about, "/")
	switch kind {
	case aboutInject:
		return h.answered(ctx, key, l)
	case aboutPersona:
		return h.quietly(ctx, exercise.Send{From: h.unit, Ends: []string{exercise.EndPersona + key}, Text: l.bare, TLP: l.tlp})
	case aboutFrom:
		end := exercise.ToUnit(key)
		if key == exercise.EndExcon || key == exercise.EndLiaison {
			end = key
		}
		return h.quietly(ctx, exercise.Send{From: h.unit, Ends: []string{end}, Text: l.bare, TLP: l.tlp})
	}
	return nil
}

// do gives a command in the name of who said it. Who acts for a unit takes it
// over from its simulated team.
func (h *hearing) do(ctx context.Context, action exercise.Action) (conduct.Result, error) {
	if h.unit != "" {
		if err := h.join(ctx); err != nil {
			return conduct.Result{}, err
		}
	}
	actor := h.access.Actor(h.x.ID, h.unit)
	res, err := h.x.Do(ctx, exercise.Command{Key: "chat/do/" + h.said.ID + h.part, Actor: actor, On: h.on(), Do: action})
	if err != nil {
		return res, err
	}
	return res, h.x.Live.Wait(ctx, res.Last)
}

// join notes that somebody plays the unit.
func (h *hearing) join(ctx context.Context) error {
	var v exercise.UnitView
	over := false
	h.state(func(s *exercise.State, u int) { v, over = s.Unit(u), s.Phase() == exercise.Over })
	if over {
		return nil
	}
	if v.Bot {
		if _, err := h.x.ReplaceBot(ctx, h.unit); err != nil {
			return err
		}
	}
	if v.Joined {
		return nil
	}
	actor := h.access.Actor(h.x.ID, h.unit)
	_, err := h.x.Do(ctx, exercise.Command{Key: "chat/join/" + h.unit, Actor: actor, On: h.on(), Do: exercise.Join{Unit: h.unit}})
	if no := (*exercise.Refusal)(nil); errors.As(err, &no) {
		return nil // somebody was quicker
	}
	return err
}

// quietly gives a command of which only a refusal is told.
func (h *hearing) quietly(ctx context.Context, action exercise.Action) error {
	_, err := h.do(ctx, action)
	return h.refused(ctx, err)
}

// refused tells a refusal; other errors are returned.
func (h *hearing) refused(ctx context.Context, err error) error {
	var no *exercise.Refusal
	if !errors.As(err, &no) {
		return err
	}
	if no.Code == exercise.KeyReused { // it was done before a crash
		return nil
	}
	text, _ := h.printer().Explain(no)
	return h.say(ctx, text)
}

// reacted acknowledges an inject to which somebody of the unit reacts.
func (h *hearing) reacted(ctx context.Context) error {
	if h.unit == "" || slices.Contains([]string{"-1", "thumbsdown", "x", "question", "grey_question", "no_entry", "no_entry_sign"}, h.said.Emoji) {
		return nil
	}
	about, err := h.b.Service.About(ctx, h.x.ID, h.said.Post)
	if err != nil {
		return err
	}
	kind, key, _ := strings.Cut(about, "/")
	if kind != aboutInject || unitIn(h.said.Room) != h.unit {
		return nil
	}
	_, err = h.do(ctx, exercise.Acknowledge{Inject: key, Unit: h.unit})
	var no *exercise.Refusal
	if errors.As(err, &no) && no.Code == exercise.AlreadyAcked {
		return nil
	}
	return h.refused(ctx, err)
}

// command does what was typed to us.
func (h *hearing) command(ctx context.Context, l line, about string) error {
	kind, key, _ := strings.Cut(about, "/")
	inject := ""
	if kind == aboutInject {
		inject = key
	}
	if own := unitIn(h.said.Room); l.verb != doHelp && own == "" && l.verb != doShare && l.verb != doReal {
		// What is about one unit does not belong before all of them.
		return h.answer(ctx, "chat.own_channel")
	}
	switch l.verb {
	case doStatus:
		return h.say(ctx, h.status())
	case doTasks:
		return h.say(ctx, h.tasks())
	case doAck:
		return h.acknowledge(ctx, l.rest, inject)
	case doAnswer, doReport:
		return h.answerTask(ctx, l, inject)
	case doShare:
		return h.share(ctx, l)
	case doRelay:
		return h.relay(ctx, l, inject)
	case doAsk:
		return h.ask(ctx, l)
	case doHint:
		return h.hint(ctx, l.rest, inject)
	case doReal:
		return h.real(ctx, l.rest)
	}
	return h.say(ctx, h.help(l.verb == doHelp, l.rest))
}

func (h *hearing) real(ctx context.Context, text string) error {
	if text == "" {
		return h.answer(ctx, "chat.real_how")
	}
	if _, err := h.do(ctx, exercise.RaiseReal{Unit: h.unit, Text: text}); err != nil {
		return h.refused(ctx, err)
	}
	return h.answer(ctx, "chat.real_raised")
}

func (h *hearing) acknowledge(ctx context.Context, rest, inject string) error {
	if word, _ := firstWord(rest); word != "" {
		inject = h.injectNamed(word)
	}
	if inject == "" {
		waiting := h.unacknowledged()
		if len(waiting) != 1 {
			return h.answer(ctx, "chat.ack_which", i18n.Args{"N": len(waiting), "Which": h.printer().List(waiting)})
		}
		inject = waiting[0]
	}
	if _, err := h.do(ctx, exercise.Acknowledge{Inject: inject, Unit: h.unit}); err != nil {
		return h.refused(ctx, err)
	}
	return h.answer(ctx, "chat.acked", i18n.Args{"Inject": inject})
}

// share passes information on: to everybody in the liaison room, or to those
// units that are named first.
func (h *hearing) share(ctx context.Context, l line) error {
	ends, text := h.ends(l.rest)
	if len(ends) == 0 {
		ends, text = []string{exercise.EndLiaison}, l.rest
	}
	if inner := (line{bare: text}); l.tlp == 0 {
		if inner.takeLabel(); inner.tlp != 0 {
			l.tlp, text = inner.tlp, inner.bare
		}
	}
	if strings.TrimSpace(text) == "" {
		return h.answer(ctx, "chat.share_how")
	}
	if _, err := h.do(ctx, exercise.Share{Send: exercise.Send{From: h.unit, Ends: ends, Text: text, TLP: l.tlp}}); err != nil {
		return h.refused(ctx, err)
	}
	return h.answer(ctx, "chat.shared", i18n.Args{"To": h.endNames(ends), "TLP": l.tlp.String()})
}

func (h *hearing) relay(ctx context.Context, l line, inject string) error {
	word, rest := firstWord(l.rest)
	cell := h.cellNamed(word)
	if cell == "" {
		return h.answer(ctx, "chat.relay_how", i18n.Args{"Cells": h.printer().List(h.cells())})
	}
	if next, more := firstWord(rest); h.injectNamed(next) != "" {
		inject, rest = h.injectNamed(next), more
	}
	if inject == "" {
		return h.answer(ctx, "chat.relay_which")
	}
	if _, err := h.do(ctx, exercise.RelayTo{Inject: inject, From: h.unit, Unit: cell, Text: rest, TLP: l.tlp}); err != nil {
		return h.refused(ctx, err)
	}
	return h.answer(ctx, "chat.relayed", i18n.Args{"Inject": inject, "Unit": h.unitName(cell)})
}

func (h *hearing) ask(ctx context.Context, l line) error {
	persona, text := h.personaNamed(l.rest)
	if persona == "" || text == "" {
		return h.answer(ctx, "chat.ask_how", i18n.Args{"Contacts": h.printer().List(h.personas())})
	}
	return h.quietly(ctx, exercise.Send{From: h.unit, Ends: []string{exercise.EndPersona + persona}, Text: text, TLP: l.tlp})
}

func (h *hearing) hint(ctx context.Context, rest, inject string) error {
	task, _ := h.taskIn(rest, inject)
	if task == "" {
		return h.answer(ctx, "chat.which_task", i18n.Args{"Tasks": h.printer().List(h.openTasks(inject))})
	}
	return h.quietly(ctx, exercise.TakeHint{Task: task, Unit: h.unit})
}

// state reads the exercise as it stands, for the unit.
func (h *hearing) state(read func(s *exercise.State, unit int)) {
	h.x.Live.Now(func(m *follow.Moment) {
		u, ok := m.State.Play().Cast.Index(h.unit)
		if ok {
			read(m.State, u)
		}
	})
}
