package main

import (
	"fmt"
	"strings"

	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// showTasks prints what is asked of whom.
func (e *env) showTasks(pack *scenario.Pack) {
	t := table{head: e.heads("inject", "key", "type", "for", "roles", "due", "points", "prompt")}
	add := func(inject, to string, all []*scenario.Task) {
		for _, task := range all {
			t.add(inject, task.Key, e.taskType(task), to, e.rolesOf(pack, task.For), clock(task.Due), fmt.Sprint(task.Points),
				task.Prompt.In(e.p.Lang(), pack.Languages[0]))
		}
	}
	for _, inj := range pack.Injects {
		add(inj.Key, inj.To, inj.Tasks)
		if inj.Relay != nil {
			add(inj.Key, inj.Relay.To, inj.Relay.Tasks)
		}
	}
	t.print(e.out, []int{10, 10, 20, 16, 18, 8, 8, 60})
}

// taskType names the type of a task as the pack does, with what is handed in.
func (e *env) taskType(t *scenario.Task) string {
	switch {
	case t.Type == scenario.TaskFile:
		return e.p.T("cli.scenario.show.file", i18n.Args{"Type": t.Type, "Size": scenario.FormatSize(t.MaxSize)})
	case len(t.Form) > 0:
		return e.p.T("cli.scenario.show.form", i18n.Args{"Type": t.Type, "Parts": len(t.Form)})
	}
	return t.Type
}

// rolesOf names roles by their titles.
func (e *env) rolesOf(pack *scenario.Pack, keys []string) string {
	var names []string
	for _, key := range keys {
		for i := range pack.Roles {
			if pack.Roles[i].Key == key {
				names = append(names, pack.Roles[i].Title.In(e.p.Lang(), pack.Languages[0]))
			}
		}
	}
	return strings.Join(names, ", ")
}

// showRoles prints who in a unit does what.
func (e *env) showRoles(pack *scenario.Pack) {
	if len(pack.Roles) == 0 {
		return
	}
	fmt.Fprintln(e.out)
	t := table{head: e.heads("key", "roles", "about")}
	for i := range pack.Roles {
		r := &pack.Roles[i]
		t.add(r.Key, r.Title.In(e.p.Lang(), pack.Languages[0]), r.About.In(e.p.Lang(), pack.Languages[0]))
	}
	t.print(e.out, []int{20, 24, 72})
}
