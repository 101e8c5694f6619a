// Package area registers the community with the program: its pages, its place
// in the navigation, its tables and its texts.
package area

import (
	"renkei/internal/auth"
	"renkei/internal/community"
	"renkei/internal/community/store"
	"renkei/internal/community/texts"
	"renkei/internal/database"
	"renkei/internal/web"

	communitypages "renkei/internal/community/pages"
)

// Area returns the wing of the community, kept in a database.
func Area(*database.DB) web.Area {
	rules := community.Rules()
	return web.Area{
		Name:       "community",
		Routes:     communitypages.PeopleRoutes(),
		Nav:        communitypages.Section,
		Grants:     &rules,
		Keeps:      (*auth.Access).Secretary,
		Migrations: store.Migrations(),
		Tables:     store.Tables(),
		Texts:      texts.Files(),
	}
}
