package review

import (
	"fmt"
	"slices"
	"strings"

	"renkei/internal/i18n"
)

// table writes the head of a Markdown table; the first left columns hold text,
// the others figures.
func (s *summary) table(section string, left int, columns ...string) {
	s.section(section)
	rule := make([]string, len(columns))
	for i, c := range columns {
		columns[i] = s.T("summary.column." + c)
		rule[i] = "---"
		if i >= left {
			rule[i] = "---:"
		}
	}
	s.row(columns...)
	s.row(rule...)
}

// row writes cells, which are escaped already.
func (s *summary) row(cells ...string) { s.line("| " + strings.Join(cells, " | ") + " |") }

const nought = "–" // no figure

func (s *summary) clock(sp *Spread) string {
	if sp == nil {
		return nought
	}
	return sp.Median.Clock()
}

func count(n int) string { return fmt.Sprint(n) }

// A summary is at most two pages, however large the exercise was: of long tables
// it has those rows that a director asks about first, and the report all.
const (
	maxUnitRows = 12
	maxKeyRows  = 6
)

// unitTable has a row for each unit; where they are many, for each team with its
// cells.
func (s *summary) unitTable() {
	s.table("units", 2, "unit", "status", "acked", "ack_median", "answered", "solved", "late", "flows", "points")
	whole := len(s.r.Units) > maxUnitRows
	rows := 0
	for u := range s.r.Units {
		family := []int{u}
		if whole {
			if s.r.Units[u].Parent != "" {
				continue
			}
			family = s.play.Family(u)
		}
		if rows++; rows <= maxUnitRows {
			s.unitRow(u, family)
		}
	}
	s.rest("units", rows-maxUnitRows)
	if whole {
		s.line("\n" + s.T("summary.rest.cells"))
	}
}

// rest says how many rows are left to the report.
func (s *summary) rest(what string, n int) {
	if n > 0 {
		s.line("\n" + s.T("summary.rest."+what, i18n.Args{"N": n}))
	}
}

// unitRow is the row of a unit, with those of its family added up.
func (s *summary) unitRow(u int, family []int) {
	var tasks taskTally
	var flows flowTally
	var took []Span
	solved, out, points, most := 0, 0, 0.0, 0.0
	for _, member := range family {
		unit := &s.r.Units[member]
		for i := range unit.Tasks {
			t := &unit.Tasks[i]
			tasks.add(t)
			solved += one(t.Status == TaskAnswered && t.Solved && solvable(t.Type))
		}
		for i := range unit.Flows {
			flows.add(&unit.Flows[i])
		}
		took, out = append(took, ackTimes(unit)...), out+released(unit)
		points, most = points+float64(unit.Points), most+float64(unit.Max)
	}
	acked, scored, made := nought, nought, nought
	if out > 0 {
		acked = fmt.Sprintf("%d/%d", len(took), out)
	}
	if most > 0 {
		scored = pointsOf(points).String() + "/" + pointsOf(most).String()
	}
	if flows.Made+flows.Late+flows.Missing > 0 {
		made = fmt.Sprintf("%d/%d/%d", flows.Made, flows.Late, flows.Missing)
	}
	answered := nought
	if n := tasks.Asked - tasks.Void; n > 0 {
		answered = fmt.Sprintf("%d/%d", tasks.Answered, n)
	}
	s.row(escape(s.unit(u)), s.status(&s.r.Units[u]), acked, s.clock(spreadOf(took)),
		answered, count(solved), count(tasks.Late), made, scored)
}

func (s *summary) status(u *UnitResult) string {
	status := s.T("review.status." + u.Status)
	if u.Bot {
		status += s.T("review.status.bot")
	}
	return status
}

func (s *summary) taskTable() {
	asked := 0
	for i := range s.r.Totals.Tasks {
		asked += s.r.Totals.Tasks[i].Asked
	}
	if asked == 0 {
		return
	}
	s.table("tasks", 1, "task", "answered", "solved", "late", "missing", "first_median", "hinted")
	rows, rest := worst(s.r.Totals.Tasks, func(t *TaskTotal) bool { return t.Asked > 0 }, func(t *TaskTotal) int {
		return t.Missing + one(solvable(t.Type))*(t.Answered-t.Solved)
	})
	for _, t := range rows {
		solved := nought
		if solvable(t.Type) {
			solved = count(t.Solved)
		}
		s.row(s.taskName(t), fmt.Sprintf("%d/%d", t.Answered, t.Asked-t.Void), solved, count(t.Late),
			count(t.Missing), s.clock(t.Took), count(t.Hinted))
	}
	s.rest("tasks", rest)
}

// worst are the rows that are wanted, in their order; where they are too many,
// those of which most went wrong, and how many others there are.
func worst[T any](all []T, wanted func(*T) bool, wrong func(*T) int) (rows []*T, rest int) {
	for i := range all {
		if wanted(&all[i]) {
			rows = append(rows, &all[i])
		}
	}
	if len(rows) <= maxKeyRows {
		return rows, 0
	}
	slices.SortStableFunc(rows, func(a, b *T) int { return wrong(b) - wrong(a) })
	return rows[:maxKeyRows], len(rows) - maxKeyRows
}

func (s *summary) flowTable() {
	begun := func(t *FlowTotal) int { return t.Made + t.Late + t.Missing + t.Expected + t.Void }
	all := 0
	for i := range s.r.Totals.Flows {
		all += begun(&s.r.Totals.Flows[i])
	}
	if all == 0 {
		return
	}
	s.table("flows", 2, "flow", "way", "made", "late", "missing", "made_median", "broken")
	rows, rest := worst(s.r.Totals.Flows, func(t *FlowTotal) bool { return begun(t) > 0 }, func(t *FlowTotal) int { return 2*t.Missing + t.Late })
	for _, t := range rows {
		way := escape(s.end(t.From)) + " → " + escape(s.end(t.To))
		s.row(s.flowName(t), way, count(t.Made), count(t.Late), count(t.Missing), s.clock(t.Took), count(t.Broken))
	}
	s.rest("flows", rest)
}
