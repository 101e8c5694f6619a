package excon

import (
	"errors"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// doInject does what a controller wants of an inject.
func doInject(r *pages.Request) error {
	if err := r.ParseForm(); err != nil {
		return errors.Join(web.ErrForm, err)
	}
	key, units := r.PathValue("inject"), r.PostForm["units"]
	switch r.PostFormValue("do") {
	case "release":
		return changeOf(r, exercise.Release{Inject: key, Units: units}, "released", func(t *counts) int { return t.out })
	case "hold":
		return changeOf(r, exercise.HoldInject{Inject: key, Units: units, Reason: field(r, "hold_reason")}, "held", func(t *counts) int { return t.held })
	case "let_go":
		return changeOf(r, exercise.HoldInject{Inject: key, Units: units, LetGo: true}, "let_go", func(t *counts) int { return -t.held })
	case "retract":
		return retract(r, key, units)
	case "amend":
		return amendInject(r)
	case "task":
		return amendTask(r)
	}
	return web.ErrForm
}

// field is a text of the form without the space around it.
func field(r *pages.Request, name string) string { return strings.TrimSpace(r.PostFormValue(name)) }

// retract withdraws an inject, with the reason that the log is to keep.
func retract(r *pages.Request, key string, units []string) error {
	reason := field(r, "retract_reason")
	if reason == "" {
		return &web.UserError{Text: r.T("inject.reason_first")}
	}
	return changeOf(r, exercise.Retract{Inject: key, Units: units, Reason: reason}, "retracted", func(t *counts) int { return t.gone })
}

// changeOf gives a command that changes how an inject stands with units, and says
// with how many.
func changeOf(r *pages.Request, action exercise.Action, word string, count func(t *counts) int) error {
	before, err := tallyNow(r)
	if err != nil {
		return err
	}
	if err := r.Control(action); err != nil {
		return named(r, err)
	}
	after, err := tallyNow(r)
	if err != nil {
		return err
	}
	n := count(&after) - count(&before)
	if n <= 0 {
		word = "unchanged" // sent twice, or something else came in between
	}
	text := r.T("inject.said_"+word, i18n.Args{"Inject": r.PathValue("inject"), "N": n})
	return r.RedirectText(injectAgain(r), text)
}

func tallyNow(r *pages.Request) (t counts, err error) {
	err = r.At(func(s *pages.Moment) error {
		i, ok := s.State.InjectIndex(r.PathValue("inject"))
		if !ok {
			return web.ErrNotFound
		}
		t = countsOf(s, i)
		return nil
	})
	return t, err
}

// injectAgain is the page of the inject, with the unit that was chosen.
func injectAgain(r *pages.Request) string {
	path := mselPath(r, r.PathValue("inject"))
	if unit := formOrQuery(r, "unit"); unit != "" {
		path += "?unit=" + web.Escape(unit)
	}
	return path
}

// named puts the names of units, personas and people in a refusal in the place
// of their keys.
func named(r *pages.Request, err error) error {
	var refused *exercise.Refusal
	if !errors.As(err, &refused) {
		return err
	}
	out := &exercise.Refusal{Code: refused.Code, Args: i18n.Args{}}
	names := map[string]string{}
	if by, ok := refused.Args["By"].(string); ok {
		names[by] = r.Server.Auth.Name(r.Context(), by) // not while the exercise is read: it may wait
	}
	failed := r.At(func(s *pages.Moment) error {
		for name, arg := range refused.Args {
			out.Args[name] = arg
			key, isText := arg.(string)
			switch {
			case !isText:
			case name == "Unit":
				out.Args[name] = s.LongName(key)
			case name == "Persona":
				out.Args[name] = s.PersonaName(key)
			case name == "By" && exercise.IsPerson(key): // perhaps of an event that pages do not show yet
				out.Args[name] = names[key]
			case name == "By":
				out.Args[name] = s.ActorName(key)
			}
		}
		return nil
	})
	if failed != nil {
		return err
	}
	return out
}
