// Package area registers the outbox with the program: its tables, and what it
// does every now and then.
package area

import (
	"context"
	"time"

	"renkei/internal/outbox"
	"renkei/internal/outbox/store"
	"renkei/internal/outbox/texts"
	"renkei/internal/web"
)

// sweepEvery is how often what is old is forgotten.
const sweepEvery = time.Hour

// Area returns the wing of an outbox; nil is enough to ask for its tables.
func Area(box *outbox.Outbox) web.Area {
	var swept time.Time
	return web.Area{
		Name: "outbox",
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
		Texts:      texts.Files(),
	}
}
