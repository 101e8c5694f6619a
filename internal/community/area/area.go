// Package area registers the community with the program: its pages, its place in
// the navigation, its tables and its texts.
package area

import (
	"context"
	"time"

	"renkei/internal/community"
	"renkei/internal/community/demo"
	communitypages "renkei/internal/community/pages"
	"renkei/internal/community/store"
	"renkei/internal/community/texts"
	"renkei/internal/database"
	"renkei/internal/web"
)

// Area returns the wing of the community, kept in a database.
func Area(db *database.DB) web.Area {
	rules := community.Rules()
	kept := store.New(db)
	pages := &communitypages.Pages{
		Store: kept, Now: time.Now,
		Beginning: func(author, reason string) ([]community.Change, error) {
			names, err := demo.Names()
			return demo.Changes(names, author, reason), err
		},
	}
	return web.Area{
		Name:       "community",
		Routes:     append(pages.Routes(), communitypages.PeopleRoutes()...),
		Nav:        communitypages.Section,
		Home:       pages.Home,
		Target:     pages.Target,
		Grants:     &rules,
		Demo:       func(ctx context.Context) error { return fill(ctx, kept) },
		Migrations: store.Migrations(),
		Tables:     store.Tables(),
		Texts:      texts.Files(),
	}
}

// fill enters the demo community.
func fill(ctx context.Context, s *store.Store) error {
	records, err := demo.Records()
	if err != nil {
		return err
	}
	_, err = s.Apply(ctx, time.Now(), demo.Changes(records, "", "demo data")...)
	return err
}
