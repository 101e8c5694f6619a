package report

import (
	"cmp"
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
)

// slice is one quarter of the exercise in the small pictures: everything that
// was said in it, and what of it was expected.
type slice struct {
	from, to         string
	sent             int // messages, shares, relays and calls
	made, late, miss int // expected flows; those missing where their time ran out
	flows            []sliceFlow
	evidence         review.Evidence
	net              *network
	lines            map[between]*line
}

// sliceFlow is how often one expected flow was made within a slice.
type sliceFlow struct {
	key string
	n   int
}

// what names the expected flows that were made, in the order of the pack.
func (s *slice) what() string {
	out := make([]string, len(s.flows))
	for i, f := range s.flows {
		out[i] = flowKey(f.key) + " ×" + num(f.n)
	}
	return strings.Join(out, ", ")
}

// slices are the quarters of the exercise.
func (pg *page) slices(whole *network) []slice {
	out := make([]slice, len(pg.r.Flow.Quarters))
	for i := range out {
		q := &pg.r.Flow.Quarters[i]
		out[i] = slice{
			from: shortClock(q.From.Seconds), to: shortClock(q.To.Seconds), sent: q.Sent, evidence: q.Evidence,
			lines: map[between]*line{},
		}
		for j := range pg.r.Flow.Edges {
			if e := &pg.r.Flow.Edges[j]; e.Quarters[i] > 0 {
				out[i].line(pg.between(whole, e.From, e.To)).n += e.Quarters[i]
			}
		}
	}
	for i := range pg.r.Flow.Expected {
		l := &pg.r.Flow.Expected[i]
		for j := range l.Senders {
			pg.cut(out, whole, l.Key, &l.Senders[j])
		}
	}
	for i := range out {
		out[i].net = whole.only(out[i].lines)
	}
	return out
}

// between gives the nodes of a small picture: own cells, EXCON and personas are
// one short line.
func (pg *page) between(whole *network, from, to string) between {
	k := between{pg.nodeOf(from, whole.groups), pg.nodeOf(to, whole.groups)}
	if !whole.groups && outside(k.to) {
		k.to = k.from
	}
	return k
}

func (s *slice) line(k between) *line {
	if s.lines[k] == nil {
		s.lines[k] = &line{from: k.from, to: k.to}
	}
	return s.lines[k]
}

// cut puts one expected flow into the slice in which it was made, or in which
// its time ran out.
func (pg *page) cut(out []slice, whole *network, key string, s *review.FlowSender) {
	when, missed := s.Made, s.Status == exercise.FlowIsMissed
	if missed {
		when = s.Due
	}
	if when == nil || len(out) == 0 {
		return
	}
	i := slices.IndexFunc(pg.r.Flow.Quarters, func(q review.Quarter) bool { return when.Seconds < q.To.Seconds })
	if i < 0 {
		i = len(out) - 1
	}
	part := &out[i]
	l := part.line(pg.between(whole, s.From, s.To))
	if missed {
		part.miss, l.miss = part.miss+1, l.miss+1
		return
	}
	if s.Status == exercise.FlowIsLate {
		part.late, l.late = part.late+1, l.late+1
	} else {
		part.made, l.made = part.made+1, l.made+1
	}
	if n := len(part.flows); n == 0 || part.flows[n-1].key != key {
		part.flows = append(part.flows, sliceFlow{key: key})
	}
	part.flows[len(part.flows)-1].n++
}

// only is the same picture with other lines.
func (n *network) only(lines map[between]*line) *network {
	m := &network{w: n.w, h: n.h, nodes: n.nodes, groups: n.groups}
	for _, l := range lines {
		if !n.groups && (l.from == l.to || outside(l.to)) {
			l.to = nodeOutside
		}
		if n.groups || !outside(l.from) {
			m.lines = append(m.lines, *l)
		}
	}
	slices.SortFunc(m.lines, func(a, b line) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	m.draw(2.5)
	if n.groups {
		m.view = "120 20 500 370"
		return m
	}
	rx, ry := ringX+52, n.h/2-82+52
	m.view = f1(n.w/2-rx) + " " + f1(n.h/2-ry) + " " + f1(2*rx) + " " + f1(2*ry)
	return m
}
