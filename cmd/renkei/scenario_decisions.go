package main

import (
	"fmt"
	"strings"

	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// showDecisions prints every decision with its branches and what they open.
func (e *env) showDecisions(pack *scenario.Pack) {
	if len(pack.Decisions) == 0 {
		return
	}
	t := table{head: e.heads("when", "decision", "scope", "branch", "condition", "opens", "question")}
	for _, d := range pack.Decisions {
		when, key, scope := clock(d.At), d.Key, e.p.T("cli.scenario.show.each")
		if d.All {
			scope = e.p.T("cli.scenario.show.all")
		}
		if d.After != "" {
			when = e.when(scenario.Trigger{After: d.After, Delay: d.Delay})
		}
		for _, b := range d.Branches {
			condition := e.p.T("cli.scenario.show.otherwise")
			if b.When != nil {
				condition = b.When.Source
			}
			title := d.Title.In(e.p.Lang(), pack.Languages[0]) + " " + b.Title.In(e.p.Lang(), pack.Languages[0])
			t.add(when, key, scope, b.Key, condition, strings.Join(opens(pack, b.Key), " "), title)
			when, key, scope = "", "", ""
		}
	}
	fmt.Fprintln(e.out)
	t.print(e.out, []int{16, 12, 12, 16, 48, 24, 60})
}

// opens lists the injects and tasks that belong to a branch.
func opens(pack *scenario.Pack, branch string) []string {
	var keys []string
	for _, inj := range pack.Injects {
		if inj.Branch == branch {
			keys = append(keys, inj.Key)
		}
		tasks := inj.Tasks
		if inj.Relay != nil {
			tasks = append(tasks[:len(tasks):len(tasks)], inj.Relay.Tasks...)
		}
		for _, t := range tasks {
			if t.Branch == branch {
				keys = append(keys, t.Key)
			}
		}
	}
	return keys
}

// whenBranched tells the time of an inject with the branch that it belongs to.
func (e *env) whenBranched(inj *scenario.Inject) string {
	when := e.when(inj.Trigger)
	if inj.Branch == "" {
		return when
	}
	return strings.TrimSpace(when + " " + e.p.T("cli.scenario.show.branch", i18n.Args{"Branch": inj.Branch}))
}
