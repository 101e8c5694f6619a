package eventstore

import (
	"context"
	"embed"
	"io/fs"

	"renkei/internal/database"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Area is what this package stores in a database.
func Area() database.Area {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return database.Area{
		Name:       "exercise",
		Migrations: files,
		Tables:     []string{"cites", "command_keys", "contents", "events", "exercises", "snapshot_parts", "snapshots", "ticks"},
		Archived:   true, // a backup has the log of each exercise
		Inherited: []database.Inherited{
			{Shared: "b1d18f8c696b55e41302077fce9a0b35b974014aeb75d1d3124b89c2c290d0e2", Number: 1}, // 001_log.sql
			{Shared: "b0ee15622d64c51e274490d6aab77c350316b0aea80948af9920592633ce7a83", Number: 2}, // 002_portable.sql
		},
	}
}

// Options tune a store; the zero value is right for production.
type Options struct {
	// GroupBatches bounds how many batches share a transaction. Default 512.
	// 1 gives each a commit of its own, which is only good for comparison.
	GroupBatches int
	// GroupBytes bounds the bytes of the events and contents that share a
	// transaction; a single larger batch still passes, alone. Default 4 MiB.
	// More makes those wait longer who come right after a large batch.
	GroupBytes int
}

func (o Options) withDefaults() Options {
	if o.GroupBatches <= 0 {
		o.GroupBatches = 512
	}
	if o.GroupBytes <= 0 {
		o.GroupBytes = 4 << 20
	}
	return o
}

// Reader reads what is durable: of the present moment in a Store, else of that
// of its database.Reader.
type Reader struct {
	db *database.Reader
	q  queries
}

// NewReader returns a reader of a database.
func NewReader(ctx context.Context, db *database.Reader) (*Reader, error) {
	r := &Reader{db: db}
	return r, db.Prepare(ctx, r.q.texts())
}

// fail says what failed, and for whom.
func (r *Reader) fail(what, id string, err error) error { return r.db.Fail(what, id, err) }

// Store keeps the logs of all exercises. It is safe for use by many goroutines.
type Store struct {
	*Reader
	db     *database.DB
	tables tables
	writer *writer
}

// tables writes within a transaction what belongs to exercises.
type tables interface {
	// heads returns where exercises stand; those that do not exist are left out.
	heads(tx *database.Tx, ids []string) (map[string]head, error)
	// insert writes r. It returns ErrKeyReused where a key is in use; part of r
	// is written then.
	insert(tx *database.Tx, r *rows) error
}

// New returns the store of a database that has the migrations of Area. It takes
// away what imports that were broken off have left, and starts the writer, which
// ends when the database closes: that commits what is queued, and reports it.
func New(ctx context.Context, db *database.DB, opts Options) (*Store, error) {
	reader, err := NewReader(ctx, db.Reader)
	if err != nil {
		return nil, err
	}
	s := &Store{Reader: reader, db: db, tables: unnested{}}
	if db.Engine() == database.SQLite {
		if s.tables, err = sqliteTables(ctx, db); err != nil {
			return nil, err
		}
	}
	if err := s.removeAbandonedImports(ctx); err != nil {
		return nil, s.fail("open", "events", err)
	}
	s.writer = s.startWriter(opts.withDefaults())
	db.OnClose(s.writer.stop)
	return s, nil
}
