package exercise

import (
	"fmt"
	"slices"
	"strings"

	"renkei/internal/exercise/scenario"
)

// Play is a pack with its cast, laid out for the engine: keys became indexes,
// answer keys are rendered and folded for each unit. It never changes, so many
// states may share one.
type Play struct {
	Pack *scenario.Pack
	Cast *scenario.Cast

	injects    []*injectDef
	tasks      []*taskDef
	flows      []*flowDef
	decisions  []*decisionDef
	replies    []*replyDef
	repliesOf  [][]int // by persona, in the order in which they are tried
	personaIx  map[string]int
	injectIx   map[string]int
	taskIx     map[string]int
	flowIx     map[string]int
	decisionIx map[string]int
	ways       map[string]*way      // by branch
	family     [][]int              // per unit: its team, then the team's cells
	flowsOf    [][]int              // per unit: the flows of which it is the sender
	flowKeys   []scenario.ReportKey // what a message must mention to make a flow
	flowStrays []scenario.ReportKey // what must not reach those whom the flow names
	taskKeys   []*taskKey           // by task and unit
	toUnit     []Audience
	teams      int
	watch      watchers
}

// injectDef is an inject of the pack, or one made up during play.
type injectDef struct {
	key         string
	trigger     scenario.Trigger
	afterInject int // -1: none
	afterTask   int // -1: none
	to          string
	relayTo     string // "": cannot be relayed
	tlp         scenario.TLP
	tasks       []int // asked of those who receive it
	relayTasks  []int // asked of those to whom it is relayed
	dependents  []int // injects that follow it
	flowsAfter  []int // flows whose time its release starts
	flowsRelay  []int // flows that its relay makes
	decisions   []int // that follow it
	way         *way  // nil: for everybody
	asksWay     bool  // which branch was taken decides what it brings
}

type taskDef struct {
	key        string
	inject     int
	kind       string
	attempts   int
	feedback   bool
	hints      []hintDef
	helps      bool // some of them come by themselves
	solvedAt   float64
	flow       int // -1: none
	options    []string
	form       []scenario.FormPart // report; none: one text
	maxSize    int64               // file: bytes
	dependents []int               // injects that follow the first answer
	decisions  []int               // likewise
	way        *way                // nil: asked of everybody
}

type flowDef struct {
	key   string
	from  string
	to    string
	relay bool
	tlp   scenario.TLP
	after Time // within
	way   *way // of the task in which it stands; nil: for everybody
	tasks []int
	never []string // whom it must not reach
	start int      // the inject that starts its time
}

// watchers name the injects whose condition must be looked at again.
type watchers struct {
	task, teamTask [][]int // by task
	inject         [][]int // by inject
	flow, teamFlow [][]int // by flow
	branch         [][]int // by decision
	score          []int
	teams          []int // all that ask about teams
}

// NewPlay lays out a checked pack for a cast. An error means that a key or a
// flow of the pack cannot be rendered for a unit.
func NewPlay(pack *scenario.Pack, cast *scenario.Cast) (*Play, error) {
	p := &Play{
		Pack: pack, Cast: cast,
		injectIx: map[string]int{}, taskIx: map[string]int{}, flowIx: map[string]int{},
		decisionIx: map[string]int{}, ways: map[string]*way{},
	}
	p.layUnits()
	p.layFlows()
	p.layDecisions()
	for _, inj := range pack.Injects {
		p.layInject(inj)
	}
	p.link()
	p.linkDecisions()
	p.layWatchers()
	if err := first(p.renderKeys(), p.layReplies()); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *Play) layUnits() {
	units := p.Cast.Units
	p.family = make([][]int, len(units))
	for i, u := range units {
		p.toUnit = append(p.toUnit, Audience{ToUnit(u.Key)})
		if u.IsTeam() {
			p.teams++
			p.family[i] = append(p.family[i], i)
			continue
		}
		team := p.Cast.Team(i)
		p.family[team] = append(p.family[team], i)
	}
	for i := range units {
		p.family[i] = p.family[p.Cast.Team(i)]
	}
}

func (p *Play) layFlows() {
	for i, f := range p.Pack.Flows {
		p.flowIx[f.Key] = i
		p.flows = append(p.flows, &flowDef{
			key: f.Key, from: f.From, to: f.To, relay: f.Relay != "", tlp: f.TLP, after: At(f.Within), never: f.Never,
		})
	}
	p.flowsOf = make([][]int, len(p.Cast.Units))
	for u, unit := range p.Cast.Units {
		for i, f := range p.flows {
			if isSender(unit, f.from) {
				p.flowsOf[u] = append(p.flowsOf[u], i)
			}
		}
	}
}

func isSender(u scenario.Unit, from string) bool {
	if u.IsTeam() {
		return from == scenario.EndTeam
	}
	return from == scenario.CellPrefix+u.Cell
}

func (p *Play) layInject(inj *scenario.Inject) {
	def := &injectDef{
		key: inj.Key, trigger: inj.Trigger, to: inj.To, tlp: inj.TLP, afterInject: -1, afterTask: -1,
	}
	ix := len(p.injects)
	p.injectIx[inj.Key] = ix
	p.injects = append(p.injects, def)
	for _, t := range inj.Tasks {
		def.tasks = append(def.tasks, p.layTask(t, ix))
	}
	if inj.Relay != nil {
		def.relayTo = inj.Relay.To
		for _, t := range inj.Relay.Tasks {
			def.relayTasks = append(def.relayTasks, p.layTask(t, ix))
		}
	}
}

func (p *Play) layTask(t *scenario.Task, inject int) int {
	def := &taskDef{
		key: t.Key, inject: inject, kind: t.Type, attempts: t.Attempts,
		feedback: t.Feedback, solvedAt: t.SolvedAt, flow: -1, way: p.ways[t.Branch], form: t.Form, maxSize: t.MaxSize,
	}
	def.hints, def.helps = layHints(t.Hints)
	for _, o := range t.Options {
		def.options = append(def.options, o.Key)
	}
	ix := len(p.tasks)
	p.taskIx[t.Key] = ix
	p.tasks = append(p.tasks, def)
	if f, ok := p.flowIx[t.Flow]; ok && t.Type == scenario.TaskShare {
		def.flow = f
		p.flows[f].tasks = append(p.flows[f].tasks, ix)
		if p.Pack.Flows[f].In == t.Key {
			p.flows[f].way = def.way
		}
	}
	return ix
}

// link ties injects, tasks and flows that follow one another.
func (p *Play) link() {
	for i, def := range p.injects {
		if after := def.trigger.After; after != "" {
			if j, ok := p.injectIx[after]; ok {
				def.afterInject = j
				p.injects[j].dependents = append(p.injects[j].dependents, i)
			} else if j, ok := p.taskIx[after]; ok {
				def.afterTask = j
				p.tasks[j].dependents = append(p.tasks[j].dependents, i)
			}
		}
	}
	for i, f := range p.Pack.Flows {
		if j, ok := p.injectIx[f.After]; ok {
			p.flows[i].start = j
			p.injects[j].flowsAfter = append(p.injects[j].flowsAfter, i)
		}
		if j, ok := p.injectIx[f.Relay]; ok {
			p.injects[j].flowsRelay = append(p.injects[j].flowsRelay, i)
		}
		if p.flows[i].tlp == scenario.TLPNone {
			if j, ok := p.injectIx[f.After]; ok {
				p.flows[i].tlp = p.injects[j].tlp
			}
		}
	}
}

func (p *Play) layWatchers() {
	p.watch = watchers{
		task: make([][]int, len(p.tasks)), teamTask: make([][]int, len(p.tasks)),
		inject: make([][]int, len(p.injects)),
		flow:   make([][]int, len(p.flows)), teamFlow: make([][]int, len(p.flows)),
		branch: make([][]int, len(p.decisions)),
	}
	for i, def := range p.injects {
		c := def.trigger.When
		if c == nil {
			continue
		}
		add(p.watch.task, p.taskIx, c.Tasks, i)
		add(p.watch.teamTask, p.taskIx, c.TeamTasks, i)
		add(p.watch.inject, p.injectIx, c.Injects, i)
		add(p.watch.flow, p.flowIx, c.Flows, i)
		add(p.watch.teamFlow, p.flowIx, c.TeamFlows, i)
		add(p.watch.branch, p.decisionIx, p.decisionsOf(c.Branches), i)
		if c.UsesTotal || len(c.TeamTasks) > 0 || len(c.TeamFlows) > 0 {
			p.watch.teams = append(p.watch.teams, i)
		}
		if c.UsesScore {
			p.watch.score = append(p.watch.score, i)
		}
	}
}

func add(table [][]int, index map[string]int, keys []string, inject int) {
	for _, k := range keys {
		if j, ok := index[k]; ok && !slices.Contains(table[j], inject) {
			table[j] = append(table[j], inject)
		}
	}
}

// renderKeys renders answer keys and marks of flows for every unit, so that no
// decision has to.
func (p *Play) renderKeys() error {
	nu := len(p.Cast.Units)
	if err := p.renderFlows(); err != nil {
		return err
	}
	p.taskKeys = make([]*taskKey, len(p.tasks)*nu)
	shared := patterns{}
	for i, def := range p.tasks {
		task, _, _ := p.Pack.TaskByKey(def.key)
		for u := range nu {
			key, err := p.renderKey(task, u, shared)
			if err != nil {
				return fmt.Errorf("task %s for %s: %w", def.key, p.Cast.Units[u].Key, err)
			}
			p.taskKeys[i*nu+u] = key
		}
	}
	return nil
}

func (p *Play) renderFlows() error {
	nu := len(p.Cast.Units)
	n := len(p.flows) * nu
	p.flowKeys, p.flowStrays = make([]scenario.ReportKey, n), make([]scenario.ReportKey, n)
	for i, f := range p.Pack.Flows {
		for u := range nu {
			key, err := p.Cast.FlowKey(f, u)
			strays, strayErr := p.Cast.StrayKey(f, u)
			if err := first(err, strayErr); err != nil {
				return fmt.Errorf("flow %s for %s: %w", f.Key, p.Cast.Units[u].Key, err)
			}
			p.flowKeys[i*nu+u], p.flowStrays[i*nu+u] = key, strays
		}
	}
	return nil
}

// addressed reports whether an audience of the pack means the unit.
func addressed(to string, u scenario.Unit) bool {
	switch to {
	case scenario.AudAll:
		return true
	case scenario.AudTeams:
		return u.IsTeam()
	case scenario.AudCells:
		return !u.IsTeam()
	}
	return !u.IsTeam() && strings.TrimPrefix(to, scenario.CellPrefix) == u.Cell
}
