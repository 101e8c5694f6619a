package pages

import (
	"net/url"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// LogLine is one event of the running log.
type LogLine struct {
	Seq      uint64
	At, Wall string
	kind     string
	Unit     string // name of the unit that it is about; "" for none
	Who      string // who did it: a name, or the id of a person until nameLines has run
	Person   bool   // it is such an id
	Words    string // what happened
	Path     string // where that is seen, within the exercise; "" for nowhere
	Text     string // what was said or written
	From, To string // of a message; from is "" for one to whom something was done
	Tlp      scenario.TLP
	Class    string // of the event: its type
	On       string // the chat service on which it was said or done; "" for our pages
}

// About is what an event speaks of. The keys name units, injects, tasks and
// flows; what stands open in the event is said in words by its type.
type About struct {
	Unit, inject, task, flow, persona string
	person                            string // id of somebody to whom it was done
	What                              string // more, in words
	Text                              string
	Message                           *exercise.Message
	tlp                               scenario.TLP
}

// LogLine words an event for the running log.
func (s *Moment) LogLine(e *exercise.Event) LogLine {
	a := s.AboutEvent(e)
	l := LogLine{
		Seq: e.Seq, At: e.At.String(), Wall: s.WallText(e.Wall), kind: KindOf(e.Body.Type()), Class: string(e.Body.Type()),
		Unit: s.FullName(a.Unit), Text: a.Text, Tlp: a.tlp, Path: a.path(s), On: s.chatName(e.On),
	}
	if l.Person = ActorKind(e.Actor) == actorPerson; l.Person {
		l.Who = e.Actor
	} else {
		l.Who = s.ActorName(e.Actor)
		if unit, is := exercise.BotUnit(e.Actor); is {
			l.Who = s.Request.T("actor.bot", i18n.Args{"Unit": s.FullName(unit)})
		}
	}
	l.To = a.person
	if m := a.Message; m != nil {
		l.From, l.To, l.Text, l.Tlp = s.Speaker(m.From), s.endsText(m.Ends), m.Text, m.TLP
	}
	l.Words = s.Request.T("log."+string(e.Body.Type()), i18n.Args{
		"What": a.Name(s), "Unit": l.Unit, "More": a.What, "Persona": s.PersonaName(a.persona), "From": l.From, "To": l.To,
	})
	return l
}

// Name is what an event is about, with its title.
func (a *About) Name(s *Moment) string {
	switch {
	case a.task != "":
		return s.TaskName(a.task)
	case a.inject != "":
		return s.InjectName(a.inject)
	case a.flow != "":
		return s.FlowName(a.flow)
	}
	return ""
}

// path is the place where an event is seen.
func (a *About) path(s *Moment) string {
	if a.inject == "" && a.task != "" {
		a.inject = s.AskedBy(a.task)
	}
	switch {
	case a.Unit == "" && a.inject != "":
		return "/msel/" + url.PathEscape(a.inject)
	case a.Unit == "":
		return ""
	case a.inject != "":
		return "/inject/" + url.PathEscape(a.inject) + "/" + a.Unit
	case a.Message != nil:
		return "/talk/" + a.Unit
	}
	return "/desk/" + a.Unit
}

// Speaker is who sent a message.
func (s *Moment) Speaker(from string) string {
	if from == exercise.EndExcon || strings.HasPrefix(from, exercise.EndPersona) {
		return s.EndName(from)
	}
	return s.FullName(from)
}

// endsText names the ends of a message; of many only how many there are.
func (s *Moment) endsText(ends []string) string {
	const most = 4
	if len(ends) > most {
		return s.Request.T("excon.ends", i18n.Args{"First": s.end(ends[0]), "N": len(ends) - 1})
	}
	names := make([]string, len(ends))
	for i, e := range ends {
		names[i] = s.end(e)
	}
	return strings.Join(names, s.Request.T("list.comma"))
}

func (s *Moment) end(end string) string {
	if unit, ok := strings.CutPrefix(end, exercise.EndUnit); ok {
		return s.FullName(unit)
	}
	return s.EndName(end)
}

// FlowName is an expected flow with who must tell whom.
func (s *Moment) FlowName(key string) string {
	if f := s.State.Play().Pack.FlowByKey(key); f != nil {
		return s.Request.T("excon.named", i18n.Args{"Key": key, "Title": f.Title.In(s.Request.Printer.Lang(), "en")})
	}
	return key
}
