package scenario

import "slices"

// belongs checks the branch and the roles that an inject or task is for. What
// it is for by inheritance has been checked where it was written.
func (c *checker) belongs(owner Pos, branch string, roles []string) {
	c.ref(c.p.at(owner, "branch"), codeRefBranch, "branches", branch, c.branchKeys)
	for i, role := range roles {
		if pos := c.p.at(owner, field("for", i)); pos != owner || c.p.src == nil {
			c.ref(pos, codeRefRole, "roles", role, c.roles)
		}
	}
}

func (c *checker) decisions() {
	for _, d := range c.p.Decisions {
		c.decision(d)
	}
}

func (c *checker) decision(d *Decision) {
	if d.After != "" {
		known := slices.Concat(c.injectKeys, c.taskKeys)
		if c.p.broken("injects") {
			known = append(known, d.After)
		}
		c.ref(c.p.at(d.Pos, "after"), codeRefInjectOrTask, "tasks", d.After, known)
	}
	for i, b := range d.Branches {
		c.condition(b.When)
		switch {
		case b.When == nil && i < len(d.Branches)-1 && c.p.at(b.Pos, "when") == b.Pos:
			c.report(b.Pos, codeDecisionOther, map[string]any{"Branch": b.Key})
		case b.When != nil && d.All:
			c.common(b.When)
		}
	}
}

// common reports facts of a unit in a decision that is made for everybody.
func (c *checker) common(cond *Condition) {
	for _, n := range cond.names {
		of := c.p.DecisionOf(n.key)
		own := n.kind == varTask || n.kind == varInject || n.kind == varFlow ||
			n.kind == varBranch && of != nil && !of.All
		if own {
			c.report(c.p.inside(cond.Pos, cond.Source, n.offset), codeDecisionFacts, nil)
			return
		}
	}
	if cond.UsesScore {
		c.report(cond.Pos, codeDecisionFacts, nil)
	}
}

func (c *checker) personaReplies() {
	for _, s := range c.p.Personas {
		c.replies(s.Replies)
	}
}

// replies checks prepared answers: their templates and patterns, and that none
// is hidden by one before it that fits everything.
func (c *checker) replies(all []*Reply) {
	fallback := ""
	for _, r := range all {
		if fallback != "" {
			c.warn(r.Pos, codeReplyHidden, map[string]any{"Reply": r.Key, "Before": fallback})
		}
		if r.Fallback() && !r.Once {
			fallback = r.Key
		}
		c.forms(r.Pos, "ask", r.Ask)
		c.patterns(r.Pos, "match", r.Match)
		c.text(r.Pos, "text", r.Text, placeText)
	}
}
