package scenario

import (
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

func (p *parser) mselYAML(root *yaml.Node) {
	o, ok := p.object(root, mselFile, "msel")
	if !ok {
		p.brokenMSEL()
		return
	}
	o.objects("injects", func(e *object) {
		p.pack.Injects = append(p.pack.Injects, p.inject(e))
	})
	if p.pack.src.broken["injects"] { // their tasks are unknown too
		p.pack.src.broken["tasks"] = true
	}
	if !o.has("injects") {
		p.brokenMSEL()
	}
	o.objects("decisions", func(e *object) {
		p.pack.Decisions = append(p.pack.Decisions, p.decision(e))
	})
	o.objects("flows", func(e *object) {
		p.pack.Flows = append(p.pack.Flows, p.flow(e))
	})
}

func (p *parser) inject(o *object) *Inject {
	in := &Inject{
		Pos: o.pos, Key: o.key("injects", "msel"), Title: o.text("title"),
		Phase: o.str("phase"), From: o.str("from"), To: o.enum("to", ""), Branch: o.str("branch"),
		TLP: o.tlp("tlp", TLPAmber), For: o.oneOrMany("for"), Attachments: o.strs("attachments"),
		Kind: o.enum("kind", KindContextual), Mode: o.enum("mode", modes()[0]), Delivery: o.text("delivery"),
		Objectives: o.strs("objectives"), Expected: o.text("expected"), Controller: o.str("controller"),
		Notes: o.text("notes"), Replies: p.replies(o),
	}
	in.Trigger = p.trigger(o)
	in.Tasks = p.tasks(o, in, in.To)
	if n := o.vals["relay"]; n != nil {
		if r, ok := p.object(n, "relay", "relay"); ok {
			in.Relay = &Relay{Pos: r.pos, To: r.enum("to", "")}
			in.Relay.Tasks = p.tasks(r, in, in.Relay.To)
		} else {
			p.pack.src.broken["tasks"] = true
		}
	}
	return in
}

func (p *parser) trigger(o *object) Trigger {
	t := Trigger{Pos: o.pos}
	var starts []string
	for _, f := range []string{"at", "after", "since"} {
		if o.has(f) {
			starts = append(starts, f)
		}
	}
	if len(starts) > 0 {
		t.Pos = p.pos(o.vals[starts[0]])
	} else if o.has("when") {
		t.Pos = p.pos(o.vals["when"])
	} else if o.has("branch") {
		t.Pos = p.pos(o.vals["branch"])
	} else if !o.has("within") && !o.has("delay") {
		p.report(o.node, codeTriggerNone, nil)
	}
	if len(starts) > 1 {
		p.report(o.vals[starts[1]], codeTriggerTwo, map[string]any{"First": starts[0], "Second": starts[1]})
	}
	for _, f := range []string{"since", "within", "delay"} {
		if o.has(f) && !o.has("when") {
			p.report(o.vals[f], codeTriggerNeedsWhen, map[string]any{"Field": f})
		}
	}
	p.start(o, &t)
	t.When, t.Unless = p.condition(o, "when"), p.condition(o, "unless")
	t.Within, _ = o.duration("within", true)
	t.Lag, _ = o.duration("delay", true)
	return t
}

// start reads the starting point; `at` wins where several stand.
func (p *parser) start(o *object, t *Trigger) {
	if o.has("at") {
		t.At, t.HasAt = o.duration("at", false)
		return
	}
	if o.has("since") {
		t.After = o.str("since")
	}
	if o.has("after") {
		t.After, t.Delay = o.after("after")
	}
}

// after reads a key and a delay, such as "I01 +3m".
func (o *object) after(name string) (string, time.Duration) {
	s := o.str(name)
	if s == "" {
		return "", 0
	}
	key, delay, plus := strings.Cut(s, "+")
	key = strings.TrimSpace(key)
	d, ok := parseDuration(strings.TrimSpace(delay))
	if key == "" || strings.ContainsAny(key, " \t") || plus && !ok {
		o.p.report(o.vals[name], codeValueAfter, map[string]any{"Value": clip(s)})
		return "", 0
	}
	return key, d
}

func (p *parser) condition(o *object, name string) *Condition {
	n := o.vals[name]
	if n == nil {
		return nil
	}
	src, ok := p.str(n, name)
	if !ok {
		return nil
	}
	pos := p.pos(n)
	c, found := compileCondition(src)
	for _, f := range found {
		p.reportAt(p.pack.inside(pos, src, f.offset), f.code, f.args)
	}
	if c != nil {
		c.Pos = pos
	}
	return c
}

func (p *parser) flow(o *object) *Flow {
	f := &Flow{
		Pos: o.pos, Key: o.key("flows", "msel"), Title: o.text("title"), Phase: o.str("phase"),
		After: o.str("after"), Critical: o.str("critical"),
	}
	f.Within, _ = o.duration("within", true)
	p.flowEnds(o, f)
	return f
}

// flowEnds reads what a flow has wherever it is written.
func (p *parser) flowEnds(o *object, f *Flow) {
	f.From, f.To = o.enum("from", ""), o.enum("to", "")
	f.Avoid = o.forms("avoid")
	f.What, f.Relay, f.TLP = o.groups("what"), o.str("relay"), o.tlp("tlp", TLPNone)
	f.Never, f.NeverWhat = o.strs("never"), o.forms("never_what")
	f.Difficulty = o.number("difficulty", 0)
	f.Weight, f.Prevents = o.integer("weight", defaultWeight), o.text("prevents")
	if o.has("what") && o.has("relay") {
		p.report(o.vals["relay"], codeFlowTwo, nil)
	}
}
