package excon

import (
	"errors"
	"slices"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/web"
)

// Board is what EXCON sees of all units at once.
type Board struct {
	clock   pages.ClockView
	figures []figure
	alarms  []alarm
	stop    *stopView // nil: play is not stopped
	calls   []readiness
	missing *checklist // before STARTEX, of now; nil otherwise
	waits   int        // units that are not ready, before STARTEX
	units   []pages.ExconUnit
	stuck   []stuckUnit
	grid    grid
	log     []pages.LogLine
	end     string
}

// figure is one of the numbers at the top.
type figure struct {
	label, value, of string
	urgent           bool
}

// alarm is something REAL to which EXCON has not reacted.
type alarm struct {
	seq            uint64
	at, unit, text string
}

// stopView is a REAL stop with what it holds back.
type stopView struct {
	at, text string
	held     []heldItem
	more     int // of them
}

// heldItem is what would go out next.
type heldItem struct {
	what, due string
	units     int
}

// readiness is how a unit answered the call before STARTEX.
type readiness struct {
	name              string
	ready             bool
	present, expected int
	there             pages.Presence
	status            string
}

// BoardRoutes are the addresses of the board and of what steers play.
func BoardRoutes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /x/{exercise}/board", Need: pages.Observes, Handle: showBoard, Replaced: true},
		{Pattern: "POST /x/{exercise}/clock", Need: pages.Directs, Handle: setClock},
		{Pattern: "POST /x/{exercise}/pause", Need: pages.Controls, Handle: pauseOrResume},
		{Pattern: "POST /x/{exercise}/speed", Need: pages.Controls, Handle: setSpeed},
		{Pattern: "GET /x/{exercise}/jump", Need: pages.Directs, Handle: showJump},
		{Pattern: "POST /x/{exercise}/jump", Need: pages.Directs, Handle: jump},
		{Pattern: "GET /x/{exercise}/endex", Need: pages.Directs, Handle: showEndex},
		{Pattern: "POST /x/{exercise}/endex", Need: pages.Directs, Handle: moveEndex},
		{Pattern: "POST /x/{exercise}/stop", Need: pages.Controls, Handle: stopReal},
		{Pattern: "POST /x/{exercise}/real-seen", Need: pages.Controls, Handle: seeReal},
		{Pattern: "POST /x/{exercise}/broadcast", Need: pages.Controls, Handle: broadcast, Replaced: true},
		{Pattern: "POST /x/{exercise}/note", Need: pages.Controls, Handle: addNote},
		{Pattern: "POST /x/{exercise}/evidence", Need: pages.Controls, Handle: correctEvidence, Replaced: true},
		{Pattern: "GET /x/{exercise}/log", Need: pages.Observes, Handle: showLog},
		{Pattern: "GET /x/{exercise}/log.csv", Need: pages.Observes, Handle: logCSV},
		{Pattern: "GET /x/{exercise}/units", Need: pages.Observes, Handle: showUnits},
		{Pattern: "POST /x/{exercise}/status", Need: pages.Controls, Handle: setStatus},
		{Pattern: "POST /x/{exercise}/attendance", Need: pages.Controls, Handle: setAttendance},
		{Pattern: "POST /x/{exercise}/stand-in", Need: pages.Controls, Handle: setStandIn},
	}
}

// showBoard is the page of EXCON, or the part of it that changes.
func showBoard(r *pages.Request) error { return r.ShowView(boardView(r)) }

func boardView(r *pages.Request) *pages.View {
	return &pages.View{
		Key:    r.ExconKey(),
		Viewer: r.Access.Viewer(r.Exercise.ID),
		Part: func() (templ.Component, error) {
			var b Board
			err := r.At(func(s *pages.Moment) error {
				b = BoardOf(s)
				return nil
			})
			nameLines(r, b.log)
			if b.missing != nil {
				err = errors.Join(err, b.missing.addPeople(r))
			}
			return BoardPart(r, &b), err
		},
		Page: func(part templ.Component) templ.Component { return boardPage(r, part) },
	}
}

// shortLog is how many lines of the log stand on the board.
const shortLog = 12

// BoardOf returns the board at the moment that the page shows.
func BoardOf(s *pages.Moment) Board {
	b := Board{
		clock: s.Clock(""), alarms: openAlarms(s), stuck: stuck(s), units: s.ExconUnits(),
		grid: gridOf(s, s.Request.URL.Query().Get("by") == "tasks", s.Request.URL.Query().Get("cells") != "no"),
		log:  logLines(s, shortLog), end: s.State.End().String(),
	}
	if s.State.RealStop() {
		b.stop = stopped(s)
	}
	if b.clock.Preparing {
		b.calls, b.waits = calls(s)
		if !s.Past {
			b.missing = checklistOf(s)
		}
	}
	b.figures = figures(s, &b)
	return b
}

// figures are the numbers at the top: what a director looks at first.
func figures(s *pages.Moment, b *Board) []figure {
	units, there, ready := len(s.State.Play().Cast.Units), 0, 0
	for u := range units {
		v := s.State.Unit(u)
		if v.Status == exercise.Present && isThere(s, u) {
			there++
		}
		if v.Ready {
			ready++
		}
	}
	taking := []figure{{label: s.Request.T("board.present"), value: web.Number(there), of: web.Number(units), urgent: there < units}}
	if b.clock.Preparing {
		taking = append(taking, figure{label: s.Request.T("board.ready"), value: web.Number(ready), of: web.Number(units), urgent: ready < units})
	}
	t, questions := &b.grid.total, 0
	for range s.State.Questions() {
		questions++
	}
	return append(taking, []figure{
		{label: s.Request.T("board.released"), value: web.Number(t.Out), of: web.Number(t.Out + t.Coming)},
		{label: s.Request.T("board.answers"), value: web.Number(t.Answered), of: web.Number(t.Asked)},
		{label: s.Request.T("board.overdue"), value: web.Number(t.Late), urgent: t.Late > 0},
		{label: s.Request.T("board.questions"), value: web.Number(questions), urgent: questions > 0},
		{label: s.Request.T("board.real"), value: web.Number(len(b.alarms)), urgent: len(b.alarms) > 0},
	}...)
}

// isThere reports whether somebody plays unit number u: of the past, whether
// anybody had come.
func isThere(s *pages.Moment, u int) bool {
	p := s.Presence(u)
	return p.There() || s.Past && !p.Missing
}

// wholeLog is more events than any log has.
const wholeLog = 1 << 40

// openAlarms are the reports of something REAL to which EXCON has not reacted: no
// note speaks of them, and play has not been stopped since. The latest first.
func openAlarms(s *pages.Moment) (open []alarm) {
	for v := range s.State.Reports() {
		if e, _ := s.Event(s.Request.Access.Viewer(s.Request.Exercise.ID), v.Seq); v.Open {
			if b, ok := e.Body.(*exercise.RealRaised); ok {
				open = append(open, alarm{e.Seq, e.At.String(), s.FullName(b.Unit), b.Text})
			}
		}
	}
	slices.Reverse(open)
	return open
}

// maxHeld is how many things that are held back are named.
const maxHeld = 8

// stopped tells of the REAL stop that holds play.
func stopped(s *pages.Moment) *stopView {
	v := &stopView{}
	isStop := func(e *exercise.Event) bool { _, is := e.Body.(*exercise.Stopped); return is }
	for _, e := range s.ExconEvents(0, 1, isStop) {
		if b, ok := e.Body.(*exercise.Stopped); ok {
			v.at, v.text = s.WallText(e.Wall), b.Text
		}
	}
	held := held(s)
	v.more = max(0, len(held)-maxHeld)
	v.held = held[:len(held)-v.more]
	return v
}

// calls are the units' answers to the call before STARTEX, and how many have
// not said yes.
func calls(s *pages.Moment) (answers []readiness, waits int) {
	for u, unit := range s.State.Play().Cast.Units {
		v := s.State.Unit(u)
		answers = append(answers, readiness{
			name: s.FullName(unit.Key), ready: v.Ready, present: v.Present, expected: v.Expected, there: s.Presence(u), status: v.Status,
		})
		if !v.Ready && v.Status != exercise.Withdrawn && v.Status != exercise.Absent {
			waits++
		}
	}
	return answers, waits
}

// speeds are those that EXCON may choose.
func speeds() []float64 { return []float64{1, 2, 5, 10, 30, 60} }
