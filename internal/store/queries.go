package store

import (
	"context"
	"database/sql"
)

const (
	selectHead = `SELECT seq, chain FROM events WHERE exercise = $1 ORDER BY seq DESC LIMIT 1`

	selectNumber = `SELECT number FROM exercises WHERE id = $1`
)

// queries are the reads, prepared once.
type queries struct {
	head, number, exercises, tick, entries, keys, content, cites *sql.Stmt
}

func prepareQueries(ctx context.Context, db *sql.DB) (*queries, error) {
	q := &queries{}
	return q, prepare(ctx, db, map[**sql.Stmt]string{
		&q.head:      selectHead,
		&q.number:    selectNumber,
		&q.exercises: `SELECT id, created, title FROM exercises ORDER BY created, id`,
		&q.tick:      `SELECT at, wall FROM ticks WHERE exercise = $1`,
		&q.entries: `SELECT seq, salt, bytes, leaf, chain FROM events
			WHERE exercise = $1 AND seq >= $2 ORDER BY seq LIMIT $3`,
		&q.keys: `SELECT actor, name, hash, first_seq, last_seq FROM command_keys
			WHERE exercise = $1 AND (name, actor) > ($2, $3) ORDER BY name, actor LIMIT $4`,
		&q.content: `SELECT media, data FROM contents WHERE hash = $1`,
		&q.cites: `SELECT seq, hash FROM cites
			WHERE exercise = $1 AND seq BETWEEN $2 AND $3 ORDER BY seq, hash`,
	})
}
