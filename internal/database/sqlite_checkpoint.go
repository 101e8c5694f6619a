package database

import (
	"context"
	"database/sql"
	"io"
	"os"
	"sync"
	"time"
)

// checkpointEvery is how often the write-ahead log is looked at.
const checkpointEvery = 250 * time.Millisecond

// checkpointer carries the write-ahead log over into the database beside the
// writer. A commit that reaches the limit of wal_autocheckpoint does that too,
// and everybody waits for it: this leaves it next to nothing to carry.
type checkpointer struct {
	db   *sql.DB
	wal  string
	stop context.CancelFunc
	done sync.WaitGroup
}

var _ io.Closer = (*checkpointer)(nil)

// startCheckpoints begins for the database file at path, until Close.
func startCheckpoints(ctx context.Context, path string) (*checkpointer, error) {
	db, err := sql.Open("sqlite", sqliteDSN(path, "synchronous(FULL)", "wal_autocheckpoint(0)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	c := &checkpointer{db: db, wal: path + "-wal", stop: stop}
	c.done.Go(func() { c.run(ctx) })
	return c, nil
}

func (c *checkpointer) run(ctx context.Context) {
	tick := time.NewTicker(checkpointEvery)
	defer tick.Stop()
	var last time.Time
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		info, err := os.Stat(c.wal)
		if err != nil || info.Size() == 0 || info.ModTime().Equal(last) {
			continue // nothing was written, or there is nothing any more
		}
		last = info.ModTime()
		// It never waits for anybody. What it leaves, the next one takes, or the
		// writer: a failure is no loss.
		_, _ = c.db.ExecContext(ctx, `PRAGMA wal_checkpoint(PASSIVE)`)
	}
}

// Close ends it.
func (c *checkpointer) Close() error {
	c.stop()
	c.done.Wait()
	return c.db.Close()
}
