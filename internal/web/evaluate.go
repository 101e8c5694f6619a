package web

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/auth"
	"renkei/internal/exercise"
)

func evaluateRoutes() []route {
	return []route{
		{pattern: "GET /x/{exercise}/evaluate", need: evaluates, handle: showOwnUnits},
		{pattern: "GET /x/{exercise}/evaluate/{unit...}", need: marksUnit, handle: showEvaluation},
		{pattern: "POST /x/{exercise}/mark/{unit...}", need: evaluatesUnit, handle: markWork},
		{pattern: "POST /x/{exercise}/observe/{unit...}", need: marksUnit, handle: observe},
	}
}

// evaluates: whoever evaluates any unit.
func evaluates(a *auth.Access, ex, _ string) bool { return len(evaluated(a, ex)) > 0 }

func evaluatesUnit(a *auth.Access, ex, unit string) bool { return a.Evaluates(ex, unit) }

// evaluated are the units that somebody evaluates, as they were granted.
func evaluated(a *auth.Access, ex string) (units []string) {
	for _, g := range a.Grants {
		if g.Exercise == ex && g.Role == string(auth.Evaluator) && !slices.Contains(units, g.Unit) {
			units = append(units, g.Unit)
		}
	}
	return units
}

// showOwnUnits is an evaluator's own units side by side.
func showOwnUnits(r *request) error {
	return r.showWork(r.t("evaluate.own"), evaluated(r.access, r.hall.ID))
}

// showEvaluation is one unit, a team with its cells.
func showEvaluation(r *request) error {
	title := r.t("evaluate.title") + r.t("evaluate.of") + r.unitName(r.hall, r.unit)
	return r.showWork(title, []string{r.unit})
}

// showWork shows the work of units by the evaluation guide. Marks are
// personal, so a part is one person's; it holds what others do not see, so it
// is as new as the log.
func (r *request) showWork(title string, units []string) error {
	return r.showView(&view{
		key:    r.access.Person,
		viewer: exercise.Viewer{Control: true},
		part: func() (templ.Component, error) {
			var v *evaluation
			err := r.look(func(s *scene) error {
				v = s.evaluation(units)
				return nil
			})
			if err != nil {
				return nil, err
			}
			r.nameMarkers(v.marks)
			r.nameObservers(v.groups)
			return evaluatePart(r, v), nil
		},
		page: func(part templ.Component) templ.Component { return livePage(r, title, part) },
	})
}

// nameMarkers gives marks the names of those who made them.
func (r *request) nameMarkers(marks []*givenMark) {
	for _, m := range marks {
		m.by = r.s.Auth.Name(r.Context(), m.person)
	}
}

// nameObservers gives observations the names of those who made them.
func (r *request) nameObservers(groups []unitGroup) {
	for _, g := range groups {
		for i := range g.notes {
			g.notes[i].by = r.s.Auth.Name(r.Context(), g.notes[i].person)
		}
	}
}

// markWork gives a mark, changes it, or takes it back.
func markWork(r *request) error {
	if err := r.ParseForm(); err != nil {
		return errors.Join(errForm, err)
	}
	m := exercise.Mark{Task: r.PostFormValue("task"), Unit: r.unit}
	said := "said.mark_back"
	if r.PostFormValue("do") != "back" {
		points, err := r.readPoints()
		if err != nil {
			return err
		}
		if m.Note, err = r.readNote(); err != nil {
			return err
		}
		if m.Evidence, err = r.readEvidence(); err != nil {
			return err
		}
		m.Points, said = &points, "said.marked"
	}
	if err := r.act(m); err != nil {
		return err
	}
	return r.done(r.evaluation("task-"+m.Task), said)
}

// readPoints reads the points of a mark, as people write them.
func (r *request) readPoints() (float64, error) {
	text := strings.ReplaceAll(strings.TrimSpace(r.PostFormValue("points")), ",", ".")
	points, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, &problem{r.t("evaluate.bad_points")}
	}
	return points, nil
}

// readNote reads what somebody says about a mark.
func (r *request) readNote() (string, error) {
	note := strings.TrimSpace(r.PostFormValue("note"))
	if len(note) > exercise.MaxText {
		return "", &exercise.Refusal{Code: exercise.TooLong, Args: map[string]any{"Limit": exercise.MaxChars}}
	}
	return note, nil
}

// readEvidence reads which events prove a mark: only what the unit did.
func (r *request) readEvidence() (seqs []uint64, err error) {
	for _, text := range r.PostForm["evidence"] {
		seq, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return nil, errors.Join(errForm, err)
		}
		seqs = append(seqs, seq)
	}
	err = r.look(func(s *scene) error {
		for _, seq := range seqs {
			if e, ok := s.Event(exercise.ViewerOf(r.unit), seq); !ok || doer(&e) != r.unit {
				return fmt.Errorf("evidence %d is not of %s: %w", seq, r.unit, errForm)
			}
		}
		return nil
	})
	slices.Sort(seqs)
	return slices.Compact(seqs), err
}

// evaluation is the address of the page of the evaluation that a form came
// from, at one of its places.
func (r *request) evaluation(place string) string {
	to := local(r.PostFormValue("back"))
	if own := r.path("/evaluate"); to != own && !strings.HasPrefix(to, own+"?") && !strings.HasPrefix(to, own+"/") {
		to = r.path("/evaluate/" + r.unit)
	}
	to, _, _ = strings.Cut(to, "#")
	return to + "#" + place
}

// observe writes an observation about the unit down, with its time.
func observe(r *request) error {
	text := strings.TrimSpace(r.PostFormValue("text"))
	if err := r.act(exercise.AddNote{Unit: r.unit, Text: text}); err != nil {
		return err
	}
	return r.done(r.evaluation("notes-"+r.unit), "said.observed")
}

// actor is the asker as somebody of the request's unit, as its evaluator, or of
// EXCON.
func (r *request) actor() exercise.Actor { return r.access.Actor(r.hall.ID, r.unit) }
