package review_test

import (
	"math"
	"slices"
	"strings"
)

// job follows one task of one unit from line to line.
func (l *ledger) job(t posed, unit string) *job {
	j, since := &job{posed: t, closed: math.MaxInt64}, int64(-1)
	team, _, _ := strings.Cut(unit, "/")
	asked := t.branch == ""
	statuses := l.statuses(unit)
	for i := range l.lines {
		e := &l.lines[i]
		switch {
		case e.Type == "branch.taken" && (e.Body.Unit == "" || e.Body.Unit == team):
			asked = asked || e.Body.Branch == t.branch
		case slices.Contains(statuses, e):
			j.standsBy(e, &since)
		case e.Body.Unit == unit && e.Body.Inject == t.inject && (asked || j.begun != nil):
			j.comes(e, since)
		case e.Type == "task.amended" && e.Body.Task == t.key && (e.Body.Unit == "" || e.Body.Unit == unit):
			j.amended(e)
		case e.Body.Unit == unit && e.Body.Task == t.key:
			j.worked(e)
		}
	}
	if j.begun == nil {
		return nil
	}
	return j
}

func (j *job) waits() bool { return j.begun != nil && !j.void && len(j.subs) == 0 }

func (j *job) shut(at int64) { j.closed = min(j.closed, at) }

// standsBy moves what is owed by as long as a unit stood still.
func (j *job) standsBy(e *entry, since *int64) {
	if still := stands(e.Body.Status); still && *since < 0 {
		*since = e.At
	} else if !still && *since >= 0 {
		if j.waits() && !j.overdue {
			j.due += e.At - *since
		}
		*since = -1
	}
	if away(e.Body.Status) && j.waits() {
		j.void = true
		j.shut(e.At)
	}
}

func (j *job) comes(e *entry, since int64) {
	opens := e.Type == "inject.released" && !j.relay || e.Type == "inject.relayed" && j.relay
	if e.Type == "inject.retracted" && j.begun != nil {
		j.void = true
		j.shut(e.At)
	}
	if !opens || j.begun != nil {
		return
	}
	j.begun, j.opened, j.due = e, e.At, e.At+j.within
	if since >= 0 {
		j.due = since + j.within
	}
}

func (j *job) amended(e *entry) {
	if e.Body.Points != nil {
		j.points = *e.Body.Points
	}
	if e.Body.Within == nil {
		return
	}
	if j.waits() { // more time than it had: it never ran out
		j.due, j.overdue, j.late, j.closed = j.due+*e.Body.Within-j.within, false, false, math.MaxInt64
	}
	j.within = *e.Body.Within
}

func (j *job) worked(e *entry) {
	b := &e.Body
	switch e.Type {
	case "task.submitted":
		said := *e
		if e.told != nil {
			said.At = max(e.told.At, j.opened)
		}
		if len(j.subs) == 0 {
			j.late = b.Late
		}
		j.subs = append(j.subs, &said)
		j.shut(said.At)
		j.trail = append(j.trail, b.Via)
	case "task.scored":
		j.scores = append(j.scores, e)
		if anew := b.Again && b.Submission == j.subs[0].Seq; anew || j.kind == "report" || j.kind == "file" {
			j.auto, j.solved = *b.Points, b.Correct
		} else {
			j.auto, j.solved = max(j.auto, *b.Points), j.solved || b.Correct
		}
	case "task.marked":
		j.marks = slices.DeleteFunc(j.marks, func(m *entry) bool { return m.Body.Evaluator == b.Evaluator })
		if b.Points != nil {
			j.marks = append(j.marks, e)
		}
		j.settled = nil
	case "task.settled":
		j.settled = e
	case "task.overdue":
		j.overdue, j.late = true, true
		j.shut(e.At)
	case "hint.taken":
		j.hints, j.cost = j.hints+1, j.cost+b.Cost
	case "hint.given":
		j.came, j.cost = b.N-j.hints, j.cost+b.Cost
	default:
		return
	}
	j.trail = append(j.trail, e.Seq)
}

func (j *job) state() string {
	switch {
	case j.void:
		return "void"
	case len(j.subs) > 0:
		return "answered"
	case j.overdue:
		return "missing"
	}
	return "open"
}

// value gives the points that count and what they rest on.
func (j *job) value() (points float64, standing string) {
	if j.void || len(j.subs) == 0 && len(j.marks) == 0 && j.settled == nil {
		return 0, "automatic"
	}
	gross := j.auto
	switch n := len(j.marks); {
	case j.settled != nil:
		gross, standing = *j.settled.Body.Points, "decided"
	case n == 0 && (j.unkeyed || j.kind == "file" && !j.solved):
		standing = "unmarked"
	case n == 0:
		standing = "automatic"
	default:
		gross, standing = *j.marks[0].Body.Points, map[bool]string{true: "provisional", false: "agreed"}[n == 1]
		for _, m := range j.marks {
			if *m.Body.Points != gross {
				gross, standing = 0, "open"
				break
			}
		}
	}
	return max(0, gross-j.cost), standing
}

func (j *job) judged() bool {
	_, standing := j.value()
	return !j.void && standing != "open" && standing != "unmarked"
}

// marked reports whether a person gave the points.
func (j *job) marked() bool {
	_, standing := j.value()
	return standing != "automatic" && standing != "unmarked"
}

// counts is the score of the attempt at indicators that counts: the first of
// the best since the last new key.
func (j *job) counts() (best *entry) {
	if j.kind != "indicators" || j.void {
		return nil
	}
	for _, e := range j.scores {
		if best == nil || e.Body.Again && e.Body.Submission == j.subs[0].Seq || *e.Body.Points > *best.Body.Points {
			best = e
		}
	}
	return best
}
