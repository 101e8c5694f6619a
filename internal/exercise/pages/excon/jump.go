package excon

import (
	"errors"
	"net/http"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// jumpView is what a jump would do, before it is done.
type jumpView struct {
	clock    pages.ClockView
	to, mode string // as the form has them
	at, end  string // where the jump would lead; planned ENDEX
	problem  string // why it cannot be; "" where it can
	groups   []jumpGroup
	ends     bool // play would be over
}

// jumpGroup is what would happen to one inject, task or flow.
type jumpGroup struct {
	kind  string // key of the heading under which it stands
	what  string
	units []string
}

// jumpKinds are the headings of a preview, in order.
func jumpKinds() []string {
	return []string{"released", "skipped", "branch", "overdue", "missed", "sent"}
}

func (v *jumpView) of(kind string) []jumpGroup { return groupsOf(v.groups, kind) }

// groupsOf are the groups under a heading.
func groupsOf(all []jumpGroup, kind string) (groups []jumpGroup) {
	for _, g := range all {
		if g.kind == kind {
			groups = append(groups, g)
		}
	}
	return groups
}

// showJump shows what a jump would pass, unit by unit, before anybody makes it.
func showJump(r *pages.Request) error {
	v := jumpView{to: strings.TrimSpace(r.URL.Query().Get("to")), mode: r.URL.Query().Get("mode")}
	var ahead *exercise.State
	var action exercise.Jump
	err := r.At(func(s *pages.Moment) error {
		v.clock, v.end = s.Clock(""), s.State.End().String()
		if v.to == "" {
			return nil
		}
		var err error
		if action, err = jumpOf(s, v.to, v.mode); err != nil {
			return err
		}
		ahead = s.State.Clone() // looked at after the lock is given back
		return nil
	})
	if err == nil && ahead != nil {
		v.at = action.To.String()
		err = preview(r, &v, ahead, action)
	}
	var mend *web.UserError
	var refused *exercise.Refusal
	if errors.As(err, &mend) || errors.As(err, &refused) {
		_, v.problem = r.Failure(err)
	} else if err != nil {
		return err
	}
	return r.Show(http.StatusOK, jumpPage(r, &v))
}

// jumpOf reads where a jump is to lead: a time of the exercise, or so much from
// now on.
func jumpOf(s *pages.Moment, to, mode string) (exercise.Jump, error) {
	further, relative := strings.CutPrefix(to, "+")
	at, err := exercise.ParseTime(further)
	if err != nil {
		return exercise.Jump{}, &web.UserError{Text: s.Request.T("jump.time", i18n.Args{"End": s.State.End().String()})}
	}
	if relative {
		at += s.Now()
	}
	return exercise.Jump{To: at, Mode: mode}, nil
}

func preview(r *pages.Request, v *jumpView, ahead *exercise.State, action exercise.Jump) error {
	events, err := ahead.Preview(&exercise.Command{Key: "preview", Actor: exercise.Excon(), At: ahead.Now(wallNow()), Wall: wallNow(), Do: action})
	if err != nil {
		return err
	}
	s := &pages.Moment{State: ahead, Request: r}
	at := map[string]int{} // where the group of an event stands
	for i := range events {
		if _, ends := events[i].Body.(*exercise.Ended); ends {
			v.ends = true
		}
		kind, what, unit := passed(s, &events[i])
		if kind == "" {
			continue
		}
		n, ok := at[kind+" "+what]
		if !ok {
			n = len(v.groups)
			at[kind+" "+what] = n
			v.groups = append(v.groups, jumpGroup{kind: kind, what: what})
		}
		v.groups[n].units = append(v.groups[n].units, s.FullName(unit))
	}
	return nil
}

// passed says under which heading an event of a preview stands; "" for none.
func passed(s *pages.Moment, e *exercise.Event) (kind, what, unit string) {
	switch b := e.Body.(type) {
	case *exercise.InjectReleased:
		return "released", s.InjectName(b.Inject), b.Unit
	case *exercise.InjectSkipped:
		return "skipped", s.InjectName(b.Inject) + s.Request.T("excon.because", i18n.Args{"Why": s.Request.T("log.skip." + b.Reason)}), b.Unit
	case *exercise.BranchTaken:
		return "branch", b.Branch, b.Unit
	case *exercise.Overdue:
		return "overdue", s.TaskName(b.Task), b.Unit
	case *exercise.FlowMissed:
		return "missed", s.FlowName(b.Flow), b.Unit
	case *exercise.Message:
		return "sent", s.EndName(b.From), strings.TrimPrefix(b.Ends[0], exercise.EndUnit)
	}
	return "", "", ""
}

// jump makes the jump whose preview the director has seen.
func jump(r *pages.Request) error {
	if r.PostFormValue("sure") == "" {
		return &web.UserError{Text: r.T("steer.say_sure")}
	}
	to, err := exercise.ParseTime(r.PostFormValue("to"))
	if err != nil {
		return errors.Join(web.ErrForm, err)
	}
	return steer(r, exercise.Jump{To: to, Mode: r.PostFormValue("mode")}, "said.jumped")
}
