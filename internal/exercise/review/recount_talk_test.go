package review_test

import (
	"slices"
	"strings"
)

// byUnit adds up instances of the same unit, in the order of the cast.
func (l *ledger) byUnit(all []instance) (by []instance) {
	for _, u := range l.units {
		sum := instance{unit: u.Key}
		for _, i := range all {
			if i.unit == u.Key {
				sum.n, sum.seqs = sum.n+i.n, append(sum.seqs, i.seqs...)
			}
		}
		if sum.n > 0 {
			by = append(by, sum)
		}
	}
	return by
}

func (l *ledger) help() []claim {
	var all []instance
	for _, e := range l.unexpected() {
		if slices.ContainsFunc(e.Body.Ends, func(end string) bool {
			unit, isUnit := strings.CutPrefix(end, "unit:")
			return end == "liaison" || isUnit && teamOf(unit) != teamOf(e.from())
		}) {
			all = append(all, instance{unit: e.from(), n: 1, seqs: []uint64{e.Seq}})
		}
	}
	return []claim{{key: "unexpected_help", by: l.byUnit(all)}}
}

func (l *ledger) labels() []claim {
	var all []instance
	for _, b := range l.breaks() {
		all = append(all, instance{unit: b.at.from(), n: 1, seqs: []uint64{b.at.Seq}})
	}
	return []claim{{key: "label_broken", by: l.byUnit(all)}}
}

func (l *ledger) misdirections() (out []claim) {
	for _, e := range l.of("share.misdirected") {
		key := e.Body.Flow + e.Body.Inject
		i := slices.IndexFunc(out, func(c claim) bool { return c.subject == key })
		if i < 0 {
			i, out = len(out), append(out, claim{key: "misdirected", subject: key})
		}
		out[i].by = append(out[i].by, instance{unit: e.Body.Unit, n: 1, seqs: []uint64{e.Body.Via}})
	}
	for i := range out {
		out[i].by = l.byUnit(out[i].by)
	}
	return out
}

// couldReact: five minutes of the unit's own clock were left.
func (l *ledger) couldReact(u *recounted, g *receipt) bool {
	return !away(u.status) && l.took(u.Key, g.out.At, l.last().At) >= 5*60*1_000_000
}

func (l *ledger) neverAcked() []claim {
	c := claim{key: "never_acked"}
	for _, u := range l.units {
		i, got := instance{unit: u.Key}, 0
		for _, g := range u.standing() {
			if !l.couldReact(u, g) {
				continue
			}
			got++
			if g.ack == nil {
				i.n, i.seqs = i.n+1, append(i.seqs, g.out.Seq)
			}
		}
		if 2*i.n > got {
			c.by = append(c.by, i)
		}
	}
	return []claim{c}
}

func (l *ledger) silent() []claim {
	var out []claim
	for _, key := range l.injects() {
		c, got := claim{key: "silent", subject: key}, 0
		for _, u := range l.units {
			for _, g := range u.standing() {
				if g.inject != key || !l.couldReact(u, g) {
					continue
				}
				got++
				if g.reply == nil {
					c.by = append(c.by, instance{unit: u.Key, n: 1, seqs: []uint64{g.out.Seq}})
				}
			}
		}
		c.args = fields{"Of": got}
		out = append(out, c)
	}
	return out
}

func (l *ledger) relaySlow() []claim {
	var all []instance
	var took []int64
	for _, e := range l.of("inject.relayed") {
		span := l.took(e.from(), l.seq(e.Body.Of).At, e.At)
		took = append(took, span)
		all = append(all, instance{e.from(), 1, span, []uint64{e.Body.Of, e.Seq}})
	}
	v := slices.Sorted(slices.Values(took))
	by := slices.DeleteFunc(all, func(i instance) bool { return i.took <= v[(len(v)-1)/2]+v[len(v)/2] })
	return []claim{{key: "relay_slow", args: fields{"Of": len(took), "Median": medianText(took)}, by: by}}
}

func (l *ledger) loadPeak() []claim {
	c := claim{key: "load_peak"}
	for _, u := range l.units {
		if most, _ := l.load(u); most >= 5 {
			i := instance{unit: u.Key, n: most}
			for _, j := range u.jobs {
				i.seqs = append(i.seqs, j.begun.Seq)
			}
			c.by = append(c.by, i)
		}
	}
	return []claim{c}
}

// notes are the notes, entries of own logs and answers of the hot-wash, of
// which a later one takes the place of an earlier.
func (l *ledger) notes() list {
	out := list{}
	for _, e := range l.of("note.added", "hotwash.answered") {
		kind, re := "hotwash", e.Body.Question
		later := func(o *entry) bool {
			return o.Type == e.Type && o.Seq > e.Seq && o.Body.Unit == e.Body.Unit && o.Body.Question == re
		}
		if e.Type == "hotwash.answered" && l.find(later) != nil {
			continue
		}
		if e.Type == "note.added" {
			kind, re = map[bool]string{true: "own", false: "note"}[e.Body.Own], e.Body.Re
		}
		f := fields{"seq": e.Seq, "at": moment(e.At), "kind": kind, "text": e.Body.Text}
		f.set("unit", e.Body.Unit)
		f.set("actor", e.Actor)
		f.set("re", re)
		out = append(out, f)
	}
	return out
}
