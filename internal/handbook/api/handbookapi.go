// Package handbookapi answers programs what they may read of the handbook: what
// was published, what changed between editions, and needs and offers. It may
// import its domain and store, and package api. Start reading at [API.Register].
package handbookapi

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"renkei/internal/api"
	"renkei/internal/community"
	"renkei/internal/handbook"
	"renkei/internal/handbook/needs"
	"renkei/internal/handbook/store"
)

// API answers programs.
type API struct {
	Store *store.Store
	Needs *store.Needs
	Now   func() time.Time
}

// Register adds the operations. Everybody with a token reads what was published.
func (a *API) Register(to huma.API) {
	const root = api.Root + "/handbook"
	huma.Get(to, root+"/editions", a.editions, api.Named("handbook-editions", "The editions of the handbook"))
	huma.Get(to, root+"/editions/{edition}", a.edition, api.Named("handbook-edition", "What an edition says"))
	huma.Get(to, root+"/compare", a.compare, api.Named("handbook-compare", "What changed between two editions"))
	huma.Get(to, root+"/find", a.find, api.Named("handbook-find", "Entries that have some words"))
	huma.Get(to, root+"/needs", a.needs, api.Named("handbook-needs", "Needs and offers that the owner may read"))
}

type body[T any] struct{ Body T }

// explain answers alike for what is not there.
func explain(ctx context.Context, err error) error {
	if errors.Is(err, handbook.ErrAbsent) {
		return api.Absent(ctx)
	}
	return err
}

type editionsBody struct {
	Editions []handbook.Edition `json:"editions" doc:"The oldest first."`
}

func (a *API) editions(ctx context.Context, _ *struct{}) (*body[editionsBody], error) {
	all, err := a.Store.Editions(ctx)
	if err != nil {
		return nil, err
	}
	return &body[editionsBody]{editionsBody{append([]handbook.Edition{}, all...)}}, nil
}

type editionIn struct {
	Edition string `path:"edition" maxLength:"100" doc:"Its id, such as 2023."`
	Member  string `query:"member" maxLength:"100" doc:"The id of a member, such as kh; without it all."`
	Measure string `query:"measure" maxLength:"100" doc:"Such as legal; without it all."`
}

type contentBody struct {
	Edition  handbook.Edition   `json:"edition"`
	Profiles []handbook.Profile `json:"profiles"`
	Items    []handbook.Item    `json:"items"`
}

func (a *API) edition(ctx context.Context, in *editionIn) (*body[contentBody], error) {
	c, err := a.Store.Content(ctx, in.Edition)
	if err != nil {
		return nil, explain(ctx, err)
	}
	if in.Member != "" {
		if c = c.Only(in.Member); len(c.Profiles) == 0 {
			return nil, api.Absent(ctx)
		}
	}
	out := &body[contentBody]{contentBody{c.Edition, append([]handbook.Profile{}, c.Profiles...), []handbook.Item{}}}
	for i := range c.Items {
		if in.Measure == "" || c.Items[i].Measure == in.Measure {
			out.Body.Items = append(out.Body.Items, c.Items[i])
		}
	}
	return out, nil
}

type compareIn struct {
	From   string `query:"from" required:"true" maxLength:"100" doc:"The id of an edition."`
	To     string `query:"to" required:"true" maxLength:"100" doc:"The id of another."`
	Member string `query:"member" maxLength:"100" doc:"The id of a member; without it all."`
}

type compareBody struct {
	Count   map[handbook.Change]int `json:"count" doc:"How many entries changed, by kind of change."`
	Same    int                     `json:"same" doc:"How many did not."`
	Changes []changedBody           `json:"changes"`
}

type changedBody struct {
	Member  string            `json:"member"`
	Changes []handbook.Change `json:"changes"`
	Before  *handbook.Item    `json:"before,omitempty"`
	After   *handbook.Item    `json:"after,omitempty"`
}

func (a *API) compare(ctx context.Context, in *compareIn) (*body[compareBody], error) {
	before, err := a.Store.Content(ctx, in.From)
	if err != nil {
		return nil, explain(ctx, err)
	}
	after, err := a.Store.Content(ctx, in.To)
	if err != nil {
		return nil, explain(ctx, err)
	}
	if in.Member != "" {
		before, after = before.Only(in.Member), after.Only(in.Member)
	}
	c := handbook.Compare(before, after)
	out := &body[compareBody]{compareBody{c.Count, c.Same, []changedBody{}}}
	for _, d := range c.Diffs {
		out.Body.Changes = append(out.Body.Changes, changedBody{d.Member, d.Changes, d.Before, d.After})
	}
	return out, nil
}

type findIn struct {
	Text    string `query:"q" maxLength:"1000" doc:"Words, each of which is part of an entry, in any language."`
	Edition string `query:"edition" maxLength:"100" doc:"Without it all."`
	Member  string `query:"member" maxLength:"100"`
	Measure string `query:"measure" maxLength:"100"`
	Status  string `query:"status" maxLength:"100"`
	Before  int64  `query:"before" minimum:"0" doc:"What the page before gave as next; 0 for the first."`
	Limit   int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type foundBody struct {
	Hits  []hitBody `json:"hits"`
	Next  int64     `json:"next" doc:"Of the next page; 0 where there is none."`
	Total int       `json:"total" doc:"On all pages; it may be too high where exact is false."`
	Exact bool      `json:"exact"`
}

type hitBody struct {
	Edition string        `json:"edition"`
	Item    handbook.Item `json:"item"`
}

func (a *API) find(ctx context.Context, in *findIn) (*body[foundBody], error) {
	some := func(s string) []string {
		if s == "" {
			return nil
		}
		return []string{s}
	}
	found, err := a.Store.Find(ctx, store.Query{
		Text: in.Text, Editions: some(in.Edition), Members: some(in.Member), Measures: some(in.Measure), Statuses: some(in.Status), Before: in.Before, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	out := &body[foundBody]{foundBody{[]hitBody{}, found.Next, found.Total, found.Exact}}
	for _, h := range found.Hits {
		out.Body.Hits = append(out.Body.Hits, hitBody{h.Edition, h.Item})
	}
	return out, nil
}

type needsIn struct {
	Side   string `query:"side" enum:"need,offer" doc:"Without it both."`
	Member string `query:"member" maxLength:"100" doc:"The id of a member; without it all."`
}

type needsBody struct {
	Listings []listingBody `json:"listings"`
}

type listingBody struct {
	needs.Listing

	State needs.State `json:"state,omitempty" doc:"Of a need that is not closed: what became of it, as far as the owner may see."`
}

func (a *API) needs(ctx context.Context, in *needsIn) (*body[needsBody], error) {
	who := community.Of(api.CallerOf(ctx).Access)
	if !who.Takes() {
		return nil, api.Absent(ctx)
	}
	board, err := a.Needs.Board(ctx)
	if err != nil {
		return nil, err
	}
	now := a.Now()
	all := board.Listings(func(l *needs.Listing) bool { return needs.Sees(who, l) })
	var wants, offers []*needs.Listing
	for _, l := range all {
		switch {
		case l.Side == needs.Need:
			wants = append(wants, l)
		case !l.Over(now):
			offers = append(offers, l)
		}
	}
	states := map[string]needs.State{}
	for _, c := range needs.Cover(board, wants, offers, board.Deals(func(d *needs.Deal) bool { return needs.SeesDeal(who, board, d) })).Needs {
		states[c.Need.ID] = c.State
	}
	out := &body[needsBody]{needsBody{[]listingBody{}}}
	for _, l := range slices.Concat(wants, offers) {
		if (in.Side == "" || in.Side == string(l.Side)) && (in.Member == "" || in.Member == l.Member) {
			out.Body.Listings = append(out.Body.Listings, listingBody{*l, states[l.ID]})
		}
	}
	return out, nil
}
