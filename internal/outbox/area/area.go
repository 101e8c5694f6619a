// Package area registers the outbox with the program: its tables, and what it
// does every now and then.
package area

import (
	"context"
	"time"

	"renkei/internal/auth"
	"renkei/internal/outbox"
	outboxpages "renkei/internal/outbox/pages"
	"renkei/internal/outbox/store"
	"renkei/internal/outbox/texts"
	"renkei/internal/web"
)

// sweepEvery is how often what is old is forgotten.
const sweepEvery = time.Hour

// Area returns the wing of an outbox, with which scopes somebody may see; nil is
// enough to ask for its tables and addresses.
func Area(box *outbox.Outbox, scopes func(*auth.Access) []string) web.Area {
	var swept time.Time
	pages := &outboxpages.Pages{Box: box, Scopes: scopes}
	return web.Area{
		Name:   "outbox",
		Routes: pages.Routes(),
		Nav: func(r *web.Request) *web.Section {
			if box == nil {
				return nil
			}
			return pages.Section(r)
		},
		Minute: func(ctx context.Context) error {
			if time.Since(swept) < sweepEvery {
				return nil
			}
			swept = time.Now()
			return box.Sweep(ctx)
		},
		Migrations: store.Migrations(),
		Tables:     store.Tables(),
		Local:      store.Local(),
		Texts:      texts.Area(),
	}
}
