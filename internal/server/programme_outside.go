package server

import (
	"context"
	"errors"
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
	now := time.Now()
	for i := len(rounds) - 1; i >= 0; i-- {
		round := &rounds[i]
		day := round.Begun.UTC().Format(time.DateOnly)
		if !strings.HasPrefix(day, year) || !round.Over(now) {
			continue
		}
		asks, err := communitystore.AsksAt(ctx, c.r, round.ID)
		if err != nil {
			return nil, err
		}
		n := comcheck.Count(round.Results(asks, now))
		all = append(all, programme.OutsideRow{
			ID: round.ID, On: community.Date(day), Name: community.Text{"en": "Comcheck " + round.ID, "ja": "連絡確認 " + round.ID},
			Facts: []programme.OutsideFact{
				{Key: "asked", N: int64(n.Contacts)}, {Key: "answered", N: int64(n.Answered)}, {Key: "late", N: int64(n.Late)}, {Key: "missed", N: int64(n.Missed)},
			},
		})
	}
	return all, nil
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
			row := programme.OutsideRow{ID: compared.After.ID + "/" + d.Member, On: community.Date(compared.After.AsOf), Member: d.Member}
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
			ID: d.ID, On: community.Date(d.When), Name: plainText(board.Listing(d.Offer).Text), Member: d.Member,
			Facts: []programme.OutsideFact{{Key: "people", N: int64(d.People)}},
		})
	}
	return all, nil
}
