package report

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	"renkei/internal/i18n"
)

// Nodes of a network that are no unit.
const (
	nodeLiaison  = "liaison"
	nodeExcon    = "excon"
	nodeContacts = "contacts" // all personas
	nodeTeams    = "teams"    // all teams, where they are too many for a ring
	nodeCells    = "cells"
	nodeOutside  = "outside" // in the small pictures: own cells, EXCON, personas
)

// network is the picture of who told whom: nodes on a ring, the liaison room in
// the middle, a line from each sender to each receiver.
type network struct {
	w, h   float64
	view   string // of the SVG
	nodes  []node
	lines  []line // that are drawn
	all    []line // for the table
	groups bool   // teams and cells are shown as two groups
}

// outside reports whether a node is neither a team nor the liaison room. What a
// team had with those stands at its name, so that the picture keeps to what
// teams told each other.
func outside(key string) bool { return key == nodeExcon || key == nodeContacts }

type node struct {
	key, name string
	more      []string // below the name
	x, y      float64
	tx, ty    float64 // of the name
	anchor    string
}

// line is everything from one node to another.
type line struct {
	from, to         string
	n                int // messages, shares, relays and calls
	made, late, miss int // expected flows
	first, last      *review.Moment
	labels           map[string]int
	quarters         [review.Quarters]int
	evidence         review.Evidence
	path             string
	width            float64
	tip              string // path of the arrowhead
	nx, ny           float64
}

// class is how a line is drawn: solid, dashed when a flow was late, dotted when
// one is missing, and pale when nothing was expected. Between groups that holds
// from one flow in ten.
func (n *network) class(l *line) string {
	least := 1
	if n.groups {
		least = max(1, (l.made+l.late+l.miss+9)/10)
	}
	switch {
	case l.miss >= least:
		return "l-miss"
	case l.late >= least:
		return "l-late"
	case l.made+l.late+l.miss == 0:
		return "l-other"
	}
	return "l-made"
}

// figure is the number that stands at the line.
func (l *line) figure() string {
	s := num(l.n)
	if l.miss > 0 {
		s += " ×" + num(l.miss)
	}
	return s
}

// nodeOf places a sender or receiver. Cells stand with their team on the ring.
func (pg *page) nodeOf(end string, groups bool) string {
	end = strings.TrimPrefix(end, exercise.EndUnit)
	switch {
	case end == exercise.EndLiaison:
		return nodeLiaison
	case end == exercise.EndExcon:
		return nodeExcon
	case strings.HasPrefix(end, exercise.EndPersona):
		return nodeContacts
	}
	team, _, isCell := strings.Cut(end, "/")
	if u := pg.units[end]; u != nil && u.Parent != "" {
		team, isCell = u.Parent, true
	}
	switch {
	case groups && isCell:
		return nodeCells
	case groups:
		return nodeTeams
	}
	return team
}

type between struct{ from, to string }

// flows adds the edges and expected flows up between nodes. Traffic within a
// node (a team and its own cells) is given apart.
func (pg *page) flows(groups bool) (lines []line, inside map[string]int) {
	at := map[between]int{}
	inside = map[string]int{}
	get := func(from, to string) *line {
		k := between{from, to}
		i, ok := at[k]
		if !ok {
			i = len(lines)
			at[k] = i
			lines = append(lines, line{from: from, to: to})
		}
		return &lines[i]
	}
	for i := range pg.r.Flow.Edges {
		e := &pg.r.Flow.Edges[i]
		from, to, n := pg.nodeOf(e.From, groups), pg.nodeOf(e.To, groups), e.Messages+e.Shares+e.Relays+e.Calls
		if from == to && !groups {
			inside[from] += n
			continue
		}
		get(from, to).add(e, n)
	}
	for i := range pg.r.Flow.Expected {
		for j := range pg.r.Flow.Expected[i].Senders {
			s := &pg.r.Flow.Expected[i].Senders[j]
			from, to := pg.nodeOf(s.From, groups), pg.nodeOf(s.To, groups)
			if from == to && !groups || s.From == "" {
				continue
			}
			l := get(from, to)
			l.made += one(s.Status == exercise.FlowIsMade)
			l.late += one(s.Status == exercise.FlowIsLate)
			l.miss += one(s.Status == exercise.FlowIsMissed)
		}
	}
	lines = slices.DeleteFunc(lines, func(l line) bool { return l.n+l.made+l.late+l.miss == 0 })
	return lines, inside
}

// add takes in an edge of n messages, shares, relays and calls.
func (l *line) add(e *review.Edge, n int) {
	l.n += n
	if l.first == nil || e.First.Seconds < l.first.Seconds {
		l.first = &e.First
	}
	if l.last == nil || e.Last.Seconds > l.last.Seconds {
		l.last = &e.Last
	}
	if l.labels == nil {
		l.labels = map[string]int{}
	}
	for label, sent := range e.Labels {
		l.labels[label] += sent
	}
	for i, sent := range e.Quarters {
		l.quarters[i] += sent
	}
	l.evidence = joined(l.evidence, e.Evidence)
}

// joined is the evidence of two figures together.
func joined(a, b review.Evidence) review.Evidence {
	seqs := slices.Concat(a.Seqs, b.Seqs)
	slices.Sort(seqs)
	all := len(seqs)
	seqs = slices.Compact(seqs)
	out := review.Evidence{Count: a.Count + b.Count - (all - len(seqs)), Ranges: slices.Concat(a.Ranges, b.Ranges)}
	if len(seqs) > review.MaxCited {
		out.Ranges = append(out.Ranges, [2]uint64{seqs[review.MaxCited], seqs[len(seqs)-1]})
		seqs = seqs[:review.MaxCited]
	}
	out.Seqs = seqs
	if len(out.Ranges) > 1 {
		r := out.Ranges[0]
		for _, o := range out.Ranges[1:] {
			r = [2]uint64{min(r[0], o[0]), max(r[1], o[1])}
		}
		out.Ranges = [][2]uint64{r}
	}
	return out
}

const ringX = 232.0 // half the width of the ring

// network lays the picture out; nil when nothing was sent or expected.
func (pg *page) network() *network {
	groups := len(pg.teams) > maxRing
	lines, inside := pg.flows(groups)
	if len(lines) == 0 {
		return nil
	}
	n := &network{w: 760, h: 600, groups: groups, all: lines, lines: slices.Clone(lines)}
	ring := pg.ringOf(lines, groups)
	if !groups {
		n.lines = slices.DeleteFunc(n.lines, func(l line) bool { return outside(l.from) || outside(l.to) })
	}
	if groups {
		n.h = 420
	}
	n.place(pg, ring, inside)
	n.draw(1)
	n.view = "0 0 " + f1(n.w) + " " + f1(n.h)
	return n
}

// ringOf are the nodes on the ring: units in the order of the cast, then who is
// none.
func (pg *page) ringOf(lines []line, groups bool) []string {
	on := map[string]bool{}
	for i := range lines {
		on[lines[i].from], on[lines[i].to] = true, true
	}
	order := []string{nodeTeams, nodeCells}
	if !groups {
		order = order[:0]
		for _, u := range pg.teams {
			order = append(order, u.Key)
		}
		rest := make([]string, 0, len(on))
		for key := range on { // units that the reader knows only as an end
			if pg.units[key] == nil && key != nodeLiaison && key != nodeExcon && key != nodeContacts {
				rest = append(rest, key)
			}
		}
		slices.Sort(rest)
		order = append(order, rest...)
	}
	if groups {
		order = append(order, nodeContacts, nodeExcon)
	}
	return slices.DeleteFunc(order, func(key string) bool { return !on[key] })
}

func (n *network) place(pg *page, ring []string, inside map[string]int) {
	if n.groups {
		n.placeGroups(pg, ring)
		return
	}
	cx, cy := n.w/2, n.h/2
	rx, ry := ringX, n.h/2-82
	for i, key := range ring {
		a := -math.Pi/2 + 2*math.Pi*float64(i)/float64(len(ring))
		sin, cos := math.Sincos(a)
		nd := node{key: key, name: pg.nodeName(key), x: cx + rx*cos, y: cy + ry*sin, anchor: "middle"}
		nd.tx, nd.ty = cx+(rx+20)*cos, cy+(ry+26)*sin+4
		switch {
		case cos > 0.25:
			nd.anchor, nd.tx = "start", cx+(rx+18)*cos
		case cos < -0.25:
			nd.anchor, nd.tx = "end", cx+(rx+18)*cos
		}
		nd.more = n.beside(pg, key, inside[key])
		if sin < 0 { // in the upper half the last line stands at the node
			nd.ty += 14 * float64(len(nd.more)) * sin
		}
		n.nodes = append(n.nodes, nd)
	}
	n.nodes = append(n.nodes, node{key: nodeLiaison, name: pg.nodeName(nodeLiaison), x: cx, y: cy, tx: cx, ty: cy + 4, anchor: "middle"})
}

// groupNodes are where groups stand: teams at the left, whom they tell at the
// right, their cells below.
var groupNodes = map[string]node{
	nodeTeams:    {x: 220, y: 180, tx: 216, ty: 148, anchor: "middle"},
	nodeCells:    {x: 220, y: 360, tx: 242, ty: 365, anchor: "start"},
	nodeExcon:    {x: 560, y: 50, tx: 582, ty: 55, anchor: "start"},
	nodeContacts: {x: 560, y: 330, tx: 582, ty: 335, anchor: "start"},
	nodeLiaison:  {x: 560, y: 190, tx: 560, ty: 194, anchor: "middle"},
}

func (n *network) placeGroups(pg *page, ring []string) {
	for _, key := range append(ring, nodeLiaison) {
		nd := groupNodes[key]
		nd.key, nd.name = key, pg.nodeName(key)
		n.nodes = append(n.nodes, nd)
	}
}

// beside says what a team had with its own cells, and with those outside.
func (n *network) beside(pg *page, key string, cells int) []string {
	var out []string
	if cells > 0 {
		out = append(out, pg.t("net.inside", i18n.Args{"N": cells}))
	}
	for _, other := range []string{nodeExcon, nodeContacts} {
		sum := line{}
		for i := range n.all {
			if l := &n.all[i]; l.from == key && l.to == other || l.from == other && l.to == key {
				sum.n += l.n
				sum.miss += l.miss
			}
		}
		if sum.n+sum.miss > 0 {
			out = append(out, pg.t("net.with", i18n.Args{"Name": pg.nodeName(other), "N": sum.figure()}))
		}
	}
	return out
}

// nodeName names a node.
func (pg *page) nodeName(key string) string {
	switch key {
	case nodeLiaison, nodeExcon:
		return pg.endName(key)
	case nodeContacts:
		return pg.t("net.contacts")
	case nodeTeams:
		return pg.t("net.teams", i18n.Args{"N": len(pg.teams)})
	case nodeCells:
		n := 0
		for _, c := range pg.cells {
			n += len(c)
		}
		return pg.t("net.cells", i18n.Args{"N": n})
	}
	return cut(pg.unit(key), 20)
}

// draw makes the lines: curved to the left of their direction, so that the way
// back stands beside the way there.
func (n *network) draw(scale float64) {
	at := map[string]node{}
	for _, nd := range n.nodes {
		at[nd.key] = nd
	}
	most := 1
	for i := range n.lines {
		most = max(most, n.lines[i].n)
	}
	for i := range n.lines {
		l := &n.lines[i]
		l.width = scale * (1 + 5*math.Sqrt(float64(l.n)/float64(most)))
		a, b := at[l.from], at[l.to]
		if l.to == nodeOutside {
			l.stub(a, n.w/2, n.h/2)
			continue
		}
		if l.from == l.to {
			l.loop(a, n.w/2)
			continue
		}
		l.curve(a, b, n.hasBack(l))
	}
	slices.SortStableFunc(n.lines, func(a, b line) int { return cmp.Compare(b.n, a.n) })
}

// hasBack reports whether there is a line the other way too.
func (n *network) hasBack(l *line) bool {
	return slices.ContainsFunc(n.lines, func(o line) bool { return o.from == l.to && o.to == l.from })
}

// radius is how much room a node takes.
func radius(key string) float64 {
	if key == nodeLiaison {
		return 42
	}
	return 13
}

func (l *line) curve(a, b node, bent bool) {
	dx, dy := b.x-a.x, b.y-a.y
	d := math.Hypot(dx, dy)
	ux, uy := dx/d, dy/d
	bend := 0.0
	if bent {
		bend = math.Min(34, d*0.12)
	}
	mx, my := (a.x+b.x)/2+uy*bend, (a.y+b.y)/2-ux*bend
	x0, y0 := towards(a.x, a.y, mx, my, radius(a.key))
	x1, y1 := towards(b.x, b.y, mx, my, radius(b.key)+7)
	l.path = "M" + f1(x0) + " " + f1(y0) + "Q" + f1(mx) + " " + f1(my) + " " + f1(x1) + " " + f1(y1)
	l.head(x1, y1, x1-mx, y1-my)
	// The figure stands nearer to the sender, where lines lie apart.
	const t = 0.4
	l.nx = (1-t)*(1-t)*x0 + 2*t*(1-t)*mx + t*t*x1
	l.ny = (1-t)*(1-t)*y0 + 2*t*(1-t)*my + t*t*y1 + 4
}

// loop draws a line from a group to itself, away from the middle.
func (l *line) loop(a node, cx float64) {
	side := 1.0
	if a.x < cx {
		side = -1
	}
	x, y := a.x+side*12, a.y
	l.path = "M" + f1(x) + " " + f1(y-6) + "C" + f1(x+side*70) + " " + f1(y-60) + " " + f1(x+side*70) + " " + f1(y+60) +
		" " + f1(x+side*8) + " " + f1(y+8)
	l.head(x+side*8, y+8, -side*62, -52)
	l.nx, l.ny = x+side*62, y+4
}

// stub draws a short line outwards from the ring.
func (l *line) stub(a node, cx, cy float64) {
	x0, y0 := towards(a.x, a.y, cx, cy, -16)
	x1, y1 := towards(a.x, a.y, cx, cy, -46)
	l.path = "M" + f1(x0) + " " + f1(y0) + "L" + f1(x1) + " " + f1(y1)
}

func (l *line) head(x, y, dx, dy float64) {
	d := math.Hypot(dx, dy)
	ux, uy := dx/d, dy/d
	size := 5 + l.width
	l.tip = "M" + f1(x+ux*size) + " " + f1(y+uy*size) + "L" + f1(x-uy*size*0.5) + " " + f1(y+ux*size*0.5) +
		"L" + f1(x+uy*size*0.5) + " " + f1(y-ux*size*0.5) + "Z"
}

// towards goes from a point towards another by a length.
func towards(x, y, tx, ty, by float64) (px, py float64) {
	d := math.Hypot(tx-x, ty-y)
	if d == 0 {
		return x, y
	}
	return x + (tx-x)/d*by, y + (ty-y)/d*by
}
