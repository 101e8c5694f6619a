package scenario

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// wanted is a condition and what it shall give.
type wanted struct {
	cond *Condition
	is   bool
}

// world is one state of affairs in which conditions are tried.
type world struct {
	tasks    map[string]TaskFacts
	injects  map[string]InjectFacts
	flows    map[string]FlowFacts
	counts   map[conditionName]int
	branches map[string]bool
	total    int
	score    float64
}

var _ Facts = (*world)(nil)

func (w *world) Task(key string) TaskFacts     { return w.tasks[key] }
func (w *world) Inject(key string) InjectFacts { return w.injects[key] }
func (w *world) Flow(key string) FlowFacts     { return w.flows[key] }
func (w *world) TeamsAnswered(key string) int  { return w.count(varAnswered, key) }
func (w *world) TeamsSolved(key string) int    { return w.count(varSolved, key) }
func (w *world) TeamsMade(key string) int      { return w.count(varMade, key) }
func (w *world) TeamsTotal() int               { return w.total }
func (w *world) Branch(key string) bool        { return w.branches[key] }
func (w *world) Score() float64                { return w.score }
func (w *world) count(kind, key string) int {
	return min(w.counts[conditionName{kind, key, 0}], w.total)
}

func (w *world) satisfies(all []wanted) (ok bool) {
	for _, x := range all {
		if x.cond.Holds(w) != x.is {
			return false
		}
	}
	return true
}

// entity is one thing that conditions name, with its possible states.
type entity []func(w *world)

// maxWorlds bounds how many states of affairs are tried; what would take more
// is taken as possible.
const maxWorlds = 20_000

// most is more teams than take part in any exercise.
const most = 1000

// possible reports whether some state of affairs that can be reached until a
// moment gives what is wanted. With free, everything that is named can have
// happened.
func (r *reach) possible(all []wanted, until time.Duration, free bool) bool {
	if len(all) == 0 {
		return true
	}
	q := &question{r: r, until: until, free: free}
	for _, x := range all {
		if strings.ContainsAny(stringPattern.ReplaceAllString(x.cond.Source, ""), "*/%[{") {
			return true // arithmetic for which the numbers below do not suffice
		}
		if !q.read(x.cond) {
			return true // a name that does not exist is a finding of its own
		}
	}
	worlds := 1
	for _, e := range q.entities {
		if worlds *= len(e); worlds > maxWorlds {
			return true
		}
	}
	w := &world{
		tasks: map[string]TaskFacts{}, injects: map[string]InjectFacts{}, flows: map[string]FlowFacts{},
		counts: map[conditionName]int{}, branches: map[string]bool{}, total: most,
	}
	return try(w, q.entities, all)
}

// try goes through all states of affairs.
func try(w *world, left []entity, all []wanted) bool {
	if len(left) == 0 {
		return w.satisfies(all)
	}
	for _, set := range left[0] {
		set(w)
		if try(w, left[1:], all) {
			return true
		}
	}
	return false
}

// question collects what conditions name.
type question struct {
	r        *reach
	until    time.Duration
	free     bool
	entities []entity
	numbers  []float64 // around those in the conditions
	named    map[conditionName]bool
	fields   string // the sources, to see which fields they ask for
}

var (
	stringPattern = regexp.MustCompile(`"[^"]*"|'[^']*'`)
	digitPattern  = regexp.MustCompile(`\d+(?:\.\d+)?`)
)

// read collects what a condition names; false means that something in it does
// not exist.
func (q *question) read(cond *Condition) bool {
	if q.named == nil {
		q.named = map[conditionName]bool{}
	}
	src := stringPattern.ReplaceAllString(cond.Source, "")
	q.fields += " " + src
	for _, s := range digitPattern.FindAllString(src, -1) {
		if f, err := strconv.ParseFloat(s, 64); err == nil {
			q.numbers = append(q.numbers, f-1, f-0.5, f, f+0.5, f+1)
		}
	}
	for _, n := range cond.names {
		n.offset = 0
		if !q.known(n) {
			return false
		}
		q.name(n)
	}
	if cond.UsesTotal && !q.named[conditionName{kind: varTotal}] {
		q.named[conditionName{kind: varTotal}] = true
		q.entities = append(q.entities, q.totals())
	}
	if cond.UsesScore && !q.named[conditionName{kind: varScore}] {
		q.named[conditionName{kind: varScore}] = true
		q.entities = append(q.entities, q.scores())
	}
	return true
}

func (q *question) known(n conditionName) bool {
	switch n.kind {
	case varTask, varAnswered, varSolved:
		return q.r.c.known("tasks", n.key)
	case varInject:
		return q.r.c.known("injects", n.key)
	case varBranch:
		return q.r.c.known("branches", n.key)
	default:
		return q.r.c.known("flows", n.key)
	}
}

func (q *question) name(n conditionName) {
	if n.kind == varBranch {
		n.key = q.r.c.p.DecisionOf(n.key).Key
	}
	if q.named[n] {
		return
	}
	q.named[n] = true
	var e entity
	switch n.kind {
	case varTask:
		e = q.task(n)
	case varInject:
		e = q.inject(n)
	case varFlow:
		e = q.flow(n)
	case varBranch:
		e = q.branch(n)
	default:
		e = q.count(n)
	}
	q.entities = append(q.entities, e)
}

// asks reports whether a field occurs in the conditions.
func (q *question) asks(field string) bool { return strings.Contains(q.fields, "."+field) }

// happens reports whether anything can be true about what is named.
func (q *question) happens(n conditionName) bool { return q.free || q.r.happens(n, q.until) }
