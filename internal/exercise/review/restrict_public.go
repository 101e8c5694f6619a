package review

import (
	"slices"
	"strconv"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// masks give every unit a key and a name that tell nothing: "team-1",
// "Team 1", numbered as in the cast.
type masks struct {
	keys  map[string]string        // key to mask
	names map[string]scenario.Text // by mask
	plain map[string]string        // see numbered
}

// numbered gives cells and personas numbers for keys, where the scenario that
// names them is above the clearance: "cell:1", "persona:1".
func (v *view) numbered() map[string]string {
	out := map[string]string{}
	if v.knowsPack() {
		return out
	}
	for i, c := range v.play.Pack.Units.Cells {
		out[scenario.CellPrefix+c.Key] = scenario.CellPrefix + strconv.Itoa(i+1)
	}
	for i, p := range v.play.Pack.Personas {
		out[scenario.PersonaPrefix+p.Key] = scenario.PersonaPrefix + strconv.Itoa(i+1)
	}
	return out
}

// numberedCell names a cell by its number in the pack.
func (n namer) numberedCell(key string) string {
	i := slices.IndexFunc(n.play.Pack.Units.Cells, func(c scenario.Cell) bool { return c.Key == key })
	return n.T("review.numbered.cell", i18n.Args{"N": i + 1})
}

func (v *view) masks() *masks {
	m := &masks{keys: map[string]string{}, names: map[string]scenario.Text{}, plain: v.numbered()}
	n := 0
	for u, unit := range v.play.Cast.Units {
		var name string
		if unit.IsTeam() {
			n++
			m.keys[unit.Key] = "team-" + strconv.Itoa(n)
			name = v.T("review.anonymous", i18n.Args{"N": n})
		} else {
			team := m.keys[v.play.Cast.Units[v.play.Cast.Team(u)].Key]
			key, cell := unit.Cell, v.cell(unit.Cell)
			if n, ok := m.plain[scenario.CellPrefix+unit.Cell]; ok {
				key, cell = strings.Replace(n, ":", "-", 1), v.numberedCell(unit.Cell)
			}
			m.keys[unit.Key] = team + "/" + key
			name = v.T("review.anonymous.cell", i18n.Args{"Team": m.names[team][v.Lang()], "Cell": cell})
		}
		m.names[m.keys[unit.Key]] = scenario.Text{v.Lang(): name}
	}
	return m
}

// cell names a cell as the pack does, or by its key where that name takes in
// something of the team's.
func (n namer) cell(key string) string {
	for _, c := range n.play.Pack.Units.Cells {
		if c.Key == key {
			if name := n.pick(c.Name); !strings.Contains(name, "{{") {
				return name
			}
		}
	}
	return key
}

func (m *masks) key(unit string) string {
	if masked, ok := m.keys[unit]; ok {
		return masked
	}
	return unit
}

// end masks a sender or receiver.
func (m *masks) end(end string) string {
	if unit, ok := strings.CutPrefix(end, exercise.EndUnit); ok {
		return exercise.EndUnit + m.key(unit)
	}
	if numbered, ok := m.plain[end]; ok {
		return numbered
	}
	if end == exercise.EndExcon || end == exercise.EndLiaison || strings.HasPrefix(end, exercise.EndPersona) {
		return end
	}
	return m.key(end)
}

func (m *masks) ends(ends []string) []string {
	out := make([]string, len(ends))
	for i, e := range ends {
		out[i] = m.end(e)
	}
	return out
}

// anonymise takes out of a report who took part and what was said, and leaves
// what was counted and measured.
func (v *view) anonymise(r *Report) {
	m := v.masks()
	v.maskResult(r, m)
	for i := range r.Measures.Units {
		r.Measures.Units[i].Unit = m.key(r.Measures.Units[i].Unit)
	}
	for i := range r.Timelines {
		r.Timelines[i].Unit = m.key(r.Timelines[i].Unit)
	}
	v.maskFlow(&r.Flow, m)
	v.maskStoryline(r, m)
	for i := range r.Evaluation.Objectives {
		for _, c := range r.Evaluation.Objectives[i].Critical {
			for k := range c.Ratings {
				c.Ratings[k].Unit, c.Ratings[k].Marks = m.key(c.Ratings[k].Unit), nil
			}
		}
	}
	for i := range r.Findings {
		for j, unit := range r.Findings[i].Units {
			r.Findings[i].Units[j] = m.key(unit)
		}
		for j := range r.Findings[i].draft.hits {
			h := &r.Findings[i].draft.hits[j]
			h.to = m.ends(h.to)
		}
	}
}

func (v *view) maskResult(r *Report, m *masks) {
	masked := *r.Result
	masked.Units = make([]UnitResult, len(r.Result.Units))
	for i, u := range r.Result.Units {
		u.Key, u.Parent = m.key(u.Key), m.key(u.Parent)
		u.Name = m.names[u.Key]
		flows := make([]FlowResult, len(u.Flows))
		for j, f := range u.Flows {
			f.From, f.To = m.key(f.From), m.end(f.To)
			flows[j] = f
		}
		u.Flows = flows
		u.Tasks = slices.Clone(u.Tasks)
		for j := range u.Tasks {
			u.Tasks[j].CouldNot = slices.Clone(u.Tasks[j].CouldNot)
			for k := range u.Tasks[j].CouldNot {
				l := &u.Tasks[j].CouldNot[k]
				l.From = m.key(l.From)
			}
		}
		masked.Units[i] = u
	}
	masked.Totals.Flows = slices.Clone(masked.Totals.Flows)
	for i := range masked.Totals.Flows {
		m.total(&masked.Totals.Flows[i])
	}
	for i := range r.Flow.Expected {
		m.total(&r.Flow.Expected[i].Total)
	}
	r.Result = &masked
}

func (m *masks) total(t *FlowTotal) {
	for _, end := range []*string{&t.From, &t.To} {
		if numbered, ok := m.plain[*end]; ok {
			*end = numbered
		}
	}
}

func (v *view) maskFlow(f *InformationFlow, m *masks) {
	for i := range f.Edges {
		f.Edges[i].From, f.Edges[i].To = m.end(f.Edges[i].From), m.end(f.Edges[i].To)
	}
	for i := range f.Expected {
		for j := range f.Expected[i].Senders {
			s := &f.Expected[i].Senders[j]
			s.Unit, s.From, s.To = m.key(s.Unit), m.key(s.From), m.end(s.To)
		}
	}
	for i := range f.Unexpected {
		u := &f.Unexpected[i]
		u.From, u.To, u.Text = m.key(u.From), m.ends(u.To), ""
	}
	for i := range f.Indicators {
		f.Indicators[i].Form = v.T("review.anonymous.indicator", i18n.Args{"N": i + 1})
		for j := range f.Indicators[i].Reached {
			f.Indicators[i].Reached[j].Unit = m.key(f.Indicators[i].Reached[j].Unit)
		}
	}
	for i := range f.Broken {
		b := &f.Broken[i]
		b.From, b.To = m.key(b.From), m.ends(b.To)
	}
	for i := range f.Astray {
		s := &f.Astray[i]
		s.From, s.To = m.key(s.From), m.ends(s.To)
	}
}
