package eventstore

import (
	"renkei/internal/journal"
)

// rows are what a transaction adds, table by table.
type rows struct {
	events   []eventRow
	keys     []keyRow
	contents []journal.Content
	cites    []citeRow
	ticks    []tickRow
	with     []Write
}

// The exercise of a row is its number.

type eventRow struct {
	exercise int64
	journal.Entry
}

type keyRow struct {
	exercise int64
	Key
}

type citeRow struct {
	exercise int64
	hash     journal.Hash
	seq      uint64
}

type tickRow struct {
	exercise int64
	Tick
}

// reset empties r and keeps its room.
func (r *rows) reset() {
	clear(r.events) // so that the bytes can go
	clear(r.contents)
	clear(r.with)
	*r = rows{r.events[:0], r.keys[:0], r.contents[:0], r.cites[:0], r.ticks[:0], r.with[:0]}
}

// notNull returns data, which is no null however empty it is.
func notNull(data []byte) []byte {
	if data == nil {
		return []byte{}
	}
	return data
}

// empty reports whether there is nothing to insert.
func (r *rows) empty() bool {
	return len(r.events)+len(r.keys)+len(r.contents)+len(r.cites)+len(r.ticks)+len(r.with) == 0
}
