package server

import (
	"context"
	"fmt"
	"slices"
	"time"

	"renkei/internal/api"
	"renkei/internal/auth"
	"renkei/internal/community"
	communityarea "renkei/internal/community/area"
	"renkei/internal/database"
	"renkei/internal/exercise/access"
	exercisearea "renkei/internal/exercise/area"
	"renkei/internal/exercise/chat"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/pages"
	handbookarea "renkei/internal/handbook/area"
	"renkei/internal/i18n"
	"renkei/internal/outbox"
	outboxarea "renkei/internal/outbox/area"
	outboxstore "renkei/internal/outbox/store"
	programmearea "renkei/internal/programme/area"
	"renkei/internal/storage"
	"renkei/internal/tabletop"
	tabletoparea "renkei/internal/tabletop/area"
	"renkei/internal/web"
)

// Deps are what areas work with. The zero value is enough to ask what they are
// called, store and say.
type Deps struct {
	Host   pages.Host
	Joined pages.Joined // nil for nothing
	Chat   pages.Chat   // nil for none
	Mail   pages.Mail   // nil for none
	DB     *database.DB
	Outbox *outbox.Outbox  // nil for one that sends nothing
	Texts  *i18n.Catalogue // for what is sent
	Base   string          // address of the program, as links in what is sent begin; "" for none
	Sender string          // address that mail is from; "" for none
	// Now is the time of the programme, where a silence passes; nil for that of the
	// machine.
	Now func() time.Time
	// CheckLinks has the evidence of the handbook looked at on the Internet.
	CheckLinks bool
}

// Areas are the wings of the program, in the order of the navigation. A new one
// is a folder of its own and a line here.
func Areas(d Deps) []web.Area {
	if d.Outbox == nil && d.DB != nil {
		kept := outboxstore.New(d.DB)
		d.Outbox = outbox.New(kept, outbox.NewDispatcher(kept, d.DB.Logger()), time.Now)
	}
	return []web.Area{
		startArea(),
		authArea(),
		exercisearea.Area(d.Host, d.Joined, d.DB, d.Chat, d.Mail, boxOf(d.Outbox), tabletoparea.Kinds()...),
		exercisearea.Schedule(),
		exercisearea.Archived(),
		tabletoparea.Area(d.Host, tabletopOutside(d)),
		communityarea.Area(d.DB, communityarea.Mailing{Outbox: d.Outbox, Texts: d.Texts, Base: d.Base}),
		handbookarea.Area(d.DB, d.CheckLinks),
		programmearea.Area(d.DB, chaptersOf(d.DB), noticesOf(d), d.Now),
		outboxarea.Area(d.Outbox, messagesOf),
		mattermostArea(),
		mailArea(),
		chatArea(),
	}
}

// boxOf is an outbox as pages see it; nil for none.
func boxOf(o *outbox.Outbox) pages.Outbox {
	if o == nil {
		return nil
	}
	return o
}

// Kinds are those of packs beside exercises.
func Kinds() conduct.Kinds { return conduct.Kinds{tabletop.Kind()} }

// messagesOf are the scopes of the outbox that are somebody's: everything of the
// secretary, the community and the programme of their secretariat, and exercises
// of their directors.
func messagesOf(a *auth.Access) []string {
	if a.Secretary() {
		return []string{""}
	}
	var all []string
	if community.Of(a).Helps() {
		all = append(all, community.Area, "programme")
	}
	for _, g := range a.Grants {
		if g.Area == access.Area && access.Of(a).Directs(g.Object) && !slices.Contains(all, chat.Scope(g.Object)) {
			all = append(all, chat.Scope(g.Object), chat.UrgentScope(g.Object))
		}
	}
	return all
}

// Stored lists what the program stores in a database: who people are, the logs
// of exercises, and the tables of all areas and of those that are given.
func Stored(more ...web.Area) []database.Area {
	all := storage.Areas()
	for _, a := range append(Areas(Deps{}), more...) {
		if a.Migrations != nil {
			all = append(all, database.Area{
				Name: a.Name, Migrations: a.Migrations, Tables: a.Tables, Local: a.Local, ReadFrom: database.FromNothing,
			})
		}
	}
	return all
}

// Rules are what package auth has to know of the roles of all areas.
func Rules() []auth.Area {
	var all []auth.Area
	for _, a := range Areas(Deps{}) {
		if a.Grants != nil {
			all = append(all, *a.Grants)
		}
	}
	return all
}

// Texts returns the texts of the program, of all areas and of those that are
// given. An error means a broken build.
func Texts(more ...web.Area) (*i18n.Catalogue, error) {
	return i18n.New(TextsOf(append(Areas(Deps{}), more...)...)...)
}

// TextsOf are the texts of areas that have some.
func TextsOf(areas ...web.Area) (own []i18n.Area) {
	for _, a := range areas {
		if a.Texts.Files != nil {
			own = append(own, a.Texts)
		}
	}
	return own
}

func chaptersOf(db *database.DB) programmearea.Sources {
	if db == nil {
		return nil // nothing is served
	}
	return Chapters(db.Reader)
}

// noticesOf is how the programme tells members what they have to do.
func noticesOf(d Deps) programmearea.Mailing {
	m := programmearea.Mailing{Texts: d.Texts, Base: d.Base, Organiser: d.Sender}
	if d.Outbox != nil {
		m.Outbox = d.Outbox
	}
	return m
}

// FillDemo fills an empty database with the demo data of all areas.
func FillDemo(ctx context.Context, db *database.DB) error {
	return fillDemo(ctx, Areas(Deps{DB: db}))
}

func fillDemo(ctx context.Context, areas []web.Area) error {
	for _, a := range areas {
		if a.Demo == nil {
			continue
		}
		if err := a.Demo(ctx); err != nil {
			return fmt.Errorf("demo data of %s: %w", a.Name, err)
		}
	}
	return nil
}

// Operations are what areas answer to programs.
func Operations(areas []web.Area) (all []api.Operations) {
	for _, a := range areas {
		if a.Operations != nil {
			all = append(all, a.Operations)
		}
	}
	return all
}
