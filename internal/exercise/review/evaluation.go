package review

import (
	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// Shares of the points for the ratings P, S and M.
const (
	shareP = 0.90
	shareS = 0.75
	shareM = 0.40
)

func (d *builder) evaluation() Evaluation {
	e := Evaluation{Objectives: []ObjectiveResult{}}
	for _, o := range d.play.Pack.Objectives {
		r := ObjectiveResult{Key: o.Key, Title: o.Title, Critical: []CriticalResult{}}
		for _, ct := range o.CriticalTasks {
			r.Critical = append(r.Critical, d.critical(ct))
		}
		e.Objectives = append(e.Objectives, r)
	}
	e.count(d.result.Units)
	return e
}

// count adds up the points of units, those that people gave apart.
func (e *Evaluation) count(units []UnitResult) {
	var automatic, human, most float64
	e.OpenMarks = 0
	for u := range units {
		for i := range units[u].Tasks {
			t := &units[u].Tasks[i]
			e.OpenMarks += one(t.Status != TaskVoid && t.Standing == exercise.Differing)
			if !t.judged() {
				continue
			}
			most += float64(t.Max)
			if t.marked() {
				human += float64(t.Points)
			} else {
				automatic += float64(t.Points)
			}
		}
	}
	e.Automatic, e.Human, e.Max = pointsOf(automatic), pointsOf(human), pointsOf(most)
}

// marked reports whether a person gave the points.
func (t *TaskResult) marked() bool {
	switch t.Standing {
	case exercise.Provisional, exercise.Agreed, exercise.Decided, exercise.Differing:
		return true
	}
	return false
}

func (d *builder) critical(ct scenario.CriticalTask) CriticalResult {
	r := CriticalResult{Key: ct.Key, Title: ct.Title, Tasks: []string{}, Ratings: []UnitRating{}}
	wanted := map[string]bool{}
	for i := range d.result.Totals.Tasks {
		key := d.result.Totals.Tasks[i].Key
		if t, _, _ := d.play.Pack.TaskByKey(key); t != nil && t.Critical == ct.Key {
			wanted[key] = true
			r.Tasks = append(r.Tasks, key)
		}
	}
	for _, f := range d.play.Pack.Flows {
		if f.Critical == ct.Key {
			wanted[f.Key] = true
			r.Flows = append(r.Flows, f.Key)
		}
	}
	for u, unit := range d.play.Cast.Units {
		if unit.IsTeam() {
			r.Ratings = append(r.Ratings, d.rating(u, wanted))
		}
	}
	return r
}

// rating rates a team with its cells.
func (d *builder) rating(team int, wanted map[string]bool) UnitRating {
	r := UnitRating{Unit: d.play.Cast.Units[team].Key}
	var works []*TaskResult
	var trail []*Evidence
	for _, u := range d.play.Family(team) {
		for i := range d.result.Units[u].Tasks {
			t := &d.result.Units[u].Tasks[i]
			if !wanted[t.Key] {
				continue
			}
			works = append(works, t)
			w := d.work(d.taskIx[t.Key], u)
			trail = append(trail, &w.trail)
			r.Marks = append(r.Marks, w.results(t.Standing)...)
			if e := d.taskFlow(t.Key, u); e != nil {
				trail = append(trail, e)
			}
		}
	}
	told, said := d.told(team, wanted)
	works, trail = append(works, told...), append(trail, said...)
	r.Rating, r.Automatic = Rate(works)
	for _, t := range works {
		if t.blameless() && t.aside() {
			r.CouldNot++
		}
		if t.aside() {
			continue
		}
		r.Challenges += one(t.challenged())
		if t.judged() {
			r.Points, r.Max = pointsOf(float64(r.Points+t.Points)), pointsOf(float64(r.Max+t.Max))
		}
	}
	r.Evidence = gather(trail...)
	return r
}

// told are the flows of a team and its cells that are evidence by themselves.
func (d *builder) told(team int, wanted map[string]bool) (works []*TaskResult, trail []*Evidence) {
	for _, u := range d.play.Family(team) {
		for i := range d.result.Units[u].Flows {
			f := &d.result.Units[u].Flows[i]
			if !wanted[f.Key] {
				continue
			}
			work := FlowWork(f.Key, f.Status)
			work.Astray = f.Astray
			works = append(works, work)
			if j, ok := d.play.FlowIndex(f.Key); ok {
				e := d.flowEvidence(j, u)
				trail = append(trail, &e)
			}
		}
	}
	return works, trail
}

// flowPoints are what a flow weighs among tasks, for which it is evidence by
// itself: as much as a task of which the author says nothing.
const flowPoints = 10

// FlowWork is a flow that no task asks for, as evidence for a critical task:
// made, if late, is done.
func FlowWork(key string, status exercise.FlowStatus) *TaskResult {
	t := &TaskResult{Key: key, Type: taskShare, Max: flowPoints, Standing: exercise.Automatic}
	switch status {
	case exercise.FlowIsMade, exercise.FlowIsLate:
		t.Status, t.Solved, t.Points, t.Late = TaskAnswered, true, flowPoints, status == exercise.FlowIsLate
	case exercise.FlowIsMissed:
		t.Status = TaskMissing
	case exercise.FlowIsVoid:
		t.Status = TaskVoid
	default:
		t.Status = TaskOpen
	}
	return t
}

// results are the marks as they stand.
func (w *workTrace) results(standing exercise.Standing) []MarkResult {
	out := make([]MarkResult, 0, len(w.marks)+1)
	out = append(out, w.marks...)
	if w.settled != nil {
		out = append(out, *w.settled)
	}
	for i := range out {
		out[i].Standing = standing
	}
	return out
}

// taskFlow cites the flow that a share task asks for.
func (d *builder) taskFlow(task string, u int) *Evidence {
	t, _, _ := d.play.Pack.TaskByKey(task)
	if t == nil {
		return nil
	}
	f, ok := d.play.FlowIndex(t.Flow)
	if !ok {
		return nil
	}
	e := cite(d.flow(f, u).missed, d.flow(f, u).made)
	return &e
}

// Rate rates the work of a team and its cells on the tasks of one critical task;
// automatic says that no mark is in it. It follows the table in docs/exercise/review.md:
// the share of the points alone decides, so that more points are never rated
// worse, and equal ones alike. Work is left aside whose time had not run out, or
// that could not be done; where a mark is open or still to come, nothing can be
// said.
func Rate(works []*TaskResult) (rating Rating, automatic bool) {
	var points, most float64
	automatic = true
	for _, t := range works {
		if t.aside() {
			continue
		}
		if !t.judged() {
			return NotRated, !t.marked()
		}
		automatic = automatic && !t.marked()
		points, most = points+float64(t.Points), most+float64(t.Max)
	}
	switch {
	case most == 0:
		return NotRated, true
	case points >= shareP*most:
		return RatedP, automatic
	case points >= shareS*most:
		return RatedS, automatic
	case points >= shareM*most:
		return RatedM, automatic
	}
	return RatedU, automatic
}

// aside reports whether a task is left out of a rating.
func (t *TaskResult) aside() bool {
	return t.Status == TaskVoid || !t.marked() && (t.Status == TaskOpen || t.blameless())
}

// challenged reports whether there was something in a task that points do not
// tell: it was late or not done, wanted help or a second attempt, or reached
// somebody it was not meant for. To revise a report is no second attempt; a hint
// that came by itself is no challenge.
func (t *TaskResult) challenged() bool {
	return t.Late || t.Status == TaskMissing || t.Hints > 0 || t.Astray || t.Attempts > 1 && !handedIn(t.Type)
}
