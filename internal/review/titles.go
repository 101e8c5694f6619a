package review

import (
	"renkei/internal/exercise"
	"renkei/internal/scenario"
)

// Titles of a report stand under the kind and the key of what they name:
// "phase:recognise", "inject:I01", and the ends of flows and edges that are no
// unit as these spell them: "liaison", "excon", "team", "cell:hospital",
// "persona:it-manager". An inject above the reader's clearance has none.
const (
	titlePhase  = "phase:"
	titleInject = "inject:"
)

// titles names what is no unit, in the namer's language.
func (n namer) titles(s *exercise.State, clearance scenario.TLP) map[string]string {
	out := map[string]string{}
	pack := n.play.Pack
	for _, p := range pack.Phases {
		out[titlePhase+p.Key] = n.pick(p.Title)
	}
	for i := range s.InjectCount() {
		key := s.InjectKey(i)
		if in := pack.InjectByKey(key); in != nil && in.TLP > clearance {
			continue
		}
		out[titleInject+key] = n.inject(s, key)
	}
	ends := []string{
		exercise.EndLiaison, exercise.EndExcon, scenario.EndTeam, scenario.EndNext, scenario.EndPrev,
	}
	for _, c := range pack.Units.Cells {
		ends = append(ends, scenario.CellPrefix+c.Key)
	}
	for _, p := range pack.Personas {
		ends = append(ends, scenario.PersonaPrefix+p.Key)
	}
	for _, end := range ends {
		out[end] = n.end(end)
	}
	return out
}

// label says how a report must be handled: by the clearance for which it was
// made, else by the strictest label of the pack, its injects and what was sent.
func (r *Report) label(pack *scenario.Pack) scenario.TLP {
	if r.Reader.TLP < scenario.TLPRed {
		return r.Reader.TLP
	}
	label := pack.TLP
	for _, in := range pack.Injects {
		label = max(label, in.TLP)
	}
	for i := range r.Flow.Edges {
		for name := range r.Flow.Edges[i].Labels {
			if tlp, err := scenario.ParseTLP(name); err == nil {
				label = max(label, tlp)
			}
		}
	}
	return label
}
