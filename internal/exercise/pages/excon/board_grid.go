package excon

import (
	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
)

// grid is all units by injects, or by tasks.
type grid struct {
	byTasks, withCells bool
	columns            []column
	rows               []row
	total              pages.Progress
	hidden             int // cells of teams that are not shown
}

// column is an inject or a task; inject is the one to which its cells lead.
type column struct{ key, name, inject string }

// row is a unit with a mark for each column.
type row struct {
	key, name   string // name: as it stands at the row, without its team
	full        string // with its team
	cell, bot   bool
	away        string // why nobody plays it now, in words; "" where somebody does
	status      string
	boxes       []box
	own         pages.Progress
	hidden      int // cells that are not shown, and what they owe
	hiddenCells pages.Progress
}

// box is where a row and a column meet. since is Never where no time says more.
type box struct {
	mark  mark
	since exercise.Time
}

// mark tells how far a unit is, by its shape and by its word. Its value is the
// class of its box.
type mark string

// Marks in the order of the legend.
const (
	markNone      mark = ""
	markWaiting   mark = "waiting"
	markHeld      mark = "held"
	markNew       mark = "new"
	markSeen      mark = "seen"
	markWorking   mark = "working"
	markAnswered  mark = "answered"
	markScored    mark = "scored"
	markLate      mark = "late"
	markLapsed    mark = "lapsed"
	markRetracted mark = "retracted"
)

// marks lists all that stand in the legend. Their shapes, no two alike without
// colour, are in excon.css.
func marks() []mark {
	return []mark{markWaiting, markHeld, markNew, markSeen, markWorking, markAnswered, markScored, markLate, markLapsed, markRetracted}
}

func add(p *pages.Progress, q pages.Progress) {
	p.Coming, p.Out = p.Coming+q.Coming, p.Out+q.Out
	p.Asked, p.Answered, p.Judged, p.Late = p.Asked+q.Asked, p.Answered+q.Answered, p.Judged+q.Judged, p.Late+q.Late
}

// gridOf looks at every unit and every inject once, and at every task once.
func gridOf(s *pages.Moment, byTasks, withCells bool) grid {
	g := grid{byTasks: byTasks, withCells: withCells, columns: columns(s, byTasks)}
	g.rows = make([]row, 0, len(s.State.Play().Cast.Units))
	for u := range s.State.Play().Cast.Units {
		x := rowOf(s, u, byTasks)
		add(&g.total, x.own)
		if x.cell && !withCells {
			if g.hidden++; len(g.rows) > 0 { // cells follow their team
				team := &g.rows[len(g.rows)-1]
				team.hidden++
				add(&team.hiddenCells, x.own)
			}
			continue
		}
		g.rows = append(g.rows, x)
	}
	return g
}

func columns(s *pages.Moment, byTasks bool) (all []column) {
	if byTasks {
		for t := range s.State.TaskCount() {
			key := s.State.TaskKey(t)
			all = append(all, column{key, s.TaskName(key), s.AskedBy(key)})
		}
		return all
	}
	for i := range s.State.InjectCount() {
		key := s.State.InjectKey(i)
		all = append(all, column{key, s.InjectName(key), key})
	}
	return all
}

func rowOf(s *pages.Moment, u int, byTasks bool) row {
	unit, view := &s.State.Play().Cast.Units[u], s.State.Unit(u)
	x := row{
		key: unit.Key, name: s.UnitName(unit.Key), full: s.FullName(unit.Key), cell: !unit.IsTeam(), bot: view.Bot, status: view.Status,
	}
	if p := s.Presence(u); !isThere(s, u) {
		x.away = p.Text
	}
	injects := make([]box, s.State.InjectCount())
	for i := range injects {
		var p pages.Progress
		injects[i], p = injectBox(s, i, u)
		add(&x.own, p)
	}
	x.boxes = injects
	if byTasks {
		x.boxes = make([]box, s.State.TaskCount())
		for t := range x.boxes {
			x.boxes[t] = taskBox(s, t, u)
		}
	}
	return x
}

// injectBox is how far a unit is with an inject, the most urgent first: that it
// is late says more than that it is being worked on.
func injectBox(s *pages.Moment, i, u int) (box, pages.Progress) {
	v, ok := s.State.Inject(i, u)
	if !ok {
		return box{}, pages.Progress{}
	}
	switch v.Status {
	case exercise.InjectPassed:
		return box{markLapsed, exercise.Never}, pages.Progress{}
	case exercise.InjectWithdrawn:
		return box{markRetracted, exercise.Never}, pages.Progress{}
	case exercise.InjectOut:
	default:
		m := markWaiting
		if v.Held {
			m = markHeld
		}
		return box{m, v.Due}, pages.Progress{Coming: 1}
	}
	p, late, last := tasksOf(s, i, u)
	p.Out = 1
	switch {
	case p.Late > 0:
		return box{markLate, late}, p
	case p.Asked > 0 && p.Judged == p.Asked && s.Request.ReadsKeys():
		return box{markScored, last}, p
	case p.Asked > 0 && p.Answered == p.Asked:
		return box{markAnswered, last}, p
	case p.Answered > 0:
		return box{markWorking, last}, p
	case v.Acked == exercise.Never:
		return box{markNew, v.Released}, p
	}
	return box{markSeen, v.Acked}, p
}

// tasksOf counts the tasks of an inject, with the time since when the first is
// late, and that of the latest answer.
func tasksOf(s *pages.Moment, i, u int) (p pages.Progress, late, last exercise.Time) {
	late = exercise.Never
	for v := range s.State.TasksOf(i, u) {
		if v.Status == exercise.TaskVoid {
			continue
		}
		p.Asked++
		if overdue(&v) {
			p.Late++
			late = min(late, v.Due)
		}
		if v.First == exercise.Never {
			continue
		}
		p.Answered++
		last = max(last, v.First)
		if judged(s, &v, u) {
			p.Judged++
		}
	}
	return p, late, last
}

// judged reports whether an answer has its points: those that an evaluator must
// mark wait for the mark, and those on which marks differ for the director.
func judged(s *pages.Moment, v *exercise.TaskView, u int) bool {
	if v.Standing != exercise.Automatic {
		return v.Standing != exercise.Differing
	}
	if v.Type != scenario.TaskReport && v.Type != scenario.TaskFile {
		return true
	}
	t, ok := s.State.TaskIndex(v.Key)
	if !ok {
		return false
	}
	key := s.State.Key(t, u)
	return !key.ByHand()
}

// taskBox is how far a unit is with a task.
func taskBox(s *pages.Moment, t, u int) box {
	v, ok := s.State.Task(t, u)
	switch {
	case !ok:
		return box{}
	case v.Status == exercise.TaskVoid:
		return box{markRetracted, exercise.Never}
	case overdue(&v):
		return box{markLate, v.Due}
	case v.First == exercise.Never:
		return openBox(s, &v, u)
	case s.Request.ReadsKeys() && v.Feedback && !v.Solved && v.Status == exercise.TaskStands:
		return box{markWorking, v.First}
	case s.Request.ReadsKeys() && judged(s, &v, u):
		return box{markScored, v.First}
	}
	return box{markAnswered, v.First}
}

// openBox is a task that nobody has answered: seen as far as its inject is.
func openBox(s *pages.Moment, v *exercise.TaskView, u int) box {
	i, _ := s.State.InjectIndex(v.Inject)
	if in, ok := s.State.Inject(i, u); ok && in.Acked != exercise.Never {
		return box{markSeen, in.Acked}
	}
	return box{markNew, v.Opened}
}
