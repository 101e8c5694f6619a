package chat

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/outbox"
)

// messages are what is said of an event.
func (t *teller) messages(ctx context.Context, e *exercise.Event) ([]outbox.Message, error) {
	switch b := e.Body.(type) {
	case *exercise.InjectReleased:
		return t.inject(ctx, e, b.Inject, b.Unit, nil)
	case *exercise.InjectRelayed:
		return t.inject(ctx, e, b.Inject, b.Unit, b)
	case *exercise.InjectRetracted:
		return t.retracted(e, b), nil
	case *exercise.HintGiven:
		return t.hinted(e, b.Task, b.Unit, b.N), nil
	case *exercise.HintTaken:
		return t.hinted(e, b.Task, b.Unit, b.N), nil
	case *exercise.Message:
		return t.message(e, b, nil), nil
	case *exercise.Shared:
		return t.message(e, &b.Message, b.Indicators), nil
	case *exercise.Submitted:
		return t.submitted(ctx, e, b), nil
	case *exercise.Started, *exercise.Paused, *exercise.Resumed, *exercise.Ended, *exercise.Stopped:
		return t.clock(e), nil
	case *exercise.RealRaised:
		return t.toControl(ctx, e, "chat.real_from", b.Unit, b.Text), nil
	case *exercise.ChatGap:
		return t.gap(e, b), nil
	}
	return nil, nil
}

// to makes a message to a room; false where there is none.
func (t *teller) to(e *exercise.Event, room string) (outbox.Message, bool) {
	author := ""
	if exercise.ChatOf(e.On) == t.b.Service.Name() {
		author = e.Actor // who wrote it by mail has it
	}
	m := outbox.Message{
		Key: fmt.Sprint(t.b.keys(t.x.ID), "/e/", e.Seq, "/", room), Scope: Scope(t.x.ID), Conversation: "chat", Exercise: true,
		To: t.place.to(room, t.b.Service.Name(), author),
	}
	return m, len(m.To) > 0
}

// state reads the exercise as it stands.
func (t *teller) state(read func(s *exercise.State)) {
	t.x.Live.Now(func(m *follow.Moment) { read(m.State) })
}

// labelOf is how a TLP label stands in a message.
func labelOf(tlp scenario.TLP) string {
	if tlp == scenario.TLPNone {
		return ""
	}
	return "TLP:" + tlp.String()
}

// message brings a message to the rooms of those to whom it went and of the unit
// that sent it, but for the room in which it was said.
func (t *teller) message(e *exercise.Event, b *exercise.Message, indicators []string) (all []outbox.Message) {
	said := ""
	if exercise.ChatOf(e.On) == t.b.Service.Name() && !t.place.ByMail {
		said = exercise.RoomOf(e.On)
	}
	if said == exercise.RoomHelp { // everybody whom it concerns has read it there
		return nil
	}
	var rooms []string
	add := func(room string) {
		if room != said && !slices.Contains(rooms, room) {
			rooms = append(rooms, room)
		}
	}
	for _, end := range b.Ends {
		switch {
		case end == exercise.EndLiaison:
			add(exercise.RoomLiaison)
		case strings.HasPrefix(end, exercise.EndUnit):
			add(end)
		default:
			add(exercise.RoomExcon)
		}
	}
	persona, isPersona := strings.CutPrefix(b.From, exercise.EndPersona)
	if !isPersona && b.From != exercise.EndExcon && !slices.Contains(b.Ends, exercise.EndLiaison) {
		add(exercise.ToUnit(b.From))
	}
	if pair := t.pairFor(b); pair != "" { // both read it there, and nobody else has to
		rooms = nil
		add(pair)
	}
	for _, room := range rooms {
		m, ok := t.to(e, room)
		if !ok {
			continue
		}
		t.state(func(s *exercise.State) {
			play := s.Play()
			m.Lang = play.Pack.Languages[0]
			if u, known := play.Cast.Index(unitIn(room)); known {
				m.Lang = langOf(play, u)
			}
			if one, other, ok := exercise.PairOf(room); ok {
				m.Lang = pairLang(play, one, other)
			}
			p := t.b.Texts.For(m.Lang)
			var to []string
			for _, end := range b.Ends {
				to = append(to, endName(play, end, m.Lang, p))
			}
			m.Subject = p.T("chat.from_to", i18n.Args{"From": endName(play, b.From, m.Lang, p), "To": p.List(to), "Where": t.where(e, p)})
			if isPersona {
				m.From = endName(play, b.From, m.Lang, p)
			}
		})
		m.Label, m.Text = labelOf(b.TLP), strings.Join(append([]string{b.Text}, indicators...), "\n")
		switch {
		case isPersona && unitIn(room) != "":
			m.About = aboutPersona + "/" + persona
		case room == exercise.RoomExcon && !isPersona && b.From != exercise.EndExcon:
			m.About = aboutFrom + "/" + b.From
			for _, end := range b.Ends {
				if asked, ok := strings.CutPrefix(end, exercise.EndPersona); ok {
					m.About = aboutQuestion + "/" + asked + "/" + b.From
				}
			}
		case unitIn(room) != "" && b.From != unitIn(room):
			m.About = aboutFrom + "/" + b.From
		}
		if i := t.injectAbout(b.Re, unitIn(room)); i != "" {
			m.Thread, m.About = t.injectKey(i, unitIn(room)), ""
		}
		all = append(all, m)
	}
	return all
}

// where says where something was said, if not on this service; "" too for what the
// program says itself.
func (t *teller) where(e *exercise.Event, p *i18n.Printer) string {
	switch on := exercise.ChatOf(e.On); {
	case !exercise.IsPerson(e.Actor), on == t.b.Service.Name():
		return ""
	case on == "":
		return p.T("chat.where.pages")
	default:
		return p.T("chat.where." + on)
	}
}

// pairFor is the room of two in which a message belongs that one of them wrote to
// the other, or EXCON to both; "" where they have none.
func (t *teller) pairFor(b *exercise.Message) string {
	var units []string
	for _, end := range b.Ends {
		if unit, ok := strings.CutPrefix(end, exercise.EndUnit); ok {
			units = append(units, unit)
		}
	}
	if len(units) == 1 && len(b.Ends) == 1 {
		units = append(units, b.From)
	}
	if len(units) != 2 || len(b.Ends) == 2 && b.From != exercise.EndExcon {
		return ""
	}
	room := exercise.PairRoom(units[0], units[1])
	if len(t.place.to(room, "", "")) == 0 {
		return ""
	}
	return room
}

// submitted tells a unit's room what was handed in elsewhere.
func (t *teller) submitted(ctx context.Context, e *exercise.Event, b *exercise.Submitted) []outbox.Message {
	if b.Via != 0 || exercise.ChatOf(e.On) == t.b.Service.Name() && !t.place.ByMail || !exercise.IsPerson(e.Actor) {
		return nil
	}
	m, ok := t.to(e, exercise.ToUnit(b.Unit))
	if !ok {
		return nil
	}
	who := t.b.People.Name(ctx, e.Actor)
	t.state(func(s *exercise.State) {
		u, _ := s.Play().Cast.Index(b.Unit)
		m.Lang = langOf(s.Play(), u)
		if i, known := s.TaskIndex(b.Task); known {
			if v, has := s.Task(i, u); has {
				m.Thread = t.injectKey(v.Inject, b.Unit)
			}
		}
		p := t.b.Texts.For(m.Lang)
		m.Subject = p.T("chat.submitted", i18n.Args{"Task": b.Task, "N": b.N, "Who": who, "Late": b.Late, "Where": t.where(e, p)})
	})
	lines := append([]string{b.Text}, b.Items...)
	for _, key := range slices.Sorted(maps.Keys(b.Parts)) {
		lines = append(lines, key+": "+b.Parts[key])
	}
	if b.File != nil {
		lines = append(lines, b.File.Name)
	}
	m.Text = strings.TrimSpace(strings.Join(lines, "\n"))
	return []outbox.Message{m}
}

// clock tells everybody that play begins, stands, goes on or is over.
func (t *teller) clock(e *exercise.Event) (all []outbox.Message) {
	for _, room := range []string{exercise.RoomLiaison, exercise.RoomExcon} {
		m, ok := t.to(e, room)
		if !ok {
			continue
		}
		t.state(func(s *exercise.State) { m.Lang = s.Play().Pack.Languages[0] })
		m.Subject = t.b.Texts.For(m.Lang).T("chat." + string(e.Body.Type()))
		switch b := e.Body.(type) {
		case *exercise.Paused:
			m.Text = b.Reason
		case *exercise.Stopped:
			m.Text, m.Scope, m.Exercise = b.Text, UrgentScope(t.x.ID), false
		}
		all = append(all, m)
	}
	return all
}

// toControl tells EXCON's room something urgent about a unit.
func (t *teller) toControl(_ context.Context, e *exercise.Event, key, unit, text string) []outbox.Message {
	m, ok := t.to(e, exercise.RoomExcon)
	if !ok {
		return nil
	}
	t.state(func(s *exercise.State) {
		m.Lang = s.Play().Pack.Languages[0]
		m.Subject = t.b.Texts.For(m.Lang).T(key, i18n.Args{"Unit": unitName(s.Play(), unit, m.Lang)})
	})
	m.Text, m.Scope, m.Exercise = text, UrgentScope(t.x.ID), false
	return []outbox.Message{m}
}

// gap tells EXCON that the log of the chat has a gap.
func (t *teller) gap(e *exercise.Event, b *exercise.ChatGap) []outbox.Message {
	m, ok := t.to(e, exercise.RoomExcon)
	if !ok {
		return nil
	}
	t.state(func(s *exercise.State) {
		m.Lang = s.Play().Pack.Languages[0]
		p := t.b.Texts.For(m.Lang)
		room := b.Room
		if unit := unitIn(room); unit != "" {
			room = unitName(s.Play(), unit, m.Lang)
		}
		m.Subject = p.T("chat.gap", i18n.Args{"Room": room})
		m.Text = p.T("chat.gap." + b.Reason)
	})
	m.Exercise = false
	return []outbox.Message{m}
}

// pairLang is the language of two units where they have the same one, and else the
// first of the pack.
func pairLang(play *exercise.Play, one, other string) string {
	a, known := play.Cast.Index(one)
	b, too := play.Cast.Index(other)
	if known && too && langOf(play, a) == langOf(play, b) {
		return langOf(play, a)
	}
	return play.Pack.Languages[0]
}
