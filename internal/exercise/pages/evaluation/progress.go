package evaluation

import (
	"net/url"
	"slices"
	"strings"

	"renkei/internal/exercise/pages"
	"renkei/internal/web"
)

// What of the work is shown, by the value in the address.
const (
	showAll    = ""
	showLeft   = "left"   // what waits for a mark of the reader
	showHanded = "handed" // what has been handed in
)

// shows are the choices in the order in which they are offered.
func shows() []string { return []string{showAll, showLeft, showHanded} }

// each calls f with every task of the evaluation, in order of the guide.
func (v *evaluation) each(f func(*taskWork)) {
	for i := range v.objectives {
		for j := range v.objectives[i].critical {
			for k := range v.objectives[i].critical[j].tasks {
				f(&v.objectives[i].critical[j].tasks[k])
			}
		}
	}
	for i := range v.others {
		f(&v.others[i])
	}
}

// choose leaves out what the address does not ask for, once what is left to mark
// has been counted.
func (v *evaluation) choose(q url.Values) {
	v.each(func(t *taskWork) {
		for i := range t.works {
			if w := &t.works[i]; w.byHand {
				v.toJudge++
				if w.waits {
					v.left = append(v.left, *w)
				}
			}
		}
	})
	if v.show = q.Get("show"); !slices.Contains(shows(), v.show) {
		v.show = showAll
	}
	if one := q.Get("one"); one != "" {
		v.chooseOne(one)
	}
	v.each(func(t *taskWork) {
		t.works = slices.DeleteFunc(t.works, func(w unitWork) bool {
			return v.show == showLeft && !w.waits || v.show == showHanded && len(w.versions) == 0
		})
	})
	if v.show != showAll {
		v.dropEmpty()
	}
}

// chooseOne shows one work alone; one that is not there shows all.
func (v *evaluation) chooseOne(id string) {
	v.each(func(t *taskWork) {
		for _, w := range t.works {
			if w.id == id {
				alone := *t
				alone.works = []unitWork{w}
				v.one = &alone
			}
		}
	})
}

// dropEmpty leaves out the headings under which nothing is shown.
func (v *evaluation) dropEmpty() {
	empty := func(t taskWork) bool { return len(t.works) == 0 }
	for i := range v.objectives {
		o := &v.objectives[i]
		for j := range o.critical {
			o.critical[j].tasks = slices.DeleteFunc(o.critical[j].tasks, empty)
		}
		o.critical = slices.DeleteFunc(o.critical, func(c critical) bool { return len(c.tasks) == 0 })
	}
	v.objectives = slices.DeleteFunc(v.objectives, func(o objective) bool { return len(o.critical) == 0 })
	v.others = slices.DeleteFunc(v.others, empty)
}

// next is the work to mark after one: the one that waits behind it, or else the
// first that does; "" where none other waits.
func (v *evaluation) next(after string) string {
	behind, first := "", ""
	passed := false
	v.each(func(t *taskWork) {
		for i := range t.works {
			w := &t.works[i]
			switch {
			case w.id == after:
				passed = true
			case w.waits && passed && behind == "":
				behind = w.id
			case w.waits && first == "":
				first = w.id
			}
		}
	})
	if behind != "" {
		return behind
	}
	return first
}

// waitingIn counts the work on tasks that waits for the reader.
func waitingIn(tasks []taskWork) (n int) {
	for i := range tasks {
		for j := range tasks[i].works {
			if tasks[i].works[j].waits {
				n++
			}
		}
	}
	return n
}

// afterMark is where a mark leads: to the next work where one is marked at a
// time, and otherwise back to the task.
func afterMark(r *pages.Request, task string) (string, error) {
	back, err := url.Parse(web.Local(r.PostFormValue("back")))
	if err != nil || !back.Query().Has("one") || r.PostFormValue("do") == "back" {
		return readEvaluation(r, "task-"+task), nil
	}
	units := pages.Evaluated(r.Access, r.Exercise.ID)
	if unit, ok := strings.CutPrefix(back.Path, r.Path("/evaluate/")); ok && pages.MarksUnit(r.Access, r.Exercise.ID, unit) {
		units = []string{unit}
	}
	var next string
	err = r.At(func(s *pages.Moment) error {
		next = evaluationOf(s, units).next(workID(pages.WorkKey{Task: task, Unit: r.Unit}))
		return nil
	})
	if err != nil {
		return "", err
	}
	q := back.Query()
	q.Del("one")
	if next != "" {
		q.Set("one", next)
	} else {
		q.Set("show", showLeft)
	}
	back.RawQuery = q.Encode()
	r.PostForm.Set("back", back.String())
	return readEvaluation(r, "progress"), nil
}

// workID names a work in the page and in its address.
func workID(k pages.WorkKey) string { return k.Task + "-" + k.Unit }

// isOpen reports whether the form of a work stands open.
func (v *evaluation) isOpen(w unitWork) bool {
	if v.one != nil {
		return w.waits
	}
	return len(v.left) > 0 && v.left[0].id == w.id
}

// showText is the name of a choice.
func showText(show string) string {
	switch show {
	case showLeft:
		return "evaluate.show_left"
	case showHanded:
		return "evaluate.show_handed"
	}
	return "evaluate.show_all"
}
