package area

import (
	"fmt"

	"renkei/internal/auth"
	"renkei/internal/database"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/archived"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/schedule"
	"renkei/internal/exercise/texts"
	"renkei/internal/web"
)

// Area returns the wing of exercises: its addresses, its place in the
// navigation and on the start page. chat is nil for none; kinds are those of
// packs beside exercises.
func Area(host pages.Host, joined pages.Joined, db *database.DB, chat pages.Chat, mail pages.Mail, box pages.Outbox, kinds ...pages.Kind) web.Area {
	d := &pages.Deps{Host: host, Joined: joined, Dates: schedule.New(db), Archived: archived.New(db), Chat: chat, Mail: mail, Outbox: box, Kinds: kinds}
	rules := access.Rules()
	return web.Area{
		Name: "exercise", Routes: pages.Register(d, exerciseRoutes()),
		Nav: func(r *web.Request) *web.Section { return pages.ExerciseSection(pages.NewRequest(r, d)) },
		Home: func(r *web.Request) (*web.Home, error) {
			return pages.ExerciseHome(pages.NewRequest(r, d))
		},
		Target: func(r *web.Request, g auth.Grant) (*web.Target, error) {
			return pages.ExerciseTarget(pages.NewRequest(r, d), g)
		},
		Grants: &rules,
		Texts:  texts.Area(),
		Keeps:  func(a *auth.Access) bool { return access.Of(a).Steers() },
		Ready: func() (bool, string) {
			ok, waiting := host.Ready()
			return ok, fmt.Sprintf("exercises being opened: %d", waiting)
		},
	}
}

// Schedule returns what is stored of when exercises are to take place.
func Schedule() web.Area {
	return web.Area{Name: "schedule", Migrations: schedule.Migrations(), Tables: schedule.Tables()}
}

// Archived returns what is stored of which exercises are archived.
func Archived() web.Area {
	return web.Area{Name: "archived", Migrations: archived.Migrations(), Tables: archived.Tables()}
}
