package web

import (
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

// aboutEvent finds what an event speaks of; each kind of event has its own.
func (s *scene) aboutEvent(e *exercise.Event) about {
	for _, look := range []func(exercise.Body) (about, bool){s.aboutInject, s.aboutTask, s.aboutTalk, s.aboutUnit, s.aboutClock} {
		if a, ok := look(e.Body); ok {
			return a
		}
	}
	return about{}
}

func (s *scene) aboutInject(body exercise.Body) (about, bool) {
	switch b := body.(type) {
	case *exercise.InjectAdded:
		return about{what: b.Title.In(s.r.p.Lang(), "en")}, true
	case *exercise.InjectAmended:
		return about{inject: b.Inject, unit: b.Unit}, true
	case *exercise.InjectHeld:
		how := s.r.t("log.how.hold")
		if b.LetGo {
			how = s.r.t("log.how.let_go")
		}
		return about{inject: b.Inject, unit: one(b.Units), what: how, text: b.Reason}, true
	case *exercise.InjectArmed:
		return about{inject: b.Inject, unit: b.Unit}, true
	case *exercise.InjectReleased:
		how := ""
		if b.Jumped {
			how = s.r.t("log.how.jumped")
		} else if b.Manual {
			how = s.r.t("log.how.manual")
		}
		return about{inject: b.Inject, unit: b.Unit, tlp: b.TLP, what: how}, true
	case *exercise.InjectSkipped:
		return about{inject: b.Inject, unit: b.Unit, what: s.r.t("log.skip." + b.Reason)}, true
	case *exercise.InjectRetracted:
		return about{inject: b.Inject, unit: b.Unit, text: b.Reason}, true
	case *exercise.InjectAcknowledged:
		return about{inject: b.Inject, unit: b.Unit}, true
	case *exercise.InjectRelayed:
		return about{inject: b.Inject, unit: b.Unit, what: s.fullName(b.From), text: b.Text, tlp: b.TLP}, true
	case *exercise.BranchTaken:
		return about{unit: b.Unit, what: b.Branch}, true
	}
	return about{}, false
}

func (s *scene) aboutTask(body exercise.Body) (about, bool) {
	switch b := body.(type) {
	case *exercise.TaskAmended:
		return about{task: b.Task, unit: b.Unit}, true
	case *exercise.Submitted:
		return about{task: b.Task, unit: b.Unit, what: number(b.N), text: s.answerText(b)}, true
	case *exercise.Scored:
		return about{task: b.Task, unit: b.Unit, what: decimal(b.Points) + "/" + decimal(b.Max)}, true
	case *exercise.Marked:
		if b.Points == nil {
			return about{task: b.Task, unit: b.Unit, what: "–", text: b.Note}, true
		}
		return about{task: b.Task, unit: b.Unit, what: decimal(*b.Points), text: b.Note}, true
	case *exercise.Settled:
		return about{task: b.Task, unit: b.Unit, what: decimal(b.Points), text: b.Note}, true
	case *exercise.Overdue:
		return about{task: b.Task, unit: b.Unit}, true
	case *exercise.HintTaken:
		return about{task: b.Task, unit: b.Unit, what: number(b.N)}, true
	case *exercise.HintGiven:
		return about{task: b.Task, unit: b.Unit, what: number(b.N)}, true
	}
	return about{}, false
}

// answerText is what a unit handed in, on a few lines.
func (s *scene) answerText(b *exercise.Submitted) string {
	lines := []string{b.Text}
	if len(b.Items) > 0 {
		lines = append(lines, strings.Join(b.Items, s.r.t("list.comma")))
	}
	if task, _, _ := s.st.Play().Pack.TaskByKey(b.Task); task != nil {
		for _, p := range task.Form {
			if filled := b.Parts[p.Key]; filled != "" {
				lines = append(lines, p.Title.In(s.r.p.Lang(), "en")+s.r.t("excon.colon")+filled)
			}
		}
	}
	if b.File != nil {
		lines = append(lines, b.File.Name)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

func (s *scene) aboutTalk(body exercise.Body) (about, bool) {
	switch b := body.(type) {
	case *exercise.Message:
		return about{unit: s.unitOf(b), message: b}, true
	case *exercise.Shared:
		return about{unit: s.unitOf(&b.Message), message: &b.Message, task: b.Task}, true
	case *exercise.ReplyReady:
		return about{unit: b.Unit, persona: b.Persona, what: b.Reply, text: b.Text, tlp: b.TLP}, true
	case *exercise.PersonaClaimed:
		if b.Released {
			return about{unit: b.Unit, persona: b.Persona, what: s.r.t("log.how.freed")}, true
		}
		return about{unit: b.Unit, persona: b.Persona, what: s.r.t("log.how.held")}, true
	case *exercise.QuestionDismissed:
		return about{unit: b.Unit, persona: b.Persona, text: b.Reason}, true
	case *exercise.CallNoted:
		return about{unit: b.Unit, what: s.speaker(b.With), text: b.Text, tlp: b.TLP}, true
	case *exercise.CallConfirmed:
		how := "log.how.confirmed"
		if b.Denied {
			how = "log.how.denied"
		}
		return about{unit: s.castUnit(b.Unit), what: s.r.t(how, i18n.Args{"By": s.speaker(b.Unit)}), text: b.Text}, true
	case *exercise.FlowMade:
		how := ""
		if b.Late {
			how = s.r.t("log.how.late")
		}
		if b.Broken {
			how += s.r.t("log.how.loose")
		}
		return about{flow: b.Flow, unit: b.Unit, what: how}, true
	case *exercise.FlowMissed:
		return about{flow: b.Flow, unit: b.Unit}, true
	case *exercise.Misdirected:
		return about{flow: b.Flow, inject: b.Inject, unit: b.Unit, what: s.endsText(b.Ends)}, true
	}
	return about{}, false
}

// castUnit is the unit that a key names; "" for EXCON and personas.
func (s *scene) castUnit(key string) string {
	if _, ok := s.st.Play().Cast.Index(key); ok {
		return key
	}
	return ""
}

// one is the only unit of a list; "" where there are several.
func one(units []string) string {
	if len(units) == 1 {
		return units[0]
	}
	return ""
}

// unitOf is the unit in whose log a message stands first: its sender or, of
// EXCON and personas, the first unit that it reaches.
func (s *scene) unitOf(m *exercise.Message) string {
	if from := s.castUnit(m.From); from != "" {
		return from
	}
	for _, end := range m.Ends {
		if unit, ok := strings.CutPrefix(end, exercise.EndUnit); ok && len(m.Ends) == 1 {
			return unit
		}
	}
	return ""
}

func (s *scene) aboutUnit(body exercise.Body) (about, bool) {
	switch b := body.(type) {
	case *exercise.UnitReady:
		if !b.Ready {
			return about{unit: b.Unit, what: s.r.t("log.how.unready")}, true
		}
		return about{unit: b.Unit, what: s.r.t("log.how.ready")}, true
	case *exercise.Attendance:
		return about{unit: b.Unit, what: number(b.Present) + "/" + number(b.Expected)}, true
	case *exercise.UnitStatus:
		return about{unit: b.Unit, what: s.r.t("units.is." + b.Status), text: b.Reason}, true
	case *exercise.StandIn:
		if b.Bot {
			return about{unit: b.Unit, what: s.r.t("log.how.bot")}, true
		}
		return about{unit: b.Unit, what: s.r.t("log.how.people")}, true
	case *exercise.Note:
		return about{unit: b.Unit, text: b.Text, what: s.noteRe(b.Re)}, true
	case *exercise.HotWash:
		return about{unit: b.Unit, what: b.Question, text: b.Text}, true
	case *exercise.RealRaised:
		return about{unit: b.Unit, text: b.Text}, true
	}
	return about{}, false
}

// noteRe says to what a note belongs; "" for nothing.
func (s *scene) noteRe(re string) string {
	if re == "" {
		return ""
	}
	return s.r.t("log.how.re", i18n.Args{"Re": re})
}

func (s *scene) aboutClock(body exercise.Body) (about, bool) {
	switch b := body.(type) {
	case *exercise.Started:
		return about{what: s.r.speedText(b.Speed)}, true
	case *exercise.SpeedSet:
		return about{what: s.r.speedText(b.Speed)}, true
	case *exercise.Paused:
		return about{text: b.Reason}, true
	case *exercise.Jumped:
		return about{what: s.r.t("log.how.jump_"+b.Mode, i18n.Args{"From": b.From.String()})}, true
	case *exercise.Recovered:
		return about{what: s.r.span(exercise.Time(b.Down))}, true
	case *exercise.Entered:
		return about{what: b.By}, true
	case *exercise.Ended:
		return about{what: s.r.t("log.how." + b.Reason)}, true
	case *exercise.HandedOver:
		return about{person: b.To}, true
	case *exercise.Stopped:
		return about{text: b.Text}, true
	}
	return about{}, false
}
