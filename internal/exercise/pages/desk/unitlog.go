package desk

import (
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// unitLogPage is how many lines of its log a unit sees at a time.
const unitLogPage = 100

// unitLog is everything that a unit may see, in order, with its own entries.
type unitLog struct {
	clock   pages.ClockView
	acts    bool
	own     bool // own entries alone
	entries []entry
	older   uint64 // number before which there are more; 0 for none
}

// entry is a line of a unit's log.
type entry struct {
	number uint64 // the unit's own: seqs tell how much goes on elsewhere
	when   pages.Instant
	unit   string // of a cell; "" for the unit itself
	words  string
	by     string
	text   string
	own    bool   // an own entry
	inject string // to which it leads; "" for none
}

// EntryRoutes are the addresses of a unit's log.
func EntryRoutes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /x/{exercise}/unitlog/{unit...}", Need: pages.ReadsUnit, Handle: showUnitLog, Replaced: true},
		{Pattern: "GET /x/{exercise}/unitlog-file/{unit...}", Need: pages.ReadsUnit, Handle: sendUnitLog, Replaced: true},
		{Pattern: "POST /x/{exercise}/entry/{unit...}", Need: pages.PlaysUnit, Handle: addEntry, Replaced: true},
		{Pattern: "POST /x/{exercise}/real/{unit...}", Need: pages.PlaysUnit, Handle: raiseReal},
	}
}

func showUnitLog(r *pages.Request) error {
	return r.ShowUnit(r.T("unitlog.title", i18n.Args{"Unit": r.UnitName(r.Exercise, r.Unit)}), func() (templ.Component, error) {
		l := &unitLog{acts: r.Acts(), own: r.URL.Query().Get("show") == "own"}
		err := r.At(func(s *pages.Moment) error {
			l.clock = s.Clock(s.Zone())
			page, older := pages.CutPage(unitEvents(s, before(s), unitLogPage+1, l.own), unitLogPage)
			l.entries, l.older = entries(s, page), s.Number(older)
			return nil
		})
		return unitLogPart(r, l), err
	})
}

// unitEvents are the last n events of the unit's log before a seq, the latest
// first.
func unitEvents(s *pages.Moment, before uint64, n int, own bool) []exercise.Event {
	return s.Events(s.Request.Viewer(), before, n, func(e *exercise.Event) bool {
		if own {
			return isOwnEntry(s, e)
		}
		return tells(s, e)
	})
}

// entries words events for the unit's log.
func entries(s *pages.Moment, events []exercise.Event) []entry {
	var all []entry
	for i := range events {
		all = append(all, entryOf(s, &events[i]))
	}
	return all
}

func isOwnEntry(s *pages.Moment, e *exercise.Event) bool {
	b, ok := e.Body.(*exercise.Note)
	return ok && b.Own && b.Unit == s.Request.Unit
}

// tells reports whether an event is a line of the unit's log: others say what
// stands in the line before already.
func tells(s *pages.Moment, e *exercise.Event) bool {
	switch b := e.Body.(type) {
	case *exercise.Created, *exercise.SpeedSet, *exercise.StandIn:
		return false
	case *exercise.ActedFor:
		return false // what was done is a line, and says so
	case *exercise.Submitted:
		return b.Via == 0 // its message is a line
	case *exercise.Scored:
		return !s.Request.OnlyObserves()
	case *exercise.ChatPost:
		return !s.Request.OnlyObserves()
	case *exercise.ChatReaction, *exercise.ChatMember:
		return false
	}
	return true
}

// entryOf words an event for the unit's log.
func entryOf(s *pages.Moment, e *exercise.Event) entry {
	what, unit := aboutUnit(e)
	l := entry{number: s.Number(e.Seq), when: s.Instant(e.At), own: isOwnEntry(s, e)}
	args := i18n.Args{"What": what, "Unit": s.UnitName(unit)}
	if unit != "" && unit != s.Request.Unit {
		l.unit = s.UnitName(unit)
	}
	if unit == s.Request.Unit {
		l.by = doer(s, e)
	}
	l.text, l.inject = entryText(s, e, args)
	l.words = s.Request.T("entry."+string(e.Body.Type()), args)
	return l
}

// aboutUnit is what an event is about, and the unit that it concerns.
func aboutUnit(e *exercise.Event) (what, unit string) {
	switch b := e.Body.(type) {
	case *exercise.UnitReady:
		return "", b.Unit
	case *exercise.ActedFor:
		return "", b.For
	case *exercise.Attendance:
		return "", b.Unit
	case *exercise.Note:
		return "", b.Unit
	case *exercise.HotWash:
		return "", b.Unit
	case *exercise.RealRaised:
		return "", b.Unit
	case *exercise.RealSeen:
		return "", b.Unit
	case *exercise.CallNoted:
		return "", b.Unit
	case *exercise.CallConfirmed:
		return "", b.Unit
	case *exercise.ChatPost:
		return "", b.Unit
	case *exercise.InjectRetracted:
		return b.Inject, b.Unit
	case *exercise.HintGiven:
		return b.Task, b.Unit
	case *exercise.Scored:
		return b.Task, b.Unit
	case *exercise.InjectReleased:
		return b.Inject, b.Unit
	case *exercise.InjectRelayed:
		return b.Inject, b.Unit
	case *exercise.InjectAcknowledged:
		return b.Inject, b.Unit
	case *exercise.Submitted:
		return b.Task, b.Unit
	case *exercise.Overdue:
		return b.Task, b.Unit
	case *exercise.HintTaken:
		return b.Task, b.Unit
	case *exercise.Message:
		return b.Text, b.From
	case *exercise.Shared:
		return b.Text, b.From
	case *exercise.UnitStatus:
		return b.Status, b.Unit
	}
	return "", ""
}

// doer is who of the unit did something; "" where the clock or EXCON did.
func doer(s *pages.Moment, e *exercise.Event) string {
	if e.Actor == exercise.Clock().ID || e.Actor == exercise.Excon().ID {
		return ""
	}
	if acted := s.ActedFor(e); acted != "" {
		return acted
	}
	switch e.Body.(type) {
	case *exercise.InjectReleased, *exercise.InjectRetracted, *exercise.UnitStatus, *exercise.Scored, *exercise.Overdue, *exercise.HintGiven,
		*exercise.RealSeen:
		return ""
	}
	return s.PersonOf(e)
}

// entryText is what was written, and the inject to which a line leads. It adds
// to the words of the line what they name.
func entryText(s *pages.Moment, e *exercise.Event, args i18n.Args) (text, inject string) {
	if m := pages.MessageOf(e); m != nil {
		args["From"], args["To"] = s.EndName(m.From), s.EndNames(m.Ends)
		text, inject = m.Text, s.InjectAbout(m.Re)
		if b, ok := e.Body.(*exercise.Shared); ok && len(b.Indicators) > 0 {
			text += "\n" + strings.Join(b.Indicators, "\n")
		}
		return pages.Label(m.TLP) + " " + text, inject
	}
	switch b := e.Body.(type) {
	case *exercise.InjectReleased:
		return "", s.InjectAbout(b.Inject)
	case *exercise.InjectRelayed:
		args["From"] = s.UnitName(b.From)
		return b.Text, s.InjectAbout(b.Inject)
	case *exercise.InjectRetracted:
		args["What"] = b.Inject
		return b.Reason, s.InjectAbout(b.Inject)
	case *exercise.InjectAcknowledged:
		return "", s.InjectAbout(b.Inject)
	case *exercise.Submitted:
		return submittedText(s, b), s.InjectAbout(b.Task)
	case *exercise.Overdue:
		return "", s.InjectAbout(b.Task)
	case *exercise.HintTaken:
		return "", s.InjectAbout(b.Task)
	case *exercise.HintGiven:
		args["What"] = b.Task
		return "", s.InjectAbout(b.Task)
	case *exercise.Scored:
		args["What"], args["Points"], args["Max"] = b.Task, web.Decimal(b.Points), web.Decimal(b.Max)
		return "", s.InjectAbout(b.Task)
	}
	return otherText(s, e, args), ""
}

// otherText is what was written in what is about no inject.
func otherText(s *pages.Moment, e *exercise.Event, args i18n.Args) string {
	switch b := e.Body.(type) {
	case *exercise.UnitStatus:
		args["What"] = s.Request.StatusWord(b.Status)
		return b.Reason
	case *exercise.UnitReady:
		args["Ready"] = b.Ready
	case *exercise.Attendance:
		args["Present"], args["Expected"] = b.Present, b.Expected
	case *exercise.Paused:
		return b.Reason
	case *exercise.Note:
		return b.Text
	case *exercise.HotWash:
		return b.Text
	case *exercise.RealRaised:
		return b.Text
	case *exercise.Stopped:
		return b.Text
	case *exercise.CallNoted:
		m := b.Message()
		args["From"], args["To"] = s.EndName(m.From), s.EndNames(m.Ends)
		return pages.Label(m.TLP) + " " + b.Text
	case *exercise.ChatPost:
		args["Room"] = s.RoomName(b.Room)
		return pages.Label(b.TLP) + " " + b.Text
	case *exercise.ChatEdit:
		args["Room"], args["Deleted"] = s.RoomName(b.Room), b.Deleted
		return b.Text
	case *exercise.CallConfirmed:
		args["Denied"], args["Unit"] = b.Denied, s.EndName(b.Unit)
		return b.Text
	}
	return ""
}

// submittedText is what was handed in, as text.
func submittedText(s *pages.Moment, b *exercise.Submitted) string {
	v := pages.Version{Items: b.Items}
	if def, _, _ := s.State.Play().Pack.TaskByKey(b.Task); def != nil {
		v.Items, v.Parts = s.OptionTexts(def.Options, b.Items, s.Request.UnitIndex), versionParts(s, def, b)
	}
	all := append([]string{b.Text}, v.Items...)
	for _, p := range v.Parts {
		all = append(all, p.Title+s.Request.T("list.colon")+p.Text)
	}
	if b.File != nil {
		all = append(all, b.File.Name+" SHA-256 "+b.File.Hash)
	}
	return strings.TrimSpace(strings.Join(all, "\n"))
}

// addEntry writes into the unit's own log.
func addEntry(r *pages.Request) error {
	err := r.Act(exercise.AddNote{Unit: r.Unit, Text: strings.TrimSpace(r.PostFormValue("text")), Own: true})
	if err != nil {
		return r.Redisplay(err, "entry", r.UnitPath("unitlog"), showUnitLog)
	}
	return r.RedirectWith(r.UnitPath("unitlog", "show", r.PostFormValue("show")), "said.entry")
}

// raiseReal tells EXCON that something is not part of the exercise.
func raiseReal(r *pages.Request) error {
	back := web.Local(r.PostFormValue("back"))
	if r.PostFormValue("sure") != "yes" {
		return r.Redisplay(&web.UserError{Text: r.T("real.tick")}, "real-form", r.UnitPath("desk"), showDesk)
	}
	if err := r.Act(exercise.RaiseReal{Unit: r.Unit, Text: strings.TrimSpace(r.PostFormValue("text"))}); err != nil {
		return r.Redisplay(err, "real-form", r.UnitPath("desk"), showDesk)
	}
	return r.RedirectWith(back, "said.real")
}
