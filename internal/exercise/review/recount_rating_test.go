package review_test

import (
	"slices"

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
	return obj{"key": c.Key, "tasks": keys, "ratings": ratings}
}

func (l *ledger) teamRating(team, critical string) any {
	f := fields{"unit": team}
	var works []*job
	var seqs []uint64
	marks := list{}
	points, most := 0.0, 0.0
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
			if value, _ := j.value(); j.judged() && j.state() != "open" {
				points, most = points+thousandths(value), most+thousandths(j.points)
			}
		}
	}
	f["rating"], f["automatic"] = rated(works)
	f["points"], f["max"], f["evidence"] = thousandths(points), thousandths(most), evidence(12, seqs...)
	if len(marks) > 0 {
		f["marks"] = marks
	}
	return f
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
	works = slices.DeleteFunc(slices.Clone(works), func(j *job) bool {
		return j.void || j.state() == "open" && !j.marked()
	})
	all := func(holds func(j *job) bool) bool {
		return !slices.ContainsFunc(works, func(j *job) bool { return !holds(j) })
	}
	if at := slices.IndexFunc(works, func(j *job) bool { return !j.judged() }); at >= 0 {
		return "", !works[at].marked()
	}
	points, most := 0.0, 0.0
	for _, j := range works {
		value, _ := j.value()
		points, most = points+thousandths(value), most+thousandths(j.points)
	}
	automatic = all(func(j *job) bool { return !j.marked() })
	switch {
	case len(works) == 0:
		return "", true
	case all((*job).faultless):
		return "P", automatic
	case all(func(j *job) bool { return j.marked() || len(j.subs) > 0 }) && points >= 0.75*most:
		return "S", automatic
	case points >= 0.4*most && points > 0:
		return "M", automatic
	}
	return "U", automatic
}

// faultless is the first row of the table: solved, in time, without hint or
// second attempt; of a marked task, nine tenths of the points.
func (j *job) faultless() bool {
	value, _ := j.value()
	if j.marked() {
		return thousandths(value) >= 0.9*thousandths(j.points)
	}
	return j.solved && !j.late && j.hints+j.came == 0 && (len(j.subs) == 1 || j.kind == "report" || j.kind == "file")
}
