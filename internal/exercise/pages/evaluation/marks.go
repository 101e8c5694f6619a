package evaluation

import (
	"cmp"
	"slices"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/review"
)

// MarksRoutes are the addresses at which EXCON looks at marks and settles them.
func MarksRoutes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /x/{exercise}/marks", Need: pages.Controls, Handle: showMarks, Replaced: true},
		{Pattern: "POST /x/{exercise}/settle/{unit...}", Need: pages.Directs, Handle: settle, Replaced: true},
	}
}

// marksView is all work that people judge, by how it stands.
type marksView struct {
	clock   pages.ClockView
	piles   []markPile
	units   []markProgress
	people  []markerProgress
	settles bool // the reader may settle
	marks   []*givenMark
}

// markPile is work that stands alike.
type markPile struct {
	standing exercise.Standing
	works    []judged
}

// judged is the work of a unit on a task, with all its marks.
type judged struct {
	unitWork
	prompt string
}

// markProgress is how far the marking of a unit is.
type markProgress struct {
	key, name             string
	handed, marked, twice int // work that only a mark can judge; with one mark, with more
	differ                int
}

// markerProgress is how many marks of an evaluator stand, by unit.
type markerProgress struct {
	person, name string
	total        int
	units        []unitCount
}

type unitCount struct {
	name string
	n    int
}

// showMarks is the page of the marks, for EXCON.
func showMarks(r *pages.Request) error {
	return r.ShowView(&pages.View{
		Key:    r.ExconKey(),
		Viewer: r.Access.Viewer(r.Exercise.ID),
		Part: func() (templ.Component, error) {
			var v *marksView
			err := r.At(func(s *pages.Moment) error {
				v = marksViewOf(s)
				return nil
			})
			if err != nil {
				return nil, err
			}
			nameMarkers(r, v.marks)
			for i := range v.people {
				v.people[i].name = r.Server.Auth.Name(r.Context(), v.people[i].person)
			}
			return marksPart(r, v), nil
		},
		Page: func(part templ.Component) templ.Component { return pages.LivePage(r, r.T("tab.marks"), part) },
	})
}

// piles are the standings of work that people judge, the most urgent first.
func piles() []exercise.Standing {
	return []exercise.Standing{exercise.Differing, review.Unmarked, exercise.Provisional, exercise.Agreed, exercise.Decided}
}

func marksViewOf(s *pages.Moment) *marksView {
	e := &evaluator{Moment: s, rec: s.UnitHistory(func(unit string) bool { return unit != "" })}
	v := &marksView{clock: s.Clock(""), settles: s.Request.Access.Directs(s.Request.Exercise.ID) && !s.Past}
	by := map[exercise.Standing][]judged{}
	v.units = make([]markProgress, len(s.State.Play().Cast.Units))
	for u := range v.units {
		unit := &s.State.Play().Cast.Units[u]
		v.units[u] = markProgress{key: unit.Key, name: s.UnitName(unit.Key)}
		for t := range s.State.TaskCount() {
			if task, ok := s.State.Task(t, u); ok {
				e.judge(t, u, &task, by, &v.units[u])
			}
		}
	}
	v.units = slices.DeleteFunc(v.units, func(p markProgress) bool { return p.handed == 0 })
	for _, standing := range piles() {
		v.piles = append(v.piles, markPile{standing, by[standing]})
	}
	v.people, v.marks = e.progress(), e.marks
	return v
}

// judge puts work that people judge on its pile, and counts it.
func (e *evaluator) judge(t, u int, task *exercise.TaskView, by map[exercise.Standing][]judged, p *markProgress) {
	standing := review.TaskNow(e.State, u, task).Standing
	if standing == exercise.Automatic || task.Status == exercise.TaskVoid {
		return
	}
	w := judged{e.work(t, u, *task, ""), e.Said(e.State.Prompt(t, u), u)}
	by[standing] = append(by[standing], w)
	p.handed++
	switch {
	case len(w.marks) > 1:
		p.twice++
	case len(w.marks) == 1:
		p.marked++
	}
	if standing == exercise.Differing {
		p.differ++
	}
}

// progress counts the marks that stand, by evaluator and unit.
func (e *evaluator) progress() (all []markerProgress) {
	counts := map[string]map[string]int{}
	for k, marks := range e.rec.Marks {
		for i := range marks {
			if b, ok := marks[i].Body.(*exercise.Marked); ok && b.Points != nil {
				if counts[b.Evaluator] == nil {
					counts[b.Evaluator] = map[string]int{}
				}
				counts[b.Evaluator][k.Unit]++
			}
		}
	}
	for person, units := range counts {
		p := markerProgress{person: person}
		for _, unit := range e.State.Play().Cast.Units {
			if n := units[unit.Key]; n > 0 {
				p.total += n
				p.units = append(p.units, unitCount{e.UnitName(unit.Key), n})
			}
		}
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b markerProgress) int { return cmp.Compare(a.person, b.person) })
	return all
}

// settle decides between marks.
func settle(r *pages.Request) error {
	points, err := readPoints(r)
	if err != nil {
		return err
	}
	note, err := readNote(r)
	if err != nil {
		return err
	}
	task := r.PostFormValue("task")
	if err := r.Control(exercise.Settle{Task: task, Unit: r.Unit, Points: points, Note: note}); err != nil {
		return err
	}
	return r.RedirectWith(r.Path("/marks"), "said.settled")
}
