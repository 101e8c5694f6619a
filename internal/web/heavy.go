package web

import (
	"context"
	"time"
)

// heavyBytes is what all files that are being read may take together, beside
// what the program takes anyway: see MemoryMax in deploy/renkei.service. A pack
// takes all of it.
const heavyBytes = 256 << 20

// What a pack takes, a table, and each byte of what is handed in while it is read: tables and mails unfold, and
// what is handed in is hashed, encoded and stored.
const (
	HeavyPack   = heavyBytes
	HeavyTable  = 128 << 20
	HeavyUpload = 4
)

// heavyWait is how long somebody waits until others are done, before being told
// to come again.
const heavyWait = 20 * time.Second

// Heavy waits until so much memory is free; it is the request's until it ends.
func (r *Request) Heavy(bytes int64) error {
	free, err := r.takeHeavy(bytes)
	if err != nil {
		return err
	}
	context.AfterFunc(r.Context(), free) // it ends with the request
	return nil
}
