package review_test

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// obj and list are the report's JSON as the ledger expects it.
type (
	obj  = map[string]any
	list = []any
)

// seconds are microseconds as the report writes them, to the millisecond.
func seconds(micros int64) float64 { return math.Round(float64(micros)/1e3) / 1e3 }

func moment(at int64) obj {
	s := at / 1_000_000
	return obj{"seconds": seconds(at), "clock": fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60)}
}

func thousandths(f float64) float64 { return math.Round(f*1000) / 1000 }

// spread sorts lengths and interpolates between neighbours.
func spread(lengths []int64) any {
	if len(lengths) == 0 {
		return nil
	}
	v := slices.Sorted(slices.Values(lengths))
	quartile := func(q int) float64 {
		place := float64(q) / 4 * float64(len(v)-1)
		low := v[int(math.Floor(place))]
		high := v[int(math.Ceil(place))]
		return seconds(low + int64(float64(high-low)*(place-math.Floor(place))))
	}
	return obj{
		"n": len(v), "min": seconds(v[0]), "q1": quartile(1), "median": quartile(2), "q3": quartile(3), "max": seconds(v[len(v)-1]),
	}
}

// set puts in what is there: fields that do not apply are left out.
func (o fields) set(key string, value any) {
	switch value {
	case nil, "", false:
		return
	}
	o[key] = value
}

type fields map[string]any

func (l *ledger) result() obj {
	units := list{}
	for _, u := range l.units {
		units = append(units, l.unitResult(u))
	}
	facts := fields{"events": len(l.lines), "complete": l.head != ""}
	facts.set("torn", l.torn)
	facts.set("head", l.head)
	return obj{
		"exercise": l.exercise(), "log": facts, "units": units, "decisions": l.decisions(),
		"totals": obj{"injects": l.injectTotals(), "phases": l.phaseTotals(), "tasks": l.taskTotals(), "flows": l.flowTotals()},
	}
}

func wall(e *entry) obj {
	o := moment(e.At)
	o["wall"] = time.UnixMicro(e.Wall).UTC().Format(time.RFC3339)
	return o
}

func (l *ledger) exercise() any {
	b := &l.lines[0].Body
	phase, pauses := "preparing", len(l.of("clock.paused"))
	f := fields{
		"id": b.ID, "kind": b.Kind, "pack": b.Pack, "version": b.Version, "hash": b.Hash, "seed": b.Seed,
		"startex": time.UnixMicro(b.Startex).UTC().Format(time.RFC3339), "last": moment(l.last().At),
		"jumps": len(l.of("clock.jumped")), "real_stops": len(l.of("real.stopped")),
	}
	for i := range l.lines {
		e := &l.lines[i]
		switch e.Type {
		case "clock.started":
			f["started"], phase = wall(e), "running"
		case "clock.resumed":
			phase = "running"
		case "clock.paused", "real.stopped":
			phase = "paused"
		case "clock.recovered":
			if e.Body.Paused {
				phase, pauses = "paused", pauses+1
			}
		case "clock.ended":
			f["ended"], phase = wall(e), "ended"
			f.set("early", e.Body.Reason == "early")
		}
	}
	f["phase"], f["pauses"] = phase, pauses
	return f
}

func (l *ledger) unitResult(r *recounted) any {
	f := fields{"key": r.Key, "status": r.status, "bot": false, "ready": false, "present": 0, "expected": 0}
	f.set("parent", r.Parent)
	notes := obj{"own": 0, "about": 0}
	for i := range l.lines {
		b := &l.lines[i].Body
		if b.Unit != r.Key {
			continue
		}
		switch l.lines[i].Type {
		case "unit.ready":
			f["ready"] = b.Ready
		case "unit.standin":
			f["bot"] = b.Bot
		case "unit.attendance":
			f["present"], f["expected"] = b.Present, b.Expected
		case "note.added":
			kind := map[bool]string{true: "own", false: "about"}[b.Own]
			notes[kind] = notes[kind].(int) + 1
		}
	}
	f["notes"], f["messages"], f["shares"] = notes, l.traffic(r, "message.sent"), l.traffic(r, "share.made")
	relays := obj{"sent": 0, "received": 0}
	for _, e := range l.of("inject.relayed") {
		relays["sent"] = relays["sent"].(int) + one(e.from() == r.Key)
		relays["received"] = relays["received"].(int) + one(e.Body.Unit == r.Key)
	}
	f["relays"] = relays
	f.set("calls", l.calls(r))
	injects, tasks, flows := list{}, list{}, list{}
	for _, g := range r.got {
		injects = append(injects, l.injectResult(g, r.Key))
	}
	points, most := 0.0, 0.0
	for _, j := range r.jobs {
		tasks = append(tasks, l.taskResult(j, r.Key))
		if value, _ := j.value(); j.judged() {
			points, most = points+thousandths(value), most+thousandths(j.points)
		}
	}
	for _, t := range r.flows {
		flows = append(flows, l.flowResult(t, r.Key))
	}
	f["injects"], f["tasks"], f["flows"] = injects, tasks, flows
	f["points"], f["max"] = thousandths(points), thousandths(most)
	return f
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// gets reports whether a unit is a receiver of a message; the liaison room is
// every team but the sender.
func gets(e *entry, r *recounted) bool {
	return r.Key != e.from() && (slices.Contains(e.Body.Ends, "unit:"+r.Key) || r.Cell == "" && slices.Contains(e.Body.Ends, "liaison"))
}

func (l *ledger) traffic(r *recounted, kind string) obj {
	sent, received := 0, 0
	for _, e := range l.of(kind) {
		sent += one(e.from() == r.Key)
		received += one(gets(e, r))
	}
	return obj{"sent": sent, "received": received}
}

func (l *ledger) injectResult(g *receipt, unit string) any {
	f := fields{"key": g.inject, "status": g.status}
	f.set("relayed", g.relayed)
	if g.status == "skipped" {
		f["reason"] = g.reason
	}
	if g.out != nil {
		f["released"] = moment(g.out.At)
	}
	if g.ack != nil {
		f["acknowledged"], f["ack_seconds"] = moment(g.ack.At), seconds(l.took(unit, g.out.At, g.ack.At))
	}
	return f
}

func (l *ledger) taskResult(j *job, unit string) any {
	value, standing := j.value()
	f := fields{
		"key": j.key, "type": j.kind, "inject": j.inject, "phase": j.phase, "status": j.state(), "opened": moment(j.opened),
		"due": moment(j.due), "late": j.late && len(j.subs) > 0, "attempts": len(j.subs), "solved": j.solved, "hints": j.hints, "hints_came": j.came,
		"points": thousandths(value), "max": thousandths(j.points), "standing": standing,
	}
	if len(j.lacked) > 0 {
		f["could_not"] = j.lacked
	}
	if j.flow != "" {
		f.set("misdirected", l.astray(j.flow, unit))
	}
	if c := j.counts(); c != nil {
		f["precision"], f["recall"] = thousandths(c.Body.Precision), thousandths(c.Body.Recall)
	}
	if len(j.subs) > 0 {
		f["first"], f["first_seconds"] = moment(j.subs[0].At), seconds(l.took(unit, j.opened, j.subs[0].At))
	}
	return f
}

// astray reports whether what a flow is about reached somebody it must not.
func (l *ledger) astray(flow, unit string) bool {
	return slices.ContainsFunc(l.of("share.misdirected"), func(e *entry) bool { return e.Body.Flow == flow && e.Body.Unit == unit })
}

func (l *ledger) flowResult(t *telling, unit string) fields {
	f := fields{
		"key": t.Key, "phase": t.Phase, "from": unit, "to": l.receiver(t.To, unit), "status": t.status(), "due": moment(t.due),
	}
	f.set("misdirected", l.astray(t.Key, unit))
	if t.made != nil {
		f["made"], f["made_seconds"], f["via"] = moment(t.made.At), seconds(l.took(unit, t.begun.At, t.made.At)), t.made.Body.Via
		f.set("broken", t.made.Body.Broken)
	}
	return f
}
