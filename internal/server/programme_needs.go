package server

import (
	"context"
	"slices"
	"strconv"
	"time"

	"renkei/internal/community"
	"renkei/internal/handbook"
	"renkei/internal/handbook/needs"
	handbookstore "renkei/internal/handbook/store"
	"renkei/internal/programme"
)

// needs are the open needs and offers at the end of a year, a row for each measure
// and one for all, as far as the whole community may read of them. Each number has
// the needs or offers that were counted.
func (c *chapters) needs(ctx context.Context, year string) (all []programme.OutsideRow, err error) {
	n, err := strconv.Atoi(year)
	if err != nil {
		return nil, nil // an edition without a year
	}
	end := time.Date(n+1, time.January, 1, 0, 0, 0, 0, time.UTC)
	board, err := handbookstore.BoardBefore(ctx, c.r, end)
	if err != nil {
		return nil, err
	}
	read := func(side needs.Side) []*needs.Listing {
		return board.Listings(func(l *needs.Listing) bool {
			over := l.Until != "" && end.After(l.Until.End())
			return l.Side == side && !l.Closed && !l.TLP.Stricter(community.Amber) && (side == needs.Need || !over)
		})
	}
	wants, offers := read(needs.Need), read(needs.Offer)
	deals := board.Deals(func(d *needs.Deal) bool { return slices.Contains(offers, board.Listing(d.Offer)) })
	covered := needs.Cover(board, wants, offers, deals).Needs
	on := community.Date(end.AddDate(0, 0, -1).Format(time.DateOnly))
	for _, m := range c.handbook.Vocabulary().Measures {
		if row := needsRow(m.ID, textOf(m), covered, offers); len(row.Facts[0].Of)+len(row.Facts[len(row.Facts)-1].Of) > 0 {
			row.On = on
			all = append(all, row)
		}
	}
	if len(all) > 1 {
		row := needsRow("", community.Text{"en": "All measures", "ja": "全分野"}, covered, offers)
		row.ID, row.On = "all", on
		all = append(all, row)
	}
	return all, nil
}

// needsRow counts the needs and offers of a measure, "" of all.
func needsRow(measure string, name community.Text, covered []needs.Covered, offers []*needs.Listing) programme.OutsideRow {
	row := programme.OutsideRow{ID: measure, Name: name}
	count := func(key string, of []*needs.Listing) {
		f := programme.OutsideFact{Key: "need." + key}
		for _, l := range of {
			if measure == "" || l.Measure == measure {
				f.Of = append(f.Of, programme.OutsideRecord{Kind: string(l.Side), ID: l.ID, Name: l.Text.Plain(), Member: l.Member})
			}
		}
		f.N = int64(len(f.Of))
		row.Facts = append(row.Facts, f)
	}
	in := func(is func(needs.State) bool) (all []*needs.Listing) {
		for _, n := range covered {
			if is(n.State) {
				all = append(all, n.Need)
			}
		}
		return all
	}
	count("all", in(func(needs.State) bool { return true }))
	for _, s := range needs.States() {
		count(string(s), in(func(is needs.State) bool { return is == s }))
	}
	count("offers", offers)
	return row
}

// textOf is what a term of the handbook is called.
func textOf(t handbook.Term) community.Text {
	return community.Text{"en": t.In("en"), "ja": t.In("ja")}
}
