package programmepages

import (
	"slices"
	"strings"

	"renkei/internal/programme"
	"renkei/internal/web"
)

// exercises are the options of the exercise that was played at an event: those
// whose outcome the person may put into a report.
func exercises(r *request) []option { return r.played(r.exercises) }

// comchecks are the options of the contact check of an event.
func comchecks(r *request) []option { return r.played(r.comchecks) }

// partners are the options of the partner agencies of a record.
func partners(r *request) (all []option) {
	for _, o := range r.partners {
		all = append(all, option{o.ID, r.say(o.Name)})
	}
	return all
}

func (r *request) played(names []programme.PlayedName) []option {
	all := []option{{"", "—"}}
	for _, e := range names {
		all = append(all, option{e.ID, strings.Join([]string{r.say(e.Name), e.ID}, " · ")})
	}
	return all
}

// offerPlayed finds out which partners, exercises and contact checks the form of a
// record offers: what it has stays, also where somebody else has chosen it.
func (r *request) offerPlayed(rec programme.Record) (err error) {
	if r.partners, err = r.pages.from.Partners(r.Context()); err != nil {
		return err
	}
	for _, id := range programme.PartnersOf(rec) {
		r.partners = keepOffered(r.partners, id)
	}
	e, ok := rec.(*programme.Event)
	if !ok {
		return nil
	}
	if r.exercises, err = r.pages.from.Exercises(r.Context(), r.Access); err != nil {
		return err
	}
	if r.comchecks, err = r.pages.from.Comchecks(r.Context()); err != nil {
		return err
	}
	r.exercises, r.comchecks = keepOffered(r.exercises, e.Exercise), keepOffered(r.comchecks, e.Comcheck)
	return nil
}

func keepOffered(all []programme.PlayedName, id string) []programme.PlayedName {
	if offers(all, id) {
		return all
	}
	return append(all, programme.PlayedName{ID: id})
}

// offers reports whether an id may be chosen, which none may always be.
func offers(all []programme.PlayedName, id string) bool {
	return id == "" || slices.ContainsFunc(all, func(o programme.PlayedName) bool { return o.ID == id })
}

// refuseOffered returns a refusal of what the form of an event has not offered.
func (r *request) refuseOffered(rec programme.Record) error {
	for _, id := range programme.PartnersOf(rec) {
		if !offers(r.partners, id) {
			return &programme.Refusal{Code: "partner", Args: web.Args("Value", id)}
		}
	}
	e, ok := rec.(*programme.Event)
	switch {
	case !ok:
		return nil
	case !offers(r.exercises, e.Exercise):
		return &programme.Refusal{Code: "exercise", Args: web.Args("Value", e.Exercise)}
	case !offers(r.comchecks, e.Comcheck):
		return &programme.Refusal{Code: "comcheck", Args: web.Args("Value", e.Comcheck)}
	}
	return nil
}
