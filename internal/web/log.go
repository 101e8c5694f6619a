package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
)

// Kinds of events, by which the log is filtered.
const (
	kindInjects = "injects"
	kindTasks   = "tasks"
	kindTalk    = "talk"
	kindFlows   = "flows"
	kindClock   = "clock"
	kindUnits   = "units"
	kindNotes   = "notes"
)

func logKinds() []string {
	return []string{kindInjects, kindTasks, kindTalk, kindFlows, kindClock, kindUnits, kindNotes}
}

// kindOf is the kind of a type of event.
func kindOf(t exercise.Type) string {
	family, _, _ := strings.Cut(string(t), ".")
	switch family {
	case "inject", "branch":
		return kindInjects
	case "task", "hint":
		return kindTasks
	case "message", "share", "reply", "persona", "question", "call":
		return kindTalk
	case "flow":
		return kindFlows
	case "unit":
		return kindUnits
	case "note", "hotwash":
		return kindNotes
	}
	return kindClock
}

// Kinds of actors, by which the log is filtered.
const (
	actorPerson = "people"
	actorBot    = "bots"
	actorClock  = "clock"
)

func actorKinds() []string { return []string{actorPerson, actorBot, actorClock} }

func actorKind(id string) string {
	switch {
	case strings.HasPrefix(id, "bot/"):
		return actorBot
	case id == exercise.Clock().ID, id == exercise.Excon().ID:
		return actorClock
	}
	return actorPerson
}

// logPage is how many lines a page of the log has.
const logPage = 100

// logQuery is what the reader wants of the log, as the address has it.
type logQuery struct {
	unit, kind, actor, text string
	before, after, seq      uint64
}

func (r *request) logQuery() logQuery {
	q := r.URL.Query()
	n := func(name string) uint64 {
		v, err := strconv.ParseUint(q.Get(name), 10, 63)
		if err != nil {
			return 0 // as if it were not there
		}
		return v
	}
	return logQuery{
		unit: q.Get("unit"), kind: q.Get("kind"), actor: q.Get("actor"), text: strings.TrimSpace(q.Get("text")),
		before: n("before"), after: n("after"), seq: n("seq"),
	}
}

// logView is a page of the log.
type logView struct {
	clock        clockView
	q            logQuery
	units        []exconUnit
	lines        []logLine
	older, newer uint64 // seq of the last and the first line where there are more; 0: none
}

func showLog(r *request) error {
	return r.showView(&view{
		key:    r.exconKey(),
		viewer: r.access.Viewer(r.hall.ID),
		part: func() (templ.Component, error) {
			var v logView
			err := r.look(func(s *scene) error {
				v = s.logView(r.logQuery())
				return nil
			})
			r.nameLines(v.lines)
			return logPart(r, &v), err
		},
		page: func(part templ.Component) templ.Component { return livePage(r, r.t("tab.log"), part) },
	})
}

func (s *scene) logView(q logQuery) logView {
	v := logView{clock: s.clock(""), q: q, units: s.exconUnits()}
	events, older, newer := s.logEvents(&q)
	for i := range events {
		v.lines = append(v.lines, s.logLine(&events[i]))
	}
	if n := len(events); n > 0 && older {
		v.older = events[n-1].Seq
	}
	if len(events) > 0 && newer {
		v.newer = events[0].Seq
	}
	return v
}

// logEvents is the page of the log that was asked for, the latest event first,
// and whether there are older and newer ones.
func (s *scene) logEvents(q *logQuery) (page []exercise.Event, older, newer bool) {
	keep := s.logFilter(q)
	if q.after > 0 {
		later := s.exconEvents(0, wholeLog, func(e *exercise.Event) bool { return e.Seq > q.after && keep(e) })
		first := max(0, len(later)-logPage)
		return later[first:], true, first > 0
	}
	before := q.before
	if q.seq > 0 {
		before = q.seq + 1
	}
	page = s.exconEvents(before, logPage+1, keep)
	older = len(page) > logPage
	page = page[:min(len(page), logPage)]
	if before > 0 && before <= s.st.Seq() {
		newer = len(s.exconEvents(0, 1, func(e *exercise.Event) bool { return e.Seq >= before && keep(e) })) > 0
	}
	return page, older, newer
}

// logFilter reports which events the reader asked for.
func (s *scene) logFilter(q *logQuery) func(e *exercise.Event) bool {
	wanted := strings.ToLower(q.text)
	return func(e *exercise.Event) bool {
		if q.kind != "" && kindOf(e.Body.Type()) != q.kind || q.actor != "" && actorKind(e.Actor) != q.actor {
			return false
		}
		if q.unit == "" && wanted == "" {
			return true
		}
		a := s.aboutEvent(e)
		return (q.unit == "" || a.concerns(q.unit)) && (wanted == "" || strings.Contains(s.haystack(&a), wanted))
	}
}

// concerns reports whether an event is about a unit, by it, or to it.
func (a *about) concerns(unit string) bool {
	if a.unit == unit || a.message == nil {
		return a.unit == unit
	}
	return a.message.From == unit || slices.Contains(a.message.Ends, exercise.ToUnit(unit))
}

// haystack is where the filter by text looks: in names, titles and what was
// said, in the reader's language.
func (s *scene) haystack(a *about) string {
	parts := []string{a.name(s), s.fullName(a.unit), a.what, a.text}
	if a.message != nil {
		parts = append(parts, a.message.Text, s.speaker(a.message.From))
	}
	return strings.ToLower(strings.Join(parts, "\n"))
}

// logLines are the last n lines for the board, the latest first.
func (s *scene) logLines(n int) []logLine {
	var lines []logLine
	for _, e := range s.exconEvents(0, n, inShortLog) {
		lines = append(lines, s.logLine(&e))
	}
	return lines
}

// inShortLog leaves out what follows from others and says nothing new at a
// glance.
func inShortLog(e *exercise.Event) bool {
	switch e.Body.(type) {
	case *exercise.Scored, *exercise.StandIn, *exercise.InjectArmed, *exercise.ReplyReady:
		return false
	}
	return true
}

// nameLines puts people's names into lines. Names may come from the database,
// so it is called after the look at the exercise.
func (r *request) nameLines(lines []logLine) {
	for i := range lines {
		if lines[i].person {
			lines[i].who, lines[i].person = r.s.Auth.Name(r.Context(), lines[i].who), false
		}
		if lines[i].from == "" && lines[i].to != "" {
			lines[i].to = r.s.Auth.Name(r.Context(), lines[i].to)
		}
	}
}

// logCSV is the log as a table for spreadsheets: what the filter keeps, the
// first event first.
func logCSV(r *request) error {
	var lines []logLine
	err := r.look(func(s *scene) error {
		q := r.logQuery()
		events := s.exconEvents(0, wholeLog, s.logFilter(&q))
		slices.Reverse(events)
		for i := range events {
			lines = append(lines, s.logLine(&events[i]))
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.nameLines(lines)
	rows := [][]string{r.logHead()}
	for i := range lines {
		rows = append(rows, lines[i].csv())
	}
	return r.sendCSV("log.csv", rows)
}

// shorten cuts a long text for a line of the log; the whole stands where the
// line leads, and in the table.
func shorten(s string) string {
	const most = 600
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most]) + "…"
}
