package database

import (
	"context"
	"fmt"
)

// lockName names a lock: an area's own space of numbers, and a number in it.
type lockName struct {
	space  int32
	number int64
}

// TryLock keeps others, in this process and in others that use the database,
// from a lock until release. It reports false where somebody has it. A lock
// ends with the process. Space 0x726e6b with number 0 is for migrations.
func (db *DB) TryLock(ctx context.Context, space int32, number int64) (release func(), ok bool, err error) {
	name := lockName{space, number}
	if !db.holdLock(name) {
		return nil, false, nil
	}
	unlock, ok, err := db.eng.tryLock(ctx, db.pools.write, space, number)
	if err != nil || !ok {
		db.dropLock(name)
		if err != nil {
			err = fmt.Errorf("lock %d/%d: %w", space, number, err)
		}
		return nil, false, err
	}
	return func() {
		unlock()
		db.dropLock(name)
	}, true, nil
}

// holdLock reports whether nobody in this process had the lock.
func (db *DB) holdLock(name lockName) bool {
	db.locksMu.Lock()
	defer db.locksMu.Unlock()
	if db.locks[name] {
		return false
	}
	db.locks[name] = true
	return true
}

func (db *DB) dropLock(name lockName) {
	db.locksMu.Lock()
	defer db.locksMu.Unlock()
	delete(db.locks, name)
}
