package review_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"renkei/internal/exercise/scenario"
)

// recounted is what the lines tell of one unit.
type recounted struct {
	scenario.Unit
	status string
	got    []*receipt
	jobs   []*job
	flows  []*telling
}

// receipt is one inject for one unit.
type receipt struct {
	inject, status, reason string
	relayed                bool
	out, ack, reply        *entry
}

// job is one task of one unit.
type job struct {
	posed
	opened, due   int64
	begun         *entry // the release
	void, overdue bool
	late, solved  bool
	hints, came   int
	cost, auto    float64
	subs, scores  []*entry
	marks         []*entry // the newest of each evaluator
	settled       *entry
	closed        int64 // when it ceased to be work ahead
	trail         []uint64
	lacked        list // what it needs and was not told in time
}

// telling is one expected flow of one sender.
type telling struct {
	*scenario.Flow
	begun, made, missed *entry
	due                 int64
	void                bool
}

func (l *ledger) recountUnit(u scenario.Unit) *recounted {
	r := &recounted{Unit: u, status: "present"}
	if all := l.statuses(u.Key); len(all) > 0 {
		r.status = all[len(all)-1].Body.Status
	}
	for _, key := range l.injects() {
		if got := l.receipt(key, u); got != nil {
			r.got = append(r.got, got)
		}
	}
	for _, t := range l.tasks {
		if j := l.job(t, u.Key); j != nil {
			r.jobs = append(r.jobs, j)
		}
	}
	for _, f := range l.pack.Flows {
		if t := l.telling(f, u); t != nil {
			r.flows = append(r.flows, t)
		}
	}
	return r
}

// meant reports whether an inject is meant for a unit without a relay.
func (l *ledger) meant(inject string, u scenario.Unit) bool {
	if in := l.pack.InjectByKey(inject); in != nil {
		return in.To == "all" || in.To == "teams" && u.Cell == "" || u.Cell != "" && (in.To == "cells" || in.To == "cell:"+u.Cell)
	}
	var units []string
	for _, e := range l.of("inject.added") {
		if fmt.Sprintf("#%d", e.Seq) == inject {
			_ = json.Unmarshal(e.Body.Units, &units)
		}
	}
	return slices.Contains(units, u.Key)
}

func (l *ledger) receipt(inject string, u scenario.Unit) *receipt {
	r := &receipt{inject: inject, status: "waiting"}
	for i := range l.lines {
		e := &l.lines[i]
		if e.Body.Inject != inject || e.Body.Unit != u.Key {
			continue
		}
		switch e.Type {
		case "inject.released":
			r.status, r.out = "released", e
		case "inject.relayed":
			r.status, r.out, r.relayed = "released", e, true
		case "inject.skipped":
			r.status, r.reason = "skipped", e.Body.Reason
		case "inject.retracted":
			r.status = "retracted"
		case "inject.acknowledged":
			r.ack = e
		}
	}
	if r.out != nil {
		r.reply = l.find(func(e *entry) bool { return e.Seq > r.out.Seq && l.replies(e, inject, u.Key) })
	}
	if r.out == nil && !l.meant(inject, u) {
		return nil
	}
	return r
}

// replies reports whether a line is a unit's doing about an inject.
func (l *ledger) replies(e *entry, inject, unit string) bool {
	b := &e.Body
	switch e.Type {
	case "inject.acknowledged":
		return b.Unit == unit && b.Inject == inject
	case "task.submitted":
		return b.Unit == unit && l.about(b.Task) == inject
	case "inject.relayed":
		return e.from() == unit && b.Inject == inject
	case "message.sent", "share.made":
		return e.from() == unit && (l.about(b.Re) == inject || b.Task != "" && l.about(b.Task) == inject)
	}
	return false
}

// telling follows one expected flow of one sender.
func (l *ledger) telling(f *scenario.Flow, u scenario.Unit) *telling {
	if f.From == "team" && u.Cell != "" || f.From != "team" && f.From != "cell:"+u.Cell {
		return nil
	}
	t, since := &telling{Flow: f}, int64(-1)
	statuses := l.statuses(u.Key)
	for i := range l.lines {
		e := &l.lines[i]
		b := &e.Body
		open := t.begun != nil && t.made == nil && !t.void
		switch {
		case slices.Contains(statuses, e):
			if still := stands(b.Status); still && since < 0 {
				since = e.At
			} else if !still && since >= 0 {
				if open && t.missed == nil {
					t.due += e.At - since
				}
				since = -1
			}
			t.void = t.void || open && away(b.Status)
		case b.Unit != u.Key:
		case b.Inject == f.After && (e.Type == "inject.released" || e.Type == "inject.relayed") && t.begun == nil:
			t.begun, t.due = e, e.At+f.Within.Microseconds()
			if since >= 0 {
				t.due = since + f.Within.Microseconds()
			}
		case b.Inject == f.After && e.Type == "inject.retracted":
			t.void = t.void || open
		case b.Flow == f.Key && e.Type == "flow.made":
			t.made = e
		case b.Flow == f.Key && e.Type == "flow.missed":
			t.missed = e
		}
	}
	if t.begun == nil {
		return nil
	}
	return t
}

func (t *telling) status() string {
	switch {
	case t.void:
		return "void"
	case t.made != nil && t.made.Body.Late:
		return "late"
	case t.made != nil:
		return "made"
	case t.missed != nil:
		return "missing"
	}
	return "expected"
}

// receiver names whom a flow is for, in the ring of teams.
func (l *ledger) receiver(to, unit string) string {
	var ring []string
	for _, u := range l.cast.Units {
		if u.Cell == "" {
			ring = append(ring, u.Key)
		}
	}
	at, n := slices.Index(ring, teamOf(unit)), len(ring)
	switch to {
	case "next":
		return "unit:" + ring[(at+1)%n]
	case "prev":
		return "unit:" + ring[(at+n-1)%n]
	case "team":
		return "unit:" + ring[at]
	}
	if cell, ok := strings.CutPrefix(to, "cell:"); ok {
		return "unit:" + ring[at] + "/" + cell
	}
	return to
}
