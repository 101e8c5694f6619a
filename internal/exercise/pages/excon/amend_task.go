package excon

import (
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// keyForm is the form that changes a task and its key.
type keyForm struct {
	task              *injectTask
	scope             string // a unit, or "" for all
	accept, match     []string
	number, tolerance string
	points, within    string
	prompts           []changeText
	diffs             []difference // set: old beside new
	warning, seen     string
	scored            int
	looked            bool
}

// difference is one thing that an amendment changes.
type difference struct{ what, was, is string }

// taskFormNow is the form of a task with what holds now.
func (v *injectPage) taskFormNow(x *injectTask) *keyForm {
	f := &keyForm{
		task: x, accept: x.accept, match: x.match, number: x.number, tolerance: x.tolerance, points: x.points, within: x.within,
	}
	if x.varies {
		f.scope = v.unit
	}
	for i := range v.texts {
		f.prompts = append(f.prompts, changeText{v.texts[i].lang, promptIn(x.prompts, v.texts[i].lang)})
	}
	return f
}

// promptIn is a prompt in a language, or the one for all languages.
func promptIn(all []changeText, lang string) string {
	text := ""
	for _, t := range all {
		if t.lang == lang || t.lang == "" && text == "" {
			text = t.text
		}
	}
	return text
}

// readTaskForm reads the form that was sent.
func readTaskForm(r *pages.Request, v *injectPage, x *injectTask) *keyForm {
	f := &keyForm{
		task: x, scope: field(r, "scope"), match: linesOf(r.PostFormValue("match")),
		number: field(r, "number"), tolerance: field(r, "tolerance"), points: field(r, "points"), within: field(r, "within"), seen: field(r, "seen"),
	}
	for _, text := range r.PostForm["accept"] {
		f.accept = append(f.accept, linesOf(text)...)
	}
	for i := range v.texts {
		lang := v.texts[i].lang
		f.prompts = append(f.prompts, changeText{lang, strings.TrimSpace(strings.ReplaceAll(r.PostFormValue("prompt_"+lang), "\r\n", "\n"))})
	}
	return f
}

func (f *keyForm) sum() string {
	parts := []string{
		f.task.key, f.scope, strings.Join(f.accept, "\n"), strings.Join(f.match, "\n"), f.number, f.tolerance, f.points, f.within,
	}
	for _, p := range f.prompts {
		parts = append(parts, p.lang, p.text)
	}
	return sumOf(parts)
}

// amendTask shows what an amendment of a task changes, and gives it once that
// has been looked at.
func amendTask(r *pages.Request) error {
	v, err := steeredInject(r)
	if err != nil {
		return err
	}
	n := slices.IndexFunc(v.tasks, func(t injectTask) bool { return t.key == field(r, "task") })
	if n < 0 {
		return web.ErrNotFound
	}
	f := readTaskForm(r, v, &v.tasks[n])
	action, err := taskAction(r, v, f)
	if err != nil {
		return err
	}
	sum := f.sum()
	if r.PostFormValue("step") == "give" {
		if f.seen == sum {
			return giveTask(r, f, action)
		}
		if r.ByScript() {
			return &web.UserError{Text: r.T("inject.look_first")}
		}
	}
	f.seen, f.looked = sum, true
	if action.Accept != nil || action.Match != nil || action.Number != nil || action.Tolerance != "" || action.Points != nil {
		f.scored = f.task.scored(f.scope)
	}
	if f.task.varies && f.scope == "" && action.Accept != nil {
		f.warning = r.T("inject.varies")
	}
	return showInjectWith(r, v, amendmentNow(v), f)
}

// taskAction is the command for the form; what stays as it is is not in it.
func taskAction(r *pages.Request, v *injectPage, f *keyForm) (exercise.AmendTask, error) {
	was := v.taskFormNow(f.task)
	a := exercise.AmendTask{Task: f.task.key, Unit: f.scope}
	note := func(what, old, now string) {
		f.diffs = append(f.diffs, difference{r.T("inject.task_" + what), old, now})
	}
	if err := keyAction(r, was, f, &a, note); err != nil {
		return a, err
	}
	if f.points != was.points {
		points, ok := scenario.ParseNumber(f.points)
		if !ok {
			return a, &web.UserError{Text: r.T("compose.bad_points", i18n.Args{"Text": f.points})}
		}
		a.Points = &points
		note("points", was.points, web.Decimal(points))
	}
	if f.within != was.within {
		within, err := readMinutes(r, f.within)
		if err != nil {
			return a, err
		}
		a.Within = &within
		note("within", was.within, inMinutes(within))
	}
	if !slices.Equal(f.prompts, was.prompts) {
		a.Prompt = scenario.Text{}
		for i, p := range f.prompts {
			if p.text != "" {
				a.Prompt[p.lang] = p.text
			}
			if p.text != was.prompts[i].text {
				note("prompt", was.prompts[i].text, p.text)
			}
		}
		if err := tryPrompts(r, v.unit, f.prompts); err != nil {
			return a, err
		}
	}
	if len(f.diffs) == 0 {
		return a, &web.UserError{Text: r.Printer.T("refusal." + exercise.NothingToAmend)}
	}
	return a, nil
}

// keyAction puts a new key into the command: accepted answers, patterns and
// number are one, so that all of them go where one has changed.
func keyAction(r *pages.Request, was, f *keyForm, a *exercise.AmendTask, note func(what, old, now string)) error {
	if !f.task.judged() {
		return nil
	}
	if f.tolerance != was.tolerance {
		a.Tolerance = f.tolerance
		if f.tolerance == "" {
			a.Tolerance = "0"
		}
		note("tolerance", was.tolerance, a.Tolerance)
	}
	if slices.Equal(f.accept, was.accept) && slices.Equal(f.match, was.match) && f.number == was.number {
		return nil
	}
	a.Accept, a.Match, a.Tolerance = f.accept, f.match, f.tolerance
	if f.number != "" {
		n, ok := scenario.ParseNumber(f.number)
		if !ok {
			return &web.UserError{Text: r.T("compose.bad_points", i18n.Args{"Text": f.number})}
		}
		a.Number = &n
	}
	if len(a.Accept) == 0 && len(a.Match) == 0 && a.Number == nil {
		return &web.UserError{Text: r.T("inject.no_key")}
	}
	note("accept", strings.Join(was.accept, "\n"), strings.Join(f.accept, "\n"))
	if !slices.Equal(f.match, was.match) {
		note("match", strings.Join(was.match, "\n"), strings.Join(f.match, "\n"))
	}
	if f.number != was.number {
		note("number", was.number, f.number)
	}
	return nil
}

// tryPrompts refuses a prompt that cannot be filled in.
func tryPrompts(r *pages.Request, unit string, prompts []changeText) error {
	return r.At(func(s *pages.Moment) error {
		u, _ := s.State.Play().Cast.Index(unit)
		for _, p := range prompts {
			if _, err := renderIn(s, p.text, u, p.lang); err != nil {
				return &web.UserError{Text: r.Printer.T("refusal."+exercise.BadTemplate, i18n.Args{"Cause": err.Error()})}
			}
		}
		return nil
	})
}

func giveTask(r *pages.Request, f *keyForm, action exercise.AmendTask) error {
	if err := r.Control(action); err != nil {
		return named(r, err)
	}
	var was []string
	for _, d := range f.diffs {
		was = append(was, d.what+": "+strings.Join(linesOf(d.was), r.T("list.comma")))
	}
	n := 0
	if action.Accept != nil || action.Match != nil || action.Number != nil || action.Tolerance != "" || action.Points != nil {
		n = f.task.scored(f.scope)
	}
	text := r.T("inject.said_task", i18n.Args{"Task": f.task.key, "N": n, "Was": strings.Join(was, "; ")})
	return r.RedirectText(injectAgain(r), text)
}

// changeWords says what an event has changed.
func changeWords(s *pages.Moment, e *exercise.Event) (what string, texts []changeText) {
	whom := func(unit string) string {
		if unit == "" {
			return s.Request.T("inject.all_units")
		}
		return s.LongName(unit)
	}
	switch b := e.Body.(type) {
	case *exercise.InjectAmended:
		what = s.Request.T("inject.log_amended", i18n.Args{"Unit": whom(b.Unit)})
		if b.TLP != nil {
			what += " " + pages.Label(*b.TLP)
		}
		if b.Due != nil {
			what += " " + b.Due.String()
		}
		return what, sortTexts(b.Texts)
	case *exercise.InjectHeld:
		word := "inject.log_held"
		if b.LetGo {
			word = "inject.log_let_go"
		}
		return s.Request.T(word, i18n.Args{"Unit": unitList(s, b.Units), "Reason": b.Reason}), nil
	case *exercise.InjectRetracted:
		return s.Request.T("inject.log_retracted", i18n.Args{"Unit": whom(b.Unit), "Reason": b.Reason}), nil
	case *exercise.TaskAmended:
		return taskChange(s, b, whom(b.Unit)), sortTexts(b.Prompt)
	}
	return "", nil
}

func taskChange(s *pages.Moment, b *exercise.TaskAmended, whom string) string {
	parts := []string{s.Request.T("inject.log_task", i18n.Args{"Task": b.Task, "Unit": whom})}
	note := func(what, is string) {
		if is != "" {
			parts = append(parts, s.Request.T("inject.task_"+what)+": "+is)
		}
	}
	note("accept", strings.Join(b.Accept, s.Request.T("list.comma")))
	note("match", strings.Join(b.Match, s.Request.T("list.comma")))
	if b.Number != nil {
		note("number", web.Decimal(*b.Number))
	}
	note("tolerance", b.Tolerance)
	if b.Points != nil {
		note("points", web.Decimal(*b.Points))
	}
	if b.Within != nil {
		note("within", inMinutes(*b.Within))
	}
	return strings.Join(parts, "; ")
}
