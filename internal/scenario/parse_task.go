package scenario

import (
	"slices"

	"go.yaml.in/yaml/v4"
)

// Defaults of tasks.
const (
	defaultPoints     = 10
	defaultSolvedAt   = 0.8
	defaultDifficulty = 0.5
)

func (p *parser) tasks(o *object, phase string) []*Task {
	var all []*Task
	o.objects("tasks", []string{
		"*key", "*type", "phase", "*prompt", "*due", "points", "attempts", "critical", "feedback", "hints", "needs",
		"effort", "difficulty", "accept", "solved_at", "options", "mentions", "flow",
	}, func(e *object) {
		t := p.task(e)
		if t.Phase == "" {
			t.Phase = phase
		}
		all = append(all, t)
	})
	return all
}

func (p *parser) task(o *object) *Task {
	t := &Task{
		Pos: o.pos, Key: o.key("tasks", "msel"),
		Type:  o.enum("type", "", TaskReport, TaskAnswer, TaskChoice, TaskIndicators, TaskShare),
		Phase: o.str("phase"), Prompt: o.text("prompt"), Critical: o.str("critical"),
		Points: o.number("points", defaultPoints, 0, 10_000),
		Accept: o.forms("accept"), Options: p.options(o), Mentions: p.mentions(o), Flow: o.str("flow"),
		Difficulty: o.number("difficulty", defaultDifficulty, 0, 1),
	}
	t.Due, _ = o.duration("due", true)
	t.Attempts = o.integer("attempts", defaultAttempts(t.Type), 1, 1000)
	def := "now"
	if t.Type == TaskReport {
		def = "after"
	}
	t.Feedback = o.enum("feedback", def, "now", "after") == "now"
	if t.Type == TaskIndicators {
		t.SolvedAt = o.number("solved_at", defaultSolvedAt, 0, 1)
	}
	p.hints(o, t)
	p.needs(o, t)
	p.effort(o, t)
	p.typeFields(o, t)
	return t
}

func defaultAttempts(taskType string) int {
	switch taskType {
	case TaskAnswer, TaskIndicators:
		return 3
	case TaskChoice:
		return 1
	default:
		return 0
	}
}

// fieldsOf gives the fields that only some types of tasks have.
func fieldsOf(taskType string) (required, optional []string) {
	switch taskType {
	case TaskAnswer:
		return []string{"accept"}, nil
	case TaskChoice:
		return []string{"options"}, nil
	case TaskIndicators:
		return []string{"accept"}, []string{"solved_at"}
	case TaskReport:
		return nil, []string{"mentions"}
	default:
		return []string{"flow"}, nil
	}
}

// typeFields reports fields that the type lacks or cannot have.
func (p *parser) typeFields(o *object, t *Task) {
	if t.Type == "" {
		return
	}
	required, optional := fieldsOf(t.Type)
	for _, f := range []string{"accept", "solved_at", "options", "mentions", "flow"} {
		need := slices.Contains(required, f)
		if o.has(f) && !need && !slices.Contains(optional, f) {
			p.reportAt(p.pack.at(o.pos, f), codeTaskField, map[string]any{"Field": f, "Type": t.Type})
		}
		if need && !o.has(f) {
			p.report(o.node, codeTaskNeeds, map[string]any{"Field": f, "Type": t.Type})
		}
	}
	if t.Type == TaskChoice && len(t.Options) > 0 && !p.pack.src.broken["correct"] &&
		!slices.ContainsFunc(t.Options, func(op Option) bool { return op.Correct }) {
		p.report(o.vals["options"], codeTaskNoCorrect, nil)
	}
}

func (p *parser) options(o *object) (all []Option) {
	n := o.vals["options"]
	if n == nil {
		return nil
	}
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		p.report(n, codeFieldEmpty, map[string]any{"Field": "options"})
	}
	delete(p.keys, "options") // unique within the task
	p.pack.src.broken["correct"] = false
	o.objects("options", []string{"*key", "*text", "correct"}, func(e *object) {
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

func (p *parser) mentions(o *object) (all []Forms) {
	for i, n := range o.list("mentions") {
		all = append(all, o.formsOf(n, field("mentions", i)))
	}
	return all
}

func (p *parser) hints(o *object, t *Task) {
	o.objects("hints", []string{"*text", "cost"}, func(e *object) {
		t.Hints = append(t.Hints, Hint{Pos: e.pos, Text: e.text("text"), Cost: e.number("cost", 0, 0, 10_000)})
	})
}

func (p *parser) needs(o *object, t *Task) {
	o.objects("needs", []string{"*flow", "*from"}, func(e *object) {
		t.Needs = append(t.Needs, Need{Pos: e.pos, Flow: e.str("flow"), From: e.enum("from", "", EndNext, EndPrev)})
	})
}

func (p *parser) effort(o *object, t *Task) {
	n := o.vals["effort"]
	if n == nil {
		return
	}
	e, ok := p.object(n, "effort", "*min", "*likely", "*max")
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
