package review_test

func (l *ledger) injectTotals() list {
	out := list{}
	for _, key := range l.injects() {
		count, took := map[string]int{}, []int64{}
		for _, u := range l.units {
			for _, g := range u.got {
				if g.inject != key {
					continue
				}
				count[g.status]++
				if g.status == "released" && g.ack != nil {
					took = append(took, l.took(u.Key, g.out.At, g.ack.At))
				}
			}
		}
		f := fields{
			"key": key, "released": count["released"], "acknowledged": len(took), "skipped": count["skipped"],
			"retracted": count["retracted"], "waiting": count["waiting"],
		}
		f.set("ack_seconds", spread(took))
		out = append(out, f)
	}
	return out
}

// countTasks counts the tasks for which something holds, over all units.
func (l *ledger) countTasks(holds func(j *job) bool) fields {
	c, took := map[string]int{}, []int64{}
	for _, u := range l.units {
		for _, j := range u.jobs {
			if !holds(j) {
				continue
			}
			c["asked"]++
			c[j.state()]++
			c["hinted"] += one(!j.void && j.hints > 0)
			c["hints_came"] += one(!j.void && j.came > 0)
			if j.state() == "answered" {
				c["solved"] += one(j.solved)
				c["late"] += one(j.late)
				took = append(took, l.took(u.Key, j.opened, j.subs[0].At))
			}
		}
	}
	f := fields{}
	for _, key := range []string{"asked", "answered", "solved", "late", "missing", "open", "void", "hinted", "hints_came"} {
		f[key] = c[key]
	}
	f.set("first_seconds", spread(took))
	return f
}

// countFlows counts the flows for which something holds, over all senders.
func (l *ledger) countFlows(holds func(t *telling) bool) fields {
	c, took := map[string]int{}, []int64{}
	for _, u := range l.units {
		for _, t := range u.flows {
			if !holds(t) {
				continue
			}
			c[t.status()]++
			if t.made != nil {
				c["broken"] += one(t.made.Body.Broken)
				took = append(took, l.took(u.Key, t.begun.At, t.made.At))
			}
		}
	}
	f := fields{}
	for _, key := range []string{"made", "late", "missing", "void", "expected", "broken"} {
		f[key] = c[key]
	}
	f.set("made_seconds", spread(took))
	return f
}

func (l *ledger) phaseTotals() list {
	out := list{}
	for _, p := range l.pack.Phases {
		out = append(out, obj{
			"key":   p.Key,
			"tasks": l.countTasks(func(j *job) bool { return j.phase == p.Key }),
			"flows": l.countFlows(func(t *telling) bool { return t.Phase == p.Key }),
		})
	}
	return out
}

func (l *ledger) taskTotals() list {
	out := list{}
	for _, t := range l.tasks {
		f := l.countTasks(func(j *job) bool { return j.key == t.key })
		if f["asked"] == 0 && t.inject[0] == '#' {
			continue // made up, and never asked of anybody
		}
		f["key"], f["type"], f["inject"], f["phase"] = t.key, t.kind, t.inject, t.phase
		precision, recall, n := 0.0, 0.0, 0.0
		for _, u := range l.units {
			for _, j := range u.jobs {
				if c := j.counts(); j.key == t.key && c != nil {
					precision, recall, n = precision+thousandths(c.Body.Precision), recall+thousandths(c.Body.Recall), n+1
				}
			}
		}
		if n > 0 {
			f["precision"], f["recall"] = thousandths(precision/n), thousandths(recall/n)
		}
		out = append(out, f)
	}
	return out
}

func (l *ledger) flowTotals() list {
	out := list{}
	for _, def := range l.pack.Flows {
		f := l.countFlows(func(t *telling) bool { return t.Key == def.Key })
		f["key"], f["from"], f["to"], f["phase"] = def.Key, def.From, def.To, def.Phase
		out = append(out, f)
	}
	return out
}
