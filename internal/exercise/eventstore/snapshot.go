package eventstore

import (
	"context"
	"database/sql"
	"errors"

	"renkei/internal/database"
)

// partSize is how much of a snapshot a transaction writes: others wait that
// long at most.
const partSize = 1 << 20

// maxSnapshot is up to which size a snapshot's own word of it is believed.
const maxSnapshot = 1 << 28

// Snapshot returns the snapshot of an exercise, and false where it has none.
// Whether the data is what was put is for its reader to check. It returns
// ErrNotFound where there is no exercise.
func (r *Reader) Snapshot(ctx context.Context, exercise string) (Snapshot, bool, error) {
	var s Snapshot
	var ok bool
	err := r.db.Retry(ctx, func(ctx context.Context) (err error) {
		s, ok, err = r.snapshot(ctx, exercise)
		return err
	})
	if err != nil {
		return Snapshot{}, false, r.fail("snapshot of exercise", exercise, err)
	}
	return s, ok, nil
}

func (r *Reader) snapshot(ctx context.Context, exercise string) (s Snapshot, ok bool, err error) {
	number, err := scanNumber(ctx, r.q.number, exercise)
	if err != nil {
		return s, false, err
	}
	// One query reads it all, so that it is all of one snapshot.
	rows, err := r.q.snapshot.QueryContext(ctx, number)
	if err != nil {
		return s, false, err
	}
	defer func() { _ = rows.Close() }() // rows.Err says what there is to say
	for ; rows.Next(); ok = true {
		if err := s.scan(rows); err != nil {
			return s, false, err
		}
	}
	return s, ok, rows.Err()
}

// scan adds a part.
func (s *Snapshot) scan(rows *sql.Rows) error {
	var chain, part sql.RawBytes
	var size int
	if err := rows.Scan(&s.Seq, &chain, &s.BuildID, &size, &part); err != nil {
		return err
	}
	if s.Data == nil {
		s.Data = make([]byte, 0, min(max(size, 0), maxSnapshot))
	}
	s.Data = append(s.Data, part...)
	return scanHash(&s.Chain, chain)
}

// PutSnapshot keeps snap as the snapshot of an exercise, in place of any other.
// It writes part by part, so that appends go on meanwhile; until all is
// written, the snapshot before it stands. It returns ErrNotFound where there is
// no exercise, and ErrConflict where another PutSnapshot overtook it.
func (s *Store) PutSnapshot(ctx context.Context, exercise string, snap Snapshot) error {
	if err := s.putSnapshot(ctx, exercise, snap); err != nil {
		return s.fail("put snapshot of exercise", exercise, err)
	}
	return nil
}

func (s *Store) putSnapshot(ctx context.Context, exercise string, snap Snapshot) error {
	number, err := s.number(ctx, exercise)
	if err != nil {
		return err
	}
	var snapshot int64
	err = s.db.Write(ctx, func(tx *database.Tx) error {
		return tx.Row(`INSERT INTO snapshots (exercise, seq, chain, maker, size, whole)
			VALUES ($1, $2, $3, $4, $5, $6) RETURNING number`,
			number, snap.Seq, snap.Chain[:], snap.BuildID, len(snap.Data), false).Scan(&snapshot)
	})
	if err != nil {
		return err
	}
	if err := s.putParts(ctx, snapshot, snap.Data); err != nil {
		// Where this fails too, the next snapshot takes the rest away.
		return errors.Join(err, s.dropSnapshots(context.WithoutCancel(ctx), number, snapshot, snapshot))
	}
	return s.dropSnapshots(ctx, number, 0, snapshot-1)
}

// putParts writes data, which may be empty, and makes the snapshot whole.
func (s *Store) putParts(ctx context.Context, snapshot int64, data []byte) error {
	for part := 0; part == 0 || len(data) > 0; part++ {
		n := min(len(data), partSize)
		err := s.db.Write(ctx, func(tx *database.Tx) error {
			_, err := tx.Exec(`INSERT INTO snapshot_parts (snapshot, part, data) VALUES ($1, $2, $3)`,
				snapshot, part, append([]byte{}, data[:n]...))
			return err
		})
		if err != nil {
			return err
		}
		data = data[n:]
	}
	return s.db.Write(ctx, func(tx *database.Tx) error {
		n, err := tx.Exec(`UPDATE snapshots SET whole = $2 WHERE number = $1`, snapshot, true)
		if err == nil && n == 0 {
			err = database.ErrConflict
		}
		return err
	})
}

// DropSnapshot removes the snapshot of an exercise, if it has one. It returns
// ErrNotFound where there is no exercise.
func (s *Store) DropSnapshot(ctx context.Context, exercise string) error {
	number, err := s.number(ctx, exercise)
	if err == nil {
		err = s.dropSnapshots(ctx, number, 0, 1<<62)
	}
	if err != nil {
		return s.fail("drop snapshot of exercise", exercise, err)
	}
	return nil
}

// dropSnapshots removes those of an exercise numbered from to until: first
// from sight, then part by part.
func (s *Store) dropSnapshots(ctx context.Context, exercise, from, until int64) error {
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		_, err := tx.Exec(`UPDATE snapshots SET whole = $4 WHERE exercise = $1 AND number BETWEEN $2 AND $3`,
			exercise, from, until, false)
		return err
	})
	for more := true; err == nil && more; {
		err = s.db.Write(ctx, func(tx *database.Tx) error {
			n, err := tx.Exec(`DELETE FROM snapshot_parts WHERE (snapshot, part) IN (
				SELECT p.snapshot, p.part FROM snapshot_parts p JOIN snapshots s ON s.number = p.snapshot
				WHERE s.exercise = $1 AND s.number BETWEEN $2 AND $3 LIMIT 8)`, exercise, from, until)
			if more = n > 0; more || err != nil {
				return err
			}
			_, err = tx.Exec(`DELETE FROM snapshots WHERE exercise = $1 AND number BETWEEN $2 AND $3`, exercise, from, until)
			return err
		})
	}
	return err
}
