package review

import (
	"cmp"
	"slices"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

func (d *builder) informationFlow() InformationFlow {
	f := InformationFlow{
		Edges: d.edgeList(), Expected: []FlowLine{}, Unexpected: []Unexpected{}, Indicators: []Indicator{}, Broken: []Break{}, Astray: []Stray{},
		Personas: d.personas(),
	}
	for i := range d.play.Pack.Flows {
		f.Expected = append(f.Expected, d.flowLine(i))
	}
	for i := range d.breaks {
		f.Broken = append(f.Broken, d.broke(&d.breaks[i]))
	}
	for i := range d.strays {
		t := &d.strays[i]
		f.Astray = append(f.Astray, Stray{Seq: t.seq, At: *momentOf(d.at(t.seq)), From: d.play.Cast.Units[t.from].Key, To: t.to, Re: t.re})
	}
	f.Quarters = d.quarters(f.Edges)
	slices.SortStableFunc(f.Broken, func(a, b Break) int { return cmp.Compare(a.Seq, b.Seq) })
	return f
}

// edgeList stands in the order of senders, then of receivers.
func (d *builder) edgeList() []Edge {
	keys := make([][2]int32, 0, len(d.edges))
	for k := range d.edges {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b [2]int32) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	out := make([]Edge, len(keys))
	for i, k := range keys {
		t := d.edges[k]
		out[i] = Edge{
			From: d.table.keys[k[0]], To: d.table.keys[k[1]], Messages: t.messages, Shares: t.shares, Relays: t.relays, Calls: t.calls,
			Quarters: t.quarters, Labels: map[string]int{}, First: *momentOf(t.first), Last: *momentOf(t.last), Evidence: t.evidence,
		}
		for label, n := range t.labels {
			if n > 0 {
				out[i].Labels[scenario.TLP(label).String()] = n
			}
		}
	}
	return out
}

func (d *builder) quarters(edges []Edge) []Quarter {
	end, out := d.state.At(), make([]Quarter, Quarters)
	for i := range out {
		n := exercise.Time(i)
		out[i] = Quarter{From: *momentOf(end * n / Quarters), To: *momentOf(end * (n + 1) / Quarters), Evidence: d.said[i]}
		for j := range edges {
			out[i].Sent += edges[j].Quarters[i]
		}
	}
	return out
}

func (d *builder) flowLine(i int) FlowLine {
	def := d.play.Pack.Flows[i]
	line := FlowLine{Key: def.Key, Title: def.Title, Phase: def.Phase, Total: d.result.Totals.Flows[i], Senders: []FlowSender{}}
	for u := range d.result.Units {
		for _, r := range d.result.Units[u].Flows {
			if r.Key == def.Key {
				line.Senders = append(line.Senders, FlowSender{Unit: d.result.Units[u].Key, FlowResult: r, Evidence: d.flowEvidence(i, u)})
			}
		}
	}
	return line
}

// flowEvidence cites the release that began it, and what made it or that it
// was missing.
func (d *builder) flowEvidence(i, u int) Evidence {
	t, began := d.flow(i, u), uint64(0)
	if in, ok := d.injectIx[d.play.Pack.Flows[i].After]; ok {
		began = d.out(in, u).seq
	}
	return cite(began, t.missed, t.via, d.confirmation(t.via), t.made)
}

func (d *builder) broke(t *breakTrace) Break {
	return Break{
		Seq: t.seq, At: *momentOf(d.at(t.seq)), From: d.play.Cast.Units[t.from].Key, To: t.to, Was: t.was, Is: t.is, Re: t.re,
	}
}

// unexpectedSeqs are the messages between units that made no expected flow,
// answer no task and are about none.
func (s *eventPass) unexpectedSeqs() []uint64 {
	return slices.DeleteFunc(s.candidates, func(seq uint64) bool {
		_, expected := s.expected[seq]
		return expected
	})
}

func (d *builder) unexpected(seq uint64) Unexpected {
	e := d.event(seq)
	m := toldIn(e)
	return Unexpected{
		Seq: seq, At: *momentOf(e.At), From: m.From, To: m.Ends, TLP: m.TLP, Text: firstLine(m.Text, maxLine),
	}
}

// part reports whether the team at a position took part.
func (d *builder) part() []bool {
	out := make([]bool, 0, d.spread.teams)
	for u, unit := range d.play.Cast.Units {
		if unit.IsTeam() {
			status := d.state.Unit(u).Status
			out = append(out, status != exercise.Absent && status != exercise.Withdrawn)
		}
	}
	return out
}

// mentioned are the numbers of the indicators that were mentioned, by first
// mention.
func (d *builder) mentioned() []int {
	var out []int
	for i := range d.spread.traces {
		if d.spread.traces[i].first > 0 {
			out = append(out, i)
		}
	}
	slices.SortStableFunc(out, func(a, b int) int {
		return cmp.Compare(d.spread.traces[a].first, d.spread.traces[b].first)
	})
	return out
}

// indicator tells how one indicator spread over the teams that took part.
func (d *builder) indicator(i int, part []bool) Indicator {
	t := &d.spread.traces[i]
	out := Indicator{Form: t.form, Reached: []Reach{}}
	if t.flow >= 0 {
		def := d.play.Pack.Flows[t.flow]
		within := Span(exercise.At(def.Within))
		out.Flow, out.Within = def.Key, &within
	}
	team := -1
	for _, unit := range d.play.Cast.Units {
		if !unit.IsTeam() {
			continue
		}
		if team++; !part[team] {
			continue
		}
		out.Teams++
		if seq := t.reached[team]; seq > 0 {
			out.Reached = append(out.Reached, Reach{Unit: unit.Key, At: *momentOf(d.at(seq)), Seq: seq})
		}
	}
	slices.SortStableFunc(out.Reached, func(a, b Reach) int { return cmp.Compare(a.Seq, b.Seq) })
	if n := len(out.Reached); n > 0 && n == out.Teams {
		all := out.Reached[n-1].At.Seconds - out.Reached[0].At.Seconds
		out.All = &all
	}
	return out
}
