package pages

import (
	"slices"
	"strings"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// ExconKey is what of EXCON the reader is, for a view.
func (r *Request) ExconKey() string {
	switch {
	case r.Access.Directs(r.Exercise.ID):
		return "directs"
	case r.Access.Controls(r.Exercise.ID):
		return "controls"
	}
	return "observes"
}

// Steers reports whether the page may hold forms that change play: for EXCON,
// and for the present only.
func (r *Request) Steers() bool { return r.Access.Controls(r.Exercise.ID) && !r.URL.Query().Has("at") }

// Leads is steers for what only the director may.
func (r *Request) Leads() bool { return r.Access.Directs(r.Exercise.ID) && !r.URL.Query().Has("at") }

// ReadsKeys reports whether the reader may see keys, marks and the notes of
// controllers. Observers read the rest of what EXCON reads.
func (r *Request) ReadsKeys() bool { return r.Access.Controls(r.Exercise.ID) }

// ExconEvents are the events that the reader may see on a page of EXCON; see
// live.Moment.Events.
func (s *Moment) ExconEvents(before uint64, n int, keep func(e *exercise.Event) bool) []exercise.Event {
	return s.Events(s.Request.Access.Viewer(s.Request.Exercise.ID), before, n, func(e *exercise.Event) bool { return s.MayRead(e) && keep(e) })
}

// FullName is the name of a unit, of a cell with its team's before it; the key
// where it is unknown.
func (s *Moment) FullName(key string) string {
	team, _, isCell := strings.Cut(key, "/")
	if !isCell {
		return s.UnitName(key)
	}
	return s.Request.T("excon.cell", i18n.Args{"Team": s.UnitName(team), "Cell": s.UnitName(key)})
}

// injectTitle is the MSEL's title of an inject, for EXCON.
func injectTitle(st *exercise.State, i int, lang string) string {
	if added := st.Added(i); added != nil {
		return added.Title.In(lang, "en")
	}
	return st.Play().Pack.Injects[i].Title.In(lang, "en")
}

// InjectName is an inject by key and title.
func (s *Moment) InjectName(key string) string {
	i, ok := s.State.InjectIndex(key)
	if !ok {
		return key
	}
	return s.Request.T("excon.named", i18n.Args{"Key": key, "Title": injectTitle(s.State, i, s.Request.Printer.Lang())})
}

// TaskName is a task with the inject that asks it.
func (s *Moment) TaskName(key string) string {
	inject := s.AskedBy(key)
	if inject == "" {
		return key
	}
	return s.Request.T("excon.task", i18n.Args{"Task": key, "Inject": s.InjectName(inject)})
}

// AskedBy is the key of the inject that asks a task; "" for an unknown one.
func (s *Moment) AskedBy(task string) string {
	if _, inject, _ := s.State.Play().Pack.TaskByKey(task); inject != nil {
		return inject.Key
	}
	key, _, _ := strings.Cut(task, ".") // one that EXCON made up: "#12.1"
	if _, ok := s.State.InjectIndex(key); !ok {
		return ""
	}
	return key
}

// Span is how long something has lasted, in words: minutes, then hours.
func (r *Request) Span(t exercise.Time) string {
	minutes := int(max(t, 0) / (60 * exercise.Second))
	if minutes < 60 {
		return r.T("excon.minutes", i18n.Args{"M": minutes})
	}
	return r.T("excon.hours", i18n.Args{"H": minutes / 60, "M": minutes % 60})
}

// ExconUnit is a unit to choose.
type ExconUnit struct {
	Key, Name string
	Team      bool
}

// ExconUnits are all units, each team followed by its cells.
func (s *Moment) ExconUnits() []ExconUnit {
	units := s.State.Play().Cast.Units
	all := make([]ExconUnit, len(units))
	for u := range units {
		all[u] = ExconUnit{units[u].Key, s.FullName(units[u].Key), units[u].IsTeam()}
	}
	return all
}

// All is a bound that no number of events reaches.
func (s *Moment) All() int { return int(s.State.Seq()) }

// WallText is a moment in life, in UTC.
func (s *Moment) WallText(micros int64) string {
	return time.UnixMicro(micros).UTC().Format("15:04:05") + " UTC"
}

// SpeedText writes the factor of the clock; 0 is as fast as it goes.
func (r *Request) SpeedText(f float64) string {
	if f == 0 {
		return r.T("speed.max")
	}
	return r.T("speed.times", i18n.Args{"N": web.Decimal(f)})
}

// Evaluated are the units that somebody evaluates, as they were granted.
func Evaluated(a access.Access, ex string) (units []string) {
	for _, g := range a.Grants {
		if g.Object == ex && g.Role == string(access.Evaluator) && !slices.Contains(units, g.Part) {
			units = append(units, g.Part)
		}
	}
	return units
}

// KindOf is the kind of a type of event.
func KindOf(t exercise.Type) string {
	family, _, _ := strings.Cut(string(t), ".")
	switch family {
	case "inject", "branch":
		return KindInjects
	case "task", "hint":
		return KindTasks
	case "message", "share", "reply", "persona", "question", "call":
		return KindTalk
	case "flow", "evidence":
		return KindFlows
	case "unit":
		return KindUnits
	case "note", "hotwash", "plan", "overview":
		return KindNotes
	case "chat":
		return KindChat
	}
	return KindClock
}

// Kinds of actors, by which the log is filtered.
const (
	actorPerson = "people"
	actorBot    = "bots"
	actorClock  = "clock"
)

// ActorKinds are the kinds of actors by which the log is filtered.
func ActorKinds() []string { return []string{actorPerson, actorBot, actorClock} }

// ActorKind returns the kind of an actor.
func ActorKind(id string) string {
	if exercise.IsPerson(id) {
		return actorPerson
	}
	if _, bot := exercise.BotUnit(id); bot {
		return actorBot
	}
	return actorClock
}

// LongName is the name of a unit, of a cell with that of its team before it:
// every team has a cell of the same name.
func (s *Moment) LongName(key string) string {
	cast := s.State.Play().Cast
	u, ok := cast.Index(key)
	if !ok || cast.Units[u].IsTeam() {
		return s.UnitName(key)
	}
	return s.Request.T("msel.cell", i18n.Args{"Team": s.UnitName(cast.Units[u].Parent), "Cell": s.UnitName(key)})
}

// AlarmCount is lateQuestions for the frame of a page.
func (r *Request) AlarmCount() (n int) {
	_ = r.At(func(s *Moment) error { // a moment that cannot be shown has no alarms
		n = s.LateQuestions()
		return nil
	})
	return n
}

// CastName is the name of a unit; of a cell with its team's.
func (r *Request) CastName(units []scenario.Unit, key string) string {
	names := map[string]string{}
	for _, u := range units {
		names[u.Key] = u.Name.In(r.Printer.Lang(), "en")
		if team, ok := names[u.Parent]; ok && u.Parent != "" {
			names[u.Key] = r.T("unit.of_team", web.Args("Team", team, "Cell", names[u.Key]))
		}
	}
	if name, ok := names[key]; ok {
		return name
	}
	return key
}

// whyWithdrawn is the reason for which EXCON took an inject back.
func (s *Moment) whyWithdrawn(key string) string {
	for _, e := range s.Events(s.Request.Viewer(), 0, 1, func(e *exercise.Event) bool {
		b, ok := e.Body.(*exercise.InjectRetracted)
		return ok && b.Inject == key && b.Unit == s.Request.Unit
	}) {
		if b, ok := e.Body.(*exercise.InjectRetracted); ok {
			return b.Reason
		}
	}
	return ""
}

// LateQuestions counts the questions that have waited too long.
func (s *Moment) LateQuestions() (n int) {
	if s.State.Phase() == exercise.Over {
		return 0
	}
	for v := range s.State.Questions() {
		if s.Now()-v.At >= AlarmAfter {
			n++
		}
	}
	return n
}

// Kinds of events, by which the log is filtered.
const (
	KindInjects = "injects"
	KindTasks   = "tasks"
	KindTalk    = "talk"
	KindFlows   = "flows"
	KindClock   = "clock"
	KindUnits   = "units"
	KindNotes   = "notes"
	KindChat    = "chat"
)

// AlarmAfter is how long a question to a persona may wait, in exercise time: at
// the speed of real play five minutes without a word make a team doubt that
// anybody is there.
const AlarmAfter = exercise.Time(5 * time.Minute / time.Microsecond)
