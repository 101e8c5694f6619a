package scenario

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Defaults of tasks.
const (
	defaultPoints     = 10
	defaultWeight     = 1
	maxWeight         = 9
	defaultSolvedAt   = 0.8
	defaultDifficulty = 0.5

	maxPoints = 10_000
)

func (p *parser) tasks(o *object, in *Inject, to string) []*Task {
	var all []*Task
	o.objects("tasks", func(e *object) {
		all = append(all, p.task(e, in, to))
	})
	return all
}

// task reads a task of an inject that is asked of `to`.
func (p *parser) task(o *object, in *Inject, to string) *Task {
	t := &Task{
		Pos: o.pos, Key: o.key("tasks", "msel"), Type: o.enum("type", ""),
		Phase: o.str("phase"), Prompt: o.text("prompt"), Critical: o.str("critical"),
		Points: o.number("points", defaultPoints), Weight: o.integer("weight", defaultWeight), Prevents: o.text("prevents"), For: o.oneOrMany("for"), Branch: o.str("branch"),
		Difficulty: o.number("difficulty", defaultDifficulty), Rated: o.has("difficulty"),
	}
	if t.Phase == "" {
		t.Phase = in.Phase
	}
	if t.For == nil {
		t.For = in.For
	}
	t.Due, _ = o.duration("due", true)
	t.Attempts = o.integer("attempts", defaultAttempts(t.Type))
	def := "now"
	if t.Type == TaskReport || t.Type == TaskFile {
		def = "after"
	}
	t.Feedback = o.enum("feedback", def) == "now"
	p.hints(o, t)
	p.needs(o, t)
	p.effort(o, t)
	p.solution(o, t)
	if o.has("flow") {
		t.Flow = p.taskFlow(o, t, in, to)
	}
	p.typeFields(o, t)
	return t
}

func defaultAttempts(taskType string) int {
	switch taskType {
	case TaskAnswer, TaskIndicators:
		return 3
	case TaskChoice:
		return 1
	case TaskFlag:
		return 10
	default:
		return 0
	}
}

// typeShape is what fields a type of task has beside those of every task.
type typeShape struct {
	required []string
	anyOf    []string // at least one of these
	optional []string
}

func typeShapeOf(taskType string) typeShape {
	switch taskType {
	case TaskAnswer:
		return typeShape{
			anyOf:    []string{"accept", "contains", "number", "time", "date", "parts", "match"},
			optional: []string{"refuse", "unit", "tolerance", "zone", "examples"},
		}
	case TaskChoice:
		return typeShape{required: []string{"options"}}
	case TaskIndicators:
		return typeShape{required: []string{"accept"}, optional: []string{"solved_at"}}
	case TaskReport:
		return typeShape{optional: []string{"mentions", "avoid", "form"}}
	case TaskFlag:
		return typeShape{required: []string{"flag"}}
	case TaskFile:
		return typeShape{optional: []string{"files", "max_size"}}
	default:
		return typeShape{required: []string{"flow"}}
	}
}

// typeFields lists the fields that only some types of tasks have.
func typeFields() []string {
	return []string{
		"accept", "contains", "refuse", "match", "number", "unit", "tolerance", "time", "date", "zone", "parts", "examples",
		"solved_at", "options", "flag", "files", "max_size", "form", "mentions", "avoid", "flow",
	}
}

// typeFields reports fields that the type lacks or cannot have.
func (p *parser) typeFields(o *object, t *Task) {
	if t.Type == "" {
		return
	}
	sh := typeShapeOf(t.Type)
	for _, f := range typeFields() {
		need := slices.Contains(sh.required, f)
		if o.has(f) && !need && !slices.Contains(sh.optional, f) && !slices.Contains(sh.anyOf, f) {
			p.reportAt(p.pack.at(o.pos, f), codeTaskField, map[string]any{"Field": f, "Type": t.Type})
		}
		if need && !o.has(f) {
			p.report(o.node, codeTaskNeeds, map[string]any{"Field": f, "Type": t.Type})
		}
	}
	if len(sh.anyOf) > 0 && !slices.ContainsFunc(sh.anyOf, o.has) {
		p.report(o.node, codeTaskNeeds, map[string]any{"Field": strings.Join(sh.anyOf, " / "), "Type": t.Type})
	}
	if t.Type == TaskChoice && len(t.Options) > 0 && !p.pack.src.broken["correct"] &&
		!slices.ContainsFunc(t.Options, func(op Option) bool { return op.Correct }) {
		p.report(o.vals["options"], codeTaskNoCorrect, nil)
	}
}

func (p *parser) options(o *object) (all []Option) {
	delete(p.keys, "options") // unique within the task
	p.pack.src.broken["correct"] = false
	o.objects("options", func(e *object) {
		before := len(p.ds)
		op := Option{Pos: e.pos, Correct: e.boolean("correct")}
		if len(p.ds) > before { // it may have been meant as the right one
			p.pack.src.broken["correct"] = true
		}
		op.Key, op.Text = e.key("options", "options"), e.text("text")
		all = append(all, op)
	})
	return all
}

func (p *parser) hints(o *object, t *Task) {
	o.objects("hints", func(e *object) {
		h := Hint{Pos: e.pos, Text: e.text("text"), Cost: e.number("cost", 0), Wrong: e.integer("wrong", 0)}
		h.After, _ = e.duration("after", true)
		t.Hints = append(t.Hints, h)
	})
}

func (p *parser) needs(o *object, t *Task) {
	o.objects("needs", func(e *object) {
		t.Needs = append(t.Needs, Need{Pos: e.pos, Flow: e.str("flow"), From: e.enum("from", "")})
	})
}

func (p *parser) effort(o *object, t *Task) {
	n := o.vals["effort"]
	if n == nil {
		return
	}
	e, ok := p.object(n, "effort", "effort")
	if !ok {
		return
	}
	least, a := e.duration("min", false)
	likely, b := e.duration("likely", false)
	most, c := e.duration("max", true)
	if !a || !b || !c {
		return
	}
	if least > likely || likely > most {
		p.report(n, codeTaskEffort, nil)
		return
	}
	t.Effort = Effort{Min: least, Likely: likely, Max: most}
}

// taskFlow reads the flow of a share task: its key, or the flow itself, which
// takes what it does not say from the task.
func (p *parser) taskFlow(o *object, t *Task, in *Inject, to string) string {
	n := o.vals["flow"]
	if n.Kind != yaml.MappingNode {
		return o.str("flow")
	}
	e, ok := p.object(n, "flow", "task_flow")
	if !ok {
		return ""
	}
	f := &Flow{Pos: e.pos, In: t.Key, Key: t.Key + "-flow", Title: in.Title, Phase: t.Phase, After: in.Key, Within: t.Due}
	p.flowEnds(e, f)
	if e.has("key") {
		f.Key = e.key("flows", "msel")
	} else if t.Key != "" {
		p.claim(n, f.Key, "msel")
	}
	if e.has("title") {
		f.Title = e.text("title")
	}
	if e.has("phase") {
		f.Phase = e.str("phase")
	}
	if e.has("after") {
		f.After = e.str("after")
	}
	if d, ok := e.duration("within", true); ok {
		f.Within = d
	}
	if !e.has("from") {
		f.From = senderOf(to)
		if f.From == "" && to != "" {
			p.report(n, codeFieldMissing, map[string]any{"Field": "from"})
		}
	}
	p.pack.Flows = append(p.pack.Flows, f)
	return f.Key
}

// senderOf is who sends the flow of a share task asked of an audience; "" for
// cells of several kinds.
func senderOf(to string) string {
	switch {
	case to == AudTeams, to == AudAll:
		return EndTeam
	case strings.HasPrefix(to, CellPrefix):
		return to
	default:
		return ""
	}
}
