package eventstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"renkei/internal/database"
	"renkei/internal/journal"
)

// head is where an exercise stands.
type head struct {
	number int64 // of the exercise in the other tables
	Head
}

// scanHead returns the head of an exercise, which is Genesis where there is no
// event, or ErrNotFound.
func scanHead(ctx context.Context, numbers, heads *sql.Stmt, id string) (head, error) {
	number, err := scanNumber(ctx, numbers, id)
	if err != nil {
		return head{}, err
	}
	h := head{number: number}
	var chain []byte
	err = heads.QueryRowContext(ctx, number).Scan(&h.Seq, &chain)
	if errors.Is(err, sql.ErrNoRows) {
		h.Chain = journal.Genesis(id)
		return h, nil
	}
	return h, errors.Join(err, scanHash(&h.Chain, chain))
}

// scanNumber returns ErrNotFound where there is no such exercise.
func scanNumber(ctx context.Context, numbers *sql.Stmt, id string) (n int64, err error) {
	err = numbers.QueryRowContext(ctx, id).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, database.ErrNotFound
	}
	return n, err
}

func scanHash(h *journal.Hash, b []byte) error {
	if copy(h[:], b) != len(h) || len(b) != len(h) {
		return fmt.Errorf("%w: a hash of %d bytes", database.ErrDamaged, len(b))
	}
	return nil
}
