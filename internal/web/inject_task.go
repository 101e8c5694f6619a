package web

import (
	"slices"
	"strconv"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// injectTask is a task of an inject with its key, as it holds for the unit that
// is shown.
type injectTask struct {
	key, kind string
	relay     bool // asked of those to whom it is relayed
	prompts   []changeText
	prompt    string // as the unit reads it
	accept    []string
	contains  []string
	match     []string
	number    string
	tolerance string
	options   []keyOption
	mentions  [][]string
	files     []scenario.FileRule
	points    string
	within    string // minutes
	varies    bool   // the key is another for other units
	answers   int    // of all units, that would be scored again
	own       int    // of them those of the unit
}

// keyOption is a choice, and whether it is right.
type keyOption struct {
	key, text string
	right     bool
}

// injectTasks lists the tasks of inject number i with their keys for unit u.
func (s *scene) injectTasks(i, u int) []injectTask {
	type named struct {
		key   string
		relay bool
	}
	var names []named
	if added := s.st.Added(i); added != nil {
		for n := range added.Tasks {
			names = append(names, named{s.st.InjectKey(i) + "." + strconv.Itoa(n+1), false})
		}
	} else {
		in := s.st.Play().Pack.Injects[i]
		for _, t := range in.Tasks {
			names = append(names, named{t.Key, false})
		}
		if in.Relay != nil {
			for _, t := range in.Relay.Tasks {
				names = append(names, named{t.Key, true})
			}
		}
	}
	var all []injectTask
	for n, name := range names {
		if t, ok := s.st.TaskIndex(name.key); ok {
			x := injectTask{key: name.key, relay: name.relay}
			s.fillKeyed(&x, i, n, t, u)
			all = append(all, x)
		}
	}
	return all
}

// fillTask fills in what holds for unit u: what the pack, or whoever made the
// inject up, said, and what was amended since.
func (s *scene) fillKeyed(x *injectTask, i, n, t, u int) {
	x.fromKey(s.st.Key(t, u))
	if def, _, _ := s.st.Play().Pack.TaskByKey(x.key); def != nil {
		s.fromPack(x, def, u)
	} else {
		added := s.st.Added(i).Tasks[n]
		x.kind, x.points, x.within = scenario.TaskReport, decimal(added.Points), inMinutes(added.Within)
		if len(added.Accept) > 0 {
			x.kind = scenario.TaskAnswer
		}
	}
	prompt := s.st.Prompt(t, u)
	x.prompts = sortTexts(prompt)
	x.prompt = s.render(s.packText(prompt), u)
	s.amendedTask(x, s.st.Play().Cast.Units[u].Key)
	for other := range s.st.Play().Cast.Units {
		if v, ok := s.st.Task(t, other); ok && v.Status != exercise.TaskVoid {
			x.answers += v.Attempts
			if other == u {
				x.own = v.Attempts
			}
		}
		k := s.st.Key(t, other)
		x.varies = x.varies || !slices.Equal(k.Accept, x.accept) || !slices.Equal(k.Contains, x.contains)
	}
}

func (x *injectTask) fromKey(k exercise.KeyView) {
	x.accept, x.contains, x.mentions, x.files = k.Accept, k.Contains, k.Mentions, k.Files
	if len(k.Contains) > 0 { // shown beside the form, which cannot write such a key
		x.mentions = append(slices.Clip(x.mentions), k.Contains)
	}
	if k.Number != nil {
		x.number = decimal(*k.Number)
		x.tolerance = toleranceText(k.Tolerance)
	}
}

func toleranceText(t scenario.Tolerance) string {
	switch {
	case t.Value == 0:
		return ""
	case t.Percent:
		return decimal(t.Value) + "%"
	}
	return decimal(t.Value)
}

func (s *scene) fromPack(x *injectTask, def *scenario.Task, u int) {
	x.kind, x.points, x.within = def.Type, decimal(def.Points), inMinutes(exercise.At(def.Due))
	x.match, x.varies = s.patterns(def.Match, u)
	for _, o := range def.Options {
		x.options = append(x.options, keyOption{o.Key, s.render(s.packText(o.Text), u), slices.Contains(x.accept, o.Key)})
	}
}

// patterns gives the source of the patterns of a key as they hold for unit u,
// and whether they differ from unit to unit.
func (s *scene) patterns(match scenario.Forms, u int) (all []string, varies bool) {
	for _, forms := range match {
		varies = varies || slices.ContainsFunc(forms, func(f string) bool { return strings.Contains(f, "{{") })
	}
	compiled, err := s.st.Play().Cast.Patterns(match, u, false)
	if err != nil { // the pack was checked: it has been rendered before
		return nil, varies
	}
	for _, re := range compiled {
		all = append(all, strings.TrimPrefix(re.String(), "(?is)"))
	}
	return all, varies
}

// amendedTask puts in what has been amended for the unit; the key itself is in
// the state already, but for the source of its patterns.
func (s *scene) amendedTask(x *injectTask, unit string) {
	points, within, key := false, false, false
	for _, e := range s.Events(exercise.Viewer{Control: true}, 0, 100, func(e *exercise.Event) bool {
		b, ok := e.Body.(*exercise.TaskAmended)
		return ok && b.Task == x.key && (b.Unit == "" || b.Unit == unit)
	}) {
		b, _ := e.Body.(*exercise.TaskAmended)
		if b.Points != nil && !points {
			x.points, points = decimal(*b.Points), true
		}
		if b.Within != nil && !within {
			x.within, within = inMinutes(*b.Within), true
		}
		if !key && (len(b.Accept) > 0 || len(b.Match) > 0 || b.Number != nil) {
			x.match, key = b.Match, true
		}
	}
}

// minutes writes a length of time in minutes.
func inMinutes(t exercise.Time) string { return decimal(t.Duration().Minutes()) }

// readMinutes reads minutes as people write them, such as "7.5".
func (r *request) readMinutes(text string) (exercise.Time, error) {
	f, ok := scenario.ParseNumber(text)
	if !ok || f < 0 || f > 7*24*60 {
		return 0, &problem{r.t("compose.bad_minutes", i18n.Args{"Text": text})}
	}
	return exercise.Time(f * 60 * float64(exercise.Second)), nil
}

// judged reports whether the task has a key that can be amended.
func (x *injectTask) judged() bool {
	return x.kind != scenario.TaskReport && x.kind != scenario.TaskShare
}

// lines are the lines of a text that hold something.
func linesOf(text string) []string {
	var all []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// scored is how many answers an amendment scores again.
func (x *injectTask) scored(scope string) int {
	if scope == "" {
		return x.answers
	}
	return x.own
}
