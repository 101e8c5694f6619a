package show

import (
	"fmt"
	"strings"

	"renkei/internal/exercise/rehearsal"
)

// Rows gives the load of a kind of unit in at most so many stretches of time:
// the highest levels within each, the mean of the work that is done, and the
// minutes of work that are asked for.
func Rows(k *rehearsal.KindFigures, bin rehearsal.Seconds, most int) []rehearsal.Load {
	each := (len(k.Load) + most - 1) / most
	var out []rehearsal.Load
	for i, l := range k.Load {
		minutes := float64(bin) / 60
		if i%each == 0 {
			out = append(out, rehearsal.Load{At: l.At})
		}
		row := &out[len(out)-1]
		row.Open, row.Waits = higher(row.Open, l.Open), higher(row.Waits, l.Waits)
		row.Asked += l.Asked * minutes
		row.Worked += l.Worked / float64(min(each, len(k.Load)-i/each*each))
	}
	return out
}

func higher(a, b rehearsal.Range) rehearsal.Range {
	return rehearsal.Range{
		P10: max(a.P10, b.P10), Median: max(a.Median, b.Median), P90: max(a.P90, b.P90), Most: max(a.Most, b.Most),
	}
}

// ControlSum says in a sentence what comes in for EXCON in a run.
func (s *Sheet) ControlSum() string {
	var who []string
	for _, p := range s.F.Control.Personas {
		who = append(who, fmt.Sprintf("%s %.1f", s.Persona(p.Persona), p.Mean))
	}
	return s.Say("control.sum", args{
		"Talks": fmt.Sprintf("%.1f", s.F.Control.Talks), "Marks": fmt.Sprintf("%.1f", s.F.Control.Marks),
		"Personas": strings.Join(who, s.Say("sep")),
	})
}
