package review

import (
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// endTable numbers senders and receivers: the units as in the cast, then
// EXCON, the liaison room and the personas.
type endTable struct {
	from, to       map[string]int32 // as in Message.From and Message.Ends
	keys           []string         // as in Edge
	excon, liaison int32
}

func newEndTable(play *exercise.Play) *endTable {
	t := &endTable{from: map[string]int32{}, to: map[string]int32{}}
	add := func(from, to, key string) int32 {
		n := int32(len(t.keys))
		t.keys = append(t.keys, key)
		if from != "" {
			t.from[from] = n
		}
		t.to[to] = n
		return n
	}
	for _, u := range play.Cast.Units {
		add(u.Key, exercise.EndUnit+u.Key, u.Key)
	}
	t.excon = add(exercise.EndExcon, exercise.EndExcon, exercise.EndExcon)
	t.liaison = add("", exercise.EndLiaison, exercise.EndLiaison)
	for _, p := range play.Pack.Personas {
		add(exercise.EndPersona+p.Key, exercise.EndPersona+p.Key, exercise.EndPersona+p.Key)
	}
	return t
}

// Of a large exercise an edge cites few events: there are as many edges as
// there are who talk to each other.
const (
	largeUnits = 60
	largeCited = 3
)

// edgeTally is everything between one sender and one receiver.
type edgeTally struct {
	messages, shares, relays int
	calls                    int
	labels                   [scenario.TLPRed + 1]int
	first, last              exercise.Time
	quarters                 [Quarters]int
	evidence                 Evidence
}

// quarterOf is the quarter of the exercise in which a time falls. The exercise
// ends with its log here.
func (s *eventPass) quarterOf(t exercise.Time) int {
	return int(min(Quarters-1, max(t, 0)*Quarters/max(s.state.At(), 1)))
}

func (s *eventPass) edge(from, to int32, e *exercise.Event, tlp scenario.TLP) *edgeTally {
	key := [2]int32{from, to}
	t := s.edges[key]
	if t == nil {
		t = &edgeTally{first: e.At}
		s.edges[key] = t
	}
	t.last = e.At
	t.quarters[s.quarterOf(e.At)]++
	s.said[s.quarterOf(e.At)].addUpTo(s.citeEdge, e.Seq)
	t.labels[min(tlp, scenario.TLPRed)]++
	t.evidence.addUpTo(s.citeEdge, e.Seq)
	return t
}

// talk takes in a message, or a share where shared is given.
func (s *eventPass) talk(e *exercise.Event, m *exercise.Message, shared *exercise.Shared) {
	from, ok := s.table.from[m.From]
	if !ok {
		return
	}
	for i, end := range m.Ends {
		to, known := s.table.to[end]
		if !known || to == from || repeated(m.Ends, i) {
			continue
		}
		if t := s.edge(from, to, e, m.TLP); shared != nil {
			t.shares++
		} else {
			t.messages++
		}
	}
	s.ticks.talk(e, int(from), m)
	if int(from) < s.nu {
		s.unitTalk(e, int(from), m, shared)
	}
	s.hear(e, from, m, shared)
}

// unitTalk is about what a unit says: to what it replies, whether anybody
// expected it, and whether it broke a label.
func (s *eventPass) unitTalk(e *exercise.Event, from int, m *exercise.Message, shared *exercise.Shared) {
	task := ""
	if shared != nil {
		task = shared.Task
	}
	if t, ok := s.taskIx[task]; ok {
		s.reply(s.taskInject[t], from, e)
	}
	i, about := s.injectOf(m.Re)
	if about {
		s.reply(i, from, e)
		s.checkLabel(e, from, i, m)
	}
	if m.Re == "" && task == "" && s.toUnits(from, m) {
		s.candidates = append(s.candidates, e.Seq)
	}
}

// toUnits reports whether another unit gets the message.
func (s *eventPass) toUnits(from int, m *exercise.Message) bool {
	return slices.ContainsFunc(m.Ends, func(end string) bool {
		to, ok := s.table.to[end]
		return ok && to != int32(from) && (int(to) < s.nu || to == s.table.liaison)
	})
}

// breakTrace is a label that was looser than is right.
type breakTrace struct {
	seq    uint64
	from   int
	to     []string
	was    scenario.TLP
	is     scenario.TLP
	re     string
	inject int // -1: none
}

// checkLabel compares the label of a message about an inject with the inject's
// where it goes to somebody outside the team.
func (s *eventPass) checkLabel(e *exercise.Event, from, inject int, m *exercise.Message) {
	seq := s.out(inject, from).seq
	if seq == 0 {
		return
	}
	was := scenario.TLPNone
	switch b := s.event(seq).Body.(type) {
	case *exercise.InjectReleased:
		was = b.TLP
	case *exercise.InjectRelayed:
		was = b.TLP
	}
	if m.TLP >= was {
		return
	}
	if to := s.outsiders(from, inject, m.Ends); len(to) > 0 {
		s.breaks = append(s.breaks, breakTrace{e.Seq, from, to, was, m.TLP, s.state.InjectKey(inject), inject})
	}
}

// outsiders are the receivers beyond the sender's own team, EXCON and the
// persona who sent the inject.
func (s *eventPass) outsiders(from, inject int, ends []string) []string {
	var out []string
	for i, end := range ends {
		key, isUnit := strings.CutPrefix(end, exercise.EndUnit)
		u, known := s.play.Cast.Index(key)
		switch {
		case repeated(ends, i), end == exercise.EndExcon, end == exercise.EndPersona+s.personaOf(inject):
		case isUnit && known && s.teamPos[u] == s.teamPos[from]:
		default:
			out = append(out, end)
		}
	}
	return out
}

func (s *eventPass) personaOf(inject int) string {
	if a := s.state.Added(inject); a != nil {
		return a.From
	}
	if in := s.play.Pack.InjectByKey(s.state.InjectKey(inject)); in != nil {
		return in.From
	}
	return ""
}

// strayTrace is what reached somebody it was not meant for.
type strayTrace struct {
	seq  uint64
	from int
	to   []string
	re   string
}

func (s *eventPass) misdirected(b *exercise.Misdirected) {
	if u, ok := s.play.Cast.Index(b.Unit); ok {
		s.strays = append(s.strays, strayTrace{b.Via, u, b.Ends, b.Flow + b.Inject})
	}
}

// brokeFlow notes a flow that was made under too loose a label.
func (s *eventPass) brokeFlow(flow, unit int, b *exercise.FlowMade) {
	def := s.play.Pack.Flows[flow]
	t := breakTrace{seq: b.Via, from: unit, was: s.flowTLP(def), re: def.Key, inject: -1}
	if m := toldIn(s.event(b.Via)); m != nil {
		t.to, t.is = m.Ends, m.TLP
	} else if e := s.event(b.Via); e != nil {
		if relay, ok := e.Body.(*exercise.InjectRelayed); ok {
			t.to, t.is = []string{exercise.EndUnit + relay.Unit}, relay.TLP
		}
	}
	s.breaks = append(s.breaks, t)
}

// allowed drops what was noted about a message by the label of its inject: it
// makes an expected flow, whose own label counts.
func (s *eventPass) allowed(via uint64) {
	if n := len(s.breaks); n > 0 && s.breaks[n-1].seq == via && s.breaks[n-1].inject >= 0 {
		s.breaks = s.breaks[:n-1]
	}
}

// flowTLP is the label that is right for a flow: its own, else that of the
// inject it follows.
func (s *eventPass) flowTLP(f *scenario.Flow) scenario.TLP {
	if f.TLP != scenario.TLPNone {
		return f.TLP
	}
	if in := s.play.Pack.InjectByKey(f.After); in != nil {
		return in.TLP
	}
	return scenario.TLPNone
}

// messageOf gives the message of an event, that of a share included; else nil.
func messageOf(e *exercise.Event) *exercise.Message {
	if e == nil {
		return nil
	}
	switch b := e.Body.(type) {
	case *exercise.Message:
		return b
	case *exercise.Shared:
		return &b.Message
	}
	return nil
}

// hear lets the indicators in a message reach its sender and its receivers.
func (s *eventPass) hear(e *exercise.Event, from int32, m *exercise.Message, shared *exercise.Shared) {
	var items []string
	if shared != nil {
		items = shared.Indicators
	}
	if !s.spread.read(m.Text, items) {
		return
	}
	if int(from) < s.nu {
		s.spread.heard(int(from), e)
	}
	for _, end := range m.Ends {
		switch to, ok := s.table.to[end]; {
		case ok && int(to) < s.nu:
			s.spread.heard(int(to), e)
		case ok && to == s.table.liaison:
			s.spread.room(e)
		}
	}
}
