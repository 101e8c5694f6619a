package conduct_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/conduct"
	"renkei/internal/journal"
)

// TestDamageIsNoticed wherever it is in a log of several sheets: opening says at
// which event, and takes the log no further.
func TestDamageIsNoticed(t *testing.T) {
	t.Parallel()
	r := smallRig(t)
	s := r.open()
	for i := range 700 {
		s.must("n"+strconv.Itoa(i), exercise.AddNote{Text: "note"})
	}
	s.stop()
	r.mem.snapshot = nil
	chance := rand.New(rand.NewPCG(4, 4))
	flipped := func(data []byte) []byte {
		data = slices.Clone(data)
		data[chance.IntN(len(data))] ^= 1 << chance.IntN(8)
		return data
	}
	for name, spoil := range map[string]func(m *memStore, i int){
		"an event": func(m *memStore, i int) { m.events[i] = flipped(m.events[i]) },
		"a leaf":   func(m *memStore, i int) { m.leaves[i] = journal.Hash(flipped(m.leaves[i][:])) },
		"a chain":  func(m *memStore, i int) { m.chains[i] = journal.Hash(flipped(m.chains[i][:])) },
		"an event with its leaf": func(m *memStore, i int) {
			m.events[i] = flipped(m.events[i])
			m.leaves[i] = journal.LeafOf(salt(), m.events[i])
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, seq := range []int{1, 2, 255, 256, 257, 512, 513, 701, 2 + chance.IntN(699)} {
				events, leaves, chains := slices.Clone(r.mem.events), slices.Clone(r.mem.leaves), slices.Clone(r.mem.chains)
				spoil(r.mem, seq-1)
				r.damagedAt(t, uint64(seq))
				r.mem.events, r.mem.leaves, r.mem.chains = events, leaves, chains
			}
		})
	}
	r.open().stop() // mended
}

// damagedAt sees that the exercise does not open, for what event seq holds.
func (r *fixture) damagedAt(t *testing.T, seq uint64) {
	t.Helper()
	_, err := conduct.Open(t.Context(), r.deps, "x")
	var corrupt *journal.CorruptError
	if !errors.Is(err, database.ErrDamaged) || !errors.As(err, &corrupt) || corrupt.Seq != seq {
		t.Errorf("damaged at %d: %v", seq, err)
	}
}

// TestDamagedPackIsNoticed: what the first event cites is the pack.
func TestDamagedPackIsNoticed(t *testing.T) {
	t.Parallel()
	r := smallRig(t)
	for hash, content := range r.mem.contents {
		spoilt := content
		spoilt.Data = append(slices.Clone(content.Data), ' ')
		r.mem.contents[hash] = spoilt
		r.damagedAt(t, 1)
		delete(r.mem.contents, hash)
		r.damagedAt(t, 1)
		r.mem.contents[hash] = content
	}
}

// TestDamageElsewhereIsNoticed: a node that catches up verifies what the other
// one wrote.
func TestDamageElsewhereIsNoticed(t *testing.T) {
	t.Parallel()
	r := smallRig(t)
	s := r.open()
	s.must("startex", exercise.Start{Speed: 1})
	r.mem.once(t, "note.added", func() error {
		r.otherNode(0, "excon", exercise.Audience{exercise.ToControl}, &exercise.Note{Text: "theirs"})
		r.mem.mu.Lock()
		defer r.mem.mu.Unlock()
		r.mem.chains[len(r.mem.chains)-1][7] ^= 1
		return nil
	})
	_, _ = s.c.Do(t.Context(), exercise.Command{Key: "n", Actor: exercise.Excon(), Do: exercise.AddNote{Text: "mine"}})
	if err := <-s.ended; !errors.Is(err, database.ErrDamaged) {
		t.Errorf("catching up on what is damaged: %v", err)
	}
}
