package needs

import (
	"renkei/internal/community"
	"renkei/internal/handbook"
)

// Sees reports whether somebody may read a listing: by its label, for the member
// whose it is. Who is not of the community sees none.
func Sees(a community.Access, l *Listing) bool {
	return l != nil && a.Takes() && a.Sees(l.TLP, l.Member)
}

// Edits reports whether somebody may change the listings of a member: its owner
// and the owner's deputy, and the secretariat. Those of partners the secretariat
// keeps.
func Edits(a community.Access, member string) bool { return a.Edits(member) }

// SeesDeal reports whether somebody who may read the offer may read a deal: both
// sides and the secretariat; once it was delivered, everybody who may read the
// need.
func SeesDeal(a community.Access, b *Board, d *Deal) bool {
	offer := b.Listing(d.Offer)
	if !Sees(a, offer) {
		return false
	}
	if a.Helps() || a.BelongsTo(d.Member) || a.BelongsTo(offer.Member) {
		return true
	}
	return d.Stage == Delivered && (d.Need == "" || Sees(a, b.Listing(d.Need)))
}

// PartnerSees reports whether somebody of a partner may read a listing: its own
// offers, and the needs of members that are labelled CLEAR or GREEN.
func PartnerSees(a community.Access, l *Listing) bool {
	if l.Side == Offer {
		return l.Partner != "" && a.IsPartner(l.Partner)
	}
	return l.TLP.Valid() && !l.TLP.Stricter(community.Green) && len(a.Partners()) > 0
}

// Step is what somebody does with a deal.
type Step string

// Steps.
const (
	Ask      Step = "ask" // tell the interest of a member
	Accept   Step = "accept"
	Decline  Step = "decline"
	Withdraw Step = "withdraw"
	Deliver  Step = "deliver" // say that it was done, and what came of it
)

// Steps lists those that follow the first.
func Steps() []Step { return []Step{Accept, Decline, Deliver, Withdraw} }

// To is the stage to which a step leads.
func (s Step) To() Stage {
	return map[Step]Stage{Ask: Interested, Accept: Accepted, Decline: Declined, Withdraw: Withdrawn, Deliver: Delivered}[s]
}

// May returns nil where somebody may take a step with a deal as it is,
// handbook.ErrForbidden where it is not theirs, and handbook.ErrState where it
// cannot be taken any more. The member tells and withdraws its interest, the
// side of the offer accepts or declines; either says that it was delivered.
func May(a community.Access, b *Board, d *Deal, s Step) error {
	offer := b.Listing(d.Offer)
	if !Sees(a, offer) {
		return handbook.ErrForbidden
	}
	asks, gives := Edits(a, d.Member), Edits(a, offer.Member)
	allowed := map[Step]bool{Ask: asks, Withdraw: asks, Accept: gives, Decline: gives, Deliver: asks || gives}[s]
	if !allowed || d.Member == "" {
		return handbook.ErrForbidden
	}
	possible := false
	switch s {
	case Ask:
		possible = d.Stage == "" && !offer.Closed
	case Accept:
		possible = d.Stage == Interested
	case Decline, Withdraw:
		possible = d.Stage == Interested || d.Stage == Accepted
	case Deliver:
		possible = d.Stage == Accepted
	}
	if !possible {
		return handbook.ErrState
	}
	return nil
}

// Waits reports whether a deal waits for somebody: interest for the side of the
// offer, and what was accepted, once its time is over, for both.
func Waits(a community.Access, b *Board, d *Deal) bool {
	offer := b.Listing(d.Offer)
	if offer == nil || a.ReadOnly {
		return false
	}
	switch d.Stage {
	case Interested:
		return offer.Member != "" && a.BelongsTo(offer.Member) && Edits(a, offer.Member) || offer.Member == "" && a.Helps()
	case Accepted:
		return a.BelongsTo(d.Member) && Edits(a, d.Member)
	}
	return false
}

// MayUndo returns nil where somebody may take back the last step of a deal: whose
// side took it. The first step is not undone but withdrawn.
func MayUndo(a community.Access, b *Board, d *Deal) error {
	offer := b.Listing(d.Offer)
	if !Sees(a, offer) {
		return handbook.ErrForbidden
	}
	asks, gives := Edits(a, d.Member), Edits(a, offer.Member)
	if !map[Stage]bool{Accepted: gives, Declined: gives, Withdrawn: asks, Delivered: asks || gives}[d.Stage] {
		return handbook.ErrForbidden
	}
	return nil
}
