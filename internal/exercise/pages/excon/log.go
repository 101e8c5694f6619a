package excon

import (
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
)

func logKinds() []string {
	return []string{pages.KindInjects, pages.KindTasks, pages.KindTalk, pages.KindFlows, pages.KindClock, pages.KindUnits, pages.KindNotes, pages.KindChat}
}

// logPage is how many lines a page of the log has.
const logPage = 100

// logQuery is what the reader wants of the log, as the address has it.
type logQuery struct {
	unit, kind, actor, text string
	before, after, seq      uint64
}

func readLogQuery(r *pages.Request) logQuery {
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
	clock        pages.ClockView
	q            logQuery
	units        []pages.ExconUnit
	lines        []pages.LogLine
	older, newer uint64 // seq of the last and the first line where there are more; 0: none

	evidence map[uint64]*evidenceBox // by seq of the line; for EXCON
}

func showLog(r *pages.Request) error {
	return r.ShowView(&pages.View{
		Key:    r.ExconKey(),
		Viewer: r.Access.Viewer(r.Exercise.ID),
		Part: func() (templ.Component, error) {
			var v logView
			err := r.At(func(s *pages.Moment) error {
				v = logViewOf(s, readLogQuery(r))
				return nil
			})
			nameLines(r, v.lines)
			nameEvidence(r, v.evidence)
			return logPart(r, &v), err
		},
		Page: func(part templ.Component) templ.Component { return pages.LivePage(r, r.T("tab.log"), part) },
	})
}

func logViewOf(s *pages.Moment, q logQuery) logView {
	v := logView{clock: s.Clock(""), q: q, units: s.ExconUnits(), evidence: map[uint64]*evidenceBox{}}
	controls := s.Request.Access.Controls(s.Request.Exercise.ID)
	events, older, newer := logEvents(s, &q)
	for i := range events {
		v.lines = append(v.lines, s.LogLine(&events[i]))
		if controls {
			if box := evidenceOf(s, &events[i], q.seq); box != nil {
				v.evidence[box.seq] = box
			}
		}
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
func logEvents(s *pages.Moment, q *logQuery) (page []exercise.Event, older, newer bool) {
	wanted := logFilter(s, q)
	keep := func(e *exercise.Event) bool { return wanted(e) && (q.kind == pages.KindChat || !s.ToldAgain(e)) }
	if q.after > 0 {
		later := s.ExconEvents(0, wholeLog, func(e *exercise.Event) bool { return e.Seq > q.after && keep(e) })
		first := max(0, len(later)-logPage)
		return later[first:], true, first > 0
	}
	before := q.before
	if q.seq > 0 {
		before = q.seq + 1
	}
	page = s.ExconEvents(before, logPage+1, keep)
	older = len(page) > logPage
	page = page[:min(len(page), logPage)]
	if before > 0 && before <= s.State.Seq() {
		newer = len(s.ExconEvents(0, 1, func(e *exercise.Event) bool { return e.Seq >= before && keep(e) })) > 0
	}
	return page, older, newer
}

// logFilter reports which events the reader asked for.
func logFilter(s *pages.Moment, q *logQuery) func(e *exercise.Event) bool {
	wanted := scenario.Fold(q.text)
	return func(e *exercise.Event) bool {
		if q.kind != "" && pages.KindOf(e.Body.Type()) != q.kind || q.actor != "" && pages.ActorKind(e.Actor) != q.actor {
			return false
		}
		if q.unit == "" && wanted == "" {
			return true
		}
		a := s.AboutEvent(e)
		return (q.unit == "" || concerns(&a, q.unit)) && (wanted == "" || strings.Contains(haystack(s, &a), wanted))
	}
}

// concerns reports whether an event is about a unit, by it, or to it.
func concerns(a *pages.About, unit string) bool {
	if a.Unit == unit || a.Message == nil {
		return a.Unit == unit
	}
	return a.Message.From == unit || slices.Contains(a.Message.Ends, exercise.ToUnit(unit))
}

// haystack is where the filter by text looks: in names, titles and what was
// said, in the reader's language.
func haystack(s *pages.Moment, a *pages.About) string {
	parts := []string{a.Name(s), s.FullName(a.Unit), a.What, a.Text}
	if a.Message != nil {
		parts = append(parts, a.Message.Text, s.Speaker(a.Message.From))
	}
	return scenario.Fold(strings.Join(parts, "\n"))
}

// logLines are the last n lines for the board, the latest first.
func logLines(s *pages.Moment, n int) []pages.LogLine {
	var lines []pages.LogLine
	for _, e := range s.ExconEvents(0, n, func(e *exercise.Event) bool { return inShortLog(e) && !s.ToldAgain(e) }) {
		lines = append(lines, s.LogLine(&e))
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
func nameLines(r *pages.Request, lines []pages.LogLine) {
	for i := range lines {
		if lines[i].Person {
			lines[i].Who, lines[i].Person = r.Server.Auth.Name(r.Context(), lines[i].Who), false
		}
		if lines[i].From == "" && lines[i].To != "" {
			lines[i].To = r.Server.Auth.Name(r.Context(), lines[i].To)
		}
	}
}

// logCSV is the log as a table for spreadsheets: what the filter keeps, the
// first event first.
func logCSV(r *pages.Request) error {
	return r.SendRows("log.csv", func() ([][]string, error) { return logRows(r) })
}

func logRows(r *pages.Request) ([][]string, error) {
	var lines []pages.LogLine
	err := r.At(func(s *pages.Moment) error {
		q := readLogQuery(r)
		events := s.ExconEvents(0, wholeLog, logFilter(s, &q))
		slices.Reverse(events)
		for i := range events {
			lines = append(lines, s.LogLine(&events[i]))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	nameLines(r, lines)
	rows := [][]string{logHead(r)}
	for i := range lines {
		rows = append(rows, csv(&lines[i]))
	}
	return rows, nil
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
