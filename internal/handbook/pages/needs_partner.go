package handbookpages

import (
	"net/http"

	"renkei/internal/community"
	"renkei/internal/handbook/needs"
	"renkei/internal/web"
)

const offersHome = home + "/offers"

// partakes lets in who is of a partner agency.
func partakes(r *web.Request) error {
	if len(community.Of(r.Access).Partners()) == 0 {
		return web.ErrNotFound
	}
	return nil
}

// partnerView is what a partner offers, each with the needs that it fits and what
// came of it.
type partnerView struct {
	offers   []*listingView
	invented bool
}

// partnerOffers shows a partner its own offers. Of needs it sees those that it may
// read, of interest and results those in its offers.
func (p *Pages) partnerOffers(r *request) error {
	m, err := r.market()
	if err != nil {
		return err
	}
	reads := func(side needs.Side) []*needs.Listing {
		return m.board.Listings(func(l *needs.Listing) bool { return l.Side == side && needs.PartnerSees(r.access, l) })
	}
	wants, v := reads(needs.Need), &partnerView{}
	for _, offer := range reads(needs.Offer) {
		one := &listingView{market: m, listing: offer, matches: m.board.Needs(offer, wants)}
		one.matches = one.matches[:min(len(one.matches), maxMatches)]
		one.deals = m.board.Deals(func(d *needs.Deal) bool { return d.Offer == offer.ID })
		if len(one.deals) > maxDeals {
			one.deals = one.deals[len(one.deals)-maxDeals:]
		}
		v.offers = append(v.offers, one)
		v.invented = v.invented || offer.Invented
	}
	return r.Show(http.StatusOK, partnerOffersPage(r, v))
}

// partnerHome is what the handbook shows a partner on the start page.
func (p *Pages) partnerHome(w *web.Request) (*web.Home, error) {
	var none *web.Home
	if partakes(w) != nil {
		return none, nil
	}
	r := p.request(w)
	m, err := r.market()
	if err != nil {
		return nil, err
	}
	own := m.board.Listings(func(l *needs.Listing) bool {
		return l.Side == needs.Offer && !l.Closed && needs.PartnerSees(r.access, l)
	})
	return &web.Home{Part: partnerCard(r, len(own))}, nil
}
