package store

import (
	"context"
	"strings"

	"renkei/internal/database"
	"renkei/internal/handbook"
	"renkei/internal/search"
)

// Query says what is looked for in published editions. Of each list one must
// hold; an empty list leaves everything.
type Query struct {
	Text                                               string
	Editions, Members, Measures, Statuses, Kinds, Tags []string // tags: "theme:cii"
	Before                                             int64    // Found.Next of the page before; 0 for the first
	Limit                                              int
}

// Hit is an item that was found, in an edition.
type Hit struct {
	Edition string
	Item    handbook.Item
}

// Found is a page of what was found.
type Found struct {
	Hits  []Hit
	Next  int64 // of the next page; 0 where there is none
	Total int
	Exact bool // Total may be too high otherwise
}

// Find looks for items.
func (s *Store) Find(ctx context.Context, q Query) (Found, error) {
	ask := search.Query{Text: q.Text, Before: q.Before, Limit: q.Limit}
	for prefix, list := range map[string][]string{"edition:": q.Editions, "member:": q.Members, "measure:": q.Measures, "status:": q.Statuses, "kind:": q.Kinds, "": q.Tags} {
		if len(list) == 0 {
			continue
		}
		var any []string
		for _, v := range list {
			any = append(any, prefix+v)
		}
		ask.Facets = append(ask.Facets, any)
	}
	res, err := s.index.Search(ctx, ask)
	if err != nil {
		return Found{}, err
	}
	found := Found{Total: res.Total, Exact: res.Exact}
	for _, h := range res.Hits {
		parts := strings.SplitN(h.ID, "/", 3)
		all, err := database.Select(ctx, s.r, `SELECT body FROM handbook_items WHERE edition = $1 AND member = $2 AND id = $3`, decode[handbook.Item], parts[0], parts[1], parts[2])
		if err != nil {
			return found, s.r.Fail("read item", h.ID, err)
		}
		for _, it := range all {
			found.Hits = append(found.Hits, Hit{parts[0], it})
		}
		if res.More {
			found.Next = h.Number
		}
	}
	return found, nil
}
