package handbookpages

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"renkei/internal/handbook"
	"renkei/internal/handbook/publication"
	"renkei/internal/handbook/store"
	"renkei/internal/web"
)

// homePlans is how many plans the first page lists below their picture; the page
// of plans lists more.
const homePlans = 50

// homeView is the first page of the handbook.
type homeView struct {
	editions []handbook.Edition // the oldest first
	content  *handbook.Content  // of the last
	plans    planView
}

func (p *Pages) home(r *request) error {
	plans, err := r.follow("", "")
	if err != nil {
		return err
	}
	if len(plans.editions) == 0 {
		return r.Show(http.StatusOK, emptyPage(r))
	}
	v := homeView{plans: *plans, editions: plans.editions}
	v.plans.plans = plans.plans[:min(len(plans.plans), homePlans)]
	if v.content, err = p.store.Content(r.Context(), v.editions[len(v.editions)-1].ID); err != nil {
		return err
	}
	return r.Show(http.StatusOK, homePage(r, &v))
}

// matrixCells returns what stands in the matrix of an edition for a member and a
// measure. Most of its cells are alike, and each sentence is made once.
func (r *request) matrixCells(c *handbook.Content) func(member, measure string) string {
	counts := publication.CellCounts(c)
	said := map[publication.CellCount]string{}
	return func(member, measure string) string {
		n := counts[[2]string{member, measure}]
		text, known := said[n]
		if !known {
			text = r.T("handbook.matrix.cell", web.Args("Done", n.Done, "Planned", n.Planned))
			said[n] = text
		}
		return text
	}
}

// editionView is an edition with the others that there are.
type editionView struct {
	content  *handbook.Content
	editions []handbook.Edition
}

// open reads the edition that the address names, and lists all.
func (r *request) open() (*editionView, error) {
	c, err := r.pages.store.Content(r.Context(), r.PathValue("edition"))
	if err != nil {
		return nil, err
	}
	all, err := r.pages.store.Editions(r.Context())
	return &editionView{c, all}, err
}

func (p *Pages) edition(r *request) error {
	v, err := r.open()
	if err != nil {
		return err
	}
	return r.Show(http.StatusOK, editionPage(r, v))
}

// memberView is a member's page in an edition, and what became of its plans up
// to now.
type memberView struct {
	content  *handbook.Content
	profile  *handbook.Profile
	editions []handbook.Edition
	plans    planView
}

func (p *Pages) member(r *request) error {
	member := r.PathValue("member")
	c, err := p.store.Member(r.Context(), r.PathValue("edition"), member)
	if err != nil {
		return err
	}
	plans, err := r.follow(member, "")
	if err != nil {
		return err
	}
	return r.Show(http.StatusOK, memberPage(r, &memberView{content: c, profile: &c.Profiles[0], plans: *plans, editions: plans.editions}))
}

// kind returns the entries of a kind.
func (v *memberView) kind(k handbook.Kind) []*handbook.Item {
	return v.content.Of(func(it *handbook.Item) bool { return it.Kind == k })
}

// sideView sets members side by side.
type sideView struct {
	*editionView
	title    string
	path     string
	chosen   []string // members; none for all
	cells    map[sideCell][]*handbook.Item
	wanted   func(*handbook.Item) bool
	measures bool // say of each item in which measure it is
}

// shown are the profiles that are set side by side.
func (v *sideView) shown() (all []*handbook.Profile) {
	for i := range v.content.Profiles {
		if p := &v.content.Profiles[i]; len(v.chosen) == 0 || slices.Contains(v.chosen, p.Member) {
			all = append(all, p)
		}
	}
	return all
}

// cell are the items of a member, done or planned. They are sorted out once, for
// there may be many members.
func (v *sideView) cell(member string, planned bool) []*handbook.Item {
	if v.cells == nil {
		v.cells = map[sideCell][]*handbook.Item{}
		for _, it := range v.content.Of(v.wanted) {
			at := sideCell{it.Member, it.Status.Ahead()}
			v.cells[at] = append(v.cells[at], it)
		}
	}
	return v.cells[sideCell{member, planned}]
}

type sideCell struct {
	member  string
	planned bool
}

func (p *Pages) measure(r *request) error {
	id := r.PathValue("measure")
	if p.words.Measure(id) == nil {
		return handbook.ErrAbsent
	}
	v, err := r.open()
	if err != nil {
		return err
	}
	side := sideView{editionView: v, title: r.measureName(id), path: measurePath(v.content.Edition.ID, id), chosen: r.URL.Query()["member"]}
	side.wanted = func(it *handbook.Item) bool { return it.Kind == handbook.Measured && it.Measure == id }
	return r.Show(http.StatusOK, sidePage(r, &side))
}

func (p *Pages) theme(r *request) error {
	id := r.PathValue("theme")
	if p.words.Theme(id) == nil {
		return handbook.ErrAbsent
	}
	v, err := r.open()
	if err != nil {
		return err
	}
	side := sideView{editionView: v, title: r.themeName(id), path: themePath(v.content.Edition.ID, id), chosen: r.URL.Query()["member"], measures: true}
	side.wanted = func(it *handbook.Item) bool { return slices.Contains(it.Themes, id) }
	return r.Show(http.StatusOK, sidePage(r, &side))
}

// itemView is an item in all editions that have it.
type itemView struct {
	edition  handbook.Edition
	item     handbook.Item
	editions []handbook.Edition
	history  map[string]handbook.Item
	name     string                        // of the member
	checks   map[string]handbook.LinkCheck // of its evidence, by address
}

func (p *Pages) item(r *request) error {
	history, err := p.store.History(r.Context(), r.PathValue("item"))
	if err != nil {
		return err
	}
	v := itemView{history: history}
	var there bool
	if v.item, there = history[r.PathValue("edition")]; !there {
		return handbook.ErrAbsent
	}
	c, err := p.store.Member(r.Context(), r.PathValue("edition"), v.item.Member)
	if err != nil {
		return err
	}
	v.edition, v.name = c.Edition, r.say(c.Profiles[0].Name)
	if v.editions, err = p.store.Editions(r.Context()); err != nil {
		return err
	}
	if len(v.item.Evidence) > 0 {
		if v.checks, err = p.store.LinkChecks(r.Context()); err != nil {
			return err
		}
	}
	return r.Show(http.StatusOK, itemPage(r, &v))
}

// compareView is two editions side by side.
type compareView struct {
	editions        []handbook.Edition
	from, to        string
	member, measure string
	only            handbook.Change // "" for all
	names           map[string]string
	comparison      *handbook.Comparison
	diffs           []handbook.Diff // that are shown
	more            bool            // there are further ones
	members         []string        // that have diffs, in their order
}

// maxDiffs is how many changes a page shows.
const maxDiffs = 500

func (p *Pages) compare(r *request) error {
	all, err := p.store.Editions(r.Context())
	if err != nil {
		return err
	}
	if len(all) < 2 {
		return r.Show(http.StatusOK, tooFewPage(r, all))
	}
	q := r.URL.Query()
	v := compareView{editions: all, from: q.Get("from"), to: q.Get("to"), member: q.Get("member"), measure: q.Get("measure"), only: handbook.Change(q.Get("only")), names: map[string]string{}}
	if v.from == "" {
		v.from = all[len(all)-2].ID
	}
	if v.to == "" {
		v.to = all[len(all)-1].ID
	}
	before, err := p.store.Content(r.Context(), v.from)
	if err != nil {
		return err
	}
	after, err := p.store.Content(r.Context(), v.to)
	if err != nil {
		return err
	}
	for _, c := range []*handbook.Content{before, after} {
		for i := range c.Profiles {
			v.names[c.Profiles[i].Member] = r.say(c.Profiles[i].Name)
		}
	}
	if v.member != "" {
		if v.names[v.member] == "" {
			return handbook.ErrAbsent
		}
		before, after = before.Only(v.member), after.Only(v.member)
	}
	v.comparison = handbook.Compare(before, after)
	v.choose()
	return r.Show(http.StatusOK, comparePage(r, &v))
}

// choose keeps what the reader wants to see.
func (v *compareView) choose() {
	for i := range v.comparison.Diffs {
		d := v.comparison.Diffs[i]
		if v.only != "" && !d.Is(v.only) || v.measure != "" && d.Item().Measure != v.measure {
			continue
		}
		if len(v.diffs) == maxDiffs {
			v.more = true
			return
		}
		v.diffs = append(v.diffs, d)
		if !slices.Contains(v.members, d.Member) {
			v.members = append(v.members, d.Member)
		}
	}
	slices.Sort(v.members)
}

// of returns the changes of a member.
func (v *compareView) of(member string) (all []handbook.Diff) {
	for _, d := range v.diffs {
		if d.Member == member {
			all = append(all, d)
		}
	}
	return all
}

// findView is a search with what it found.
type findView struct {
	editions []handbook.Edition
	members  []handbook.Profile
	query    store.Query
	found    store.Found
	names    map[string]string
}

// maxQuery is how many bytes of a search are looked at.
const maxQuery = 1000

func (p *Pages) find(r *request) error {
	latest, err := r.latest()
	if errors.Is(err, handbook.ErrAbsent) {
		return r.Show(http.StatusOK, emptyPage(r))
	}
	if err != nil {
		return err
	}
	c, err := p.store.Content(r.Context(), latest.ID)
	if err != nil {
		return err
	}
	v := findView{members: c.Profiles, names: map[string]string{}}
	for i := range c.Profiles {
		v.names[c.Profiles[i].Member] = r.say(c.Profiles[i].Name)
	}
	if v.editions, err = p.store.Editions(r.Context()); err != nil {
		return err
	}
	if v.query, err = r.query(latest.ID); err != nil {
		return err
	}
	if v.found, err = p.store.Find(r.Context(), v.query); err != nil {
		return err
	}
	return r.Show(http.StatusOK, findPage(r, &v))
}

// query reads a search from the address; without an edition it is the last.
func (r *request) query(latest string) (store.Query, error) {
	q := r.URL.Query()
	given := func(name string) []string {
		return slices.DeleteFunc(slices.Clone(q[name]), func(s string) bool { return s == "" || len(s) > 100 })
	}
	text := q.Get("q")
	ask := store.Query{Text: text[:min(len(text), maxQuery)], Members: given("member"), Measures: given("measure"), Statuses: given("status"), Editions: given("edition"), Limit: 50}
	for _, t := range given("theme") {
		ask.Tags = append(ask.Tags, "theme:"+t)
	}
	switch {
	case len(ask.Editions) == 0:
		ask.Editions = []string{latest}
	case slices.Contains(ask.Editions, "all"):
		ask.Editions = nil
	}
	before := q.Get("before")
	if before == "" {
		return ask, nil
	}
	n, err := strconv.ParseInt(before, 10, 63)
	if err != nil || n < 0 {
		return ask, web.ErrNotFound
	}
	ask.Before = n
	return ask, nil
}
