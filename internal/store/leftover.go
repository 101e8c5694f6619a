package store

import (
	"context"
	"errors"
	"sync"

	"renkei/internal/journal"
)

// claims are the numbers of the hidden exercises that somebody in this process
// is busy with.
type claims struct {
	mu   sync.Mutex
	held map[int64]bool // guarded by mu
}

// take reports whether nobody had the number.
func (c *claims) take(number int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held[number] {
		return false
	}
	if c.held == nil {
		c.held = make(map[int64]bool)
	}
	c.held[number] = true
	return true
}

func (c *claims) release(number int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.held, number)
}

// removeLeftovers removes the hidden exercises that nobody is importing any
// more: those of a process that ended too early.
func (db *DB) removeLeftovers(ctx context.Context) error {
	numbers, err := list(ctx, db.Reader, db.q.hidden, scanInt)
	for _, number := range numbers {
		err = errors.Join(err, db.removeLeftover(ctx, number))
	}
	return err
}

func (db *DB) removeLeftover(ctx context.Context, number int64) error {
	release, ok, err := db.claim(ctx, number)
	if err != nil || !ok {
		return err
	}
	defer release()
	// It may have been finished just before it was ours.
	numbers, err := list(ctx, db.Reader, db.q.hidden, scanInt)
	for _, hidden := range numbers {
		if hidden == number {
			err = db.removeHidden(ctx, number)
		}
	}
	return err
}

// removeHidden removes a claimed exercise piece by piece, so that appends to
// others go on meanwhile. What it has removed so far stays so when it fails.
func (db *DB) removeHidden(ctx context.Context, number int64) error {
	for _, piece := range []func(*changes, int64) (int64, error){
		(*changes).removeContents, (*changes).removeEvents, (*changes).removeKeys,
	} {
		for n := int64(1); n > 0; {
			err := db.change(ctx, func(tx *changes) (err error) {
				n, err = piece(tx, number)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return db.change(ctx, func(tx *changes) error {
		if _, err := tx.exec(`DELETE FROM ticks WHERE exercise = $1`, number); err != nil {
			return err
		}
		_, err := tx.exec(`DELETE FROM exercises WHERE number = $1 AND hidden`, number)
		return err
	})
}

func (c *changes) removeEvents(number int64) (int64, error) {
	return c.exec(`DELETE FROM events WHERE exercise = $1 AND seq IN
		(SELECT seq FROM events WHERE exercise = $1 ORDER BY seq DESC LIMIT $2)`, number, importRows)
}

func (c *changes) removeKeys(number int64) (int64, error) {
	return c.exec(`DELETE FROM command_keys WHERE exercise = $1 AND (name, actor) IN
		(SELECT name, actor FROM command_keys WHERE exercise = $1 LIMIT $2)`, number, importRows)
}

// removeContents removes cites, and contents that no other exercise cites.
func (c *changes) removeContents(number int64) (int64, error) {
	hashes, err := c.citedBy(number)
	for _, hash := range hashes {
		if _, err := c.exec(`DELETE FROM cites WHERE exercise = $1 AND hash = $2`, number, hash[:]); err != nil {
			return 0, err
		}
		_, err := c.exec(`DELETE FROM contents WHERE hash = $1
			AND NOT EXISTS (SELECT 1 FROM cites WHERE cites.hash = contents.hash)`, hash[:])
		if err != nil {
			return 0, err
		}
	}
	return int64(len(hashes)), err
}

// citedBy returns some contents that the exercise cites, as long as there are.
func (c *changes) citedBy(number int64) ([]journal.Hash, error) {
	const query = `SELECT hash FROM cites WHERE exercise = $1 LIMIT 16`
	rows, err := c.tx.QueryContext(context.Background(), c.eng.query(query), number)
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

// claim keeps others from taking a hidden exercise for a leftover until
// release. It reports false where somebody else has claimed it.
func (db *DB) claim(ctx context.Context, number int64) (release func(), ok bool, err error) {
	if !db.claims.take(number) {
		return nil, false, nil
	}
	unlock, ok, err := db.eng.claim(ctx, db.write, number)
	if err != nil || !ok {
		db.claims.release(number)
		return nil, false, err
	}
	return func() {
		unlock()
		db.claims.release(number)
	}, true, nil
}
