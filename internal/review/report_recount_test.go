package review_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"renkei/internal/journal"
	"renkei/internal/review"
	"renkei/internal/scenario"
)

// line is an event as bare JSON, with what a report counts.
type line struct {
	Seq  uint64
	At   int64
	Type string
	Body struct {
		Inject, Unit, From, Task, Flow, Status, Text, TLP, Re string
		Ends, Items, Indicators                               []string
		Via                                                   uint64
		Broken                                                bool
	}
}

func linesOf(tb testing.TB, log []byte) []line {
	tb.Helper()
	r, err := journal.NewReader(bytes.NewReader(log))
	if err != nil {
		tb.Fatal(err)
	}
	var all []line
	for {
		l, err := r.Next()
		if err != nil {
			return all
		}
		if l.Entry == nil {
			continue
		}
		var e line
		if err := json.Unmarshal(l.Entry.Event, &e); err != nil {
			tb.Fatal(err)
		}
		all = append(all, e)
	}
}

// naive recounts a report of the starter pack, quantity by quantity, each with
// a pass of its own.
type naive struct {
	lines []line
	units []string
}

// where gives the first line for which something holds; nil for none.
func (n *naive) where(holds func(e *line) bool) *line {
	for i := range n.lines {
		if holds(&n.lines[i]) {
			return &n.lines[i]
		}
	}
	return nil
}

func (n *naive) release(inject, unit string) *line {
	return n.where(func(e *line) bool {
		return (e.Type == "inject.released" || e.Type == "inject.relayed") && e.Body.Inject == inject && e.Body.Unit == unit
	})
}

func (n *naive) retracted(inject, unit string) *line {
	return n.where(func(e *line) bool {
		return e.Type == "inject.retracted" && e.Body.Inject == inject && e.Body.Unit == unit
	})
}

// took measures on the own clock of a unit.
func (n *naive) took(unit string, from, to int64) int64 {
	stood, since := int64(0), int64(-1)
	mark := func(at int64, still bool) {
		switch {
		case still && since < 0:
			since = at
		case !still && since >= 0:
			stood += max(0, min(at, to)-max(since, from))
			since = -1
		}
	}
	for _, e := range n.lines {
		if e.Type == "unit.status" && (e.Body.Unit == unit || strings.HasPrefix(unit, e.Body.Unit+"/")) {
			mark(e.At, e.Body.Status == "paused" || e.Body.Status == "late")
		}
	}
	mark(to, false)
	return max(0, to-from-stood)
}

var injectOf = map[string]string{"T1": "I01", "T2": "I01", "T3": "I02", "T4": "I03", "T5": "I03"}

// about is the inject that a message names.
func (n *naive) about(re string) string {
	if in, ok := injectOf[re]; ok {
		return in
	}
	for i := range n.lines {
		e := &n.lines[i]
		if re == fmt.Sprintf("#%d", e.Seq) && (e.Type == "inject.released" || e.Type == "inject.relayed") {
			return e.Body.Inject
		}
	}
	if slices.Contains([]string{"I01", "I02", "I03"}, re) {
		return re
	}
	return ""
}

// replies reports whether a line is a unit's doing about an inject.
func (n *naive) replies(e *line, inject, unit string) bool {
	b := &e.Body
	switch e.Type {
	case "inject.acknowledged":
		return b.Unit == unit && b.Inject == inject
	case "task.submitted":
		return b.Unit == unit && injectOf[b.Task] == inject
	case "inject.relayed":
		return b.From == unit && b.Inject == inject
	case "message.sent", "share.made":
		return b.From == unit && (n.about(b.Re) == inject || b.Task != "" && injectOf[b.Task] == inject)
	}
	return false
}

type times struct{ ack, reply, report []int64 }

func (n *naive) times(unit string) times {
	var t times
	for _, inject := range []string{"I01", "I02", "I03"} {
		out := n.release(inject, unit)
		if out == nil || n.retracted(inject, unit) != nil {
			continue
		}
		ack := n.where(func(e *line) bool {
			return e.Type == "inject.acknowledged" && e.Body.Unit == unit && e.Body.Inject == inject
		})
		if ack != nil {
			t.ack = append(t.ack, n.took(unit, out.At, ack.At))
		}
		if first := n.where(func(e *line) bool { return e.Seq > out.Seq && n.replies(e, inject, unit) }); first != nil {
			t.reply = append(t.reply, n.took(unit, out.At, first.At))
		}
		sub := n.submitted("T4", unit)
		if inject == "I03" && sub != nil {
			t.report = append(t.report, n.took(unit, out.At, sub.At))
		}
	}
	return t
}

func (n *naive) submitted(task, unit string) *line {
	return n.where(func(e *line) bool { return e.Type == "task.submitted" && e.Body.Task == task && e.Body.Unit == unit })
}

// load looks at every full minute which tasks are open.
func (n *naive) load(unit string) (most int, mean float64) {
	last, sum, minutes := n.lines[len(n.lines)-1].At, 0, 0
	for at := int64(0); at <= last; at += 60_000_000 {
		minutes++
		open := 0
		for _, inject := range []string{"I01", "I02", "I03"} {
			for _, task := range asks(inject, unit) {
				if n.open(inject, task, unit, at) {
					open++
				}
			}
		}
		sum += open
		most = max(most, open)
	}
	return most, math.Round(float64(sum)/float64(minutes)*1000) / 1000
}

func (n *naive) open(inject, task, unit string, at int64) bool {
	out := n.release(inject, unit)
	if out == nil || out.At > at {
		return false
	}
	closed := n.where(func(e *line) bool {
		b := &e.Body
		switch e.Type {
		case "task.submitted", "task.overdue":
			return b.Task == task && b.Unit == unit
		case "inject.retracted":
			return b.Inject == inject && b.Unit == unit
		case "unit.status":
			return b.Status == "absent" && e.Seq > out.Seq && (b.Unit == unit || strings.HasPrefix(unit, b.Unit+"/"))
		}
		return false
	})
	return closed == nil || closed.At > at
}

func TestReportAgreesWithANaiveRecount(t *testing.T) {
	t.Parallel()
	broken := map[bool]int{} // by whether an inject's label was
	for seed := range uint64(16) {
		log := random(t, 2+int(seed)%5, 500, seed+40).end()
		r := report(t, load(t, log), review.Reader{For: review.ForExcon}, "en")
		n := &naive{lines: linesOf(t, log)}
		for i := range r.Result.Units {
			n.units = append(n.units, r.Result.Units[i].Key)
		}
		n.checkMeasures(t, r)
		n.checkEdges(t, r)
		n.checkTalk(t, r)
		n.checkIndicators(t, r)
		for _, b := range r.Flow.Broken {
			broken[injectOf[b.Re] == "" && b.Re[0] == 'I']++
		}
	}
	if broken[true] == 0 || broken[false] == 0 {
		t.Errorf("the plays break no labels: %v", broken)
	}
}

func (n *naive) checkMeasures(t *testing.T, r *review.Report) {
	t.Helper()
	var all times
	for i := range r.Measures.Units {
		m := &r.Measures.Units[i]
		own := n.times(m.Unit)
		all.ack, all.reply, all.report = append(all.ack, own.ack...), append(all.reply, own.reply...), append(all.report, own.report...)
		checkSpread(t, m.Unit+" ack", m.Ack, own.ack)
		checkSpread(t, m.Unit+" reply", m.FirstReply, own.reply)
		if most, mean := n.load(m.Unit); most != m.LoadMost || mean != m.LoadMean {
			t.Errorf("%s: load %d, %v; want %d, %v", m.Unit, m.LoadMost, m.LoadMean, most, mean)
		}
		if figures := m.Ack != nil || m.FirstReply != nil || m.Attempts > 0; figures && len(m.Evidence.Seqs) == 0 {
			t.Errorf("%s: figures without evidence", m.Unit)
		}
	}
	checkSpread(t, "ack", r.Measures.Ack, all.ack)
	checkSpread(t, "reply", r.Measures.FirstReply, all.reply)
}

func checkSpread(t *testing.T, what string, got *review.Spread, want []int64) {
	t.Helper()
	slices.Sort(want)
	switch {
	case got == nil && len(want) == 0:
	case got == nil || got.N != len(want):
		t.Errorf("%s: %+v, want %v", what, got, want)
	case int64(got.Min) != want[0] || int64(got.Max) != want[len(want)-1] ||
		int64(got.Median) != (want[(len(want)-1)/2]+want[len(want)/2])/2:
		t.Errorf("%s: %+v, want %v", what, got, want)
	}
}

func (n *naive) checkEdges(t *testing.T, r *review.Report) {
	t.Helper()
	want := map[string]int{}
	for _, e := range n.lines {
		switch b := &e.Body; e.Type {
		case "message.sent", "share.made":
			for _, end := range slices.Compact(slices.Sorted(slices.Values(b.Ends))) {
				if end != "unit:"+b.From {
					want[b.From+">"+strings.TrimPrefix(end, "unit:")+" "+e.Type]++
					want[b.From+">"+strings.TrimPrefix(end, "unit:")+" "+b.TLP]++
				}
			}
		case "inject.relayed":
			want[b.From+">"+b.Unit+" relay"]++
			want[b.From+">"+b.Unit+" "+b.TLP]++
		}
	}
	got := map[string]int{}
	add := func(key string, by int) {
		if by > 0 {
			got[key] += by
		}
	}
	for i := range r.Flow.Edges {
		e := &r.Flow.Edges[i]
		key := e.From + ">" + e.To + " "
		add(key+"message.sent", e.Messages)
		add(key+"share.made", e.Shares)
		add(key+"relay", e.Relays)
		for label, k := range e.Labels {
			add(key+label, k)
		}
		if e.Evidence.Count != e.Messages+e.Shares+e.Relays || e.First.Seconds > e.Last.Seconds {
			t.Errorf("edge %s: %+v", key, e)
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("edges %v, want %v", got, want)
	}
}

// checkTalk recounts what nobody expected, and the broken labels.
func (n *naive) checkTalk(t *testing.T, r *review.Report) {
	t.Helper()
	labels := []string{"", "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"}
	var unexpected, broken []uint64
	for i := range n.lines {
		e := &n.lines[i]
		b := &e.Body
		if e.Type == "flow.made" && b.Broken {
			broken = append(broken, b.Via)
		}
		if e.Type != "message.sent" && e.Type != "share.made" || !slices.Contains(n.units, b.From) {
			continue
		}
		used := n.where(func(o *line) bool {
			return (o.Type == "flow.made" || o.Type == "task.submitted") && o.Body.Via == e.Seq
		})
		others, outside := false, false
		for _, end := range b.Ends {
			unit, isUnit := strings.CutPrefix(end, "unit:")
			others = others || end == "liaison" || isUnit && unit != b.From
			team, _, _ := strings.Cut(b.From, "/")
			outside = outside || end == "liaison" || isUnit && unit != team && !strings.HasPrefix(unit, team+"/")
		}
		if used == nil && others && b.Re == "" && b.Task == "" {
			unexpected = append(unexpected, e.Seq)
		}
		made := n.where(func(o *line) bool { return o.Type == "flow.made" && o.Body.Via == e.Seq })
		if in := n.about(b.Re); in != "" && outside && made == nil {
			out := n.release(in, b.From)
			if out != nil && out.Seq < e.Seq && slices.Index(labels, b.TLP) < slices.Index(labels, out.Body.TLP) {
				broken = append(broken, e.Seq)
			}
		}
	}
	var got []uint64
	for _, u := range r.Flow.Unexpected {
		got = append(got, u.Seq)
	}
	if !slices.Equal(got, unexpected[:min(len(unexpected), review.MaxListed)]) || r.Flow.UnexpectedCount != len(unexpected) {
		t.Errorf("unexpected %v (%d), want %v", got, r.Flow.UnexpectedCount, unexpected)
	}
	got = nil
	for _, b := range r.Flow.Broken {
		got = append(got, b.Seq)
	}
	slices.Sort(broken)
	if broken = slices.Compact(broken); !slices.Equal(got, broken) {
		t.Errorf("broken %v, want %v", got, broken)
	}
}

// checkIndicators recounts when each control server was first named to a team.
func (n *naive) checkIndicators(t *testing.T, r *review.Report) {
	t.Helper()
	got := map[string]uint64{}
	for _, ind := range r.Flow.Indicators {
		for _, reach := range ind.Reached {
			got[ind.Form+" "+reach.Unit] = reach.Seq
		}
	}
	want := map[string]uint64{}
	for number := range 20 {
		form := fmt.Sprintf("203.0.113.%d", 10+number)
		for _, unit := range n.units {
			if first := n.where(func(e *line) bool { return n.names(e, unit, form) }); first != nil && !strings.Contains(unit, "/") && n.part(unit) {
				want[form+" "+unit] = first.Seq
			}
		}
	}
	maps.DeleteFunc(want, func(key string, _ uint64) bool {
		form, _, _ := strings.Cut(key, " ")
		return !slices.ContainsFunc(r.Flow.Indicators, func(i review.Indicator) bool { return i.Form == form }) // no team's server
	})
	if !maps.Equal(got, want) || len(want) == 0 {
		t.Errorf("indicators %v, want %v", got, want)
	}
}

// part reports whether a team took part to the end.
func (n *naive) part(team string) bool {
	status := "present"
	for _, e := range n.lines {
		if e.Type == "unit.status" && e.Body.Unit == team {
			status = e.Body.Status
		}
	}
	return status != "absent" && status != "withdrawn"
}

// names reports whether a line names a form to a team or one of its cells.
func (n *naive) names(e *line, team, form string) bool {
	b := &e.Body
	text := scenario.Fold(b.Text + "\n" + strings.Join(b.Items, "\n") + "\n" + strings.Join(b.Indicators, "\n"))
	if !scenario.Mentions(text, form) {
		return false
	}
	mine := func(unit string) bool { return unit == team || strings.HasPrefix(unit, team+"/") }
	switch e.Type {
	case "task.submitted":
		return mine(b.Unit)
	case "inject.relayed":
		return mine(b.From) || mine(b.Unit)
	case "message.sent", "share.made":
		return mine(b.From) || slices.ContainsFunc(b.Ends, func(end string) bool {
			return end == "liaison" || strings.HasPrefix(end, "unit:") && mine(strings.TrimPrefix(end, "unit:"))
		})
	}
	return false
}
