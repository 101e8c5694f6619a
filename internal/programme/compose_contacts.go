package programme

import (
	"context"
	"strings"
)

// gatherContacts reads the contact checks of the events that an edition shows, by
// their ids.
func gatherContacts(ctx context.Context, records *Records, from ChapterSource, e *Edition) (map[string]*OutsideRow, error) {
	all := map[string]*OutsideRow{}
	for at := range e.all() {
		for _, b := range at.Blocks {
			for _, event := range records.detailed(b, Year(e.AsOf)) {
				id := event.Comcheck
				if _, known := all[id]; known || id == "" {
					continue
				}
				row, err := from.Comcheck(ctx, id)
				if err != nil {
					return nil, err
				}
				all[id] = row
			}
		}
	}
	return all, nil
}

// detailed are the events of which a block shows all that is known.
func (r *Records) detailed(b Block, year string) (all []*Event) {
	switch b.Show {
	case ShowExercises:
		return r.playedAt(b.Of, year)
	case ShowFacts:
		for _, id := range b.Of {
			if e := r.Event(id); e != nil {
				all = append(all, e)
			}
		}
	default: // the others say less
	}
	return all
}

// contacts are the rows that say how the contacts of an event were verified: by
// which check, and its numbers, each with rule and record.
func (c *composer) contacts(e *Event) [][][]Span {
	if e.Comcheck == "" {
		return nil
	}
	row := func(key string, value Span) [][]Span { return [][]Span{{{Text: c.t(key)}}, {value}} }
	check := c.from.Contacts[e.Comcheck]
	if check == nil {
		return [][][]Span{row("contacts.verified", Span{Text: c.t("contacts.not_over")})}
	}
	name := c.say(check.Name)
	when := strings.Join(nonEmpty(name, When(c.p, check.On, "")), c.t("comma"))
	all := [][][]Span{row("contacts.verified", Span{Text: when})}
	for _, f := range check.Facts {
		all = append(all, row("contacts."+f.Key, c.cite(Reference{Kind(ShowComchecks), check.ID}, name, check.On, f)))
	}
	return all
}
