package review

import (
	"fmt"
	"strings"
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

func (s *summary) unitTable() {
	s.table("units", 2, "unit", "status", "acked", "ack_median", "answered", "solved", "late", "flows", "points")
	for u := range s.r.Units {
		s.unitRow(u)
	}
}

func (s *summary) unitRow(u int) {
	unit := &s.r.Units[u]
	var tasks taskTally
	var flows flowTally
	solved := 0
	for i := range unit.Tasks {
		t := &unit.Tasks[i]
		tasks.add(t)
		solved += one(t.Status == TaskAnswered && t.Solved && solvable(t.Type))
	}
	for i := range unit.Flows {
		flows.add(&unit.Flows[i])
	}
	took, out := ackTimes(unit), released(unit)
	acked, points, made := nought, nought, nought
	if out > 0 {
		acked = fmt.Sprintf("%d/%d", len(took), out)
	}
	if unit.Max > 0 {
		points = unit.Points.String() + "/" + unit.Max.String()
	}
	if flows.Made+flows.Late+flows.Missing > 0 {
		made = fmt.Sprintf("%d/%d/%d", flows.Made, flows.Late, flows.Missing)
	}
	answered := nought
	if n := tasks.Asked - tasks.Void; n > 0 {
		answered = fmt.Sprintf("%d/%d", tasks.Answered, n)
	}
	s.row(escape(s.unit(u)), s.status(unit), acked, s.clock(spreadOf(took)),
		answered, count(solved), count(tasks.Late), made, points)
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
	for i := range s.r.Totals.Tasks {
		t := &s.r.Totals.Tasks[i]
		if t.Asked == 0 {
			continue
		}
		solved := nought
		if solvable(t.Type) {
			solved = count(t.Solved)
		}
		s.row(s.taskName(t), fmt.Sprintf("%d/%d", t.Answered, t.Asked-t.Void), solved, count(t.Late),
			count(t.Missing), s.clock(t.Took), count(t.Hinted))
	}
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
	for i := range s.r.Totals.Flows {
		if t := &s.r.Totals.Flows[i]; begun(t) > 0 {
			way := escape(s.end(t.From)) + " → " + escape(s.end(t.To))
			s.row(s.flowName(t), way, count(t.Made), count(t.Late), count(t.Missing), s.clock(t.Took), count(t.Broken))
		}
	}
}
