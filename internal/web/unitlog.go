package web

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

// unitLogPage is how many lines of its log a unit sees at a time.
const unitLogPage = 100

// unitLog is everything that a unit may see, in order, with its own entries.
type unitLog struct {
	clock   clockView
	acts    bool
	own     bool // own entries alone
	entries []entry
	older   uint64 // seq before which there are more; 0 for none
}

// entry is a line of a unit's log.
type entry struct {
	seq    uint64
	when   moment
	unit   string // of a cell; "" for the unit itself
	words  string
	by     string
	text   string
	own    bool   // an own entry
	inject string // to which it leads; "" for none
}

func entryRoutes() []route {
	return []route{
		{pattern: "GET /x/{exercise}/unitlog/{unit...}", need: readsUnit, handle: showUnitLog},
		{pattern: "GET /x/{exercise}/unitlog-file/{unit...}", need: readsUnit, handle: sendUnitLog},
		{pattern: "POST /x/{exercise}/entry/{unit...}", need: playsUnit, handle: addEntry},
		{pattern: "POST /x/{exercise}/real/{unit...}", need: playsUnit, handle: raiseReal},
	}
}

func showUnitLog(r *request) error {
	return r.showUnit(r.t("unitlog.title", i18n.Args{"Unit": r.unitName(r.hall, r.unit)}), func() (templ.Component, error) {
		before, _ := strconv.ParseUint(r.URL.Query().Get("before"), 10, 64) // none: the last ones
		l := &unitLog{acts: r.acts(), own: r.URL.Query().Get("show") == "own"}
		err := r.look(func(s *scene) error {
			l.clock = s.clock(s.zone())
			page, older := cutPage(s.unitEvents(before, unitLogPage+1, l.own), unitLogPage)
			l.entries, l.older = s.entries(page), older
			return nil
		})
		return unitLogPart(r, l), err
	})
}

// unitEvents are the last n events of the unit's log before a seq, the latest
// first.
func (s *scene) unitEvents(before uint64, n int, own bool) []exercise.Event {
	return s.Events(s.r.viewer(), before, n, func(e *exercise.Event) bool {
		if own {
			return s.isOwnEntry(e)
		}
		return s.tells(e)
	})
}

// entries words events for the unit's log.
func (s *scene) entries(events []exercise.Event) []entry {
	var all []entry
	for i := range events {
		all = append(all, s.entry(&events[i]))
	}
	return all
}

func (s *scene) isOwnEntry(e *exercise.Event) bool {
	b, ok := e.Body.(*exercise.Note)
	return ok && b.Own && b.Unit == s.r.unit
}

// tells reports whether an event is a line of the unit's log: others say what
// stands in the line before already.
func (s *scene) tells(e *exercise.Event) bool {
	switch b := e.Body.(type) {
	case *exercise.Created, *exercise.SpeedSet, *exercise.StandIn:
		return false
	case *exercise.Submitted:
		return b.Via == 0 // its message is a line
	case *exercise.Scored:
		return !s.r.onlyObserves()
	}
	return true
}

// entry words an event for the unit's log.
func (s *scene) entry(e *exercise.Event) entry {
	what, unit := aboutUnit(e)
	l := entry{seq: e.Seq, when: s.moment(e.At), own: s.isOwnEntry(e)}
	args := i18n.Args{"What": what, "Unit": s.unitName(unit)}
	if unit != "" && unit != s.r.unit {
		l.unit = s.unitName(unit)
	}
	if unit == s.r.unit {
		l.by = s.doer(e)
	}
	l.text, l.inject = s.entryText(e, args)
	l.words = s.r.t("entry."+string(e.Body.Type()), args)
	return l
}

// aboutUnit is what an event is about, and the unit that it concerns.
func aboutUnit(e *exercise.Event) (what, unit string) {
	switch b := e.Body.(type) {
	case *exercise.UnitReady:
		return "", b.Unit
	case *exercise.Attendance:
		return "", b.Unit
	case *exercise.Note:
		return "", b.Unit
	case *exercise.HotWash:
		return "", b.Unit
	case *exercise.RealRaised:
		return "", b.Unit
	case *exercise.CallNoted:
		return "", b.Unit
	case *exercise.CallConfirmed:
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
func (s *scene) doer(e *exercise.Event) string {
	if e.Actor == exercise.Clock().ID || e.Actor == exercise.Excon().ID {
		return ""
	}
	switch e.Body.(type) {
	case *exercise.InjectReleased, *exercise.InjectRetracted, *exercise.UnitStatus, *exercise.Scored, *exercise.Overdue, *exercise.HintGiven:
		return ""
	}
	return s.personOf(e)
}

// entryText is what was written, and the inject to which a line leads. It adds
// to the words of the line what they name.
func (s *scene) entryText(e *exercise.Event, args i18n.Args) (text, inject string) {
	if m := messageOf(e); m != nil {
		args["From"], args["To"] = s.endName(m.From), s.endNames(m.Ends)
		text, inject = m.Text, s.injectAbout(m.Re)
		if b, ok := e.Body.(*exercise.Shared); ok && len(b.Indicators) > 0 {
			text += "\n" + strings.Join(b.Indicators, "\n")
		}
		return label(m.TLP) + " " + text, inject
	}
	switch b := e.Body.(type) {
	case *exercise.InjectReleased:
		return "", s.injectAbout(b.Inject)
	case *exercise.InjectRelayed:
		args["From"] = s.unitName(b.From)
		return b.Text, s.injectAbout(b.Inject)
	case *exercise.InjectRetracted:
		args["What"] = b.Inject
		return b.Reason, s.injectAbout(b.Inject)
	case *exercise.InjectAcknowledged:
		return "", s.injectAbout(b.Inject)
	case *exercise.Submitted:
		return s.submittedText(b), s.injectAbout(b.Task)
	case *exercise.Overdue:
		return "", s.injectAbout(b.Task)
	case *exercise.HintTaken:
		return "", s.injectAbout(b.Task)
	case *exercise.HintGiven:
		args["What"] = b.Task
		return "", s.injectAbout(b.Task)
	case *exercise.Scored:
		args["What"], args["Points"], args["Max"] = b.Task, decimal(b.Points), decimal(b.Max)
		return "", s.injectAbout(b.Task)
	}
	return s.otherText(e, args), ""
}

// otherText is what was written in what is about no inject.
func (s *scene) otherText(e *exercise.Event, args i18n.Args) string {
	switch b := e.Body.(type) {
	case *exercise.UnitStatus:
		args["What"] = s.r.statusWord(b.Status)
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
		args["From"], args["To"] = s.endName(m.From), s.endNames(m.Ends)
		return label(m.TLP) + " " + b.Text
	case *exercise.CallConfirmed:
		args["Denied"], args["Unit"] = b.Denied, s.endName(b.Unit)
		return b.Text
	}
	return ""
}

// submittedText is what was handed in, as text.
func (s *scene) submittedText(b *exercise.Submitted) string {
	v := version{items: b.Items}
	if def, _, _ := s.st.Play().Pack.TaskByKey(b.Task); def != nil {
		v.items, v.parts = s.optionTexts(def.Options, b.Items, s.r.u), s.versionParts(def, b)
	}
	all := append([]string{b.Text}, v.items...)
	for _, p := range v.parts {
		all = append(all, p.title+s.r.t("list.colon")+p.text)
	}
	if b.File != nil {
		all = append(all, b.File.Name+" SHA-256 "+b.File.Hash)
	}
	return strings.TrimSpace(strings.Join(all, "\n"))
}

// addEntry writes into the unit's own log.
func addEntry(r *request) error {
	err := r.act(exercise.AddNote{Unit: r.unit, Text: strings.TrimSpace(r.PostFormValue("text")), Own: true})
	if err != nil {
		return r.again(err, "entry", r.unitPath("unitlog"), showUnitLog)
	}
	return r.done(r.unitPath("unitlog", "show", r.PostFormValue("show")), "said.entry")
}

// raiseReal tells EXCON that something is not part of the exercise.
func raiseReal(r *request) error {
	back := local(r.PostFormValue("back"))
	if r.PostFormValue("sure") != "yes" {
		return r.again(&problem{r.t("real.tick")}, "real-form", r.unitPath("desk"), showDesk)
	}
	if err := r.act(exercise.RaiseReal{Unit: r.unit, Text: strings.TrimSpace(r.PostFormValue("text"))}); err != nil {
		return r.again(err, "real-form", r.unitPath("desk"), showDesk)
	}
	return r.done(back, "said.real")
}
