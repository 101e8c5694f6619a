package conduct

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"renkei/internal/binenc"
	"renkei/internal/exercise"
	"renkei/internal/journal"
)

// keyID is an (actor, key) pair, shortened: an exercise of a million events
// must fit in memory.
type keyID [16]byte

// keyed is what the command under a key was and brought about.
type keyed struct {
	hash  [8]byte
	first uint64
	n     uint32 // how many events
}

// last is the seq of the last event; below first when there was none.
func (k keyed) last() uint64 { return k.first + uint64(k.n) - 1 }

// keyTable remembers every idempotency key of one exercise. Its rows are only
// ever added to, so that rows may be read while more come.
type keyTable struct {
	at   map[keyID]uint32 // number of the row
	rows keyRows
}

type keyRow struct {
	id keyID
	keyed
}

// keyRows are rows in pieces of a fixed size: a long slice would be copied
// whole, now and then, while somebody waits.
type keyRows struct {
	pieces [][]keyRow
	n      int
}

const rowsOfPiece = 1 << 12

func newKeyTable(n int) keyTable { return keyTable{at: make(map[keyID]uint32, n)} }

func idOf(actor, key string) keyID {
	sum := sha256.Sum256([]byte(actor + "\x00" + key))
	return keyID(sum[:16])
}

// hashOf identifies what a command asks for, apart from when.
func hashOf(do exercise.Action) (journal.Hash, error) {
	body, err := json.Marshal(do)
	if err != nil {
		return journal.Hash{}, fmt.Errorf("hash command %T: %w", do, err)
	}
	return journal.HashOf(append([]byte(fmt.Sprintf("%T ", do)), body...)), nil
}

func (t *keyTable) find(id keyID) (keyed, bool) {
	i, ok := t.at[id]
	if !ok {
		return keyed{}, false
	}
	return t.rows.row(int(i)).keyed, true
}

// add notes a key; one that is known stays as it is.
func (t *keyTable) add(id keyID, k keyed) {
	if _, known := t.at[id]; !known {
		t.put(id, k)
	}
}

// put notes a key that is not known.
func (t *keyTable) put(id keyID, k keyed) {
	t.at[id] = uint32(t.rows.n)
	t.rows.add(keyRow{id, k})
}

// load adds the keys of an exercise whose first event is from or later, and
// returns the first event of the last one.
func (t *keyTable) load(ctx context.Context, s Store, exercise string, from uint64) (last uint64, err error) {
	last = from
	for k, err := range s.Keys(ctx, exercise, from) {
		if err != nil {
			return last, err
		}
		t.add(idOf(k.Actor, k.Key), keyed{hash: [8]byte(k.Hash[:8]), first: k.First, n: uint32(k.Last + 1 - k.First)})
		last = max(last, k.First)
	}
	return last, nil
}

// trim forgets the keys of events after seq. They come last.
func (t *keyTable) trim(seq uint64) {
	var kept []keyRow // of commands that brought about no event
	for t.rows.n > 0 && t.rows.row(t.rows.n-1).first > seq {
		row := t.rows.pop()
		delete(t.at, row.id)
		if row.last() <= seq {
			kept = append(kept, row)
		}
	}
	for _, row := range slices.Backward(kept) {
		t.put(row.id, row.keyed)
	}
}

func (r *keyRows) row(i int) *keyRow { return &r.pieces[i/rowsOfPiece][i%rowsOfPiece] }

func (r *keyRows) add(row keyRow) {
	if r.n%rowsOfPiece == 0 {
		r.pieces = append(r.pieces, make([]keyRow, 0, rowsOfPiece))
	}
	last := len(r.pieces) - 1
	r.pieces[last] = append(r.pieces[last], row)
	r.n++
}

// pop takes the last row off.
func (r *keyRows) pop() keyRow {
	end := len(r.pieces) - 1
	piece := r.pieces[end]
	row := piece[len(piece)-1]
	r.pieces[end] = piece[:len(piece)-1]
	if len(piece) == 1 {
		r.pieces = r.pieces[:end]
	}
	r.n--
	return row
}

// now gives the rows that there are now, to be read while more are added.
func (r *keyRows) now() keyRows { return keyRows{pieces: slices.Clone(r.pieces), n: r.n} }

// leastKey is the fewest bytes of a coded row.
const leastKey = len(keyID{}) + len(keyed{}.hash) + 2

// code codes the rows in the order in which they came: nearly every one begins
// where the one before it ended.
func (r *keyRows) code(c *binenc.Coder, each func(keyRow)) {
	next := uint64(1)
	for i := range c.Count(r.n, leastKey) {
		var row keyRow
		if !c.Reading() {
			row = *r.row(i)
		}
		c.Fixed(row.id[:])
		c.Fixed(row.hash[:])
		ahead := int64(row.first - next)
		binenc.Int(c, &ahead)
		binenc.Uint(c, &row.n)
		row.first = next + uint64(ahead)
		next = row.first + uint64(row.n)
		each(row)
	}
}
