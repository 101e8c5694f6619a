package programmepages

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"renkei/internal/programme"
	"renkei/internal/web"
)

// peopleRoutes are the addresses of head counts. Who is who concerns the
// secretariat only: others see the numbers.
func (p *Pages) peopleRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET " + home + "/people", Need: helps, Handle: p.on(showPeople)},
		{Pattern: "POST " + home + "/people/decide", Need: helps, Handle: p.on(decidePeople)},
	}
}

// peopleView is who was at the events of a year, and who may be one person.
type peopleView struct {
	year       int
	all        programme.HeadCount
	rows       []headsRow
	candidates []programme.Candidate // the first of them
	undecided  int
	decided    []programme.Identity
	name       string // that is looked for
	found      []programme.Namesake
}

// headsRow is an event with who was at it, and what others have stated of it.
type headsRow struct {
	*programme.Event
	programme.HeadCount

	stated []programme.Count
}

// mostShown bounds how many candidates and decisions are on the page.
const mostShown = 50

// yearOf is the year that the address asks for, or the present one.
func (r *request) yearOf() (int, error) {
	text := r.URL.Query().Get("y")
	if text == "" {
		return r.now.Year(), nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1900 || n > 9999 {
		return 0, web.ErrNotFound
	}
	return n, nil
}

func showPeople(r *request) error {
	year, err := r.yearOf()
	if err != nil {
		return err
	}
	v := &peopleView{year: year}
	var held []*programme.Event
	for _, e := range r.records.Events("") {
		if programme.Year(e.Begin) != strconv.Itoa(year) || e.Status != programme.Held {
			continue
		}
		row := headsRow{Event: e, HeadCount: r.records.Heads([]*programme.Event{e})}
		for _, f := range r.records.Figures(e.ID) {
			if f.Rule == programme.Stated {
				row.stated = append(row.stated, r.records.Count(f))
			}
		}
		if row.Seats > 0 || len(row.stated) > 0 {
			v.rows = append(v.rows, row)
		}
		held = append(held, e)
	}
	v.all = r.records.Heads(held)
	people := r.records.People()
	v.candidates = people.Candidates()
	v.undecided = len(v.candidates)
	v.candidates = v.candidates[:min(mostShown, len(v.candidates))]
	v.decided = people.Identities()
	v.decided = slices.Clip(v.decided[:min(mostShown, len(v.decided))])
	v.name = strings.TrimSpace(r.URL.Query().Get("name"))
	v.found = people.Find(v.name, mostShown)
	return r.Show(r.Status(), peoplePage(r, v))
}

// decidePeople keeps what somebody decides of two entries, or takes it back.
func decidePeople(r *request) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	back := home + "/people"
	if y := r.field("y"); y != "" {
		back += "?y=" + web.Escape(y)
	}
	if r.field("says") == programme.AnotherPerson {
		back += "&name=" + url.QueryEscape(r.field("name"))
	}
	err := r.pages.store.Decide(r.Context(), r.now, r.Access.Person, r.field("a"), r.field("b"), r.field("says"))
	if err != nil {
		return r.Redisplay(err, "decide", back+"#candidates", func() error { return showPeople(r) })
	}
	return r.RedirectWith(back+"#candidates", "programme.saved")
}

// entryText says who an entry is, and at which event.
func (r *request) entryText(a *programme.Attendee) string {
	parts := []string{a.Name}
	for _, part := range []string{a.Local, a.Body, a.Mail, r.nameOf(programme.Reference{Kind: programme.KindEvent, ID: a.Event})} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return r.List(parts)
}

// entryOf is the text of an entry by its id.
func (r *request) entryOf(id string) string {
	if a, ok := r.records.People().Entry(id); ok {
		return r.entryText(&a)
	}
	return r.T("programme.people.gone")
}

func (r *request) likeness(c *programme.Candidate) string {
	var all []string
	for _, why := range c.Why {
		all = append(all, r.p("like."+string(why)))
	}
	return r.List(all)
}

func peoplePath(year int) string { return home + "/people?y=" + strconv.Itoa(year) }
