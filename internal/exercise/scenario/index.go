package scenario

import (
	"cmp"
	"slices"
)

// index finds the elements of a pack by their keys.
type index struct {
	injects  map[string]*Inject
	tasks    map[string]taskRef
	flows    map[string]*Flow
	personas map[string]*Persona
	branches map[string]*Decision // by the key of the branch
}

type taskRef struct {
	task   *Task
	inject *Inject
	relay  bool
}

// Reindex rebuilds the lookups by key. Parse has done it; whoever builds a pack
// by hand, or replaces injects, tasks, flows or personas, does it before
// looking up. Not safe beside lookups.
func (p *Pack) Reindex() {
	ix := index{
		injects: map[string]*Inject{}, tasks: map[string]taskRef{},
		flows: map[string]*Flow{}, personas: map[string]*Persona{},
		branches: map[string]*Decision{},
	}
	for _, in := range p.Injects {
		first(ix.injects, in.Key, in)
		for _, t := range in.Tasks {
			first(ix.tasks, t.Key, taskRef{t, in, false})
		}
		if in.Relay == nil {
			continue
		}
		for _, t := range in.Relay.Tasks {
			first(ix.tasks, t.Key, taskRef{t, in, true})
		}
	}
	for _, f := range p.Flows {
		first(ix.flows, f.Key, f)
	}
	for _, s := range p.Personas {
		first(ix.personas, s.Key, s)
	}
	for _, d := range p.Decisions {
		for _, b := range d.Branches {
			first(ix.branches, b.Key, d)
		}
	}
	p.index = ix
}

// first keeps what came first under a key; no key is no name.
func first[T any](m map[string]T, key string, v T) {
	if _, dup := m[key]; !dup && key != "" {
		m[key] = v
	}
}

// InjectByKey returns the inject with the key, or nil.
func (p *Pack) InjectByKey(key string) *Inject { return p.index.injects[key] }

// TaskByKey returns the task with the key, the inject it belongs to, and
// whether it is asked of the cells that the inject is relayed to. Without such
// a task both are nil.
func (p *Pack) TaskByKey(key string) (task *Task, inject *Inject, relay bool) {
	r := p.index.tasks[key]
	return r.task, r.inject, r.relay
}

// FlowByKey returns the expected flow with the key, or nil.
func (p *Pack) FlowByKey(key string) *Flow { return p.index.flows[key] }

// DecisionOf returns the decision that has the branch, or nil.
func (p *Pack) DecisionOf(branch string) *Decision { return p.index.branches[branch] }

// PersonaByKey returns the persona with the key, or nil.
func (p *Pack) PersonaByKey(key string) *Persona { return p.index.personas[key] }

// sortDiagnostics orders by file, line, column and code.
func sortDiagnostics(ds []Diagnostic) {
	slices.SortStableFunc(ds, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Col, b.Pos.Col), cmp.Compare(a.Code, b.Code),
		)
	})
}
