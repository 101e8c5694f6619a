package scenario

import (
	"maps"
	"slices"
	"strings"
)

// Check returns every error of meaning in a parsed pack at once, sorted by
// place: names that do not resolve, templates, texts and attachments that are
// missing, times after ENDEX, circles, and what is never used. It says nothing
// about what Parse has already found.
func Check(p *Pack) []Diagnostic {
	if p == nil {
		return nil
	}
	indexed := *p // Check must not depend on, or change, the lookups of p
	p = &indexed
	p.Reindex()
	c := &checker{
		p: p, personas: map[string]bool{}, vars: map[string]bool{}, files: map[string]bool{}, shown: map[string]bool{},
		room: maxUnpacked, pointed: map[hostFile]bool{}, meant: map[int]bool{},
	}
	c.cast, _ = NewCast(p, sampleTeams(p.Languages)) // what hinders it is found by its own check
	c.learn()
	c.injects()
	c.decisions()
	c.flows()
	c.releases()
	c.personaReplies()
	c.variables()
	c.texts()
	c.keys()
	c.untold()
	c.unused()
	c.realHosts()
	sortDiagnostics(c.ds)
	return c.ds
}

// checker collects the findings and what has been used on the way.
type checker struct {
	p  *Pack
	ds []Diagnostic

	phases, cells, critical, varNames []string
	injectKeys, taskKeys, flowKeys    []string
	personaKeys, roles, objectives    []string
	branchKeys                        []string

	personas, vars, files map[string]bool // used
	vagueVars             bool            // a broken template may have used any variable

	cast    *Cast             // sample teams; nil when the pack cannot be cast
	shown   map[string]bool   // variables in what players see
	room    int               // bytes that may still be unpacked
	steps   int               // of all patterns
	pointed map[hostFile]bool // hosts that have been reported
	meant   map[int]bool      // exceptions that were needed
}

func (c *checker) report(pos Pos, code string, args map[string]any) {
	c.ds = noted(c.ds, Diagnostic{Pos: pos, Code: code, Args: args})
}

func (c *checker) warn(pos Pos, code string, args map[string]any) {
	c.ds = noted(c.ds, Diagnostic{Pos: pos, Code: code, Args: args, Warning: true})
}

// learn lists the names that references may use.
func (c *checker) learn() {
	for _, ph := range c.p.Phases {
		c.phases = append(c.phases, ph.Key)
	}
	for _, cell := range c.p.Units.Cells {
		c.cells = append(c.cells, cell.Key)
	}
	for _, r := range c.p.Roles {
		c.roles = append(c.roles, r.Key)
	}
	for _, d := range c.p.Decisions {
		for _, b := range d.Branches {
			c.branchKeys = append(c.branchKeys, b.Key)
		}
	}
	for _, o := range c.p.Objectives {
		c.objectives = append(c.objectives, o.Key)
		for _, ct := range o.CriticalTasks {
			c.critical = append(c.critical, ct.Key)
		}
	}
	for _, v := range c.p.Units.Vars {
		c.varNames = append(c.varNames, v.Name)
	}
	for _, s := range c.p.Personas {
		c.personaKeys = append(c.personaKeys, s.Key)
	}
	for _, in := range c.p.Injects {
		c.injectKeys = append(c.injectKeys, in.Key)
		for _, t := range allTasks(in) {
			c.taskKeys = append(c.taskKeys, t.Key)
		}
	}
	for _, f := range c.p.Flows {
		c.flowKeys = append(c.flowKeys, f.Key)
	}
}

// allTasks gives the tasks of an inject and those of its relay.
func allTasks(in *Inject) []*Task {
	if in.Relay == nil {
		return in.Tasks
	}
	return append(in.Tasks[:len(in.Tasks):len(in.Tasks)], in.Relay.Tasks...)
}

// ref reports a name that is not known. An empty name has been reported
// already; names of a kind that could not all be read are let pass.
func (c *checker) ref(pos Pos, code, kind, name string, known []string) bool {
	if name == "" {
		return false
	}
	for _, k := range known {
		if k == name {
			return true
		}
	}
	if !c.p.broken(kind) {
		c.report(pos, code, unknown(name, known))
	}
	return false
}

func (c *checker) injects() {
	if len(c.p.Injects) == 0 && !c.p.broken("injects") && c.p.Kind != KindTTX {
		c.report(Pos{File: mselFile}, codePackNoInjects, nil)
	}
	for _, in := range c.p.Injects {
		c.inject(in)
	}
}

func (c *checker) inject(in *Inject) {
	c.ref(c.p.at(in.Pos, "phase"), codeRefPhase, "phases", in.Phase, c.phases)
	c.ref(c.p.at(in.Pos, "from"), codeRefPersona, "personas", in.From, c.personaKeys)
	c.personas[in.From] = true
	c.audience(c.p.at(in.Pos, "to"), in.To)
	if tr := in.Trigger; tr.After != "" {
		known := slices.Concat(c.injectKeys, c.taskKeys)
		if c.p.broken("injects") {
			known = append(known, tr.After)
		}
		c.ref(tr.Pos, codeRefInjectOrTask, "tasks", tr.After, known)
		c.follows(in)
	}
	c.condition(in.Trigger.When)
	c.condition(in.Trigger.Unless)
	c.belongs(in.Pos, in.Branch, in.For)
	for i, key := range in.Objectives {
		c.ref(c.p.at(in.Pos, field("objectives", i)), codeRefObjective, "objectives", key, c.objectives)
	}
	c.replies(in.Replies)
	for _, lang := range slices.Sorted(maps.Keys(in.Delivery)) {
		pos := c.p.at(in.Pos, field("delivery", lang))
		c.plain(in.Delivery[lang], 0, func(offset int) Pos { return c.p.inside(pos, in.Delivery[lang], offset) })
	}
	for _, t := range in.Tasks {
		c.task(t, in.To)
	}
	if in.Relay != nil {
		for _, t := range in.Relay.Tasks {
			c.task(t, in.Relay.To)
		}
		c.relay(in)
	}
}

func (c *checker) relay(in *Inject) {
	pos := c.p.at(in.Relay.Pos, "to")
	c.audience(pos, in.Relay.To)
	if in.To == AudCells || strings.HasPrefix(in.To, CellPrefix) {
		c.report(pos, codeRelayAudience, map[string]any{"To": in.To})
	}
}

// audience checks the cells that an inject or relay is for.
func (c *checker) audience(pos Pos, to string) {
	key, isCell := strings.CutPrefix(to, CellPrefix)
	switch {
	case isCell:
		c.cell(pos, key)
	case to == AudCells && len(c.cells) == 0 && !c.p.broken("cells"):
		c.report(pos, codeRefNoCells, nil)
	}
}

func (c *checker) cell(pos Pos, key string) {
	if key == "" && !c.p.broken("cells") {
		c.report(pos, codeRefCell, unknown(key, c.cells))
		return
	}
	c.ref(pos, codeRefCell, "cells", key, c.cells)
}

func (c *checker) task(t *Task, to string) {
	c.ref(c.p.at(t.Pos, "phase"), codeRefPhase, "phases", c.ownPhase(t), c.phases)
	c.ref(c.p.at(t.Pos, "critical"), codeRefCritical, "critical_tasks", t.Critical, c.critical)
	if t.Type == TaskShare {
		if c.ref(c.p.at(t.Pos, "flow"), codeRefFlow, "flows", t.Flow, c.flowKeys) {
			c.canShare(t, to)
		}
	}
	c.belongs(t.Pos, t.Branch, t.For)
	for _, n := range t.Needs {
		c.need(n)
	}
	c.solution(t)
	c.text(t.Pos, "prompt", t.Prompt, placeText)
	for _, h := range t.Hints {
		c.text(h.Pos, "text", h.Text, placeText)
	}
	for _, o := range t.Options {
		c.text(o.Pos, "text", o.Text, placeText)
	}
}

// canShare sees that whoever is asked to share is the sender of the flow.
func (c *checker) canShare(t *Task, to string) {
	f := c.p.FlowByKey(t.Flow)
	if f == nil {
		return
	}
	teams, cells := to == AudTeams || to == AudAll, to != AudTeams
	ok := f.From == EndTeam && teams || f.From != EndTeam && cells && (to == AudCells || to == AudAll || to == f.From)
	if !ok {
		c.report(c.p.at(t.Pos, "flow"), codeTaskSender, map[string]any{"Flow": f.Key, "From": f.From, "To": to})
	}
}

// ownPhase is the phase of a task where it was written, not inherited.
func (c *checker) ownPhase(t *Task) string {
	if c.p.src != nil && c.p.at(t.Pos, "phase") == t.Pos {
		return ""
	}
	return t.Phase
}

// need checks that the flow exists and reaches the unit from that side.
func (c *checker) need(n Need) {
	pos := c.p.at(n.Pos, "flow")
	if !c.ref(pos, codeRefFlow, "flows", n.Flow, c.flowKeys) || n.From == "" {
		return
	}
	c.two(n.Pos, "needs")
	to := c.p.FlowByKey(n.Flow).To
	if to == n.From || to != EndNext && to != EndPrev && to != EndLiaison && to != "" {
		c.report(pos, codeNeedDirection, map[string]any{"Flow": n.Flow, "To": to, "From": n.From})
	}
}

// two reports what does not work with a single team.
func (c *checker) two(pos Pos, what string) {
	if c.p.Units.Min < 2 && !c.p.broken("min") {
		c.report(pos, codeUnitsMin, map[string]any{"What": what})
	}
}

func (c *checker) condition(cond *Condition) {
	if cond == nil {
		return
	}
	for _, n := range cond.names {
		pos := func() Pos { return c.p.inside(cond.Pos, cond.Source, n.offset) }
		switch n.kind {
		case varTask, varAnswered, varSolved:
			c.lazyRef(pos, codeRefTask, "tasks", n.key, c.taskKeys)
		case varInject:
			c.lazyRef(pos, codeRefInject, "injects", n.key, c.injectKeys)
		case varFlow, varMade:
			c.lazyRef(pos, codeRefFlow, "flows", n.key, c.flowKeys)
		case varBranch:
			c.lazyRef(pos, codeRefBranch, "branches", n.key, c.branchKeys)
		}
	}
}

// lazyRef is ref with a place that is costly to find; no key is an error too.
func (c *checker) lazyRef(pos func() Pos, code, kind, name string, known []string) {
	if c.p.broken(kind) || c.known(kind, name) {
		return
	}
	c.report(pos(), code, unknown(name, known))
}

func (c *checker) known(kind, key string) bool {
	switch kind {
	case "tasks":
		t, _, _ := c.p.TaskByKey(key)
		return t != nil
	case "injects":
		return c.p.InjectByKey(key) != nil
	case "branches":
		return c.p.DecisionOf(key) != nil
	default:
		return c.p.FlowByKey(key) != nil
	}
}
