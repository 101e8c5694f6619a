package eventstore

import (
	"context"
	"errors"

	"renkei/internal/database"
	"renkei/internal/journal"
)

// importLocks is the space of locks whose numbers are those of hidden exercises:
// "rnk", as in programs of before, beside which an import may be running.
const importLocks = 0x726e6b

// removeAbandonedImports removes the hidden exercises that nobody is importing any
// more: those of a process that ended too early.
func (s *Store) removeAbandonedImports(ctx context.Context) error {
	numbers, err := database.List(ctx, s.Reader.db, s.q.hidden, scanInt)
	for _, number := range numbers {
		err = errors.Join(err, s.removeAbandonedImport(ctx, number))
	}
	return err
}

func (s *Store) removeAbandonedImport(ctx context.Context, number int64) error {
	release, ok, err := s.claim(ctx, number)
	if err != nil || !ok {
		return err
	}
	defer release()
	// It may have been finished just before it was ours.
	numbers, err := database.List(ctx, s.Reader.db, s.q.hidden, scanInt)
	for _, hidden := range numbers {
		if hidden == number {
			err = s.removeHidden(ctx, number)
		}
	}
	return err
}

// removeHidden removes a claimed exercise piece by piece, so that appends to
// others go on meanwhile. What it has removed so far stays so when it fails.
func (s *Store) removeHidden(ctx context.Context, number int64) error {
	for _, piece := range []func(*database.Tx, int64) (int64, error){removeContents, removeEvents, removeKeys} {
		for n := int64(1); n > 0; {
			err := s.db.Write(ctx, func(tx *database.Tx) (err error) {
				n, err = piece(tx, number)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	if err := s.removeSnapshots(ctx, number); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *database.Tx) error {
		if _, err := tx.Exec(`DELETE FROM ticks WHERE exercise = $1`, number); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM exercises WHERE number = $1 AND hidden`, number)
		return err
	})
}

func removeEvents(tx *database.Tx, number int64) (int64, error) {
	return tx.Exec(`DELETE FROM events WHERE exercise = $1 AND seq IN
		(SELECT seq FROM events WHERE exercise = $1 ORDER BY seq DESC LIMIT $2)`, number, importRows)
}

func removeKeys(tx *database.Tx, number int64) (int64, error) {
	return tx.Exec(`DELETE FROM command_keys WHERE exercise = $1 AND (name, actor) IN
		(SELECT name, actor FROM command_keys WHERE exercise = $1 LIMIT $2)`, number, importRows)
}

// removeContents removes cites, and contents that no other exercise cites.
func removeContents(tx *database.Tx, number int64) (int64, error) {
	hashes, err := citedBy(tx, number)
	for _, hash := range hashes {
		if _, err := tx.Exec(`DELETE FROM cites WHERE exercise = $1 AND hash = $2`, number, hash[:]); err != nil {
			return 0, err
		}
		_, err := tx.Exec(`DELETE FROM contents WHERE hash = $1
			AND NOT EXISTS (SELECT 1 FROM cites WHERE cites.hash = contents.hash)`, hash[:])
		if err != nil {
			return 0, err
		}
	}
	return int64(len(hashes)), err
}

// citedBy returns some contents that the exercise cites, as long as there are.
func citedBy(tx *database.Tx, number int64) ([]journal.Hash, error) {
	const query = `SELECT hash FROM cites WHERE exercise = $1 LIMIT 16`
	rows, err := tx.Query(query, number)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err says what there is to say
	var all []journal.Hash
	for rows.Next() {
		var raw []byte
		var hash journal.Hash
		if err := errors.Join(rows.Scan(&raw), scanHash(&hash, raw)); err != nil {
			return nil, err
		}
		all = append(all, hash)
	}
	return all, rows.Err()
}

// claim keeps others from taking a hidden exercise for an abandoned import until
// release. It reports false where somebody else has claimed it.
func (s *Store) claim(ctx context.Context, number int64) (release func(), ok bool, err error) {
	return s.db.TryLock(ctx, importLocks, number)
}
