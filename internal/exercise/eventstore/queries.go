package eventstore

import "database/sql"

const (
	selectHead = `SELECT seq, chain FROM events WHERE exercise = $1 ORDER BY seq DESC LIMIT 1`

	selectNumber = `SELECT number FROM exercises WHERE id = $1 AND NOT hidden`
)

// queries are the reads, prepared once.
type queries struct {
	head, number, hidden, exercises, tick, chain, entries, key, keys, content, cites, snapshot *sql.Stmt
}

func (q *queries) texts() map[**sql.Stmt]string {
	return map[**sql.Stmt]string{
		&q.head:      selectHead,
		&q.number:    selectNumber,
		&q.hidden:    `SELECT number FROM exercises WHERE hidden`,
		&q.exercises: `SELECT id, created, title FROM exercises WHERE NOT hidden ORDER BY created, id`,
		&q.tick:      `SELECT at, wall FROM ticks WHERE exercise = $1`,
		&q.chain:     `SELECT chain FROM events WHERE exercise = $1 AND seq = $2`,
		&q.entries: `SELECT seq, salt, bytes, leaf, chain FROM events
			WHERE exercise = $1 AND seq BETWEEN $2 AND $3 ORDER BY seq LIMIT $4`,
		&q.key: `SELECT hash, first_seq, last_seq FROM command_keys WHERE exercise = $1 AND name = $2 AND actor = $3`,
		&q.keys: `SELECT actor, name, hash, first_seq, last_seq FROM command_keys
			WHERE exercise = $1 AND (first_seq, name, actor) >= ($2, $3, $4)
			ORDER BY first_seq, name, actor LIMIT $5 OFFSET $6`,
		&q.content: `SELECT media, data FROM contents WHERE hash = $1`,
		&q.cites: `SELECT seq, hash FROM cites
			WHERE exercise = $1 AND seq BETWEEN $2 AND $3 ORDER BY seq, hash`,
		&q.snapshot: `SELECT s.seq, s.chain, s.maker, s.size, p.data
			FROM snapshots s JOIN snapshot_parts p ON p.snapshot = s.number
			WHERE s.number = (SELECT MAX(number) FROM snapshots WHERE exercise = $1 AND whole)
			ORDER BY p.part`,
	}
}
