package exercise

import (
	"fmt"

	"renkei/internal/exercise/scenario"
)

// decisionDef is a decision of the pack.
type decisionDef struct {
	key      string
	all      bool // once for everybody
	at       Time // with follows: after that
	follows  bool // an inject or a task; else STARTEX
	branches []branchDef
	injects  []int // that belong to one of its branches
}

type branchDef struct {
	key  string
	when *scenario.Condition // nil: otherwise
}

// way is one branch of a decision.
type way struct{ decision, branch int }

// choice is a decision for one team, or for everybody.
type choice struct {
	made   bool
	branch int // taken; -1: none
	gen    uint32
	due    Time // Never: not known yet
}

func (p *Play) layDecisions() {
	for n, d := range p.Pack.Decisions {
		def := &decisionDef{key: d.Key, all: d.All, at: At(d.At), follows: d.After != ""}
		if def.follows {
			def.at = At(d.Delay)
		}
		for i, b := range d.Branches {
			def.branches = append(def.branches, branchDef{b.Key, b.When})
			p.ways[b.Key] = &way{n, i}
		}
		p.decisions = append(p.decisions, def)
		p.decisionIx[d.Key] = n
	}
}

// linkDecisions ties decisions to what they follow and to what belongs to them.
func (p *Play) linkDecisions() {
	for n, d := range p.Pack.Decisions {
		if i, ok := p.injectIx[d.After]; ok {
			p.injects[i].decisions = append(p.injects[i].decisions, n)
		} else if t, ok := p.taskIx[d.After]; ok {
			p.tasks[t].decisions = append(p.tasks[t].decisions, n)
		}
	}
	for i, inj := range p.Pack.Injects {
		def := p.injects[i]
		if w := p.ways[inj.Branch]; w != nil {
			def.way = w
			p.decisions[w.decision].injects = append(p.decisions[w.decision].injects, i)
		}
		def.asksWay = inj.Trigger.Unless != nil && len(inj.Trigger.Unless.Branches) > 0
		for _, t := range inj.Tasks {
			def.asksWay = def.asksWay || t.Branch != ""
		}
	}
}

// DecisionIndex finds a decision by its key.
func (p *Play) DecisionIndex(key string) (int, bool) {
	n, ok := p.decisionIx[key]
	return n, ok
}

// seat is which unit's copy of a decision counts for a unit: that of its team,
// or the one for everybody.
func (s *State) seat(decision, unit int) int {
	if s.play.decisions[decision].all {
		return 0
	}
	return s.play.Cast.Team(unit)
}

func (s *State) choice(decision, unit int) *choice {
	return &s.choices[decision*s.nu()+s.seat(decision, unit)]
}

// concerned are the units for which the decision is made with a unit's.
func (s *State) concerned(decision, unit int) []int {
	if !s.play.decisions[decision].all {
		return s.play.family[unit]
	}
	all := make([]int, s.nu())
	for u := range all {
		all[u] = u
	}
	return all
}

// on reports whether a unit has taken the branch; everybody is on none.
func (s *State) on(w *way, unit int) bool {
	if w == nil {
		return true
	}
	c := s.choice(w.decision, unit)
	return c.made && c.branch == w.branch
}

// undecided reports whether a slot waits for a decision, whatever its time.
func (s *State) undecided(ix int) bool {
	w := s.injects[ix/s.nu()].way
	return w != nil && !s.choice(w.decision, ix%s.nu()).made
}

// scheduleChoice sets when a decision is made; what starts it first counts.
func (s *State) scheduleChoice(decision, team int, at Time) {
	ix := decision*s.nu() + team
	c := &s.choices[ix]
	c.due = at
	c.gen++
	s.queue.push(dueItem{at: at, kind: dueDecision, ix: int32(ix), gen: c.gen})
}

// followUp starts the time of the decisions that follow something a unit got or
// did, from the time on its team's own clock.
func (s *State) followUp(decisions []int, unit int, from func(unit int) Time) {
	team := s.play.Cast.Team(unit)
	for _, n := range decisions {
		c := s.choice(n, team)
		if at := from(team) + s.play.decisions[n].at; !c.made && at < c.due {
			s.scheduleChoice(n, team, at)
		}
	}
}

// beginDecisions gives those their time that follow nothing.
func (s *State) beginDecisions() {
	for n, def := range s.play.decisions {
		switch {
		case def.follows:
		case def.all:
			s.scheduleChoice(n, 0, def.at)
		default:
			for u, unit := range s.play.Cast.Units {
				if unit.IsTeam() {
					s.scheduleChoice(n, u, def.at)
				}
			}
		}
	}
}

// shiftChoices moves the decisions of a team by as long as it stood still.
func (s *State) shiftChoices(unit int, by Time) {
	for n, def := range s.play.decisions {
		if c := &s.choices[n*s.nu()+unit]; !def.all && !c.made && c.due != Never {
			s.scheduleChoice(n, unit, c.due+by)
		}
	}
}

// owedChoice makes a decision. What belongs to the other branches lapses. A
// team that was withdrawn goes nowhere; one that is absent may come back and
// needs to know where it is.
func (d *decision) owedChoice(n, team int, due Time) {
	s, def := d.s, d.s.play.decisions[n]
	b := &BranchTaken{Decision: def.key, Due: due, Jumped: d.jumped(due)}
	taken := -1
	if !def.all {
		b.Unit = s.play.Cast.Units[team].Key
	}
	if def.all || s.takesPart(team) {
		taken = s.firstThatHolds(def, team)
	}
	if taken >= 0 {
		b.Branch = def.branches[taken].key
	}
	d.emit(toControl, b)
	for _, i := range def.injects {
		if s.injects[i].way.branch == taken {
			continue
		}
		for _, u := range s.concerned(n, team) {
			if st := s.slot(i, u).status; st == slotWaiting || st == slotFired {
				d.emit(toControl, &InjectSkipped{
					Inject: s.injects[i].key, Unit: s.play.Cast.Units[u].Key, Due: due, Reason: SkipBranch,
				})
			}
		}
	}
}

// firstThatHolds gives the branch that is to be taken, or -1.
func (s *State) firstThatHolds(def *decisionDef, team int) int {
	for i, b := range def.branches {
		if b.when == nil || b.when.Holds(facts{s, team}) {
			return i
		}
	}
	return -1
}

func (s *State) foldBranch(e *Event, b *BranchTaken) error {
	n, ok := s.play.decisionIx[b.Decision]
	if !ok {
		return fmt.Errorf("unknown decision %q", b.Decision)
	}
	taken := -1
	if b.Branch != "" {
		w := s.play.ways[b.Branch]
		if w == nil || w.decision != n {
			return fmt.Errorf("decision %q has no branch %q", b.Decision, b.Branch)
		}
		taken = w.branch
	}
	if s.play.decisions[n].all {
		s.take(n, 0, taken, b.Due, e.At)
		return nil
	}
	return s.withUnit(b.Unit, func(u int) { s.take(n, u, taken, b.Due, e.At) })
}

// take lets what belongs to the branch go on, from the decision or from its own
// time if that comes later.
func (s *State) take(n, team, taken int, due, at Time) {
	c := s.choice(n, team)
	c.made, c.branch, c.due = true, taken, due
	c.gen++
	units := s.concerned(n, team)
	for _, i := range s.play.decisions[n].injects {
		if s.injects[i].way.branch != taken {
			continue
		}
		for _, u := range units {
			s.letIn(i, u, due)
		}
	}
	for _, i := range s.play.watch.branch[n] {
		for _, u := range units {
			s.recheck(i, u, at)
		}
	}
}

func (s *State) letIn(inject, unit int, due Time) {
	ix := inject*s.nu() + unit
	sl := &s.slots[ix]
	if sl.due == Never {
		return // what it follows has not come
	}
	from := max(sl.due, s.local(unit, due))
	if sl.status == slotFired { // its time was set by hand
		s.scheduleSlot(ix, from)
		return
	}
	s.base(inject, unit, from)
}

// ChoiceView is how a decision stands for a team, or for everybody.
type ChoiceView struct {
	Key    string
	All    bool
	Made   bool
	Branch string // taken; "" for none
	Due    Time   // when it is or was owed; Never if not known
}

// Choice returns decision number n as it stands for unit u.
func (s *State) Choice(n, u int) ChoiceView {
	def, c := s.play.decisions[n], s.choice(n, u)
	v := ChoiceView{Key: def.key, All: def.all, Made: c.made, Due: c.due}
	if c.made && c.branch >= 0 {
		v.Branch = def.branches[c.branch].key
	}
	return v
}

// decisionsOf gives the keys of the decisions that have the branches.
func (p *Play) decisionsOf(branches []string) []string {
	var keys []string
	for _, b := range branches {
		if w := p.ways[b]; w != nil {
			keys = append(keys, p.decisions[w.decision].key)
		}
	}
	return keys
}
