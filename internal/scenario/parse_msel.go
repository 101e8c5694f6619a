package scenario

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

func (p *parser) mselYAML(root *yaml.Node) {
	o, ok := p.object(root, mselFile, "*injects", "flows")
	if !ok {
		p.brokenMSEL()
		return
	}
	o.objects("injects", []string{
		"*key", "*title", "*phase", "*from", "*to", "at", "after", "when", "since", "within", "unless",
		"tlp", "attachments", "expected", "controller", "notes", "tasks", "relay",
	}, func(e *object) {
		p.pack.Injects = append(p.pack.Injects, p.inject(e))
	})
	if p.pack.src.broken["injects"] { // their tasks are unknown too
		p.pack.src.broken["tasks"] = true
	}
	if !o.has("injects") {
		p.brokenMSEL()
	}
	o.objects("flows", []string{
		"*key", "*title", "phase", "*from", "*to", "*after", "*within", "what", "relay", "tlp",
	}, func(e *object) {
		p.pack.Flows = append(p.pack.Flows, p.flow(e))
	})
}

func (p *parser) inject(o *object) *Inject {
	in := &Inject{
		Pos: o.pos, Key: o.key("injects", "msel"), Title: o.text("title"),
		Phase: o.str("phase"), From: o.str("from"), To: p.audience(o, true),
		TLP: o.tlp("tlp", TLPAmber), Attachments: o.strs("attachments"),
		Expected: o.text("expected"), Controller: o.str("controller"), Notes: o.text("notes"),
	}
	in.Trigger = p.trigger(o)
	in.Tasks = p.tasks(o, in.Phase)
	if n := o.vals["relay"]; n != nil {
		if r, ok := p.object(n, "relay", "*to", "tasks"); ok {
			in.Relay = &Relay{Pos: r.pos, To: p.audience(r, false), Tasks: p.tasks(r, in.Phase)}
		} else {
			p.pack.src.broken["tasks"] = true
		}
	}
	return in
}

// audience reads who receives an inject, or a relay, which goes to cells only.
func (p *parser) audience(o *object, teams bool) string {
	if n := o.vals["to"]; n != nil && n.Kind == yaml.ScalarNode && strings.HasPrefix(n.Value, CellPrefix) {
		return n.Value
	}
	if teams {
		return o.enum("to", "", AudTeams, AudCells, AudAll, CellPrefix+"<key>")
	}
	return o.enum("to", "", AudCells, CellPrefix+"<key>")
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
	} else if !o.has("within") {
		p.report(o.node, codeTriggerNone, nil)
	}
	if len(starts) > 1 {
		p.report(o.vals[starts[1]], codeTriggerTwo, map[string]any{"First": starts[0], "Second": starts[1]})
	}
	for _, f := range []string{"since", "within"} {
		if o.has(f) && !o.has("when") {
			p.report(o.vals[f], codeTriggerNeedsWhen, map[string]any{"Field": f})
		}
	}
	p.start(o, &t)
	t.When, t.Unless = p.condition(o, "when"), p.condition(o, "unless")
	t.Within, _ = o.duration("within", true)
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
	s := o.str("after")
	if s == "" {
		return
	}
	key, delay, plus := strings.Cut(s, "+")
	t.After = strings.TrimSpace(key)
	d, ok := parseDuration(strings.TrimSpace(delay))
	if t.After == "" || strings.ContainsAny(t.After, " \t") || plus && !ok {
		p.report(o.vals["after"], codeValueAfter, map[string]any{"Value": clip(s)})
		t.After = ""
		return
	}
	t.Delay = d
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
		From: p.end(o, "from", EndTeam), After: o.str("after"), What: o.forms("what"),
		To:    p.end(o, "to", EndLiaison, EndNext, EndPrev, EndExcon, EndTeam, PersonaPrefix),
		Relay: o.str("relay"), TLP: o.tlp("tlp", TLPNone),
	}
	f.Within, _ = o.duration("within", true)
	if o.has("what") && o.has("relay") {
		p.report(o.vals["relay"], codeFlowTwo, nil)
	}
	return f
}

// end reads an end of a flow: one of the names, or "cell:<key>", or with
// PersonaPrefix among the names "persona:<key>".
func (p *parser) end(o *object, name string, names ...string) string {
	known := []string{CellPrefix + "<key>"}
	n := o.vals[name]
	for _, k := range names {
		if k != PersonaPrefix {
			known = append(known, k)
			continue
		}
		known = append(known, PersonaPrefix+"<key>")
		if n != nil && n.Kind == yaml.ScalarNode && strings.HasPrefix(n.Value, PersonaPrefix) {
			return n.Value
		}
	}
	if n != nil && n.Kind == yaml.ScalarNode && strings.HasPrefix(n.Value, CellPrefix) {
		return n.Value
	}
	return o.enum(name, "", known...)
}
