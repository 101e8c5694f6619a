package publication

import (
	"cmp"

	"renkei/internal/handbook"
	"renkei/internal/handbook/picture"
	"renkei/internal/i18n"
)

// Drawing is the picture of what became of plans, as SVG.
func (w Wording) Drawing(editions []handbook.Edition, plans []handbook.Plan, names map[string]string) string {
	l := picture.Labels{
		Title: w.T("handbook.plans.title"), Text: w.Headline(editions, plans), Lane: w.Lane, Outcome: w.Outcome,
		Plan: func(p *handbook.Plan) string {
			return w.T("handbook.plans.line", i18n.Args{"Member": cmp.Or(names[p.Member], p.Member), "Text": w.Say(p.Last().Text), "Outcome": w.Outcome(p.Outcome)})
		},
	}
	l.Plans = func(n int, o handbook.Outcome) string {
		return w.T("handbook.plans.lines", i18n.Args{"N": n, "Outcome": w.Outcome(o)})
	}
	for _, e := range editions {
		l.Editions = append(l.Editions, w.Year(e))
	}
	return picture.Plans(plans, l)
}

// plans are the plans of editions with what is needed to draw them.
type plans struct {
	editions []handbook.Edition
	all      []handbook.Plan
	names    map[string]string
}

func (w Wording) follow(contents []*handbook.Content) *plans {
	p := &plans{all: handbook.Plans(contents), names: map[string]string{}}
	for _, c := range contents {
		p.editions = append(p.editions, c.Edition)
		for i := range c.Profiles {
			p.names[c.Profiles[i].Member] = w.Say(c.Profiles[i].Name)
		}
	}
	return p
}
