package web

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

// board is what EXCON sees of all units at once.
type board struct {
	clock   clockView
	figures []figure
	alarms  []alarm
	stop    *stopView // nil: play is not stopped
	calls   []readiness
	waits   int // units that are not ready, before STARTEX
	units   []exconUnit
	stuck   []stuckUnit
	grid    grid
	log     []logLine
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
	bot               bool
	status            string
}

func boardRoutes() []route {
	return []route{
		{pattern: "GET /x/{exercise}/board", need: observes, handle: showBoard},
		{pattern: "POST /x/{exercise}/clock", need: directs, handle: setClock},
		{pattern: "POST /x/{exercise}/pause", need: controls, handle: pauseOrResume},
		{pattern: "POST /x/{exercise}/speed", need: controls, handle: setSpeed},
		{pattern: "GET /x/{exercise}/jump", need: directs, handle: showJump},
		{pattern: "POST /x/{exercise}/jump", need: directs, handle: jump},
		{pattern: "POST /x/{exercise}/stop", need: controls, handle: stopReal},
		{pattern: "POST /x/{exercise}/broadcast", need: controls, handle: broadcast},
		{pattern: "POST /x/{exercise}/note", need: controls, handle: addNote},
		{pattern: "GET /x/{exercise}/log", need: observes, handle: showLog},
		{pattern: "GET /x/{exercise}/log.csv", need: observes, handle: logCSV},
		{pattern: "GET /x/{exercise}/units", need: observes, handle: showUnits},
		{pattern: "POST /x/{exercise}/status", need: controls, handle: setStatus},
		{pattern: "POST /x/{exercise}/attendance", need: controls, handle: setAttendance},
		{pattern: "POST /x/{exercise}/stand-in", need: controls, handle: setStandIn},
	}
}

// showBoard is the page of EXCON, or the part of it that changes.
func showBoard(r *request) error { return r.showView(r.boardView()) }

func (r *request) boardView() *view {
	return &view{
		key:    r.exconKey(),
		viewer: r.access.Viewer(r.hall.ID),
		part: func() (templ.Component, error) {
			var b board
			err := r.look(func(s *scene) error {
				b = s.board()
				return nil
			})
			r.nameLines(b.log)
			return boardPart(r, &b), err
		},
		page: func(part templ.Component) templ.Component { return boardPage(r, part) },
	}
}

// shortLog is how many lines of the log stand on the board.
const shortLog = 12

func (s *scene) board() board {
	b := board{
		clock: s.clock(""), alarms: s.alarms(), stuck: s.stuck(), units: s.exconUnits(),
		grid: s.grid(s.r.URL.Query().Get("by") == "tasks", s.r.URL.Query().Get("cells") != "no"),
		log:  s.logLines(shortLog), end: s.st.End().String(),
	}
	if s.st.RealStop() {
		b.stop = s.stopped()
	}
	if b.clock.preparing {
		b.calls, b.waits = s.calls()
	}
	b.figures = s.figures(&b)
	return b
}

// figures are the numbers at the top: what a director looks at first.
func (s *scene) figures(b *board) []figure {
	units, present, ready := len(s.st.Play().Cast.Units), 0, 0
	for u := range units {
		v := s.st.Unit(u)
		if v.Status == exercise.Present {
			present++
		}
		if v.Ready {
			ready++
		}
	}
	taking := figure{label: s.r.t("board.present"), value: number(present), of: number(units), urgent: present < units}
	if b.clock.preparing {
		taking = figure{label: s.r.t("board.ready"), value: number(ready), of: number(units), urgent: ready < units}
	}
	t, questions := &b.grid.total, 0
	for range s.st.Questions() {
		questions++
	}
	return []figure{
		taking,
		{label: s.r.t("board.released"), value: number(t.out), of: number(t.out + t.coming)},
		{label: s.r.t("board.answers"), value: number(t.answered), of: number(t.asked)},
		{label: s.r.t("board.overdue"), value: number(t.late), urgent: t.late > 0},
		{label: s.r.t("board.questions"), value: number(questions), urgent: questions > 0},
		{label: s.r.t("board.real"), value: number(len(b.alarms)), urgent: len(b.alarms) > 0},
	}
}

// wholeLog is more events than any log has.
const wholeLog = 1 << 40

// alarms are the reports of something REAL to which EXCON has not reacted: no
// note speaks of them, and play has not been stopped since. The latest first.
func (s *scene) alarms() (open []alarm) {
	handled := map[string]bool{}
	for _, e := range s.Events(s.r.access.Viewer(s.r.hall.ID), 0, wholeLog, inAlarms) {
		switch b := e.Body.(type) {
		case *exercise.Stopped:
			return open
		case *exercise.Note:
			handled[b.Re] = true
		case *exercise.RealRaised:
			if !handled["#"+number(e.Seq)] {
				open = append(open, alarm{e.Seq, e.At.String(), s.fullName(b.Unit), b.Text})
			}
		}
	}
	return open
}

func inAlarms(e *exercise.Event) bool {
	switch b := e.Body.(type) {
	case *exercise.RealRaised, *exercise.Stopped:
		return true
	case *exercise.Note:
		return strings.HasPrefix(b.Re, "#")
	}
	return false
}

// maxHeld is how many things that are held back are named.
const maxHeld = 8

// stopped tells of the REAL stop that holds play.
func (s *scene) stopped() *stopView {
	v := &stopView{}
	isStop := func(e *exercise.Event) bool { _, is := e.Body.(*exercise.Stopped); return is }
	for _, e := range s.exconEvents(0, 1, isStop) {
		if b, ok := e.Body.(*exercise.Stopped); ok {
			v.at, v.text = s.wallText(e.Wall), b.Text
		}
	}
	held := s.held()
	v.more = max(0, len(held)-maxHeld)
	v.held = held[:len(held)-v.more]
	return v
}

// wallText is a moment in life, in UTC.
func (s *scene) wallText(micros int64) string {
	return time.UnixMicro(micros).UTC().Format("15:04:05") + " UTC"
}

// calls are the units' answers to the call before STARTEX, and how many have
// not said yes.
func (s *scene) calls() (answers []readiness, waits int) {
	for u, unit := range s.st.Play().Cast.Units {
		v := s.st.Unit(u)
		answers = append(answers, readiness{
			name: s.fullName(unit.Key), ready: v.Ready, present: v.Present, expected: v.Expected, bot: v.Bot, status: v.Status,
		})
		if !v.Ready && v.Status != exercise.Withdrawn && v.Status != exercise.Absent {
			waits++
		}
	}
	return answers, waits
}

// speeds are those that EXCON may choose.
func speeds() []float64 { return []float64{1, 2, 5, 10, 30, 60} }

func (r *request) speedText(f float64) string {
	if f == 0 {
		return r.t("speed.max")
	}
	return r.t("speed.times", i18n.Args{"N": decimal(f)})
}
