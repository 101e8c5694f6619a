package eventstore

import (
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"renkei/internal/database"
	"renkei/internal/journal"
)

// unnested writes many rows with one statement each table, as arrays: what
// costs on PostgreSQL is the way to the server and back.
type unnested struct{}

func (unnested) heads(tx *database.Tx, ids []string) (map[string]head, error) {
	rows, err := tx.Query(`SELECT x.id, x.number, h.seq, h.chain FROM exercises x
		LEFT JOIN LATERAL (SELECT seq, chain FROM events WHERE exercise = x.number ORDER BY seq DESC LIMIT 1) h ON TRUE
		WHERE x.id = ANY ($1) AND NOT x.hidden`, ids)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err says what there is to say
	heads := make(map[string]head, len(ids))
	for rows.Next() {
		var id string
		var h head
		var seq sql.NullInt64
		var chain []byte
		if err := rows.Scan(&id, &h.number, &seq, &chain); err != nil {
			return nil, err
		}
		h.Seq, h.Chain = uint64(seq.Int64), journal.Genesis(id)
		if seq.Valid {
			if err := scanHash(&h.Chain, chain); err != nil {
				return nil, err
			}
		}
		heads[id] = h
	}
	return heads, rows.Err()
}

// insert begins with the events: a node that was slower with a seq waits there
// until the other has committed, and then hears that of all its reasons.
func (unnested) insert(tx *database.Tx, r *rows) error {
	for _, insert := range []func(*database.Tx, *rows) error{
		insertEvents, insertKeys, insertContents, insertCites, insertTicks,
	} {
		if err := insert(tx, r); err != nil {
			return err
		}
	}
	return nil
}

func insertKeys(tx *database.Tx, r *rows) error {
	n := len(r.keys)
	if n == 0 {
		return nil
	}
	exercises, first, last := make([]int64, n), make([]int64, n), make([]int64, n)
	actors, names, hashes := make([]string, n), make([]string, n), make([][]byte, n)
	for i := range r.keys {
		k := &r.keys[i]
		exercises[i], first[i], last[i] = k.exercise, int64(k.First), int64(k.Last)
		actors[i], names[i], hashes[i] = k.Actor, k.Key.Key, k.Hash[:]
	}
	written, err := tx.Exec(`INSERT INTO command_keys (exercise, actor, name, hash, first_seq, last_seq)
		SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bytea[], $5::bigint[], $6::bigint[])
		ON CONFLICT DO NOTHING`, exercises, actors, names, hashes, first, last)
	if err != nil || written == int64(n) {
		return err
	}
	return fmt.Errorf("%w: %q of %q, or one with it", ErrKeyReused, names[0], actors[0])
}

func insertEvents(tx *database.Tx, r *rows) error {
	n := len(r.events)
	if n == 0 {
		return nil
	}
	exercises, seqs := make([]int64, n), make([]int64, n)
	salts, events, leaves, chains := make([][]byte, n), make([][]byte, n), make([][]byte, n), make([][]byte, n)
	for i := range r.events {
		e := &r.events[i]
		exercises[i], seqs[i] = e.exercise, int64(e.Seq)
		salts[i], events[i], leaves[i], chains[i] = e.Salt, e.Event, e.Leaf[:], e.Chain[:]
	}
	_, err := tx.Exec(`INSERT INTO events (exercise, seq, salt, bytes, leaf, chain)
		SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[])`,
		exercises, seqs, salts, events, leaves, chains)
	return err
}

// insertContents writes contents in the order of their hashes, so that two
// nodes that bring the same ones never wait for each other in a circle.
func insertContents(tx *database.Tx, r *rows) error {
	byHash := make(map[journal.Hash]*journal.Content, len(r.contents))
	for i := range r.contents {
		c := &r.contents[i]
		if byHash[c.Hash] == nil { // the first counts
			byHash[c.Hash] = c
		}
	}
	order := slices.SortedFunc(maps.Keys(byHash), func(a, b journal.Hash) int { return slices.Compare(a[:], b[:]) })
	for _, hash := range order {
		c := byHash[hash]
		_, err := tx.Exec(`INSERT INTO contents (hash, media, data) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
			hash[:], c.Media, notNull(c.Data))
		if err != nil {
			return err
		}
	}
	return nil
}

func insertCites(tx *database.Tx, r *rows) error {
	n := len(r.cites)
	if n == 0 {
		return nil
	}
	exercises, hashes, seqs := make([]int64, n), make([][]byte, n), make([]int64, n)
	for i := range r.cites {
		c := &r.cites[i]
		exercises[i], hashes[i], seqs[i] = c.exercise, c.hash[:], int64(c.seq)
	}
	_, err := tx.Exec(`INSERT INTO cites (exercise, hash, seq)
		SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bigint[]) ON CONFLICT DO NOTHING`, exercises, hashes, seqs)
	return err
}

// insertTicks writes the last of each exercise: one statement cannot write the
// same row twice.
func insertTicks(tx *database.Tx, r *rows) error {
	last := make(map[int64]Tick, len(r.ticks))
	for _, t := range r.ticks {
		last[t.exercise] = t.Tick
	}
	if len(last) == 0 {
		return nil
	}
	exercises := slices.Sorted(maps.Keys(last))
	at, wall := make([]int64, len(exercises)), make([]int64, len(exercises))
	for i, exercise := range exercises {
		at[i], wall[i] = last[exercise].At, last[exercise].Wall
	}
	_, err := tx.Exec(`INSERT INTO ticks (exercise, at, wall)
		SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])
		ON CONFLICT (exercise) DO UPDATE SET at = excluded.at, wall = excluded.wall`, exercises, at, wall)
	return err
}
