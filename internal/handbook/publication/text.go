package publication

import (
	"time"

	"renkei/internal/handbook"
	"renkei/internal/i18n"
)

// args are the arguments of a text: name, value, name, value.
func args(pairs ...any) i18n.Args {
	a := i18n.Args{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); ok {
			a[name] = pairs[i+1]
		}
	}
	return a
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format("2006-01-02 15:04") + " UTC"
}

// counts is how much a member has done and plans in a measure.
func (w Wording) counts(c *handbook.Content, member, measure string) string {
	return w.T("handbook.matrix.cell", args("Done", len(Cell(c, member, measure, false)), "Planned", len(Cell(c, member, measure, true))))
}
