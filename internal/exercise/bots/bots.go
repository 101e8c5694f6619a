package bots

import (
	"slices"
	"strconv"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// Phrases gives what a simulated team says, by key, in the language of its
// unit.
type Phrases interface {
	Say(lang, key string, args map[string]any) string
}

// Bots is the simulated teams of one exercise. It is owned by one goroutine.
type Bots struct {
	play     *exercise.Play
	phrases  Phrases
	profiles []Profile
	roots    []rand          // of each unit, seeded by its key
	busy     []exercise.Time // until when each unit works on what it has begun
	needs    map[string][]*scenario.Task
	plans    plans
	popped   plan             // the last that was taken; kept here, it costs no memory of its own
	actors   []exercise.Actor // of each unit
	slow     float64          // factor on every time, beside the pace of each unit
	watch    func(Work)
	said     map[line]string // nil: nothing is kept
}

// Work is a task that a unit takes on: it works on one at a time, in the order
// in which it notices them.
type Work struct {
	Unit, Task             int
	Noticed, Start, Finish exercise.Time
}

// Slow stretches every time that the simulated teams need by a factor; 1 is as
// drawn. It counts for what is planned from now on.
func (c *Bots) Slow(factor float64) { c.slow = factor }

// Watch has do told of every task that a unit takes on.
func (c *Bots) Watch(do func(Work)) { c.watch = do }

// Profile is the character of unit u.
func (c *Bots) Profile(u int) Profile { return c.profiles[u] }

// New makes the simulated teams of a play. They plan only for units in whose
// place an event put them.
func New(play *exercise.Play, seed uint64, phrases Phrases) *Bots {
	c := &Bots{
		play: play, phrases: phrases,
		profiles: make([]Profile, len(play.Cast.Units)),
		roots:    make([]rand, len(play.Cast.Units)),
		busy:     make([]exercise.Time, len(play.Cast.Units)),
		needs:    map[string][]*scenario.Task{},
		slow:     1, watch: func(Work) {},
	}
	for _, u := range play.Cast.Units {
		c.actors = append(c.actors, exercise.Bot(u.Key))
	}
	c.Reset(seed)
	for _, inj := range play.Pack.Injects {
		for _, t := range inj.Tasks {
			c.addNeeds(t)
		}
		if inj.Relay != nil {
			for _, t := range inj.Relay.Tasks {
				c.addNeeds(t)
			}
		}
	}
	return c
}

// Reset forgets everything and makes the simulated teams of another seed.
func (c *Bots) Reset(seed uint64) {
	c.plans = c.plans[:0]
	clear(c.busy)
	for u := range c.play.Cast.Units {
		key := c.play.Cast.Units[u].Key
		c.profiles[u], c.roots[u] = NewProfile(seed, key), roll(seed, key)
	}
}

func (c *Bots) addNeeds(t *scenario.Task) {
	for _, n := range t.Needs {
		c.needs[n.Flow] = append(c.needs[n.Flow], t)
	}
}

// kind says what a plan is about.
type kind uint8

const (
	doAck kind = iota
	doRelay
	doAsk
	doFlow
	doHint
	doTask
	doQuestion
)

func (k kind) String() string {
	return [...]string{"ack", "relay", "ask", "flow", "hint", "task", "question"}[k]
}

// plan is something that a unit will do.
type plan struct {
	at   exercise.Time
	unit int
	kind kind
	what string // key of the inject, task or flow
	to   int    // relay: the cell
	n    int    // which time round
}

func (p *plan) before(q *plan) bool {
	switch {
	case p.at != q.at:
		return p.at < q.at
	case p.unit != q.unit:
		return p.unit < q.unit
	case p.kind != q.kind:
		return p.kind < q.kind
	case p.what != q.what:
		return p.what < q.what
	case p.to != q.to:
		return p.to < q.to
	}
	return p.n < q.n
}

// plans is a binary heap with the earliest plan first.
type plans []plan

func (p *plans) push(pl plan) {
	h := append(*p, pl)
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if !h[i].before(&h[parent]) {
			break
		}
		h[i], h[parent] = h[parent], h[i]
		i = parent
	}
	*p = h
}

// pop takes the earliest plan out of a heap that is not empty.
func (p *plans) pop() plan {
	h := *p
	first, last := h[0], len(h)-1
	h[0] = h[last]
	h = h[:last]
	for i := 0; ; {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < last; c++ {
			if h[c].before(&h[least]) {
				least = c
			}
		}
		if least == i {
			break
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
	*p = h
	return first
}

// sorted is a copy in the order of before, which is a heap as well.
func (p plans) sorted() plans {
	s := slices.Clone(p)
	slices.SortFunc(s, func(a, b plan) int {
		switch {
		case a.before(&b):
			return -1
		case b.before(&a):
			return 1
		}
		return 0
	})
	return s
}

func (c *Bots) add(p plan) { c.plans.push(p) }

// Next returns when the next plan falls due; exercise.Never without one.
func (c *Bots) Next() exercise.Time {
	if len(c.plans) == 0 {
		return exercise.Never
	}
	return c.plans[0].at
}

// React plans what follows from an event that was just folded in.
func (c *Bots) React(s *exercise.State, e *exercise.Event) {
	switch b := e.Body.(type) {
	case *exercise.StandIn:
		c.drop(b.Unit)
		if u, ok := c.bot(s, b.Unit); ok {
			c.replace(s, u, e.At)
		}
	case *exercise.UnitStatus:
		c.back(s, b, e.At)
	case *exercise.InjectReleased:
		if u, ok := c.bot(s, b.Unit); ok {
			c.received(s, u, b.Inject, e.At)
		}
	case *exercise.InjectRelayed:
		if u, ok := c.bot(s, b.Unit); ok {
			c.received(s, u, b.Inject, e.At)
		}
	case *exercise.Scored:
		if u, ok := c.bot(s, b.Unit); ok && !b.Correct && !b.Again {
			c.retry(s, u, b.Task, e.At)
		}
	case *exercise.HintGiven:
		if u, ok := c.bot(s, b.Unit); ok {
			c.helped(s, u, b.Task, e.At)
		}
	case *exercise.Message:
		c.asked(s, b, e)
	case *exercise.FlowMade:
		c.learned(s, b, e.At)
	}
}

// drop forgets everything that a unit has in mind: people play it now, or
// another simulated team begins anew. What was left would be done late and
// beside the new plans when a simulated team came back.
func (c *Bots) drop(unit string) {
	u, ok := c.play.Cast.Index(unit)
	if !ok {
		return
	}
	all := c.plans
	c.plans = c.plans[:0] // each is put back at or before where it stood
	for _, p := range all {
		if p.unit != u {
			c.add(p)
		}
	}
	clear(all[len(c.plans):])
}

func (c *Bots) bot(s *exercise.State, key string) (int, bool) {
	u, ok := c.play.Cast.Index(key)
	return u, ok && s.Unit(u).Bot
}

// replace begins in the middle: everything that still stands open is planned
// from now.
func (c *Bots) replace(s *exercise.State, u int, at exercise.Time) {
	c.busy[u] = at
	for v := range s.Injects(u) {
		if v.Status == exercise.InjectOut {
			c.received(s, u, v.Key, at)
		}
	}
}

// back plans again for units that stood still or were away.
func (c *Bots) back(s *exercise.State, b *exercise.UnitStatus, at exercise.Time) {
	u, ok := c.play.Cast.Index(b.Unit)
	if !ok || b.Status != exercise.Present {
		return
	}
	members := []int{u}
	if c.play.Cast.Units[u].IsTeam() {
		members = c.play.Family(u)
	}
	for _, m := range members {
		if s.Unit(m).Bot {
			c.replace(s, m, at)
		}
	}
}

// scale stretches a time by the unit's pace.
func (c *Bots) scale(u int, t exercise.Time) exercise.Time {
	return exercise.Time(float64(t) * c.profiles[u].Pace * c.slow)
}

func (c *Bots) rand(u int, names ...string) rand {
	d := c.roots[u]
	for _, n := range names {
		d = d.of(n)
	}
	return d
}

// received plans what a unit does about an inject that it has.
func (c *Bots) received(s *exercise.State, u int, inject string, at exercise.Time) {
	i, ok := s.InjectIndex(inject)
	if !ok {
		return
	}
	d := c.rand(u, "inject", inject)
	noticed := at + c.scale(u, d.between(8*time.Second, 70*time.Second))
	if v, _ := s.Inject(i, u); v.Acked == exercise.Never && d.yes(c.profiles[u].Acks) {
		c.add(plan{at: noticed, unit: u, kind: doAck, what: inject})
	}
	c.planRelays(s, u, i, inject, noticed)
	c.planFlows(u, inject, noticed)
	c.planQuestion(u, inject, noticed)
	for v := range s.TasksOf(i, u) {
		if v.Status == exercise.TaskStands && v.Type != scenario.TaskShare {
			c.planTask(s, u, v, noticed)
		}
	}
}

func (c *Bots) planRelays(s *exercise.State, u, i int, inject string, noticed exercise.Time) {
	if !c.play.Cast.Units[u].IsTeam() {
		return
	}
	for _, cell := range c.play.Family(u) {
		d := c.rand(u, "relay", inject, c.play.Cast.Units[cell].Key)
		if cell != u && s.Relayable(i, cell) && d.yes(c.profiles[u].Relays) {
			at := noticed + c.scale(u, d.between(20*time.Second, 150*time.Second))
			c.add(plan{at: at, unit: u, kind: doRelay, what: inject, to: cell})
		}
	}
}

func (c *Bots) planFlows(u int, inject string, noticed exercise.Time) {
	for _, f := range c.play.FlowsOf(u) {
		def := c.play.Pack.Flows[f]
		if def.After != inject || def.Relay != "" {
			continue
		}
		d := c.rand(u, "flow", def.Key)
		if d.yes(c.profiles[u].Shares * (1 - def.Difficulty)) {
			at := noticed + c.scale(u, d.between(TellTime()))
			c.add(plan{at: at, unit: u, kind: doFlow, what: def.Key})
		}
	}
}

// Ignores is the share of tasks to which a unit of a skill never gets.
func Ignores(skill float64) float64 { return (1 - skill) * 0.15 }

// TellTime is how long it takes a unit at the usual pace, from noticing an
// inject, to tell others what it has to tell.
func TellTime() (least, most time.Duration) { return 20 * time.Second, 200 * time.Second }

// DefaultEffort is what a task costs whose author says nothing.
func DefaultEffort() scenario.Effort {
	return scenario.Effort{Min: time.Minute, Likely: 2 * time.Minute, Max: 5 * time.Minute}
}

func (c *Bots) planTask(s *exercise.State, u int, v exercise.TaskView, noticed exercise.Time) {
	d := c.rand(u, "task", v.Key)
	t, _, _ := c.play.Pack.TaskByKey(v.Key)
	effort := DefaultEffort()
	var needs []scenario.Need
	if t != nil {
		needs = t.Needs
		if t.Effort.Max > 0 {
			effort = t.Effort
		}
	}
	if d.yes(Ignores(c.profiles[u].Skill)) {
		return // never gets to it
	}
	start := max(noticed, c.busy[u])
	finish := start + c.scale(u, d.effort(effort))
	if len(needs) == 0 || c.knows(s, u, needs) {
		c.busy[u] = finish
		task, _ := s.TaskIndex(v.Key)
		c.watch(Work{Unit: u, Task: task, Noticed: noticed, Start: start, Finish: finish})
		c.add(plan{at: finish, unit: u, kind: doTask, what: v.Key, n: v.Attempts})
		return
	}
	if d.yes(c.profiles[u].Asks) {
		c.add(plan{at: start + c.scale(u, d.between(10*time.Second, 60*time.Second)), unit: u, kind: doAsk, what: v.Key})
	}
	// Nobody helped: an answer all the same, near the due time or after it.
	guess := v.Due + c.scale(u, d.between(0, 90*time.Second)) - 45*exercise.Second
	c.add(plan{at: max(guess, finish), unit: u, kind: doTask, what: v.Key, n: v.Attempts})
}

// knows reports whether everything that a task needs from others has reached
// the unit.
func (c *Bots) knows(s *exercise.State, u int, needs []scenario.Need) bool {
	for _, n := range needs {
		f, sender, ok := c.source(u, n)
		if !ok {
			return false
		}
		status, _, _ := s.Flow(f, sender)
		if status != exercise.FlowIsMade && status != exercise.FlowIsLate {
			return false
		}
	}
	return true
}

// source finds who must tell a unit what it needs.
func (c *Bots) source(u int, n scenario.Need) (flow, sender int, ok bool) {
	flow, ok = c.play.FlowIndex(n.Flow)
	if !ok {
		return 0, 0, false
	}
	team := c.play.Cast.Next(u)
	if n.From == scenario.EndPrev {
		team = c.play.Cast.Prev(u)
	}
	for _, member := range c.play.Family(team) {
		for _, f := range c.play.FlowsOf(member) {
			if f == flow {
				return flow, member, true
			}
		}
	}
	return 0, 0, false
}

// learned plans the answers of those who waited for what was just told.
func (c *Bots) learned(s *exercise.State, b *exercise.FlowMade, at exercise.Time) {
	for _, t := range c.needs[b.Flow] {
		if t.Type == scenario.TaskShare {
			continue // done by its flow, which is planned with the inject
		}
		task, _ := s.TaskIndex(t.Key)
		for u := range c.play.Cast.Units {
			v, open := s.Task(task, u)
			if !open || v.Status != exercise.TaskStands || v.Attempts > 0 || !s.Unit(u).Bot || !c.knows(s, u, t.Needs) {
				continue
			}
			d := c.rand(u, "learned", t.Key)
			done := max(at, c.busy[u]) + c.scale(u, d.between(25*time.Second, 110*time.Second))
			c.add(plan{at: done, unit: u, kind: doTask, what: t.Key, n: v.Attempts})
		}
	}
}

// asked plans the answer to another team's question.
func (c *Bots) asked(s *exercise.State, m *exercise.Message, e *exercise.Event) {
	asker, ok := c.play.Cast.Index(m.From)
	t, _, _ := c.play.Pack.TaskByKey(m.Re)
	if !ok || t == nil {
		return
	}
	for _, n := range t.Needs {
		f, sender, ok := c.source(asker, n)
		if !ok || !s.Unit(sender).Bot {
			continue
		}
		d := c.rand(sender, "help", n.Flow, m.From)
		if status, _, open := s.Flow(f, sender); !open || status == exercise.FlowIsMade || !d.yes(c.profiles[sender].Helps) {
			continue
		}
		at := e.At + c.scale(sender, d.between(20*time.Second, 100*time.Second))
		c.add(plan{at: at, unit: sender, kind: doFlow, what: n.Flow, n: 1})
	}
}

// retry plans another attempt, now and then after a hint.
func (c *Bots) retry(s *exercise.State, u int, task string, at exercise.Time) {
	t, ok := s.TaskIndex(task)
	if !ok {
		return
	}
	v, open := s.Task(t, u)
	if !open || v.Status != exercise.TaskStands {
		return
	}
	d := c.rand(u, "retry", task, string(rune('0'+v.Attempts)))
	if v.Type == scenario.TaskReport || v.Type == scenario.TaskFile {
		if v.Attempts == 1 && d.yes(c.profiles[u].Revises) {
			c.add(plan{at: at + c.scale(u, d.between(time.Minute, 3*time.Minute)), unit: u, kind: doTask, what: task, n: v.Attempts})
		}
		return
	}
	if !v.Feedback || !d.yes(0.85) {
		return
	}
	again := at + c.scale(u, d.between(30*time.Second, 2*time.Minute))
	if v.HintsLeft > 0 && d.yes(c.profiles[u].Hints) {
		c.add(plan{at: at + c.scale(u, d.between(10*time.Second, 25*time.Second)), unit: u, kind: doHint, what: task, n: v.Hints})
	}
	c.add(plan{at: again, unit: u, kind: doTask, what: task, n: v.Attempts})
}

// helped plans what a unit does with a hint that came by itself: it tries once
// more, or tells what it has not told yet. Whatever it had in mind before and
// does first leaves nothing of this.
func (c *Bots) helped(s *exercise.State, u int, task string, at exercise.Time) {
	t, ok := s.TaskIndex(task)
	if !ok {
		return
	}
	v, open := s.Task(t, u)
	d := c.rand(u, "helped", task, strconv.Itoa(v.Hints))
	if !open || v.Status != exercise.TaskStands || !d.yes(0.8) {
		return
	}
	p := plan{at: at + c.scale(u, d.between(30*time.Second, 2*time.Minute)), unit: u, kind: doTask, what: task, n: v.Attempts}
	if v.Type == scenario.TaskShare {
		def, _, _ := c.play.Pack.TaskByKey(task)
		p.kind, p.what, p.n = doFlow, def.Flow, 1+v.Hints
	}
	c.add(p)
}
