package review

import (
	"strconv"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// DecisionResult is which way a decision of the pack went.
type DecisionResult struct {
	Key  string      `json:"key"`
	All  bool        `json:"all"`  // once for everybody
	Ways []WayResult `json:"ways"` // in the order in which they were taken
}

// WayResult is the way of one team, or of all.
type WayResult struct {
	Unit   string `json:"unit,omitempty"`   // the team; "" for all
	Branch string `json:"branch,omitempty"` // "" when none was taken
	At     Moment `json:"at"`
	Seq    uint64 `json:"seq"` // of the event that tells of it
}

// PersonaMeasure is how a persona answered what the units asked it.
type PersonaMeasure struct {
	Persona  string   `json:"persona"`
	Asked    int      `json:"asked"`     // messages of units to it
	Answered int      `json:"answered"`  // of these: it wrote to the unit afterwards
	ByItself int      `json:"by_itself"` // of these: with a prepared reply and without a controller
	Took     *Spread  `json:"reply_seconds,omitempty"`
	Evidence Evidence `json:"evidence"` // the questions and the answers
}

// decisions are those of the pack, in its order.
func (c *counter) decisions() []DecisionResult {
	out := []DecisionResult{}
	for _, d := range c.log.Play.Pack.Decisions {
		r := DecisionResult{Key: d.Key, All: d.All, Ways: []WayResult{}}
		for _, e := range c.index.taken {
			if b, ok := e.Body.(*exercise.BranchTaken); ok && b.Decision == d.Key {
				r.Ways = append(r.Ways, WayResult{b.Unit, b.Branch, *momentOf(e.At), e.Seq})
			}
		}
		out = append(out, r)
	}
	return out
}

// question is a unit's message to a persona.
type question struct {
	*exercise.Event
	unit int
}

// personas are those to whom units wrote, in the order of the pack.
func (d *builder) personas() []PersonaMeasure {
	out := []PersonaMeasure{}
	for _, p := range d.play.Pack.Personas {
		if m := d.persona(p.Key); m.Asked > 0 {
			out = append(out, m)
		}
	}
	return out
}

func (d *builder) persona(key string) PersonaMeasure {
	m := PersonaMeasure{Persona: key}
	var open []question
	var took []Span
	for i := range d.log.Events {
		e := &d.log.Events[i]
		msg := messageOf(e)
		if msg == nil {
			continue
		}
		if u, ok := d.play.Cast.Index(msg.From); ok && holds(msg.Ends, exercise.EndPersona+key) {
			m.Asked++
			m.Evidence.add(e.Seq)
			open = append(open, question{e, u})
			continue
		}
		if msg.From != exercise.EndPersona+key {
			continue
		}
		rest := open[:0]
		for _, q := range open {
			if !d.answers(msg, q) {
				rest = append(rest, q)
				continue
			}
			m.Answered++
			m.ByItself += one(e.Actor == exercise.Clock().ID)
			m.Evidence.add(e.Seq)
			took = append(took, *d.counter.index.clocks[q.unit].took(q.At, e.At))
		}
		open = rest
	}
	m.Took = spreadOf(took)
	return m
}

// answers reports whether a message of a persona answers a unit's question: it
// names it, or goes to the unit and names none.
func (d *builder) answers(m *exercise.Message, q question) bool {
	return holds(m.Ends, exercise.EndUnit+d.play.Cast.Units[q.unit].Key) &&
		(!strings.HasPrefix(m.Re, "#") || m.Re == "#"+strconv.FormatUint(q.Seq, 10))
}

func holds(list []string, s string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}

// storyline leaves of decisions and personas what the reader may have: units
// know neither; the public knows them only from a pack that it may know.
func (v *view) storyline(r *Report) {
	own := *r.Result
	own.Decisions = []DecisionResult{}
	if v.own != nil {
		r.Flow.Personas = []PersonaMeasure{}
	} else if v.knowsPack() {
		own.Decisions = r.Result.Decisions
	}
	r.Result = &own
}

// maskStoryline takes out who took a way.
func (v *view) maskStoryline(r *Report, m *masks) {
	decisions := make([]DecisionResult, len(r.Result.Decisions))
	for i, d := range r.Result.Decisions {
		ways := make([]WayResult, len(d.Ways))
		for j, w := range d.Ways {
			if w.Unit != "" {
				w.Unit = m.key(w.Unit)
			}
			ways[j] = w
		}
		d.Ways = ways
		decisions[i] = d
	}
	r.Result.Decisions = decisions
	for i := range r.Flow.Personas {
		p := &r.Flow.Personas[i]
		if n, ok := m.plain[scenario.PersonaPrefix+p.Persona]; ok {
			p.Persona = strings.TrimPrefix(n, scenario.PersonaPrefix)
		}
	}
}
