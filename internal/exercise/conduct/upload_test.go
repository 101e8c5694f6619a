package conduct_test

import (
	"bytes"
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/journal"
)

// TestHandedInFilesLieInTheLog, once however often they are handed in; a retry
// gives the first result, and the same key for another file is refused.
func TestHandedInFilesLieInTheLog(t *testing.T) {
	t.Parallel()
	r := newFixture(t, loadPack(t, fullPack), 2, &handClock{wall: 1_800_000_000_000_000})
	s := r.open()
	s.must("startex", exercise.Start{Speed: 1})
	s.after(2*time.Minute, "n")
	hand := func(unit, data, want string) {
		t.Helper()
		got := code(t, s.c, exercise.Command{Key: "h", Actor: player(unit), Do: exercise.Submit{
			Task: "T4", Unit: unit, File: exercise.NewUpload("iocs.csv", []byte(data)),
		}})
		if got != want {
			t.Errorf("%s hands in %q: refused with %q, want %q", unit, data, got, want)
		}
	}
	const data = "type,value\nip,203.0.113.11\n"
	hand("asteria", data, "")
	hand("asteria", data, "")
	hand("borealis", data, "")
	hand("asteria", "other", exercise.KeyReused)
	s.stop()
	handed := 0
	for _, e := range r.mem.decoded(t) {
		b, ok := e.Body.(*exercise.Submitted)
		if !ok {
			continue
		}
		handed++
		var hash journal.Hash
		if err := hash.UnmarshalText([]byte(b.File.Hash)); err != nil {
			t.Fatal(err)
		}
		c, err := r.deps.Store.Content(t.Context(), hash)
		if err != nil || !bytes.Equal(c.Data, []byte(data)) || c.Media != "text/csv" {
			t.Errorf("%s holds %q (%s), %v", b.File.Hash, c.Data, c.Media, err)
		}
	}
	if handed != 2 {
		t.Errorf("%d files were handed in", handed)
	}
}
