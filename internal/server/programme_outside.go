package server

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"renkei/internal/community"
	"renkei/internal/community/comcheck"
	communitystore "renkei/internal/community/store"
	"renkei/internal/handbook"
	"renkei/internal/handbook/needs"
	handbookstore "renkei/internal/handbook/store"
	"renkei/internal/programme"
)

// Outside returns what handbook and community have done in a year, for the yearly
// report. Edition is that of the handbook.
func (c *chapters) Outside(ctx context.Context, show programme.Show, edition, year string) ([]programme.OutsideRow, error) {
	switch show {
	case programme.ShowComchecks:
		return c.comchecks(ctx, year)
	case programme.ShowChanges:
		return c.changes(ctx, edition)
	case programme.ShowNeeds:
		return c.needs(ctx, year)
	case programme.ShowDeals:
		return c.deals(ctx, year)
	}
	return nil, nil
}

// comchecks are the rounds of a year that are over, the earliest first.
func (c *chapters) comchecks(ctx context.Context, year string) (all []programme.OutsideRow, err error) {
	rounds, err := communitystore.RoundsAt(ctx, c.r)
	if err != nil {
		return nil, err
	}
	for i := len(rounds) - 1; i >= 0; i-- {
		if !strings.HasPrefix(begun(&rounds[i]), year) {
			continue
		}
		row, err := c.contacted(ctx, &rounds[i])
		if err != nil {
			return nil, err
		}
		if row != nil {
			all = append(all, *row)
		}
	}
	return all, nil
}

// Comcheck returns what came of a contact check; nil for one that is not over or
// not there.
func (c *chapters) Comcheck(ctx context.Context, id string) (*programme.OutsideRow, error) {
	rounds, err := communitystore.RoundsAt(ctx, c.r)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(rounds, func(r comcheck.Round) bool { return r.ID == id })
	if i < 0 {
		return nil, nil //nolint:nilnil // there is none
	}
	return c.contacted(ctx, &rounds[i])
}

// maxComchecks is how many contact checks a form offers.
const maxComchecks = 200

// Comchecks are the contact checks that an event may name, the last first.
func (c *chapters) Comchecks(ctx context.Context) ([]programme.PlayedName, error) {
	rounds, err := communitystore.RoundsAt(ctx, c.r)
	if err != nil {
		return nil, err
	}
	var all []programme.PlayedName
	for i := range rounds[:min(len(rounds), maxComchecks)] {
		day := begun(&rounds[i])
		all = append(all, programme.PlayedName{ID: rounds[i].ID, Name: community.Text{"en": day, "ja": day}})
	}
	return all, nil
}

// begun is the day on which a round began.
func begun(r *comcheck.Round) string { return r.Begun.UTC().Format(time.DateOnly) }

// contacted are the numbers of a round; nil where it is not over.
func (c *chapters) contacted(ctx context.Context, round *comcheck.Round) (*programme.OutsideRow, error) {
	now := time.Now()
	if !round.Over(now) {
		return nil, nil //nolint:nilnil // there is nothing to say yet
	}
	asks, err := communitystore.AsksAt(ctx, c.r, round.ID)
	if err != nil {
		return nil, err
	}
	n := comcheck.Count(round.Results(asks, now))
	return &programme.OutsideRow{
		ID: round.ID, On: community.Date(begun(round)), Name: community.Text{"en": "Comcheck " + round.ID, "ja": "連絡確認 " + round.ID},
		Facts: []programme.OutsideFact{
			{Key: "asked", N: int64(n.Contacts)}, {Key: "answered", N: int64(n.Answered)}, {Key: "late", N: int64(n.Late)}, {Key: "missed", N: int64(n.Missed)},
		},
	}, nil
}

// changes are what became of the handbook's items from the edition before to one,
// by member.
func (c *chapters) changes(ctx context.Context, edition string) (all []programme.OutsideRow, err error) {
	editions, err := c.handbook.Editions(ctx)
	if err != nil {
		return nil, err
	}
	before := ""
	for i := range editions {
		if editions[i].ID == edition {
			break
		}
		before = editions[i].ID
	}
	old, err := c.handbook.Content(ctx, before)
	if err == nil {
		var is *handbook.Content
		if is, err = c.handbook.Content(ctx, edition); err == nil {
			return changesOf(handbook.Compare(old, is)), nil
		}
	}
	if errors.Is(err, handbook.ErrAbsent) {
		return nil, nil
	}
	return nil, err
}

func changesOf(compared *handbook.Comparison) (all []programme.OutsideRow) {
	kinds := []handbook.Change{handbook.Done, handbook.Slipped, handbook.Dropped, handbook.New}
	at := map[string]int{}
	for i := range compared.Diffs {
		d := &compared.Diffs[i]
		n, known := at[d.Member]
		if !known {
			n = len(all)
			at[d.Member] = n
			row := programme.OutsideRow{ID: compared.After.ID + "/" + d.Member, On: compared.After.AsOf, Member: d.Member}
			for _, k := range kinds {
				row.Facts = append(row.Facts, programme.OutsideFact{Key: "change." + string(k)})
			}
			all = append(all, row)
		}
		for j, k := range kinds {
			if d.Is(k) {
				all[n].Facts[j].N++
			}
		}
	}
	return all
}

// deals are the offers that were taken up and delivered in a year, as far as the
// whole community may read of them.
func (c *chapters) deals(ctx context.Context, year string) (all []programme.OutsideRow, err error) {
	board, err := handbookstore.BoardAt(ctx, c.r)
	if err != nil {
		return nil, err
	}
	open := func(id string) bool {
		l := board.Listing(id)
		return l != nil && !l.TLP.Stricter(community.Amber)
	}
	done := board.Deals(func(d *needs.Deal) bool {
		return d.Stage == needs.Delivered && strings.HasPrefix(string(d.When), year) && open(d.Offer) && (d.Need == "" || open(d.Need))
	})
	for _, d := range done {
		all = append(all, programme.OutsideRow{
			ID: d.ID, On: d.When, Name: board.Listing(d.Offer).Text.Plain(), Member: d.Member,
			Facts: []programme.OutsideFact{{Key: "people", N: int64(d.People)}},
		})
	}
	return all, nil
}
