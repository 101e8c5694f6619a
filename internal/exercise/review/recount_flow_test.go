package review_test

import (
	"fmt"
	"slices"
	"strings"

	"renkei/internal/exercise/scenario"
)

func (l *ledger) informationFlow() obj {
	unexpected, breaks, indicators := l.unexpected(), l.breaks(), l.indicators()
	broken := list{}
	for _, b := range breaks {
		broken = append(broken, b.json())
	}
	strangers := list{}
	for _, e := range unexpected {
		strangers = append(strangers, obj{"seq": e.Seq, "at": moment(e.At), "from": e.from(), "to": e.Body.Ends, "tlp": e.Body.TLP})
	}
	forms := list{}
	for _, s := range indicators {
		forms = append(forms, s.json())
	}
	first := func(all list) list { return all[:min(200, len(all))] }
	strays := list{}
	for _, e := range l.of("share.misdirected") {
		via := l.find(func(o *entry) bool { return o.Seq == e.Body.Via })
		strays = append(strays, obj{"seq": via.Seq, "at": moment(via.At), "from": e.Body.Unit, "to": e.Body.Ends, "re": e.Body.Flow + e.Body.Inject})
	}
	return obj{
		"misdirected": first(strays), "misdirected_count": len(strays),
		"personas": l.personas(), "edges": l.edges(), "quarters": l.quarters(), "expected": l.expected(), "unexpected": first(strangers), "indicators": first(forms), "broken": first(broken),
		"unexpected_count": len(unexpected), "indicator_count": len(indicators), "broken_count": len(breaks),
	}
}

// ends are the receivers as an edge names them: units, EXCON, the liaison room
// and the personas.
func (l *ledger) ends() []string {
	var out []string
	for _, u := range l.units {
		out = append(out, u.Key)
	}
	out = append(out, "excon", "liaison")
	for _, p := range l.pack.Personas {
		out = append(out, "persona:"+p.Key)
	}
	return out
}

func (l *ledger) edges() list {
	out := list{}
	limit := 12
	if len(l.units) > 60 {
		limit = 3
	}
	for _, from := range l.ends() {
		for _, to := range l.ends() {
			if f := l.edge(from, to, limit); f != nil {
				out = append(out, f)
			}
		}
	}
	return out
}

func (l *ledger) edge(from, to string, limit int) any {
	count, labels, quarters := map[string]int{}, map[string]int{}, [4]int{}
	var all []*entry
	for i := range l.lines {
		e := &l.lines[i]
		told := e.isTalk() && (slices.Contains(e.Body.Ends, to) || slices.Contains(e.Body.Ends, "unit:"+to))
		if e.from() == from && from != to && (told || e.Type == "inject.relayed" && e.Body.Unit == to) {
			all = append(all, e)
			count[e.Type]++
			labels[e.Body.TLP]++
			quarters[l.quarterOf(e)]++
		}
	}
	if len(all) == 0 {
		return nil
	}
	f := fields{
		"from": from, "to": to, "messages": count["message.sent"], "shares": count["share.made"], "relays": count["inject.relayed"],
		"labels": labels, "quarters": quarters, "first": moment(all[0].At), "last": moment(all[len(all)-1].At), "evidence": evidence(limit, seqsOf(all)...),
	}
	if n := count["call.noted"]; n > 0 {
		f["calls"] = n
	}
	return obj(f)
}

// quarterOf is the quarter of the time to the last line in which a line falls.
func (l *ledger) quarterOf(e *entry) int {
	end := l.last().At
	for n := int64(3); n > 0; n-- {
		if 4*e.At >= n*end && end > 0 {
			return int(n)
		}
	}
	return 0
}

func (l *ledger) quarters() list {
	out, edges, limit := list{}, l.edges(), 12
	if len(l.units) > 60 {
		limit = 3
	}
	for n := range int64(4) {
		sent, seqs := 0, []uint64{}
		for _, edge := range edges {
			sent += edge.(obj)["quarters"].([4]int)[n]
		}
		for _, e := range l.talk() {
			if l.quarterOf(e) == int(n) && l.told(e) {
				seqs = append(seqs, e.Seq)
			}
		}
		end := l.last().At
		out = append(out, obj{"from": moment(end * n / 4), "to": moment(end * (n + 1) / 4), "sent": sent, "evidence": evidence(limit, seqs...)})
	}
	return out
}

// told reports whether a line is on any edge: whoever writes to nobody but
// itself tells nobody.
func (l *ledger) told(e *entry) bool {
	return slices.ContainsFunc(l.ends(), func(to string) bool {
		return to != e.from() && (slices.Contains(e.Body.Ends, to) || slices.Contains(e.Body.Ends, "unit:"+to) || e.Type == "inject.relayed")
	})
}

func seqsOf(all []*entry) []uint64 {
	var out []uint64
	for _, e := range all {
		out = append(out, e.Seq)
	}
	return out
}

func (l *ledger) expected() list {
	out := list{}
	for i, f := range l.pack.Flows {
		senders := list{}
		for _, u := range l.units {
			for _, t := range u.flows {
				if t.Key == f.Key {
					s := l.flowResult(t, u.Key)
					s["unit"], s["evidence"] = u.Key, evidence(12, l.flowSeqs(t)...)
					senders = append(senders, s)
				}
			}
		}
		out = append(out, obj{"key": f.Key, "phase": f.Phase, "total": l.flowTotals()[i], "senders": senders})
	}
	return out
}

// flowSeqs are the release that began a flow, and what made it or that it missed.
func (l *ledger) flowSeqs(t *telling) []uint64 {
	out := []uint64{seqOf(t.begun), seqOf(t.missed), seqOf(t.made)}
	if t.made != nil {
		out = append(out, t.made.Body.Via)
		if call := l.seq(t.made.Body.Via); call != nil {
			out = append(out, seqOf(call.confirmed))
		}
	}
	return out
}

func (l *ledger) isUnit(key string) bool {
	return slices.ContainsFunc(l.units, func(u *recounted) bool { return u.Key == key })
}

// unexpected are the messages between units that made no flow, answer no task
// and are about nothing.
func (l *ledger) unexpected() []*entry {
	var out []*entry
	for i := range l.lines {
		e := &l.lines[i]
		b := &e.Body
		between := slices.ContainsFunc(b.Ends, func(end string) bool {
			return end == "liaison" || strings.HasPrefix(end, "unit:") && end != "unit:"+e.from()
		})
		if e.isTalk() && l.isUnit(e.from()) && between && b.Re == "" && b.Task == "" && l.servedBy(e) == nil {
			out = append(out, e)
		}
	}
	return out
}

// servedBy gives what a message made: a flow or an answer.
func (l *ledger) servedBy(e *entry) *entry {
	return l.find(func(o *entry) bool {
		return (o.Type == "flow.made" || o.Type == "task.submitted") && o.Body.Via == e.Seq
	})
}

// looseness is one broken label.
type looseness struct {
	at      *entry
	to      []string
	was, re string
}

func (b *looseness) json() obj {
	return obj{
		"seq": b.at.Seq, "at": moment(b.at.At), "from": b.at.from(), "to": b.to, "was": b.was, "is": b.at.Body.TLP, "re": b.re,
	}
}

func looser(is, was string) bool {
	labels := []string{"", "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"}
	return slices.Index(labels, is) < slices.Index(labels, was)
}

// breaks look at every message: what made flows is judged by them, anything
// else by the inject that it names.
func (l *ledger) breaks() []*looseness {
	var out []*looseness
	for i := range l.lines {
		e := &l.lines[i]
		made := false
		for _, o := range l.of("flow.made") {
			if o.Body.Via != e.Seq {
				continue
			}
			made = true
			if o.Body.Broken {
				ends := e.Body.Ends
				if e.Type == "inject.relayed" {
					ends = []string{"unit:" + e.Body.Unit}
				}
				out = append(out, &looseness{e, ends, l.rightLabel(o.Body.Flow), o.Body.Flow})
			}
		}
		if b := l.loose(e); b != nil && !made {
			out = append(out, b)
		}
	}
	return out
}

func (l *ledger) rightLabel(flow string) string {
	for _, f := range l.pack.Flows {
		if f.Key == flow && f.TLP == scenario.TLPNone {
			return l.pack.InjectByKey(f.After).TLP.String()
		} else if f.Key == flow {
			return f.TLP.String()
		}
	}
	return ""
}

// loose reports whether a message about an inject goes outside the team under
// a looser label than the inject had there.
func (l *ledger) loose(e *entry) *looseness {
	in := l.about(e.Body.Re)
	if !e.isTalk() || in == "" {
		return nil
	}
	var had *entry
	for _, o := range l.of("inject.released", "inject.relayed") {
		if o.Body.Inject == in && o.Body.Unit == e.from() && o.Seq < e.Seq {
			had = o
		}
	}
	if had == nil || !looser(e.Body.TLP, had.Body.TLP) {
		return nil
	}
	var to []string
	for _, end := range e.Body.Ends {
		unit, isUnit := strings.CutPrefix(end, "unit:")
		inside := end == "excon" || end == "persona:"+l.senderOf(in) || isUnit && teamOf(unit) == teamOf(e.from())
		if !inside && !slices.Contains(to, end) {
			to = append(to, end)
		}
	}
	if len(to) == 0 {
		return nil
	}
	return &looseness{e, to, had.Body.TLP, in}
}

// senderOf is the persona who sent an inject.
func (l *ledger) senderOf(inject string) string {
	if in := l.pack.InjectByKey(inject); in != nil {
		return in.From
	}
	for _, e := range l.of("inject.added") {
		if fmt.Sprintf("#%d", e.Seq) == inject {
			return e.from()
		}
	}
	return ""
}
