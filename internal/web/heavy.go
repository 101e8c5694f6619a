package web

import (
	"context"
	"errors"
	"time"

	"renkei/internal/bounds"
)

// heavyBytes is what all files that are being read may take together, beside
// what the program takes anyway: see MemoryMax in deploy/renkei.service. A pack
// takes all of it.
const heavyBytes = 256 << 20

// A byte of a file takes so many while it is read: tables and mails unfold, and
// what is handed in is hashed, encoded and stored.
const (
	heavyPack   = heavyBytes
	heavyTable  = 128 << 20
	heavyUpload = 4
)

// heavyWait is how long somebody waits until others are done, before being told
// to come again.
const heavyWait = 20 * time.Second

// heavy waits until so much memory is free; it is the request's until it ends.
func (r *request) heavy(bytes int64) error {
	ctx, cancel := context.WithTimeout(r.Context(), heavyWait)
	defer cancel()
	free, err := r.s.heavy.Take(ctx, bytes)
	if errors.Is(err, bounds.ErrBusy) {
		return &tooOften{heavyWait / 2}
	}
	if err != nil {
		return err
	}
	context.AfterFunc(r.Context(), free) // it ends with the request
	return nil
}
