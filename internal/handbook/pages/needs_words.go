package handbookpages

import (
	"strings"

	"renkei/internal/community"
	"renkei/internal/handbook"
	"renkei/internal/handbook/needs"
	"renkei/internal/web"
)

// stateMark is the sign for a state in the coverage.
func stateMark(s needs.State) string {
	return map[needs.State]string{needs.Met: "●", needs.Agreed: "◐", needs.Offered: "○", needs.Partly: "△", needs.Nobody: "✕"}[s]
}

func tlpClass(t community.TLP) string {
	return strings.ToLower(strings.ReplaceAll(string(t), "+", "-"))
}

// other is what stands beside the listing of the page.
func (v *listingView) other(m *needs.Matching) *needs.Listing {
	if v.listing.Side == needs.Need {
		return m.Offer
	}
	return m.Need
}

func fitClass(m *needs.Matching) string {
	if m.Fits() {
		return "fits"
	}
	return "fits_partly"
}

func reasonMark(r needs.Reason) string {
	if r.Fits {
		return "✓"
	}
	return "✗"
}

// reason says what speaks for an offer, or against it.
func (r *request) reason(m *needs.Matching, why needs.Reason) string {
	args := web.Args("Measure", r.measureName(m.Need.Measure), "Themes", r.List(names(r, r.pages.words.Themes, why.Themes)),
		"Form", r.T("handbook.needs.form."+string(m.Need.Form)), "Offered", r.T("handbook.needs.form."+string(m.Offer.Form)),
		"Languages", r.List(why.Languages), "N", why.Left, "Time", r.period(m.Offer.From, m.Offer.Until))
	if m.Offer.Level != "" {
		args["Level"] = r.T("handbook.needs.level." + string(m.Offer.Level))
	}
	if why.Fits {
		return r.T("handbook.needs.why."+string(why.Why), args)
	}
	return r.T("handbook.needs.against."+string(why.Why), args)
}

// period writes a time with open ends.
func (r *request) period(from, until community.Date) string {
	switch {
	case from == "" && until == "":
		return ""
	case until == "":
		return r.T("handbook.span.since", web.Args("Date", r.when(from)))
	case from == "":
		return r.T("handbook.span.until", web.Args("Date", r.when(until)))
	}
	return r.T("handbook.needs.period", web.Args("From", r.when(from), "Until", r.when(until)))
}

// placesText says for how many people something is, and how many of an offer's
// places are left.
func (r *request) placesText(l *needs.Listing, b *needs.Board) string {
	if l.Side == needs.Offer {
		return r.T("handbook.needs.places_left", web.Args("N", l.Places, "Left", b.Left(l)))
	}
	return r.T("handbook.needs.people", web.Args("N", l.Places))
}

// summary is what a list says of a listing beside its text.
func (v *listView) summary(l *needs.Listing) []string {
	r := v.r
	all := []string{v.owner(l), r.measureName(l.Measure), r.T("handbook.needs.form." + string(l.Form))}
	if l.Level != "" {
		all = append(all, r.T("handbook.needs.level."+string(l.Level)))
	}
	if time := r.period(l.From, l.Until); time != "" {
		all = append(all, time)
	}
	if l.Places > 0 {
		all = append(all, r.placesText(l, v.board))
	}
	if l.Where != "" {
		all = append(all, l.Where)
	}
	return append(all, l.Languages...)
}

func (r *request) communityOptions(m *market, members []*community.Member) []option {
	all := []option{{"", r.T("handbook.all")}}
	for _, member := range members {
		all = append(all, option{member.ID, m.memberName(member.ID)})
	}
	return all
}

func (r *request) formOptions() []option {
	all := []option{{"", r.T("handbook.all")}}
	for _, f := range needs.Forms() {
		all = append(all, option{string(f), r.T("handbook.needs.form." + string(f))})
	}
	return all
}

func (r *request) stateOptions() []option {
	all := []option{{"", r.T("handbook.all")}}
	for _, s := range needs.States() {
		all = append(all, option{string(s), r.T("handbook.needs.state." + string(s))})
	}
	return all
}

func (r *request) levelOptions() []option {
	all := []option{{"", r.T("handbook.needs.level.any")}}
	for _, l := range needs.Levels() {
		all = append(all, option{string(l), r.T("handbook.needs.level." + string(l))})
	}
	return all
}

func labelOptions() (all []option) {
	for _, t := range community.Labels() {
		all = append(all, option{string(t), "TLP:" + string(t)})
	}
	return all
}

func numberOrNone(n int) string {
	if n == 0 {
		return ""
	}
	return web.Number(n)
}

func joinWords(all []string) string { return strings.Join(all, ", ") }

func (v *listingFormView) title() string {
	if v.base == 0 {
		return v.r.T("handbook.needs.new." + string(v.listing.Side))
	}
	return v.r.T("handbook.edit.title", web.Args("Member", v.owner(&v.listing)))
}

// texts are those of a field of the form.
func (v *listingFormView) texts(field string) handbook.Texts {
	if field == "note" {
		return v.listing.Note
	}
	return v.listing.Text
}

// summaryView is the handbook on the start page.
type summaryView struct {
	latest                handbook.Edition
	drafts, deals         int // that wait for the reader
	needs, nobody, offers int
}

// Home is what the handbook shows on the start page, to who is of the community.
func (p *Pages) Home(w *web.Request) (*web.Home, error) {
	if !community.Of(w.Access).Takes() {
		return p.partnerHome(w)
	}
	r, v := p.request(w), &summaryView{}
	editions, err := p.store.Editions(r.Context())
	if err != nil {
		return nil, err
	}
	if len(editions) > 0 {
		v.latest = editions[len(editions)-1]
	}
	heads, err := p.heads(r)
	if err != nil {
		return nil, err
	}
	for _, d := range heads {
		if r.actor.Waits(d.Member, d.State) {
			v.drafts++
		}
	}
	m, err := r.market()
	if err != nil {
		return nil, err
	}
	offers := m.visible(needs.Offer)
	cover := needs.Cover(m.board, m.visible(needs.Need), offers, m.deals(func(*needs.Deal) bool { return true }))
	v.needs, v.nobody, v.offers = len(cover.Needs), cover.Total(needs.Nobody), len(offers)
	v.deals = len(m.deals(func(d *needs.Deal) bool { return needs.Waits(r.access, m.board, d) }))
	return &web.Home{Part: homeCard(r, v), Only: home}, nil
}
