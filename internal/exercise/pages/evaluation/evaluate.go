package evaluation

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/pages"
	"renkei/internal/web"
)

// EvaluateRoutes are the addresses of evaluators.
func EvaluateRoutes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /x/{exercise}/evaluate", Need: evaluates, Handle: showOwnUnits, Replaced: true},
		{Pattern: "GET /x/{exercise}/evaluate/{unit...}", Need: pages.MarksUnit, Handle: showEvaluation, Replaced: true},
		{Pattern: "POST /x/{exercise}/mark/{unit...}", Need: evaluatesUnit, Handle: markWork, Replaced: true},
		{Pattern: "POST /x/{exercise}/observe/{unit...}", Need: pages.MarksUnit, Handle: observe, Replaced: true},
	}
}

// evaluates: whoever evaluates any unit.
func evaluates(a access.Access, ex, _ string) bool { return len(pages.Evaluated(a, ex)) > 0 }

func evaluatesUnit(a access.Access, ex, unit string) bool { return a.Evaluates(ex, unit) }

// showOwnUnits is an evaluator's own units side by side.
func showOwnUnits(r *pages.Request) error {
	return showWork(r, r.T("evaluate.own"), pages.Evaluated(r.Access, r.Exercise.ID))
}

// showEvaluation is one unit, a team with its cells.
func showEvaluation(r *pages.Request) error {
	title := r.T("evaluate.title") + r.T("evaluate.of") + r.UnitName(r.Exercise, r.Unit)
	return showWork(r, title, []string{r.Unit})
}

// showWork shows the work of units by the evaluation guide. Marks are
// personal, so a part is one person's; it holds what others do not see, so it
// is as new as the log.
func showWork(r *pages.Request, title string, units []string) error {
	return r.ShowView(&pages.View{
		Key:    r.Access.Person,
		Viewer: exercise.Viewer{Control: true},
		Part: func() (templ.Component, error) {
			var v *evaluation
			err := r.At(func(s *pages.Moment) error {
				v = evaluationOf(s, units)
				return nil
			})
			if err != nil {
				return nil, err
			}
			nameMarkers(r, v.marks)
			nameObservers(r, v.groups)
			return evaluatePart(r, v), nil
		},
		Page: func(part templ.Component) templ.Component { return pages.LivePage(r, title, part) },
	})
}

// nameMarkers gives marks the names of those who made them.
func nameMarkers(r *pages.Request, marks []*givenMark) {
	for _, m := range marks {
		m.by = r.Server.Auth.Name(r.Context(), m.person)
	}
}

// nameObservers gives observations the names of those who made them.
func nameObservers(r *pages.Request, groups []unitGroup) {
	for _, g := range groups {
		for i := range g.notes {
			g.notes[i].by = r.Server.Auth.Name(r.Context(), g.notes[i].person)
		}
	}
}

// markWork gives a mark, changes it, or takes it back.
func markWork(r *pages.Request) error {
	if err := r.ParseForm(); err != nil {
		return errors.Join(web.ErrForm, err)
	}
	m := exercise.Mark{Task: r.PostFormValue("task"), Unit: r.Unit}
	said := "said.mark_back"
	if r.PostFormValue("do") != "back" {
		points, err := readPoints(r)
		if err != nil {
			return err
		}
		if m.Note, err = readNote(r); err != nil {
			return err
		}
		if m.Evidence, err = readEvidence(r); err != nil {
			return err
		}
		m.Points, said = &points, "said.marked"
	}
	if err := r.Act(m); err != nil {
		return err
	}
	to, err := afterMark(r, m.Task)
	if err != nil {
		return err
	}
	return r.RedirectWith(to, said)
}

// readPoints reads the points of a mark, as people write them.
func readPoints(r *pages.Request) (float64, error) {
	text := strings.ReplaceAll(strings.TrimSpace(r.PostFormValue("points")), ",", ".")
	points, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, &web.UserError{Text: r.T("evaluate.bad_points")}
	}
	return points, nil
}

// readNote reads what somebody says about a mark.
func readNote(r *pages.Request) (string, error) {
	note := strings.TrimSpace(r.PostFormValue("note"))
	if len(note) > exercise.MaxText {
		return "", &exercise.Refusal{Code: exercise.TooLong, Args: map[string]any{"Limit": exercise.MaxChars}}
	}
	return note, nil
}

// readEvidence reads which events prove a mark: only what the unit did.
func readEvidence(r *pages.Request) (seqs []uint64, err error) {
	for _, text := range r.PostForm["evidence"] {
		seq, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return nil, errors.Join(web.ErrForm, err)
		}
		seqs = append(seqs, seq)
	}
	err = r.At(func(s *pages.Moment) error {
		for _, seq := range seqs {
			if e, ok := s.Event(exercise.ViewerOf(r.Unit), seq); !ok || pages.ActingUnit(&e) != r.Unit {
				return fmt.Errorf("evidence %d is not of %s: %w", seq, r.Unit, web.ErrForm)
			}
		}
		return nil
	})
	slices.Sort(seqs)
	return slices.Compact(seqs), err
}

// readEvaluation is the address of the page of the evaluation that a form came
// from, at one of its places.
func readEvaluation(r *pages.Request, place string) string {
	to := web.Local(r.PostFormValue("back"))
	if own := r.Path("/evaluate"); to != own && !strings.HasPrefix(to, own+"?") && !strings.HasPrefix(to, own+"/") {
		to = r.Path("/evaluate/" + r.Unit)
	}
	to, _, _ = strings.Cut(to, "#")
	return to + "#" + place
}

// observe writes an observation about the unit down, with its time.
func observe(r *pages.Request) error {
	text := strings.TrimSpace(r.PostFormValue("text"))
	if err := r.Act(exercise.AddNote{Unit: r.Unit, Text: text}); err != nil {
		return err
	}
	return r.RedirectWith(readEvaluation(r, "notes-"+r.Unit), "said.observed")
}
