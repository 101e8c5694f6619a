package scenario

import (
	"slices"
	"strings"
	"time"
)

func (c *checker) flows() {
	for _, f := range c.p.Flows {
		c.flow(f)
	}
}

func (c *checker) flow(f *Flow) {
	after := c.p.InjectByKey(f.After)
	if c.ref(c.p.at(f.Pos, "after"), codeRefInject, "injects", f.After, c.injectKeys) {
		c.sender(f, after)
	}
	if pos := c.p.at(f.Pos, "phase"); pos != f.Pos || c.p.src == nil {
		c.ref(pos, codeRefPhase, "phases", f.Phase, c.phases)
	}
	if key, isCell := strings.CutPrefix(f.From, CellPrefix); isCell {
		c.cell(c.p.at(f.Pos, "from"), key)
	}
	c.receiver(f)
	for i, group := range f.What {
		c.forms(f.Pos, groupField("what", len(f.What), i), group)
	}
	c.forms(f.Pos, "never_what", f.NeverWhat)
	c.never(f)
	c.ref(c.p.at(f.Pos, "critical"), codeRefCritical, "critical_tasks", f.Critical, c.critical)
	c.forms(f.Pos, "avoid", f.Avoid)
	if f.Relay != "" {
		c.relayFlow(f)
	}
}

func (c *checker) receiver(f *Flow) {
	pos := c.p.at(f.Pos, "to")
	key, isPersona := strings.CutPrefix(f.To, PersonaPrefix)
	cell, isCell := strings.CutPrefix(f.To, CellPrefix)
	switch {
	case isPersona:
		c.lazyPersona(pos, key)
	case isCell:
		c.cell(pos, cell)
	case f.To == EndTeam && f.From == EndTeam:
		c.report(pos, codeFlowToTeam, nil)
	case f.To == EndNext, f.To == EndPrev, f.To == EndLiaison:
		c.two(pos, f.To)
	}
}

// never checks whom a flow must not reach.
func (c *checker) never(f *Flow) {
	for i, word := range f.Never {
		pos := c.p.at(f.Pos, field("never", i))
		persona, isPersona := strings.CutPrefix(word, PersonaPrefix)
		cell, isCell := strings.CutPrefix(word, CellPrefix)
		switch {
		case word == f.To:
			c.report(pos, codeFlowNeverTo, map[string]any{"Flow": f.Key, "To": word})
		case isPersona:
			c.lazyPersona(pos, persona)
		case isCell:
			c.cell(pos, cell)
		case word == EndNext, word == EndPrev, word == EndLiaison, word == EndOthers:
			c.two(pos, word)
		case word != EndTeam && word != EndExcon:
			c.report(pos, codeFlowNever, map[string]any{"Word": word})
		}
	}
	if len(f.Never) > 0 && len(f.What) == 0 && len(f.NeverWhat) == 0 {
		c.report(c.p.at(f.Pos, "never"), codeFlowNeverWhat, map[string]any{"Flow": f.Key})
	}
}

func (c *checker) lazyPersona(pos Pos, key string) {
	c.personas[key] = true
	if c.p.PersonaByKey(key) == nil && !c.p.broken("personas") {
		c.report(pos, codeRefPersona, unknown(key, c.personaKeys))
	}
}

// sender checks that the inject that starts the time reaches the sender.
func (c *checker) sender(f *Flow, after *Inject) {
	if f.From == "" || after.To == "" || reaches(after, f.From) || c.unclear(after) {
		return
	}
	c.report(c.p.at(f.Pos, "after"), codeFlowSender,
		map[string]any{"Flow": f.Key, "From": f.From, "Inject": after.Key, "To": after.To})
}

// unclear reports whether an inject or its relay goes to a cell that does not
// exist, so that nobody knows whom it was meant for.
func (c *checker) unclear(in *Inject) bool {
	ends := []string{in.To}
	if in.Relay != nil {
		ends = append(ends, in.Relay.To)
	}
	return slices.ContainsFunc(ends, func(to string) bool {
		key, isCell := strings.CutPrefix(to, CellPrefix)
		return to == "" || isCell && !slices.Contains(c.cells, key)
	})
}

// follows checks that what starts the time of an inject reaches at least one
// of those who shall get it: the time runs for each unit by itself.
func (c *checker) follows(in *Inject) {
	key := in.Trigger.After
	before := c.p.InjectByKey(key)
	relayed, direct := before != nil, true // an inject starts the time of those it is relayed to as well
	if before == nil {
		var t *Task
		t, before, relayed = c.p.TaskByKey(key)
		direct = t != nil && !relayed
	}
	if before == nil || c.unclear(before) || c.unclear(in) || c.p.broken("cells") {
		return
	}
	var from []string
	if direct {
		from = c.receivers(before.To)
	}
	if relayed && before.Relay != nil {
		from = append(from, c.receivers(before.Relay.To)...)
	}
	to := c.receivers(in.To)
	if len(to) > 0 && len(from) > 0 && !slices.ContainsFunc(to, func(u string) bool { return slices.Contains(from, u) }) {
		c.report(in.Trigger.Pos, codeTriggerAudience, map[string]any{"Inject": in.Key, "To": in.To, "After": key})
	}
}

// receivers lists who an audience is: EndTeam and keys of cells with their
// prefix.
func (c *checker) receivers(to string) []string {
	var all []string
	for _, cell := range c.cells {
		all = append(all, CellPrefix+cell)
	}
	switch to {
	case AudAll:
		return append(all, EndTeam)
	case AudTeams:
		return []string{EndTeam}
	case AudCells:
		return all
	default:
		return []string{to}
	}
}

// reaches reports whether an inject is released or relayed to the sender.
func reaches(in *Inject, sender string) bool {
	if sender == EndTeam {
		return in.To == AudTeams || in.To == AudAll
	}
	if in.To == AudAll || in.To == AudCells || in.To == sender {
		return true
	}
	return in.Relay != nil && (in.Relay.To == AudCells || in.Relay.To == sender)
}

// relayFlow checks a flow that is made by relaying an inject.
func (c *checker) relayFlow(f *Flow) {
	pos := c.p.at(f.Pos, "relay")
	if !c.ref(pos, codeRefInject, "injects", f.Relay, c.injectKeys) {
		return
	}
	r := c.p.InjectByKey(f.Relay).Relay
	if r == nil {
		if !c.relayBroken(f.Relay) {
			c.report(pos, codeFlowNoRelay, map[string]any{"Inject": f.Relay})
		}
		return
	}
	if f.From == "" || f.To == "" || r.To == "" {
		return
	}
	reached := f.To == r.To || r.To == AudCells && strings.HasPrefix(f.To, CellPrefix)
	if f.From != EndTeam || !reached {
		c.report(pos, codeFlowRelayEnds, map[string]any{"Inject": f.Relay, "To": r.To})
	}
}

// relayBroken reports whether the inject has a relay that could not be read.
func (c *checker) relayBroken(inject string) bool {
	in := c.p.InjectByKey(inject)
	return c.p.at(in.Pos, "relay") != in.Pos
}

// releases checks starting points: circles, and times at or after ENDEX.
func (c *checker) releases() {
	w := &starts{c: c, state: map[*Inject]int{}, at: map[*Inject]time.Duration{}}
	for _, in := range c.p.Injects {
		w.visit(in)
	}
	c.reachable(w.at)
}

// starts finds the earliest release of every inject.
type starts struct {
	c     *checker
	path  []*Inject
	state map[*Inject]int // 1: on the path, 2: done, 3: in a circle or hanging on one
	at    map[*Inject]time.Duration
}

// visit returns whether the earliest release is known.
func (w *starts) visit(in *Inject) bool {
	switch w.state[in] {
	case 1:
		w.circle(in)
		return false
	case 2:
		return true
	case 3:
		return false
	}
	w.state[in] = 1
	w.path = append(w.path, in)
	ok := w.start(in)
	w.path = w.path[:len(w.path)-1]
	if !ok {
		w.state[in] = 3
		return false
	}
	w.state[in] = 2
	w.ends(in)
	return true
}

func (w *starts) start(in *Inject) bool {
	at, ok := w.since(in.Trigger.At, in.Trigger.After, in.Trigger.Delay)
	if d := w.c.p.DecisionOf(in.Branch); ok && d != nil {
		var moment time.Duration
		moment, ok = w.since(d.At, d.After, d.Delay)
		at = max(at, moment)
	}
	if ok {
		w.at[in] = at
	}
	return ok
}

// since gives the earliest moment of what happens at a time, or a delay after
// an inject or task.
func (w *starts) since(at time.Duration, after string, delay time.Duration) (time.Duration, bool) {
	if after == "" {
		return at, true
	}
	before := w.c.p.InjectByKey(after)
	if before == nil {
		_, before, _ = w.c.p.TaskByKey(after)
	}
	if before == nil || !w.visit(before) {
		return 0, false
	}
	return w.at[before] + delay, true
}

func (w *starts) circle(in *Inject) {
	i := slices.Index(w.path, in)
	var keys []string
	for _, x := range w.path[i:] {
		keys = append(keys, x.Key)
	}
	w.c.report(in.Trigger.Pos, codeTriggerCircle, map[string]any{"Path": strings.Join(append(keys, in.Key), " → ")})
}

// ends compares the release and its tasks with ENDEX.
func (w *starts) ends(in *Inject) {
	endex, at, p := w.c.p.Duration, w.at[in], w.c.p
	if endex == 0 { // missing or wrong
		return
	}
	args := map[string]any{"Inject": in.Key, "At": at.String(), "Endex": endex.String()}
	if at >= endex {
		switch before := in.Trigger.After; {
		case in.Branch != "" && w.at[in] > in.Trigger.At && before == "": // the decision comes too late
		case before == "":
			w.c.report(in.Trigger.Pos, codeTriggerEndex, args)
		case w.at[in]-in.Trigger.Delay < endex: // else the one before has been reported
			w.c.report(in.Trigger.Pos, codeTriggerChainEndex, args)
		}
		return
	}
	for _, t := range allTasks(in) {
		if due := at + t.Due; due > endex {
			w.c.warn(p.at(t.Pos, "due"), codeTaskEndex,
				map[string]any{"Task": t.Key, "Due": due.String(), "Endex": endex.String()})
		}
	}
}
