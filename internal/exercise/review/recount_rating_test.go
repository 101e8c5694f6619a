package review_test

import (
	"slices"
	"strings"

	"renkei/internal/exercise/scenario"
)

// evaluation recounts the evaluation guide.
func (l *ledger) evaluation() obj {
	objectives := list{}
	for _, o := range l.pack.Objectives {
		critical := list{}
		for _, c := range o.CriticalTasks {
			critical = append(critical, l.critical(c))
		}
		objectives = append(objectives, obj{"key": o.Key, "critical_tasks": critical})
	}
	automatic, human, most, open := 0.0, 0.0, 0.0, 0
	for _, u := range l.units {
		for _, j := range u.jobs {
			value, standing := j.value()
			open += one(standing == "open")
			switch {
			case !j.judged():
				continue
			case j.marked():
				human += thousandths(value)
			default:
				automatic += thousandths(value)
			}
			most += thousandths(j.points)
		}
	}
	return obj{
		"objectives": objectives, "automatic_points": thousandths(automatic), "human_points": thousandths(human),
		"max": thousandths(most), "open_marks": open,
	}
}

func (l *ledger) critical(c scenario.CriticalTask) obj {
	keys, ratings := list{}, list{}
	for _, t := range l.tasks {
		if t.critical == c.Key {
			keys = append(keys, t.key)
		}
	}
	for _, team := range l.units {
		if team.Cell == "" {
			ratings = append(ratings, l.teamRating(team.Key, c.Key))
		}
	}
	f := fields{"key": c.Key, "tasks": keys, "ratings": ratings}
	var flows list
	for _, def := range l.pack.Flows {
		if def.Critical == c.Key {
			flows = append(flows, def.Key)
		}
	}
	if len(flows) > 0 {
		f["flows"] = flows
	}
	return obj(f)
}

func (l *ledger) teamRating(team, critical string) any {
	f := fields{"unit": team}
	var works []*job
	var seqs []uint64
	marks := list{}
	points, most, could, challenges := 0.0, 0.0, 0, 0
	for _, u := range l.units {
		for _, j := range u.jobs {
			if teamOf(u.Key) != team || j.critical != critical {
				continue
			}
			works, seqs = append(works, j), append(seqs, j.trail...)
			marks = append(marks, j.markList(u.Key)...)
			for _, t := range u.flows {
				if t.Key == j.flow {
					seqs = append(seqs, seqOf(t.missed), seqOf(t.made))
				}
			}
			could += one(j.aside() && len(j.lacked) > 0)
			challenges += one(!j.aside() && l.challenged(j, u.Key))
			if value, _ := j.value(); j.judged() && !j.aside() {
				points, most = points+thousandths(value), most+thousandths(j.points)
			}
		}
	}
	for _, u := range l.units {
		for _, t := range u.flows {
			if teamOf(u.Key) != team || t.Critical != critical || critical == "" {
				continue
			}
			j := t.asJob()
			works = append(works, j)
			seqs = append(seqs, l.flowSeqs(t)...)
			challenges += one(!j.aside() && (j.state() == "missing" || j.late || l.astray(t.Key, u.Key)))
			if !j.aside() {
				value, _ := j.value()
				points, most = points+thousandths(value), most+thousandths(j.points)
			}
		}
	}
	f["rating"], f["automatic"] = rated(works)
	f["left_aside"], f["challenges"] = could, challenges
	f["points"], f["max"], f["evidence"] = thousandths(points), thousandths(most), evidence(12, seqs...)
	if len(marks) > 0 {
		f["marks"] = marks
	}
	return f
}

// asJob is a flow that is evidence by itself: ten points, made or not.
func (t *telling) asJob() *job {
	j := &job{posed: posed{key: t.Key, kind: "share", points: 10}, void: t.void, begun: t.begun}
	switch {
	case t.made != nil:
		j.subs, j.auto, j.solved, j.late = []*entry{t.made}, 10, true, t.made.At > t.due
	case t.missed != nil:
		j.overdue = true
	}
	return j
}

// markList are the evaluators' marks and then the director's decision.
func (j *job) markList(unit string) list {
	_, standing := j.value()
	out := list{}
	all := slices.Clone(j.marks)
	if j.settled != nil {
		all = append(all, j.settled)
	}
	for _, e := range all {
		f := fields{
			"seq": e.Seq, "task": j.key, "unit": unit, "evaluator": e.Body.Evaluator, "points": thousandths(*e.Body.Points), "standing": standing,
		}
		f.set("note", e.Body.Note)
		out = append(out, f)
	}
	return out
}

// rated reads the table of docs/exercise/review.md row by row.
func rated(works []*job) (rating string, automatic bool) {
	works = slices.DeleteFunc(slices.Clone(works), (*job).aside)
	if at := slices.IndexFunc(works, func(j *job) bool { return !j.judged() }); at >= 0 {
		return "", !works[at].marked()
	}
	points, most := 0.0, 0.0
	for _, j := range works {
		value, _ := j.value()
		points, most = points+thousandths(value), most+thousandths(j.points)
	}
	automatic = !slices.ContainsFunc(works, (*job).marked)
	switch {
	case most == 0:
		return "", true
	case points >= 0.9*most:
		return "P", automatic
	case points >= 0.75*most:
		return "S", automatic
	case points >= 0.4*most:
		return "M", automatic
	}
	return "U", automatic
}

// aside: void, and without a mark what was not over or could not be done.
func (j *job) aside() bool {
	return j.void || !j.marked() && (j.state() == "open" || len(j.lacked) > 0)
}

// challenged is what stands beside the points.
func (l *ledger) challenged(j *job, unit string) bool {
	again := len(j.subs) > 1 && j.kind != "report" && j.kind != "file"
	answeredLate := j.late && len(j.subs) > 0
	return answeredLate || j.state() == "missing" || j.hints > 0 || again || j.flow != "" && l.astray(j.flow, unit)
}

// lacks are what a task needs and its unit was not told in time, where it was
// not done, late or wrong.
func (l *ledger) lacks(j *job, unit string) list {
	out := list{}
	t, _, _ := l.pack.TaskByKey(j.key)
	byHand := j.kind == "report" || j.kind == "file"
	wanting := j.state() == "missing" || j.state() == "answered" && (j.late || !j.solved && !byHand)
	if t == nil || j.void || !wanting {
		return out
	}
	for _, n := range t.Needs {
		from := strings.TrimPrefix(l.receiver(n.From, unit), "unit:")
		if cell, isCell := strings.CutPrefix(l.pack.FlowByKey(n.Flow).From, "cell:"); isCell {
			from += "/" + cell
		}
		told := slices.ContainsFunc(l.units, func(u *recounted) bool {
			return u.Key == from && slices.ContainsFunc(u.flows, func(f *telling) bool {
				return f.Key == n.Flow && f.made != nil && f.made.At <= j.due
			})
		})
		if !told {
			out = append(out, obj{"flow": n.Flow, "from": from})
		}
	}
	return out
}
