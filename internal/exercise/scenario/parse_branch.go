package scenario

func (p *parser) decision(o *object) *Decision {
	d := &Decision{
		Pos: o.pos, Key: o.key("decisions", "decisions"), Title: o.text("title"), All: o.enum("scope", "each") == "all",
	}
	p.moment(o, d)
	o.objects("branches", func(e *object) {
		d.Branches = append(d.Branches, Branch{
			Pos: e.pos, Key: e.key("branches", "decisions"), Title: e.text("title"), When: p.condition(e, "when"),
			Outcome: e.text("outcome"),
		})
	})
	if p.pack.src.broken["decisions"] {
		p.pack.src.broken["branches"] = true
	}
	return d
}

// moment reads when a decision is made; a decision for everybody has no unit
// whose injects it could follow.
func (p *parser) moment(o *object, d *Decision) {
	switch {
	case o.has("at") && o.has("after"):
		p.report(o.vals["after"], codeTriggerTwo, map[string]any{"First": "at", "Second": "after"})
	case !o.has("at") && !o.has("after"):
		p.report(o.node, codeDecisionWhen, nil)
	case d.All && o.has("after"):
		p.report(o.vals["after"], codeDecisionAll, nil)
	}
	d.At, _ = o.duration("at", false)
	if o.has("after") {
		d.After, d.Delay = o.after("after")
	}
}
