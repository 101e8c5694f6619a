package needs

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"renkei/internal/handbook"
)

// Revision is a step in the history of a listing or a deal.
type Revision struct {
	Number  int64 // counts the changes of all
	At      time.Time
	Author  string // id of a person; "" for the program
	Reason  string
	Listing *Listing // what it was from then on; one of the two
	Deal    *Deal
}

// Of names what the revision is of.
func (r *Revision) Of() (kind, id string) {
	if r.Deal != nil {
		return kindDeal, r.Deal.ID
	}
	return kindListing, r.Listing.ID
}

// Body is the record of the revision as JSON.
func (r *Revision) Body() (string, error) {
	var raw []byte
	var err error
	if r.Deal != nil {
		raw, err = json.Marshal(r.Deal)
	} else {
		raw, err = json.Marshal(r.Listing)
	}
	return string(raw), err
}

// Decode fills in the record of a revision from what Of and Body gave.
func (r *Revision) Decode(kind string, body []byte) error {
	switch kind {
	case kindListing:
		r.Listing = &Listing{}
		return json.Unmarshal(body, r.Listing)
	case kindDeal:
		r.Deal = &Deal{}
		return json.Unmarshal(body, r.Deal)
	}
	return fmt.Errorf("needs: a revision of %q", kind)
}

// Board is all listings and deals at one moment. It is not changed: With
// returns the next.
type Board struct {
	Last     int64 // number of the last revision
	listings map[string]*Listing
	deals    map[string]*Deal
	last     map[string]int64 // number of the last revision, by kind and id
}

// NewBoard returns an empty one.
func NewBoard() *Board {
	return &Board{listings: map[string]*Listing{}, deals: map[string]*Deal{}, last: map[string]int64{}}
}

// With returns the board after more revisions.
func (b *Board) With(revisions ...Revision) *Board {
	if len(revisions) == 0 {
		return b
	}
	next := &Board{Last: b.Last, listings: maps.Clone(b.listings), deals: maps.Clone(b.deals), last: maps.Clone(b.last)}
	for _, r := range revisions {
		kind, id := r.Of()
		next.Last = max(next.Last, r.Number)
		next.last[kind+id] = r.Number
		if r.Deal != nil {
			next.deals[id] = r.Deal
		} else {
			next.listings[id] = r.Listing
		}
	}
	return next
}

// Listing returns a listing; nil where there is none.
func (b *Board) Listing(id string) *Listing { return b.listings[id] }

// Deal returns a deal; nil where there is none.
func (b *Board) Deal(id string) *Deal { return b.deals[id] }

// LastOf is the number of the last revision of a listing or deal; 0 where there
// is none.
func (b *Board) LastOf(of *Revision) int64 {
	kind, id := of.Of()
	return b.last[kind+id]
}

// Listings returns those that a filter leaves, by member, measure and id.
func (b *Board) Listings(wanted func(*Listing) bool) []*Listing {
	var all []*Listing
	for _, l := range b.listings {
		if wanted(l) {
			all = append(all, l)
		}
	}
	slices.SortFunc(all, func(x, y *Listing) int {
		return cmp.Or(strings.Compare(x.Member+x.Partner, y.Member+y.Partner), strings.Compare(x.Measure, y.Measure), strings.Compare(x.ID, y.ID))
	})
	return all
}

// Deals returns those that a filter leaves, the earliest first.
func (b *Board) Deals(wanted func(*Deal) bool) []*Deal {
	var all []*Deal
	for _, d := range b.deals {
		if wanted(d) {
			all = append(all, d)
		}
	}
	slices.SortFunc(all, func(x, y *Deal) int { return strings.Compare(x.ID, y.ID) })
	return all
}

// Change makes a listing or a deal what it is to be, with who wants it and why.
type Change struct {
	Author  string
	Reason  string
	Listing *Listing // one of the two
	Deal    *Deal
	Base    int64 // number of the revision that the author has seen; 0 for a new one
}

// Revision is the change as a step in the history, without its number.
func (c *Change) Revision(at time.Time) Revision {
	return Revision{At: at, Author: c.Author, Reason: strings.TrimSpace(c.Reason), Listing: c.Listing, Deal: c.Deal}
}

// Check returns why a change cannot be made: what is to be kept is not right,
// refers to what is not there, or was changed by somebody else meanwhile
// (handbook.ErrConflict).
func (b *Board) Check(v *handbook.Vocabulary, c *Change) error {
	rev := c.Revision(time.Time{})
	if b.LastOf(&rev) != c.Base {
		return handbook.ErrConflict
	}
	if err := goodReason(c.Reason); err != nil {
		return err
	}
	if c.Listing != nil {
		if faults := Check(v, c.Listing); len(faults) > 0 {
			return faults[0]
		}
		if was := b.listings[c.Listing.ID]; was != nil && (was.Side != c.Listing.Side || was.Member != c.Listing.Member) {
			return &handbook.FaultError{Field: "owner", Err: ErrOwner}
		}
		return nil
	}
	if err := c.Deal.check(); err != nil {
		return err
	}
	offer, need := b.listings[c.Deal.Offer], b.listings[c.Deal.Need]
	if offer == nil || offer.Side != Offer || offer.Member == c.Deal.Member || c.Deal.Member == "" {
		return handbook.ErrAbsent
	}
	if c.Deal.Need != "" && (need == nil || need.Side != Need || need.Member != c.Deal.Member) {
		return &handbook.FaultError{Field: "need", Err: handbook.ErrAbsent}
	}
	return nil
}
