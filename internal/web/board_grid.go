package web

import (
	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// grid is all units by injects, or by tasks.
type grid struct {
	byTasks, withCells bool
	columns            []column
	rows               []row
	total              progress
	hidden             int // cells of teams that are not shown
}

// column is an inject or a task; inject is the one to which its cells lead.
type column struct{ key, name, inject string }

// row is a unit with a mark for each column.
type row struct {
	key, name   string // name: as it stands at the row, without its team
	full        string // with its team
	cell, bot   bool
	status      string
	boxes       []box
	own         progress
	hidden      int // cells that are not shown, and what they owe
	hiddenCells progress
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

// progress counts injects and tasks.
type progress struct{ coming, out, asked, answered, judged, late int }

func (p *progress) add(q progress) {
	p.coming, p.out = p.coming+q.coming, p.out+q.out
	p.asked, p.answered, p.judged, p.late = p.asked+q.asked, p.answered+q.answered, p.judged+q.judged, p.late+q.late
}

// grid looks at every unit and every inject once, and at every task once.
func (s *scene) grid(byTasks, withCells bool) grid {
	g := grid{byTasks: byTasks, withCells: withCells, columns: s.columns(byTasks)}
	g.rows = make([]row, 0, len(s.st.Play().Cast.Units))
	for u := range s.st.Play().Cast.Units {
		x := s.row(u, byTasks)
		g.total.add(x.own)
		if x.cell && !withCells {
			if g.hidden++; len(g.rows) > 0 { // cells follow their team
				team := &g.rows[len(g.rows)-1]
				team.hidden++
				team.hiddenCells.add(x.own)
			}
			continue
		}
		g.rows = append(g.rows, x)
	}
	return g
}

func (s *scene) columns(byTasks bool) (all []column) {
	if byTasks {
		for t := range s.st.TaskCount() {
			key := s.st.TaskKey(t)
			all = append(all, column{key, s.taskName(key), s.askedBy(key)})
		}
		return all
	}
	for i := range s.st.InjectCount() {
		key := s.st.InjectKey(i)
		all = append(all, column{key, s.injectName(key), key})
	}
	return all
}

func (s *scene) row(u int, byTasks bool) row {
	unit, view := &s.st.Play().Cast.Units[u], s.st.Unit(u)
	x := row{
		key: unit.Key, name: s.unitName(unit.Key), full: s.fullName(unit.Key), cell: !unit.IsTeam(), bot: view.Bot, status: view.Status,
	}
	injects := make([]box, s.st.InjectCount())
	for i := range injects {
		var p progress
		injects[i], p = s.injectBox(i, u)
		x.own.add(p)
	}
	x.boxes = injects
	if byTasks {
		x.boxes = make([]box, s.st.TaskCount())
		for t := range x.boxes {
			x.boxes[t] = s.taskBox(t, u)
		}
	}
	return x
}

// injectBox is how far a unit is with an inject, the most urgent first: that it
// is late says more than that it is being worked on.
func (s *scene) injectBox(i, u int) (box, progress) {
	v, ok := s.st.Inject(i, u)
	if !ok {
		return box{}, progress{}
	}
	switch v.Status {
	case exercise.InjectPassed:
		return box{markLapsed, exercise.Never}, progress{}
	case exercise.InjectWithdrawn:
		return box{markRetracted, exercise.Never}, progress{}
	case exercise.InjectOut:
	default:
		m := markWaiting
		if v.Held {
			m = markHeld
		}
		return box{m, v.Due}, progress{coming: 1}
	}
	p, late, last := s.tasksOf(i, u)
	p.out = 1
	switch {
	case p.late > 0:
		return box{markLate, late}, p
	case p.asked > 0 && p.judged == p.asked && s.r.readsKeys():
		return box{markScored, last}, p
	case p.asked > 0 && p.answered == p.asked:
		return box{markAnswered, last}, p
	case p.answered > 0:
		return box{markWorking, last}, p
	case v.Acked == exercise.Never:
		return box{markNew, v.Released}, p
	}
	return box{markSeen, v.Acked}, p
}

// tasksOf counts the tasks of an inject, with the time since when the first is
// late, and that of the latest answer.
func (s *scene) tasksOf(i, u int) (p progress, late, last exercise.Time) {
	late = exercise.Never
	for v := range s.st.TasksOf(i, u) {
		if v.Status == exercise.TaskVoid {
			continue
		}
		p.asked++
		if overdue(&v) {
			p.late++
			late = min(late, v.Due)
		}
		if v.First == exercise.Never {
			continue
		}
		p.answered++
		last = max(last, v.First)
		if s.judged(&v, u) {
			p.judged++
		}
	}
	return p, late, last
}

// judged reports whether an answer has its points: those that an evaluator must
// mark wait for the mark, and those on which marks differ for the director.
func (s *scene) judged(v *exercise.TaskView, u int) bool {
	if v.Standing != exercise.Automatic {
		return v.Standing != exercise.Differing
	}
	if v.Type != scenario.TaskReport && v.Type != scenario.TaskFile {
		return true
	}
	t, ok := s.st.TaskIndex(v.Key)
	if !ok {
		return false
	}
	key := s.st.Key(t, u)
	return !key.ByHand()
}

// taskBox is how far a unit is with a task.
func (s *scene) taskBox(t, u int) box {
	v, ok := s.st.Task(t, u)
	switch {
	case !ok:
		return box{}
	case v.Status == exercise.TaskVoid:
		return box{markRetracted, exercise.Never}
	case overdue(&v):
		return box{markLate, v.Due}
	case v.First == exercise.Never:
		return s.openBox(&v, u)
	case s.r.readsKeys() && v.Feedback && !v.Solved && v.Status == exercise.TaskStands:
		return box{markWorking, v.First}
	case s.r.readsKeys() && s.judged(&v, u):
		return box{markScored, v.First}
	}
	return box{markAnswered, v.First}
}

// openBox is a task that nobody has answered: seen as far as its inject is.
func (s *scene) openBox(v *exercise.TaskView, u int) box {
	i, _ := s.st.InjectIndex(v.Inject)
	if in, ok := s.st.Inject(i, u); ok && in.Acked != exercise.Never {
		return box{markSeen, in.Acked}
	}
	return box{markNew, v.Opened}
}
