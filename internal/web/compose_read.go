package web

import (
	"errors"
	"strconv"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// readComposition reads the form that was sent.
func (r *request) readComposition() (*composition, error) {
	if err := r.ParseForm(); err != nil {
		return nil, errors.Join(errForm, err)
	}
	c, err := r.newComposition()
	if err != nil {
		return nil, err
	}
	c.title, c.from, c.to, c.phase, c.when = r.field("title"), r.field("from"), r.field("to"), r.field("phase"), r.field("when")
	c.at, c.in, c.unit, c.seen, c.units = r.field("at_time"), r.field("in_minutes"), r.field("as"), r.field("seen"), r.PostForm["units"]
	if c.tlp, err = r.readTLP(); err != nil {
		return nil, err
	}
	for i := range c.texts {
		t := &c.texts[i]
		t.subject, t.body = r.field("subject_"+t.lang), r.PostFormValue("body_"+t.lang)
	}
	for n := range c.tasks {
		r.readComposedTask(&c.tasks[n], "task"+strconv.Itoa(n+1)+"_")
	}
	return c, nil
}

func (r *request) readComposedTask(t *composedTask, name string) {
	t.kind, t.within, t.points = r.field(name+"kind"), r.field(name+"within"), r.field(name+"points")
	t.accept = linesOf(r.PostFormValue(name + "accept"))
	for i := range t.prompts {
		t.prompts[i].text = r.field(name + "prompt_" + t.prompts[i].lang)
	}
}

// sum tells one content of the form from another.
func (c *composition) sum() string {
	parts := []string{c.title, c.from, c.to, strings.Join(c.units, " "), c.phase, c.tlp.String(), c.when, c.at, c.in}
	for _, t := range c.texts {
		parts = append(parts, t.lang, joinText(t.subject, t.body))
	}
	for _, t := range c.tasks {
		parts = append(parts, t.kind, strings.Join(t.accept, "\n"), t.within, t.points)
		for _, p := range t.prompts {
			parts = append(parts, p.lang, p.text)
		}
	}
	return sumOf(parts)
}

// composed is the command for what was written.
func (r *request) composed(c *composition) (a exercise.AddInject, err error) {
	a = exercise.AddInject{From: c.from, Phase: c.phase, TLP: c.tlp, Texts: scenario.Text{}, Units: []string{c.to}}
	if c.title != "" {
		a.Title = scenario.Text{"": c.title}
	}
	if c.to == "units" {
		a.Units = c.units
	}
	if len(a.Units) == 0 || a.Units[0] == "" {
		return a, &problem{r.t("compose.units_first")}
	}
	for _, t := range c.texts {
		text := joinText(t.subject, t.body)
		if text != "" && t.subject == "" {
			return a, &problem{r.t("compose.subject_first", i18n.Args{"Language": r.langName(t.lang)})}
		}
		if text != "" {
			a.Texts[t.lang] = text
		}
	}
	if len(a.Texts) == 0 {
		return a, &problem{r.p.T("refusal." + exercise.MissingText)}
	}
	if a.Due, err = r.composedDue(c); err != nil {
		return a, err
	}
	a.Tasks, err = r.composedTasks(c)
	return a, err
}

// composedDue is when it is to be given; 0 is at once.
func (r *request) composedDue(c *composition) (exercise.Time, error) {
	switch c.when {
	case "at":
		at, err := exercise.ParseTime(c.at)
		if err != nil {
			return 0, &problem{r.t("compose.bad_time", i18n.Args{"Text": c.at})}
		}
		return at, nil
	case "in":
		in, err := r.readMinutes(c.in)
		if err != nil {
			return 0, err
		}
		var now exercise.Time
		err = r.look(func(s *scene) error {
			now = s.now()
			return nil
		})
		return now + in, err
	case "now":
		return 0, nil
	}
	return 0, errForm
}

func (r *request) composedTasks(c *composition) ([]exercise.AddedTask, error) {
	var all []exercise.AddedTask
	for n, t := range c.tasks {
		if t.kind == "" {
			continue
		}
		bad := func(key string) error {
			return &problem{r.t("compose.task_problem", i18n.Args{"N": n + 1, "Problem": r.t("compose." + key)})}
		}
		x := exercise.AddedTask{Prompt: scenario.Text{}}
		for _, p := range t.prompts {
			if p.text != "" {
				x.Prompt[p.lang] = p.text
			}
		}
		if len(x.Prompt) == 0 {
			return nil, bad("prompt_first")
		}
		points, ok := scenario.ParseNumber(t.points)
		if !ok || points < 0 {
			return nil, &problem{r.t("compose.bad_points", i18n.Args{"Text": t.points})}
		}
		within, err := r.readMinutes(t.within)
		if err != nil {
			return nil, err
		}
		x.Points, x.Within = points, within
		if t.kind == scenario.TaskAnswer {
			if x.Accept = t.accept; len(x.Accept) == 0 {
				return nil, bad("accept_first")
			}
		}
		all = append(all, x)
	}
	return all, nil
}
