package report

import (
	"fmt"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

func phasesHeight(rows []phaseRow) float64 { return 16 + phaseHeight*float64(len(rows)) + 34 }

// text gives a box in figures: median, and least to most.
func (b *box) text() string {
	if b == nil {
		return nought
	}
	return fmt.Sprintf("%s (%s–%s)", b.median, b.min, b.mx)
}

// solvedOf is how many solved a task; nobody solves a report or a file.
func solvedOf(t *review.TaskTotal) string {
	if handedIn(t.Type) {
		return nought
	}
	return count(t.Solved)
}

// handedIn reports whether people judge what is handed in.
func handedIn(kind string) bool { return kind == scenario.TaskReport || kind == scenario.TaskFile }

// foundOf says how well indicators were found on average; "" of other tasks.
func (pg *page) foundOf(t *review.TaskTotal) string {
	if t.Precision == nil || t.Recall == nil {
		return ""
	}
	return pg.p.T("replay.task.found", i18n.Args{"Precision": t.Precision.Share(), "Recall": t.Recall.Share()})
}

// spanOf names the first and last event of an evidence.
func spanOf(e review.Evidence) string {
	if e.Count == 0 {
		return nought
	}
	var r [2]uint64
	if len(e.Ranges) > 0 {
		r = e.Ranges[len(e.Ranges)-1]
	}
	if len(e.Seqs) > 0 {
		r[0] = e.Seqs[0]
		r[1] = max(r[1], e.Seqs[len(e.Seqs)-1])
	}
	return rangeText(r)
}

// reachedAt is when an indicator reached the i-th team.
func reachedAt(in *review.Indicator, i int) string {
	if i < 0 || i >= len(in.Reached) {
		return nought
	}
	return in.Reached[i].At.Clock
}

// reachEvidence are the events by which an indicator spread.
func reachEvidence(in *review.Indicator) review.Evidence {
	var e review.Evidence
	for i := range in.Reached {
		e.Count++
		switch n := in.Reached[i].Seq; {
		case n == 0:
			e.Count--
		case len(e.Seqs) < review.MaxCited:
			e.Seqs = append(e.Seqs, n)
		case len(e.Ranges) == 0:
			e.Ranges = [][2]uint64{{n, n}}
		default:
			e.Ranges[0][1] = n
		}
	}
	return e
}

// about names what a message was about: a flow or an inject.
func (pg *page) about(re string) string {
	out := flowKey(re)
	if title := pg.flowTitle[re]; title != "" {
		return out + " " + title
	}
	if title := pg.inject(re); title != "" {
		return out + " " + title
	}
	return out
}

func joinKeys(keys []string, sep string) string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = flowKey(k)
	}
	return strings.Join(out, sep)
}

func countOf(c *review.CriticalResult) ratingCount {
	out := ratingCount{n: map[review.Rating]int{}}
	out.add(c.Ratings)
	return out
}

// unitLine is a unit in one line: who it is and how it did.
func (pg *page) unitLine(u *review.UnitResult) string {
	var s sums
	for i := range u.Injects {
		if u.Injects[i].Status == exercise.InjectOut {
			s.out++
			s.acked += one(u.Injects[i].Acknowledged != nil)
		}
	}
	for i := range u.Tasks {
		s.addTask(&u.Tasks[i])
	}
	for i := range u.Flows {
		s.addFlow(&u.Flows[i])
	}
	return pg.t("unit.line", args{
		"Status": pg.status(u), "Acked": share(s.acked, s.out), "Answered": share(s.answered, s.asked), "Late": s.late,
		"Flows": share(s.flowMade, s.flows), "Points": pointsOf(u.Points, u.Max),
	})
}

func pointsOf(p, most review.Points) string {
	if most == 0 {
		return nought
	}
	return p.String() + "/" + most.String()
}

// points are a task's, or why there are none.
func (pg *page) points(t *review.TaskResult) string {
	switch {
	case t.Status == review.TaskVoid:
		return nought
	case t.Standing == review.Unmarked:
		return pg.t("points.unmarked")
	case t.Standing == exercise.Differing:
		return pg.t("points.open")
	}
	return pointsOf(t.Points, t.Max)
}

// ratedTask is a unit's rating with the critical task that it is of.
type ratedTask struct {
	key, title string
	review.UnitRating
}

func (pg *page) ratingsOf(unit string) []ratedTask { return pg.rated[unit] }

// rate sorts the ratings by unit.
func (pg *page) rate() {
	pg.rated = map[string][]ratedTask{}
	for i := range pg.r.Evaluation.Objectives {
		for j := range pg.r.Evaluation.Objectives[i].Critical {
			c := &pg.r.Evaluation.Objectives[i].Critical[j]
			title := pg.pick(c.Title)
			if pg.many() {
				title = ""
			}
			for k := range c.Ratings {
				r := c.Ratings[k]
				pg.rated[r.Unit] = append(pg.rated[r.Unit], ratedTask{c.Key, title, r})
			}
		}
	}
}

func (pg *page) ratingSays(r review.UnitRating) string {
	s := pg.t("rating.short." + ratingKey(r.Rating))
	if r.Automatic && r.Rating != review.NotRated {
		s += pg.t("guide.automatic")
	}
	if r.Challenges > 0 {
		s += pg.t("rating.challenges", args{"N": r.Challenges})
	}
	if r.CouldNot > 0 {
		s += pg.t("rating.couldnot", args{"N": r.CouldNot})
	}
	return s
}

// markSays tells of one evaluator's mark.
func (pg *page) markSays(m review.MarkResult) string {
	who := clean(m.Evaluator)
	if who == "" {
		who = pg.t("mark.director")
	}
	return pg.t("mark", args{
		"Who": who, "Task": clean(m.Task), "Points": m.Points.String(), "Standing": pg.standing(m.Standing),
	})
}

// standing says how far a mark is settled: the marks of evaluators are blind
// until both are in.
func (pg *page) standing(s exercise.Standing) string {
	switch s {
	case exercise.Provisional, exercise.Agreed, exercise.Decided, exercise.Differing:
		return pg.t("standing." + string(s))
	}
	return ""
}

// notesOf are the notes that belong to a unit, by time.
func (pg *page) notesOf(unit string) []*review.NoteEntry {
	var out []*review.NoteEntry
	for i := range pg.r.Notes {
		if pg.r.Notes[i].Unit == unit && len(out) < maxRows {
			out = append(out, &pg.r.Notes[i])
		}
	}
	return out
}
