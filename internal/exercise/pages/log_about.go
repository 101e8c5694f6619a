package pages

import (
	"cmp"
	"strings"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// AboutEvent finds what an event speaks of; each kind of event has its own.
func (s *Moment) AboutEvent(e *exercise.Event) About {
	for _, look := range []func(exercise.Body) (About, bool){s.aboutInject, s.aboutTask, s.aboutTalk, s.aboutUnit, s.aboutClock, s.aboutPoll, s.aboutFloor, s.aboutChat} {
		if a, ok := look(e.Body); ok {
			return a
		}
	}
	return About{}
}

func (s *Moment) aboutInject(body exercise.Body) (About, bool) {
	switch b := body.(type) {
	case *exercise.InjectAdded:
		return About{What: b.Title.In(s.Request.Printer.Lang(), "en")}, true
	case *exercise.InjectAmended:
		return About{inject: b.Inject, Unit: b.Unit}, true
	case *exercise.InjectHeld:
		how := s.Request.T("log.how.hold")
		if b.LetGo {
			how = s.Request.T("log.how.let_go")
		}
		return About{inject: b.Inject, Unit: one(b.Units), What: how, Text: b.Reason}, true
	case *exercise.InjectArmed:
		return About{inject: b.Inject, Unit: b.Unit}, true
	case *exercise.InjectReleased:
		how := ""
		if b.Jumped {
			how = s.Request.T("log.how.jumped")
		} else if b.Manual {
			how = s.Request.T("log.how.manual")
		}
		return About{inject: b.Inject, Unit: b.Unit, tlp: b.TLP, What: how}, true
	case *exercise.InjectSkipped:
		return About{inject: b.Inject, Unit: b.Unit, What: s.Request.T("log.skip." + b.Reason)}, true
	case *exercise.InjectRetracted:
		return About{inject: b.Inject, Unit: b.Unit, Text: b.Reason}, true
	case *exercise.InjectAcknowledged:
		return About{inject: b.Inject, Unit: b.Unit}, true
	case *exercise.InjectRelayed:
		return About{inject: b.Inject, Unit: b.Unit, What: s.FullName(b.From), Text: b.Text, tlp: b.TLP}, true
	case *exercise.BranchTaken:
		return About{Unit: b.Unit, What: b.Branch}, true
	}
	return About{}, false
}

func (s *Moment) aboutTask(body exercise.Body) (About, bool) {
	switch b := body.(type) {
	case *exercise.TaskAmended:
		return About{task: b.Task, Unit: b.Unit}, true
	case *exercise.Submitted:
		return About{task: b.Task, Unit: b.Unit, What: web.Number(b.N), Text: s.answerText(b)}, true
	case *exercise.Scored:
		return About{task: b.Task, Unit: b.Unit, What: web.Decimal(b.Points) + "/" + web.Decimal(b.Max)}, true
	case *exercise.Marked:
		if b.Points == nil {
			return About{task: b.Task, Unit: b.Unit, What: "–", Text: b.Note}, true
		}
		return About{task: b.Task, Unit: b.Unit, What: web.Decimal(*b.Points), Text: b.Note}, true
	case *exercise.Settled:
		return About{task: b.Task, Unit: b.Unit, What: web.Decimal(b.Points), Text: b.Note}, true
	case *exercise.Overdue:
		return About{task: b.Task, Unit: b.Unit}, true
	case *exercise.HintTaken:
		return About{task: b.Task, Unit: b.Unit, What: web.Number(b.N)}, true
	case *exercise.HintGiven:
		return About{task: b.Task, Unit: b.Unit, What: web.Number(b.N)}, true
	}
	return About{}, false
}

// answerText is what a unit handed in, on a few lines.
func (s *Moment) answerText(b *exercise.Submitted) string {
	lines := []string{b.Text}
	if len(b.Items) > 0 {
		lines = append(lines, strings.Join(b.Items, s.Request.T("list.comma")))
	}
	if task, _, _ := s.State.Play().Pack.TaskByKey(b.Task); task != nil {
		for _, p := range task.Form {
			if filled := b.Parts[p.Key]; filled != "" {
				lines = append(lines, p.Title.In(s.Request.Printer.Lang(), "en")+s.Request.T("excon.colon")+filled)
			}
		}
	}
	if b.File != nil {
		lines = append(lines, b.File.Name)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

func (s *Moment) aboutTalk(body exercise.Body) (About, bool) {
	switch b := body.(type) {
	case *exercise.Message:
		return About{Unit: s.unitOf(b), Message: b}, true
	case *exercise.Shared:
		return About{Unit: s.unitOf(&b.Message), Message: &b.Message, task: b.Task}, true
	case *exercise.ReplyReady:
		return About{Unit: b.Unit, persona: b.Persona, What: b.Reply, Text: b.Text, tlp: b.TLP}, true
	case *exercise.PersonaClaimed:
		if b.Released {
			return About{Unit: b.Unit, persona: b.Persona, What: s.Request.T("log.how.freed")}, true
		}
		return About{Unit: b.Unit, persona: b.Persona, What: s.Request.T("log.how.held")}, true
	case *exercise.QuestionDismissed:
		return About{Unit: b.Unit, persona: b.Persona, Text: b.Reason}, true
	case *exercise.CallNoted:
		return About{Unit: b.Unit, What: s.Speaker(b.With), Text: b.Text, tlp: b.TLP}, true
	case *exercise.CallConfirmed:
		how := "log.how.confirmed"
		if b.Denied {
			how = "log.how.denied"
		}
		return About{Unit: s.castUnit(b.Unit), What: s.Request.T(how, i18n.Args{"By": s.Speaker(b.Unit)}), Text: b.Text}, true
	case *exercise.FlowMade:
		how := ""
		if b.Late {
			how = s.Request.T("log.how.late")
		}
		if b.Broken {
			how += s.Request.T("log.how.loose")
		}
		return About{flow: b.Flow, Unit: b.Unit, What: how}, true
	case *exercise.EvidenceCorrected:
		how := "log.how.not_counted"
		if b.Makes {
			how = "log.how.counted"
		}
		if b.Confirmed {
			how = "log.how.recognised"
		}
		return About{flow: b.Flow, Unit: b.Unit, What: s.Request.T(how, i18n.Args{"Seq": b.Of}), Text: b.Reason}, true
	case *exercise.FlowMissed:
		return About{flow: b.Flow, Unit: b.Unit}, true
	case *exercise.Misdirected:
		return About{flow: b.Flow, inject: b.Inject, Unit: b.Unit, What: s.endsText(b.Ends)}, true
	}
	return About{}, false
}

// castUnit is the unit that a key names; "" for EXCON and personas.
func (s *Moment) castUnit(key string) string {
	if _, ok := s.State.Play().Cast.Index(key); ok {
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
func (s *Moment) unitOf(m *exercise.Message) string {
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

func (s *Moment) aboutUnit(body exercise.Body) (About, bool) {
	switch b := body.(type) {
	case *exercise.UnitReady:
		if !b.Ready {
			return About{Unit: b.Unit, What: s.Request.T("log.how.unready")}, true
		}
		return About{Unit: b.Unit, What: s.Request.T("log.how.ready")}, true
	case *exercise.Attendance:
		return About{Unit: b.Unit, What: web.Number(b.Present) + "/" + web.Number(b.Expected)}, true
	case *exercise.UnitStatus:
		return About{Unit: b.Unit, What: s.Request.T("units.is." + b.Status), Text: b.Reason}, true
	case *exercise.ActedFor:
		return About{Unit: b.For, What: s.Request.T("acted."+b.How, i18n.Args{"By": b.By})}, true
	case *exercise.UnitJoined:
		return About{Unit: b.Unit}, true
	case *exercise.StandIn:
		if b.Bot {
			return About{Unit: b.Unit, What: s.Request.T("log.how.bot")}, true
		}
		return About{Unit: b.Unit, What: s.Request.T("log.how.people")}, true
	case *exercise.Note:
		return About{Unit: b.Unit, Text: b.Text, What: s.noteRe(b.Re)}, true
	case *exercise.HotWash:
		return About{Unit: b.Unit, What: b.Question, Text: b.Text}, true
	case *exercise.PlanEntered:
		return About{What: b.Issue, Text: cmp.Or(b.Title, b.Action)}, true
	case *exercise.Renamed:
		return About{Text: b.Title.In(s.Request.Printer.Lang(), "en")}, true
	case *exercise.PlanCarried:
		return About{What: b.From, Text: b.Title.In(s.Request.Printer.Lang(), "en")}, true
	case *exercise.OverviewEntered:
		return About{Text: cmp.Or(b.Summary, b.Scope, b.Sponsor, b.Contacts)}, true
	case *exercise.RealRaised:
		return About{Unit: b.Unit, Text: b.Text}, true
	case *exercise.RealSeen:
		return About{Unit: b.Unit, What: s.noteRe(b.Re)}, true
	}
	return About{}, false
}

// noteRe says to what a note belongs; "" for nothing.
func (s *Moment) noteRe(re string) string {
	if re == "" {
		return ""
	}
	return s.Request.T("log.how.re", i18n.Args{"Re": re})
}

func (s *Moment) aboutClock(body exercise.Body) (About, bool) {
	switch b := body.(type) {
	case *exercise.Started:
		return About{What: s.Request.SpeedText(b.Speed)}, true
	case *exercise.SpeedSet:
		return About{What: s.Request.SpeedText(b.Speed)}, true
	case *exercise.Paused:
		a := About{Text: b.Reason}
		if b.Until != 0 {
			a.What = s.Request.T("log.how.paused_until", i18n.Args{"At": time.UnixMicro(b.Until).UTC().Format("15:04")})
		}
		return a, true
	case *exercise.EndMoved:
		return About{What: s.Request.T("log.how.end_moved", i18n.Args{"From": b.From.String(), "To": b.To.String()})}, true
	case *exercise.Jumped:
		return About{What: s.Request.T("log.how.jump_"+b.Mode, i18n.Args{"From": b.From.String()})}, true
	case *exercise.Recovered:
		return About{What: s.Request.Span(exercise.Time(b.Down))}, true
	case *exercise.Entered:
		return About{What: b.By}, true
	case *exercise.Ended:
		return About{What: s.Request.T("log.how." + b.Reason)}, true
	case *exercise.HandedOver:
		return About{person: b.To}, true
	case *exercise.Stopped:
		return About{Text: b.Text}, true
	}
	return About{}, false
}
