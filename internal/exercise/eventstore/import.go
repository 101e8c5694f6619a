package eventstore

import (
	"context"
	"fmt"
	"math"

	"renkei/internal/database"
	"renkei/internal/journal"
)

// What an import writes in a transaction: others wait that long at most.
const (
	importRows  = 2000
	importBytes = 2 << 20
)

// Importer takes the log of an exercise as it is. It is for one goroutine, and
// only until the function that it was given to returns.
type Importer struct {
	store  *Store
	ctx    context.Context //nolint:containedctx // that of the call to Import
	number int64           // of the exercise
	head   journal.Head
	cited  uint64 // seq of the last event that cites a content
	rows   rows
	bytes  int
}

// Import adds an exercise with what fill hands to the importer. Nobody sees it
// until all of it is there; where fill or Import fails, or the process ends,
// nothing of it stays. It returns ErrExists where there is an exercise of that
// id, also one that is being imported, and the error of fill.
func (s *Store) Import(ctx context.Context, e Exercise, fill func(*Importer) error) error {
	if err := s.importExercise(ctx, e, fill); err != nil {
		return s.fail("import exercise", e.ID, err)
	}
	return nil
}

func (s *Store) importExercise(ctx context.Context, e Exercise, fill func(*Importer) error) error {
	if e.ID == "" {
		return database.ErrInvalid
	}
	if err := s.removeAbandonedImports(ctx); err != nil {
		return err
	}
	im := &Importer{store: s, ctx: ctx, head: journal.Head{Chain: journal.Genesis(e.ID)}}
	release, err := im.begin(e)
	if err != nil {
		return err
	}
	defer release()
	if err = fill(im); err == nil {
		err = im.finish()
	}
	if err != nil {
		// Where this fails too, the next Open or Import takes the rest away.
		_ = s.removeHidden(context.WithoutCancel(ctx), im.number)
	}
	return err
}

// begin adds the hidden exercise, claimed before anybody can see it.
func (im *Importer) begin(e Exercise) (release func(), err error) {
	release = func() {}
	err = im.store.db.Write(im.ctx, func(tx *database.Tx) (err error) {
		if im.number, err = insertExercise(tx, e, true); err != nil {
			return err
		}
		free, ok, err := im.store.claim(im.ctx, im.number)
		if err == nil && !ok {
			err = database.ErrConflict
		}
		if err == nil {
			release = free
		}
		return err
	})
	if err != nil {
		release()
	}
	return release, err
}

// The importer keeps the slices that it is given until they are written; the
// caller must not change them.

// Content takes a content. Its place is ahead of the first event that cites
// it; one that came before may come again. It returns ErrInvalid where its
// hash is not that of its data.
func (im *Importer) Content(c journal.Content) error {
	if !c.Valid() {
		return fmt.Errorf("%w: content %s has other data, or too much", database.ErrInvalid, c.Hash)
	}
	im.rows.contents = append(im.rows.contents, c)
	im.cited = im.head.Seq + 1
	im.rows.cites = append(im.rows.cites, citeRow{im.number, c.Hash, im.cited})
	return im.added(len(c.Data))
}

// Entry takes the next event with its salt, leaf and chain; a redacted one has
// no salt and no bytes. It returns a journal.CorruptError where it does not
// follow or does not hold.
func (im *Importer) Entry(e journal.Entry) error {
	if err := im.head.Take(&e); err != nil {
		return err
	}
	im.rows.events = append(im.rows.events, eventRow{im.number, e})
	return im.added(len(e.Event))
}

// Key takes an idempotency key. It returns ErrKeyReused, then or later, where
// that key of that actor came before.
func (im *Importer) Key(k Key) error {
	if k.First > math.MaxInt64 || k.Last > math.MaxInt64 {
		return fmt.Errorf("%w: key %q has seqs %d to %d", database.ErrInvalid, k.Key, k.First, k.Last)
	}
	im.rows.keys = append(im.rows.keys, keyRow{im.number, k})
	return im.added(len(k.Key))
}

// Tick takes how far the clock had come.
func (im *Importer) Tick(t Tick) error {
	im.rows.ticks = append(im.rows.ticks, tickRow{im.number, t})
	return im.added(0)
}

// added writes what has come together once it is enough.
func (im *Importer) added(bytes int) error {
	im.bytes += bytes
	n := len(im.rows.events) + len(im.rows.keys) + len(im.rows.contents) + len(im.rows.ticks)
	if n < importRows && im.bytes < importBytes {
		return nil
	}
	return im.flush(func(*database.Tx) error { return nil })
}

// flush writes what has come together, and does what else belongs to that.
func (im *Importer) flush(also func(*database.Tx) error) error {
	if err := im.ctx.Err(); err != nil {
		return err
	}
	err := im.store.db.Write(im.ctx, func(tx *database.Tx) error {
		if err := im.store.tables.insert(tx, &im.rows); err != nil {
			return err
		}
		return also(tx)
	})
	im.rows.reset()
	im.bytes = 0
	return err
}

// finish writes the rest and shows the exercise.
func (im *Importer) finish() error {
	if im.cited > im.head.Seq {
		return fmt.Errorf("%w: no event follows the contents at its end", database.ErrInvalid)
	}
	return im.flush(func(tx *database.Tx) error {
		n, err := tx.Exec(`UPDATE exercises SET hidden = $2 WHERE number = $1`, im.number, false)
		if err == nil && n == 0 {
			err = database.ErrConflict // taken for abandoned by another process
		}
		return err
	})
}
