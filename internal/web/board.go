package web

import (
	"strconv"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

// board is what EXCON sees of all units at once.
type board struct {
	clock   clockView
	injects []column
	rows    []row
	stuck   []stuckUnit
	log     []logLine
	at      uint64 // seq of the last event that is in it
}

// column is an inject.
type column struct{ key, title string }

// row is a unit with a sign for each inject.
type row struct {
	key, name   string
	cell, bot   bool
	status      string
	cells       []mark
	done, asked int // tasks
	late        int
}

// mark tells how far a unit is with an inject, by its shape and by its word.
type mark string

// Marks, the most urgent first: one that is late says more than that it is
// being worked on.
const (
	markNone      mark = ""
	markWaiting   mark = "waiting"
	markNew       mark = "new"
	markSeen      mark = "seen"
	markWorking   mark = "working"
	markDone      mark = "done"
	markLate      mark = "late"
	markLapsed    mark = "lapsed"
	markRetracted mark = "retracted"
)

// marks lists all that stand in the legend.
func marks() []mark {
	return []mark{markWaiting, markNew, markSeen, markWorking, markDone, markLate, markLapsed, markRetracted}
}

// sign is the shape of a mark; no two are alike without colour.
func (m mark) sign() string {
	switch m {
	case markWaiting:
		return "·"
	case markNew:
		return "○"
	case markSeen:
		return "◐"
	case markWorking:
		return "◑"
	case markDone:
		return "●"
	case markLate:
		return "▲"
	case markLapsed:
		return "–"
	case markRetracted:
		return "×"
	}
	return ""
}

// stuckUnit is a unit that owes something, and since when.
type stuckUnit struct {
	unit, name, task string
	since            exercise.Time
}

// logLine is one event of the running log.
type logLine struct {
	at, words string
}

func boardRoutes() []route {
	return []route{
		{pattern: "GET /x/{exercise}/board", need: observes, handle: showBoard},
		{pattern: "POST /x/{exercise}/clock", need: directs, handle: setClock},
		{pattern: "POST /x/{exercise}/pause", need: controls, handle: pauseOrResume},
		{pattern: "POST /x/{exercise}/stand-in", need: controls, handle: setStandIn},
	}
}

// showBoard is the page of EXCON, or the part of it that changes.
func showBoard(r *request) error {
	return r.showView(&view{
		key:    r.exconKey(),
		viewer: r.access.Viewer(r.hall.ID),
		part: func() (templ.Component, error) {
			var b board
			err := r.look(func(s *scene) error {
				b = s.board()
				return nil
			})
			return boardPart(r, &b), err
		},
		page: func(part templ.Component) templ.Component { return boardPage(r, part) },
	})
}

// exconKey is what of EXCON the reader is, for a view.
func (r *request) exconKey() string {
	switch {
	case r.access.Directs(r.hall.ID):
		return "directs"
	case r.access.Controls(r.hall.ID):
		return "controls"
	}
	return "observes"
}

func (s *scene) board() board {
	lang, st := s.r.p.Lang(), s.st
	b := board{clock: s.clock(""), at: st.Seq(), log: s.logLines(40)}
	for i := range st.InjectCount() {
		b.injects = append(b.injects, column{st.InjectKey(i), injectTitle(st, i, lang)})
	}
	for u := range st.Play().Cast.Units {
		b.rows = append(b.rows, rowOf(st, u, lang))
		b.stuck = append(b.stuck, stuckOf(st, u, lang)...)
	}
	return b
}

// injectTitle is the MSEL's title of an inject, for EXCON.
func injectTitle(st *exercise.State, i int, lang string) string {
	if added := st.Added(i); added != nil {
		return added.Title.In(lang)
	}
	return st.Play().Pack.Injects[i].Title.In(lang)
}

func rowOf(st *exercise.State, u int, lang string) row {
	unit, view := &st.Play().Cast.Units[u], st.Unit(u)
	x := row{
		key: unit.Key, name: unit.Name.In(lang), cell: !unit.IsTeam(), bot: view.Bot, status: view.Status,
		cells: make([]mark, st.InjectCount()),
	}
	open := tasksByInject(st, u)
	for i := range x.cells {
		x.cells[i] = markOf(st, i, u, open[st.InjectKey(i)])
	}
	for v := range st.Tasks(u) {
		if v.Status == exercise.TaskVoid {
			continue
		}
		x.asked++
		if v.First != exercise.Never {
			x.done++
		}
		if v.Late || v.First == exercise.Never && st.At() > v.Due {
			x.late++
		}
	}
	return x
}

// progress counts the tasks of an inject.
type progress struct{ asked, answered, late int }

func tasksByInject(st *exercise.State, u int) map[string]progress {
	by := map[string]progress{}
	for v := range st.Tasks(u) {
		if v.Status == exercise.TaskVoid {
			continue
		}
		p := by[v.Inject]
		p.asked++
		if v.First != exercise.Never {
			p.answered++
		} else if st.At() > v.Due {
			p.late++
		}
		by[v.Inject] = p
	}
	return by
}

func markOf(st *exercise.State, i, u int, p progress) mark {
	v, ok := st.Inject(i, u)
	switch {
	case !ok:
		return markNone
	case v.Status == exercise.InjectPassed:
		return markLapsed
	case v.Status == exercise.InjectWithdrawn:
		return markRetracted
	case v.Status != exercise.InjectOut:
		return markWaiting
	case p.late > 0:
		return markLate
	case p.asked > 0 && p.answered == p.asked:
		return markDone
	case p.answered > 0:
		return markWorking
	case v.Acked == exercise.Never:
		return markNew
	case p.asked == 0:
		return markDone
	}
	return markSeen
}

// stuckOf are the tasks of a unit whose time ran out without an answer.
func stuckOf(st *exercise.State, u int, lang string) (all []stuckUnit) {
	unit := &st.Play().Cast.Units[u]
	for v := range st.Tasks(u) {
		if v.Status == exercise.TaskStands && v.First == exercise.Never && st.At() > v.Due {
			all = append(all, stuckUnit{unit: unit.Key, name: unit.Name.In(lang), task: v.Key, since: v.Due})
		}
	}
	return all
}

// setClock starts and ends play, and sets its speed.
func setClock(r *request) error {
	var action exercise.Action
	switch r.PostFormValue("do") {
	case "start":
		action = exercise.Start{Speed: 1}
	case "end":
		action = exercise.End{}
	case "speed":
		speed, err := strconv.ParseFloat(r.PostFormValue("speed"), 64)
		if err != nil {
			return errForm
		}
		action = exercise.SetSpeed{Speed: speed}
	default:
		return errForm
	}
	return r.onBoard(action)
}

func pauseOrResume(r *request) error {
	switch r.PostFormValue("do") {
	case "pause":
		return r.onBoard(exercise.Pause{Reason: r.PostFormValue("reason")})
	case "resume":
		return r.onBoard(exercise.Resume{})
	}
	return errForm
}

// setStandIn puts a simulated team in a unit's place, or takes it away.
func setStandIn(r *request) error {
	return r.onBoard(exercise.SetStandIn{Unit: r.PostFormValue("unit"), Bot: r.PostFormValue("bot") == "yes"})
}

// onBoard gives a command of EXCON, and goes back to the board.
func (r *request) onBoard(action exercise.Action) error {
	if err := r.control(action); err != nil {
		return err
	}
	return r.done(r.path("/board"), "")
}

// speeds are those that a director may choose.
func speeds() []float64 { return []float64{1, 2, 5, 10, 30, 60} }

func (r *request) speedText(f float64) string {
	if f == 0 {
		return r.t("speed.max")
	}
	return r.t("speed.times", i18n.Args{"N": strconv.FormatFloat(f, 'g', -1, 64)})
}
