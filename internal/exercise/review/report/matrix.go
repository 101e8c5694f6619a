package report

import (
	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
)

// Measures of a matrix, in pixels.
const (
	matrixLabel = 168.0
	matrixCol   = 36.0
	matrixRow   = 24.0
	matrixHead  = 30.0
	matrixBlock = 40 // rows of one picture, so that it fits a page
)

// matrix is a grid of signs: units by tasks, or senders by flows.
type matrix struct {
	cols []string
	rows []matrixRowOf
}

type matrixRowOf struct {
	unit  string // key
	name  string
	cells []cell
}

// cell is one sign and what is said about it.
type cell struct {
	sign   sign
	broken bool   // the label was too loose
	say    string // for those who do not see the sign
}

func (m *matrix) width() float64  { return matrixLabel + matrixCol*float64(len(m.cols)) + 4 }
func (m *matrix) height() float64 { return matrixHead + matrixRow*float64(len(m.rows)) + 4 }

// blocks cuts a matrix into pictures of at most matrixBlock rows and as many
// columns as fit a page.
func (m *matrix) blocks() []*matrix {
	const most = 22
	var out []*matrix
	for c := 0; c < len(m.cols); c += most {
		end := min(len(m.cols), c+most)
		for r := 0; r < len(m.rows); r += matrixBlock {
			b := &matrix{cols: m.cols[c:end]}
			for _, row := range m.rows[r:min(len(m.rows), r+matrixBlock)] {
				row.cells = row.cells[c:end]
				b.rows = append(b.rows, row)
			}
			out = append(out, b)
		}
	}
	return out
}

// families are the units that share a row: a team with its cells, where no
// task or flow belongs to two of them, else each unit alone.
func (pg *page) families(of func(u *review.UnitResult) []string) [][]*review.UnitResult {
	merged := make([][]*review.UnitResult, 0, len(pg.teams))
	for _, team := range pg.teams {
		family := append([]*review.UnitResult{team}, pg.cells[team.Key]...)
		seen := map[string]bool{}
		for _, u := range family {
			for _, key := range of(u) {
				if seen[key] {
					return pg.alone()
				}
				seen[key] = true
			}
		}
		merged = append(merged, family)
	}
	if len(merged) == 0 {
		return pg.alone()
	}
	return merged
}

func (pg *page) alone() [][]*review.UnitResult {
	out := make([][]*review.UnitResult, len(pg.r.Result.Units))
	for i := range pg.r.Result.Units {
		out[i] = []*review.UnitResult{&pg.r.Result.Units[i]}
	}
	return out
}

// columns are the keys that any of the units has, in the order of the totals.
func columns(all []string, has map[string]bool) ([]string, map[string]int) {
	var cols []string
	at := map[string]int{}
	for _, key := range all {
		if has[key] {
			at[key] = len(cols)
			cols = append(cols, key)
		}
	}
	return cols, at
}

// taskMatrix is units by tasks.
func (pg *page) taskMatrix() *matrix {
	keys := func(u *review.UnitResult) (out []string) {
		for i := range u.Tasks {
			out = append(out, u.Tasks[i].Key)
		}
		return out
	}
	all := make([]string, len(pg.r.Result.Totals.Tasks))
	for i := range all {
		all[i] = pg.r.Result.Totals.Tasks[i].Key
	}
	return pg.matrixOf(all, keys, func(u *review.UnitResult, put func(string, cell)) {
		for i := range u.Tasks {
			t := &u.Tasks[i]
			put(t.Key, cell{sign: taskSign(t), say: pg.taskState(t)})
		}
	})
}

// flowMatrix is senders by expected flows.
func (pg *page) flowMatrix() *matrix {
	keys := func(u *review.UnitResult) (out []string) {
		for i := range u.Flows {
			out = append(out, u.Flows[i].Key)
		}
		return out
	}
	all := make([]string, len(pg.r.Result.Totals.Flows))
	for i := range all {
		all[i] = pg.r.Result.Totals.Flows[i].Key
	}
	return pg.matrixOf(all, keys, func(u *review.UnitResult, put func(string, cell)) {
		for i := range u.Flows {
			f := &u.Flows[i]
			put(f.Key, cell{sign: flowSign(f.Status), broken: f.Broken, say: pg.t("flow." + string(f.Status))})
		}
	})
}

func (pg *page) matrixOf(
	all []string, keys func(*review.UnitResult) []string, fill func(*review.UnitResult, func(string, cell)),
) *matrix {
	has := map[string]bool{}
	for i := range pg.r.Result.Units {
		for _, key := range keys(&pg.r.Result.Units[i]) {
			has[key] = true
		}
	}
	m := &matrix{}
	var at map[string]int
	m.cols, at = columns(all, has)
	for _, family := range pg.families(keys) {
		row := matrixRowOf{unit: family[0].Key, name: pg.unit(family[0].Key), cells: make([]cell, len(m.cols))}
		any := false
		for _, u := range family {
			fill(u, func(key string, c cell) {
				if i, ok := at[key]; ok {
					row.cells[i], any = c, true
				}
			})
		}
		if any {
			m.rows = append(m.rows, row)
		}
	}
	return m
}

func taskSign(t *review.TaskResult) sign {
	done := t.Solved || handedIn(t.Type)
	switch {
	case t.Status == review.TaskOpen:
		return signOpen
	case t.Status == review.TaskVoid:
		return signVoid
	case t.Status == review.TaskMissing:
		return signMissing
	case t.Late && done:
		return signLate
	case t.Late:
		return signLateNot
	case done:
		return signFull
	}
	return signHalf
}

func flowSign(s exercise.FlowStatus) sign {
	switch s {
	case exercise.FlowIsMade:
		return signFull
	case exercise.FlowIsLate:
		return signLate
	case exercise.FlowIsMissed:
		return signMissing
	case exercise.FlowIsVoid:
		return signVoid
	}
	return signOpen
}

// taskState says in words what the sign of a task shows.
func (w *words) taskState(t *review.TaskResult) string {
	switch s := taskSign(t); {
	case handedIn(t.Type) && s == signFull:
		return w.t("task.handed")
	case handedIn(t.Type) && s == signLate:
		return w.t("task.handedlate")
	default:
		return w.t("task." + string(s))
	}
}

// taskBar shows how one task went over the units.
func taskBar(t *review.TaskTotal, units []review.UnitResult) []part {
	full, half, late := 0, 0, 0
	for u := range units {
		for i := range units[u].Tasks {
			if k := &units[u].Tasks[i]; k.Key == t.Key {
				s := taskSign(k)
				full += one(s == signFull)
				half += one(s == signHalf)
				late += one(s == signLate || s == signLateNot)
			}
		}
	}
	if full+half+late != t.Answered { // the report holds some units only
		done := t.Solved
		if handedIn(t.Type) {
			done = t.Answered - t.Late
		}
		full = min(done, t.Answered-t.Late)
		late = t.Late
		half = t.Answered - late - full
	}
	return bar(barWidth, part{class: "b-full", n: full}, part{class: "b-half", n: half}, part{class: "b-late", n: late},
		part{class: "b-miss", n: t.Missing}, part{class: "b-open", n: t.Open})
}

func flowBar(t *review.FlowTotal) []part {
	return bar(barWidth, part{class: "b-full", n: t.Made}, part{class: "b-late", n: t.Late},
		part{class: "b-miss", n: t.Missing}, part{class: "b-open", n: t.Expected})
}

const barWidth = 150.0
