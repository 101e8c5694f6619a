package handbookpages

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"

	"renkei/internal/community"
	"renkei/internal/handbook"
	"renkei/internal/handbook/needs"
	"renkei/internal/web"
)

const needsHome = home + "/needs"

func needPath(id string) string { return needsHome + "/" + web.EscapePath(id) }

// needsRoutes are the addresses of needs and offers, for who is of the
// community. What they may read and do depends on the listing.
func (p *Pages) needsRoutes() []web.Route {
	routes := []web.Route{
		{Pattern: "GET /handbook/needs", Handle: p.on(p.coverage)},
		{Pattern: "GET /handbook/needs/list", Handle: p.on(p.listings)},
		{Pattern: "GET /handbook/needs/new", Handle: p.on(p.newListing)},
		{Pattern: "POST /handbook/needs/new", Handle: p.on(p.createListing)},
		{Pattern: "GET /handbook/needs/{id}", Handle: p.on(p.listing)},
		{Pattern: "GET /handbook/needs/{id}/edit", Handle: p.on(p.editListing)},
		{Pattern: "POST /handbook/needs/{id}/edit", Handle: p.on(p.saveListing)},
		{Pattern: "POST /handbook/needs/{id}/undo", Handle: p.on(p.undoListing)},
		{Pattern: "POST /handbook/needs/{id}/deal", Handle: p.on(p.stepDeal)},
	}
	for i := range routes {
		routes[i].Need = takes
	}
	return append(routes, web.Route{Pattern: "GET " + offersHome, Need: partakes, Handle: p.on(p.partnerOffers)})
}

// takes lets in who is of the community.
func takes(r *web.Request) error {
	if !community.Of(r.Access).Takes() {
		return web.ErrNotFound
	}
	return nil
}

// market is what the reader may know of needs and offers.
type market struct {
	board    *needs.Board
	registry *community.Registry
	r        *request
}

func (r *request) market() (*market, error) {
	board, err := r.pages.needs.Board(r.Context())
	if err != nil {
		return nil, err
	}
	registry, err := r.pages.members.Registry(r.Context())
	return &market{board, registry, r}, err
}

// visible are the listings of a side that the reader may read. Offers whose time
// is over are none any more.
func (m *market) visible(side needs.Side) []*needs.Listing {
	now := m.r.pages.now()
	return m.board.Listings(func(l *needs.Listing) bool {
		return l.Side == side && needs.Sees(m.r.access, l) && (side == needs.Need || !l.Over(now))
	})
}

// deals are those that the reader may read and that a filter leaves.
func (m *market) deals(wanted func(*needs.Deal) bool) []*needs.Deal {
	return m.board.Deals(func(d *needs.Deal) bool { return wanted(d) && needs.SeesDeal(m.r.access, m.board, d) })
}

// memberName is what a member is called today.
func (m *market) memberName(id string) string {
	if member := m.registry.Member(id); member != nil {
		return member.Names.At(m.r.pages.now()).Full.In(m.r.Printer.Lang())
	}
	return strings.ToUpper(id)
}

// owner names whose a listing is.
func (m *market) owner(l *needs.Listing) string {
	if l.Member != "" {
		return m.memberName(l.Member)
	}
	if o := m.registry.Organisation(l.Partner); o != nil {
		name := o.Names.At(m.r.pages.now())
		return cmp.Or(name.Short, name.Full.In(m.r.Printer.Lang()))
	}
	return l.Partner
}

// ownMembers are those for whom the reader writes: all for the secretariat.
func (m *market) ownMembers() (all []*community.Member) {
	for _, member := range m.registry.Members() {
		if member.Active(m.r.pages.now()) && needs.Edits(m.r.access, member.ID) {
			all = append(all, member)
		}
	}
	return all
}

// partners are the organisations that are no member's.
func (m *market) partners() []*community.Organisation {
	if !needs.Edits(m.r.access, "") {
		return nil
	}
	return m.registry.Organisations("")
}

// coverageView shows which needs are met, and which nobody offers anything for.
type coverageView struct {
	*market
	cover    *needs.Coverage
	members  []string
	offers   int
	waiting  []*needs.Deal
	invented bool
}

func (p *Pages) coverage(r *request) error {
	m, err := r.market()
	if err != nil {
		return err
	}
	wants, offers := m.visible(needs.Need), m.visible(needs.Offer)
	all := func(*needs.Deal) bool { return true }
	v := &coverageView{market: m, cover: needs.Cover(m.board, wants, offers, m.deals(all)), offers: len(offers)}
	for _, member := range m.registry.Members() {
		if member.Active(p.now()) {
			v.members = append(v.members, member.ID)
		}
	}
	for _, id := range v.cover.Members() {
		if !slices.Contains(v.members, id) {
			v.members = append(v.members, id)
		}
	}
	v.waiting = m.deals(func(d *needs.Deal) bool { return needs.Waits(r.access, m.board, d) })
	v.invented = slices.ContainsFunc(append(wants, offers...), func(l *needs.Listing) bool { return l.Invented })
	return r.Show(http.StatusOK, coveragePage(r, v))
}

// listView is a list of needs and offers.
type listView struct {
	*market
	side     needs.Side
	all      []*needs.Listing
	more     bool // there are further ones
	members  []*community.Member
	states   map[string]needs.State // of needs, by id
	invented bool
}

// maxListings is how many of them a page shows.
const maxListings = 200

func (p *Pages) listings(r *request) error {
	m, err := r.market()
	if err != nil {
		return err
	}
	q := r.URL.Query()
	v := &listView{market: m, side: needs.Side(cmp.Or(q.Get("side"), string(needs.Need))), members: m.registry.Members(), states: map[string]needs.State{}}
	if !slices.Contains(needs.Sides(), v.side) {
		return web.ErrNotFound
	}
	wanted, err := r.wantedListings()
	if err != nil {
		return err
	}
	v.all = slices.DeleteFunc(m.visible(v.side), func(l *needs.Listing) bool { return !wanted(l) })
	for _, c := range needs.Cover(m.board, m.visible(needs.Need), m.visible(needs.Offer), m.deals(func(*needs.Deal) bool { return true })).Needs {
		v.states[c.Need.ID] = c.State
	}
	if state := q.Get("state"); state != "" && v.side == needs.Need {
		v.all = slices.DeleteFunc(v.all, func(l *needs.Listing) bool { return string(v.states[l.ID]) != state })
	}
	if len(v.all) > maxListings {
		v.all, v.more = v.all[:maxListings], true
	}
	v.invented = slices.ContainsFunc(v.all, func(l *needs.Listing) bool { return l.Invented })
	return r.Show(http.StatusOK, listingsPage(r, v))
}

// wantedListings reads from the address which listings are wanted.
func (r *request) wantedListings() (func(*needs.Listing) bool, error) {
	q := r.URL.Query()
	is := func(name, value string) bool { return q.Get(name) == "" || q.Get(name) == value }
	var found map[string]bool
	if text := q.Get("q"); strings.TrimSpace(text) != "" {
		var err error
		if found, err = r.pages.needs.Find(r.Context(), r.access, text[:min(len(text), maxQuery)]); err != nil {
			return nil, err
		}
	}
	return func(l *needs.Listing) bool {
		return (found == nil || found[l.ID]) && is("member", l.Member) && is("measure", l.Measure) && is("form", string(l.Form)) &&
			(q.Get("theme") == "" || slices.Contains(l.Themes, q.Get("theme"))) && (q.Get("closed") != "" || !l.Closed)
	}, nil
}

// listingView is a need or an offer with what fits it and what was agreed.
type listingView struct {
	*market
	listing *needs.Listing
	matches []needs.Matching
	deals   []*needs.Deal
	history []needs.Revision
	people  map[string]string // names of authors
	edition string            // the last that has the item from which the need comes; "" for none
	base    int64
}

// Bounds of the page of a listing.
const (
	maxMatches = 20
	maxDeals   = 50
)

// open finds the listing of the address.
func (p *Pages) open(r *request) (*listingView, error) {
	m, err := r.market()
	if err != nil {
		return nil, err
	}
	l := m.board.Listing(r.PathValue("id"))
	if !needs.Sees(r.access, l) {
		return nil, handbook.ErrForbidden
	}
	v := &listingView{market: m, listing: l, people: map[string]string{}, base: m.board.LastOf(&needs.Revision{Listing: l})}
	v.deals = m.deals(func(d *needs.Deal) bool { return d.Offer == l.ID || d.Need == l.ID })
	if len(v.deals) > maxDeals {
		v.deals = v.deals[len(v.deals)-maxDeals:]
	}
	return v, nil
}

func (p *Pages) listing(r *request) error {
	v, err := p.open(r)
	if err != nil {
		return err
	}
	if v.listing.Side == needs.Need {
		v.matches = v.board.Offers(v.listing, v.visible(needs.Offer))
	} else {
		v.matches = v.board.Needs(v.listing, v.visible(needs.Need))
	}
	v.matches = v.matches[:min(len(v.matches), maxMatches)]
	if v.edition, err = p.editionOf(r, v.listing.Item); err != nil {
		return err
	}
	ids := []string{v.listing.ID}
	for _, d := range v.deals {
		ids = append(ids, d.ID)
	}
	if v.history, err = p.needs.History(r.Context(), ids...); err != nil {
		return err
	}
	if !r.access.Helps() && !r.access.BelongsTo(v.listing.Member) { // what it was before may have had another label
		v.history = slices.DeleteFunc(v.history, func(rev needs.Revision) bool { return rev.Listing != nil })
	}
	for _, rev := range v.history {
		if _, known := v.people[rev.Author]; !known && rev.Author != "" {
			v.people[rev.Author] = r.Server.Auth.Name(r.Context(), rev.Author)
		}
	}
	return r.Show(r.Status(), listingPage(r, v))
}

// editionOf is the last edition that has an item; "" where none has.
func (p *Pages) editionOf(r *request, item string) (last string, err error) {
	if item == "" {
		return "", nil
	}
	history, err := p.store.History(r.Context(), item)
	if errors.Is(err, handbook.ErrAbsent) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	editions, err := p.store.Editions(r.Context())
	for _, e := range editions {
		if _, there := history[e.ID]; there {
			last = e.ID
		}
	}
	return last, err
}

// steps are the revisions of a deal, the last first.
func (v *listingView) steps(d *needs.Deal) (all []needs.Revision) {
	for _, rev := range v.history {
		if rev.Deal != nil && rev.Deal.ID == d.ID {
			all = append(all, rev)
		}
	}
	return all
}

// own are the revisions of the listing, the last first.
func (v *listingView) own() (all []needs.Revision) {
	for _, rev := range v.history {
		if rev.Listing != nil {
			all = append(all, rev)
		}
	}
	return all
}

// author names who made a revision.
func (v *listingView) author(id string) string {
	return cmp.Or(v.people[id], v.r.T("handbook.program"))
}

// ownNeeds are the open needs of the members for which the reader may ask for
// the offer.
func (v *listingView) ownNeeds() (all []*needs.Listing) {
	for _, n := range v.visible(needs.Need) {
		if !n.Closed && n.Member != v.listing.Member && needs.Edits(v.r.access, n.Member) {
			all = append(all, n)
		}
	}
	return all
}

// askers are the members for which the reader may ask for the offer.
func (v *listingView) askers() (all []*community.Member) {
	if v.listing.Side != needs.Offer || v.listing.Closed {
		return nil
	}
	for _, m := range v.ownMembers() {
		if m.ID != v.listing.Member {
			all = append(all, m)
		}
	}
	return all
}

// may reports whether the reader may take a step with a deal.
func (v *listingView) may(d *needs.Deal, s needs.Step) bool {
	return needs.May(v.r.access, v.board, d, s) == nil
}
