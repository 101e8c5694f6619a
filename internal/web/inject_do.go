package web

import (
	"errors"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

// doInject does what a controller wants of an inject.
func doInject(r *request) error {
	if err := r.ParseForm(); err != nil {
		return errors.Join(errForm, err)
	}
	key, units := r.PathValue("inject"), r.PostForm["units"]
	switch r.PostFormValue("do") {
	case "release":
		return r.change(exercise.Release{Inject: key, Units: units}, "released", func(t *tally) int { return t.out })
	case "hold":
		return r.change(exercise.HoldInject{Inject: key, Units: units, Reason: r.field("hold_reason")}, "held", func(t *tally) int { return t.held })
	case "let_go":
		return r.change(exercise.HoldInject{Inject: key, Units: units, LetGo: true}, "let_go", func(t *tally) int { return -t.held })
	case "retract":
		return r.retract(key, units)
	case "amend":
		return r.amendInject()
	case "task":
		return r.amendTask()
	}
	return errForm
}

// field is a text of the form without the space around it.
func (r *request) field(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }

// retract withdraws an inject, with the reason that the log is to keep.
func (r *request) retract(key string, units []string) error {
	reason := r.field("retract_reason")
	if reason == "" {
		return &problem{r.t("inject.reason_first")}
	}
	return r.change(exercise.Retract{Inject: key, Units: units, Reason: reason}, "retracted", func(t *tally) int { return t.gone })
}

// change gives a command that changes how an inject stands with units, and says
// with how many.
func (r *request) change(action exercise.Action, word string, count func(t *tally) int) error {
	before, err := r.tallyNow()
	if err != nil {
		return err
	}
	if err := r.control(action); err != nil {
		return r.named(err)
	}
	after, err := r.tallyNow()
	if err != nil {
		return err
	}
	n := count(&after) - count(&before)
	if n <= 0 {
		word = "unchanged" // sent twice, or something else came in between
	}
	text := r.t("inject.said_"+word, i18n.Args{"Inject": r.PathValue("inject"), "N": n})
	return r.doneText(r.injectAgain(), text)
}

func (r *request) tallyNow() (t tally, err error) {
	err = r.look(func(s *scene) error {
		i, ok := s.st.InjectIndex(r.PathValue("inject"))
		if !ok {
			return errAbsent
		}
		t = s.tally(i)
		return nil
	})
	return t, err
}

// injectAgain is the page of the inject, with the unit that was chosen.
func (r *request) injectAgain() string {
	path := r.mselPath(r.PathValue("inject"))
	if unit := r.formOrQuery("unit"); unit != "" {
		path += "?unit=" + escape(unit)
	}
	return path
}

// named puts the names of units, personas and people in a refusal in the place
// of their keys.
func (r *request) named(err error) error {
	var refused *exercise.Refusal
	if !errors.As(err, &refused) {
		return err
	}
	out := &exercise.Refusal{Code: refused.Code, Args: i18n.Args{}}
	failed := r.look(func(s *scene) error {
		for name, arg := range refused.Args {
			out.Args[name] = arg
			key, isText := arg.(string)
			switch {
			case !isText:
			case name == "Unit":
				out.Args[name] = s.longName(key)
			case name == "Persona":
				out.Args[name] = s.personaName(key)
			case name == "By":
				out.Args[name] = s.actorName(key)
			}
		}
		return nil
	})
	if failed != nil {
		return err
	}
	return out
}
