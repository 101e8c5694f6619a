package web

import (
	"net/url"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// logLine is one event of the running log.
type logLine struct {
	seq      uint64
	at, wall string
	kind     string
	unit     string // name of the unit that it is about; "" for none
	who      string // who did it: a name, or the id of a person until nameLines has run
	person   bool   // it is such an id
	words    string // what happened
	path     string // where that is seen, within the exercise; "" for nowhere
	text     string // what was said or written
	from, to string // of a message; from is "" for one to whom something was done
	tlp      scenario.TLP
	class    string // of the event: its type
}

// about is what an event speaks of. The keys name units, injects, tasks and
// flows; what stands open in the event is said in words by its type.
type about struct {
	unit, inject, task, flow, persona string
	person                            string // id of somebody to whom it was done
	what                              string // more, in words
	text                              string
	message                           *exercise.Message
	tlp                               scenario.TLP
}

// logLine words an event for the running log.
func (s *scene) logLine(e *exercise.Event) logLine {
	a := s.aboutEvent(e)
	l := logLine{
		seq: e.Seq, at: e.At.String(), wall: s.wallText(e.Wall), kind: kindOf(e.Body.Type()), class: string(e.Body.Type()),
		unit: s.fullName(a.unit), text: a.text, tlp: a.tlp, path: a.path(s),
	}
	if l.person = actorKind(e.Actor) == actorPerson; l.person {
		l.who = e.Actor
	} else {
		l.who = s.actorName(e.Actor)
		if unit, is := strings.CutPrefix(e.Actor, "bot/"); is {
			l.who = s.r.t("actor.bot", i18n.Args{"Unit": s.fullName(unit)})
		}
	}
	l.to = a.person
	if m := a.message; m != nil {
		l.from, l.to, l.text, l.tlp = s.speaker(m.From), s.endsText(m.Ends), m.Text, m.TLP
	}
	l.words = s.r.t("log."+string(e.Body.Type()), i18n.Args{
		"What": a.name(s), "Unit": l.unit, "More": a.what, "Persona": s.personaName(a.persona), "From": l.from, "To": l.to,
	})
	return l
}

// name is what an event is about, with its title.
func (a *about) name(s *scene) string {
	switch {
	case a.task != "":
		return s.taskName(a.task)
	case a.inject != "":
		return s.injectName(a.inject)
	case a.flow != "":
		return s.flowName(a.flow)
	}
	return ""
}

// path is the place where an event is seen.
func (a *about) path(s *scene) string {
	if a.inject == "" && a.task != "" {
		a.inject = s.askedBy(a.task)
	}
	switch {
	case a.unit == "" && a.inject != "":
		return "/msel/" + url.PathEscape(a.inject)
	case a.unit == "":
		return ""
	case a.inject != "":
		return "/inject/" + url.PathEscape(a.inject) + "/" + a.unit
	case a.message != nil:
		return "/talk/" + a.unit
	}
	return "/desk/" + a.unit
}

// speaker is who sent a message.
func (s *scene) speaker(from string) string {
	if from == exercise.EndExcon || strings.HasPrefix(from, exercise.EndPersona) {
		return s.endName(from)
	}
	return s.fullName(from)
}

// endsText names the ends of a message; of many only how many there are.
func (s *scene) endsText(ends []string) string {
	const most = 4
	if len(ends) > most {
		return s.r.t("excon.ends", i18n.Args{"First": s.end(ends[0]), "N": len(ends) - 1})
	}
	names := make([]string, len(ends))
	for i, e := range ends {
		names[i] = s.end(e)
	}
	return strings.Join(names, s.r.t("list.comma"))
}

func (s *scene) end(end string) string {
	if unit, ok := strings.CutPrefix(end, exercise.EndUnit); ok {
		return s.fullName(unit)
	}
	return s.endName(end)
}

// flowName is an expected flow with who must tell whom.
func (s *scene) flowName(key string) string {
	if f := s.st.Play().Pack.FlowByKey(key); f != nil {
		return s.r.t("excon.named", i18n.Args{"Key": key, "Title": f.Title.In(s.r.p.Lang(), "en")})
	}
	return key
}
