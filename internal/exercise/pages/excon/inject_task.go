package excon

import (
	"slices"
	"strconv"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/web"
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

// injectTasksOf lists the tasks of inject number i with their keys for unit u.
func injectTasksOf(s *pages.Moment, i, u int) []injectTask {
	type named struct {
		key   string
		relay bool
	}
	var names []named
	if added := s.State.Added(i); added != nil {
		for n := range added.Tasks {
			names = append(names, named{s.State.InjectKey(i) + "." + strconv.Itoa(n+1), false})
		}
	} else {
		in := s.State.Play().Pack.Injects[i]
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
		if t, ok := s.State.TaskIndex(name.key); ok {
			x := injectTask{key: name.key, relay: name.relay}
			fillKeyed(s, &x, i, n, t, u)
			all = append(all, x)
		}
	}
	return all
}

// fillTask fills in what holds for unit u: what the pack, or whoever made the
// inject up, said, and what was amended since.
func fillKeyed(s *pages.Moment, x *injectTask, i, n, t, u int) {
	x.fromKey(s.State.Key(t, u))
	if def, _, _ := s.State.Play().Pack.TaskByKey(x.key); def != nil {
		fromPack(s, x, def, u)
	} else {
		added := s.State.Added(i).Tasks[n]
		x.kind, x.points, x.within = scenario.TaskReport, web.Decimal(added.Points), inMinutes(added.Within)
		if len(added.Accept) > 0 {
			x.kind = scenario.TaskAnswer
		}
	}
	prompt := s.State.Prompt(t, u)
	x.prompts = sortTexts(prompt)
	x.prompt = s.Render(packText(s, prompt), u)
	amendedTask(s, x, s.State.Play().Cast.Units[u].Key)
	for other := range s.State.Play().Cast.Units {
		if v, ok := s.State.Task(t, other); ok && v.Status != exercise.TaskVoid {
			x.answers += v.Attempts
			if other == u {
				x.own = v.Attempts
			}
		}
		k := s.State.Key(t, other)
		x.varies = x.varies || !slices.Equal(k.Accept, x.accept) || !slices.Equal(k.Contains, x.contains)
	}
}

func (x *injectTask) fromKey(k exercise.KeyView) {
	x.accept, x.contains, x.mentions, x.files = k.Accept, k.Contains, k.Mentions, k.Files
	if len(k.Contains) > 0 { // shown beside the form, which cannot write such a key
		x.mentions = append(slices.Clip(x.mentions), k.Contains)
	}
	if k.Number != nil {
		x.number = web.Decimal(*k.Number)
		x.tolerance = toleranceText(k.Tolerance)
	}
}

func toleranceText(t scenario.Tolerance) string {
	switch {
	case t.Value == 0:
		return ""
	case t.Percent:
		return web.Decimal(t.Value) + "%"
	}
	return web.Decimal(t.Value)
}

func fromPack(s *pages.Moment, x *injectTask, def *scenario.Task, u int) {
	x.kind, x.points, x.within = def.Type, web.Decimal(def.Points), inMinutes(exercise.At(def.Due))
	x.match, x.varies = patterns(s, def.Match, u)
	for _, o := range def.Options {
		x.options = append(x.options, keyOption{o.Key, s.Render(packText(s, o.Text), u), slices.Contains(x.accept, o.Key)})
	}
}

// patterns gives the source of the patterns of a key as they hold for unit u,
// and whether they differ from unit to unit.
func patterns(s *pages.Moment, match scenario.Forms, u int) (all []string, varies bool) {
	for _, forms := range match {
		varies = varies || slices.ContainsFunc(forms, func(f string) bool { return strings.Contains(f, "{{") })
	}
	compiled, err := s.State.Play().Cast.Patterns(match, u, false)
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
func amendedTask(s *pages.Moment, x *injectTask, unit string) {
	points, within, key := false, false, false
	for _, e := range s.Events(exercise.Viewer{Control: true}, 0, 100, func(e *exercise.Event) bool {
		b, ok := e.Body.(*exercise.TaskAmended)
		return ok && b.Task == x.key && (b.Unit == "" || b.Unit == unit)
	}) {
		b, _ := e.Body.(*exercise.TaskAmended)
		if b.Points != nil && !points {
			x.points, points = web.Decimal(*b.Points), true
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
func inMinutes(t exercise.Time) string { return web.Decimal(t.Duration().Minutes()) }

// readMinutes reads minutes as people write them, such as "7.5".
func readMinutes(r *pages.Request, text string) (exercise.Time, error) {
	f, ok := scenario.ParseNumber(text)
	if !ok || f < 0 || f > 7*24*60 {
		return 0, &web.UserError{Text: r.T("compose.bad_minutes", i18n.Args{"Text": text})}
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
