package excon

import (
	"errors"
	"net/http"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/web"
)

// endexView is what it would change to move ENDEX, before it is done.
type endexView struct {
	clock   pages.ClockView
	to      string // as the form has it
	at, end string // where ENDEX would be, and where it is planned
	problem string // why it cannot be; "" where it can
	groups  []jumpGroup
}

// endexKinds are the headings of a preview, in order.
func endexKinds() []string { return []string{"lost", "gained", "cut", "free"} }

func (v *endexView) of(kind string) []jumpGroup { return groupsOf(v.groups, kind) }

// showEndex shows what a move of ENDEX changes for what is planned and for open
// tasks, before anybody makes it.
func showEndex(r *pages.Request) error {
	v := endexView{to: strings.TrimSpace(r.URL.Query().Get("to"))}
	err := r.At(func(s *pages.Moment) error {
		v.clock, v.end = s.Clock(""), s.State.End().String()
		if v.to == "" {
			return nil
		}
		to, err := endexOf(s, v.to)
		if err != nil {
			return err
		}
		_, err = s.State.Preview(&exercise.Command{Key: "preview", Actor: exercise.Excon(), At: s.Now(), Wall: wallNow(), Do: exercise.MoveEnd{To: to}})
		if err != nil {
			return err
		}
		v.at, v.groups = to.String(), endexGroups(s, to)
		return nil
	})
	var mend *web.UserError
	var refused *exercise.Refusal
	if errors.As(err, &mend) || errors.As(err, &refused) {
		_, v.problem = r.Failure(err)
	} else if err != nil {
		return err
	}
	return r.Show(http.StatusOK, endexPage(r, &v))
}

// endexOf reads where ENDEX is to be: an exercise time, or so much later or
// earlier than planned.
func endexOf(s *pages.Moment, to string) (exercise.Time, error) {
	sign := exercise.Time(1)
	by, relative := strings.CutPrefix(to, "+")
	if !relative {
		if by, relative = strings.CutPrefix(to, "-"); relative {
			sign = -1
		}
	}
	at, err := exercise.ParseTime(by)
	switch {
	case err != nil:
		return 0, &web.UserError{Text: s.Request.T("jump.endex.time")}
	case relative:
		return s.State.End() + sign*at, nil
	}
	return at, nil
}

// endexGroups are the injects and tasks that fall between the two times.
func endexGroups(s *pages.Moment, to exercise.Time) (groups []jumpGroup) {
	end := s.State.End()
	between := func(due exercise.Time) bool { return due > min(to, end) && due <= max(to, end) }
	inject, task := "gained", "free"
	if to < end {
		inject, task = "lost", "cut"
	}
	add := func(kind, what string, unit int) {
		name := s.FullName(s.State.Play().Cast.Units[unit].Key)
		if n := len(groups) - 1; n >= 0 && groups[n].kind == kind && groups[n].what == what {
			groups[n].units = append(groups[n].units, name)
			return
		}
		groups = append(groups, jumpGroup{kind: kind, what: what, units: []string{name}})
	}
	units := len(s.State.Play().Cast.Units)
	for i := range s.State.InjectCount() {
		for u := range units {
			if v, ok := s.State.Inject(i, u); ok && v.Status == exercise.InjectWaiting && !v.Held && between(v.Due) {
				add(inject, s.InjectName(s.State.InjectKey(i)), u)
			}
		}
	}
	for t := range s.State.TaskCount() {
		for u := range units {
			if v, ok := s.State.Task(t, u); ok && v.Status == exercise.TaskStands && between(v.Due) {
				add(task, s.TaskName(v.Key), u)
			}
		}
	}
	return groups
}

// moveEndex moves ENDEX as the director has seen it.
func moveEndex(r *pages.Request) error {
	to, err := exercise.ParseTime(r.PostFormValue("to"))
	if err != nil {
		return errors.Join(web.ErrForm, err)
	}
	return steer(r, exercise.MoveEnd{To: to}, "said.end_moved")
}
