package journal_test

import (
	"bytes"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"renkei/internal/journal"
)

// TestAnyFlippedByteIsNoticed changes one byte anywhere in a file of events.
func TestAnyFlippedByteIsNoticed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.StringN(1, 8, -1).Draw(t, "exercise")
		head := journal.Head{Chain: journal.Genesis(id)}
		var file bytes.Buffer
		w, err := journal.NewWriter(&file, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range rapid.SliceOfN(rapid.StringMatching(`[ -!#-\[\]-~あ-ん]{0,20}`), 1, 5).Draw(t, "texts") {
			e := next(&head, fmt.Appendf(nil, `{"text":"%s","n":1.0}`, text))
			if rapid.Bool().Draw(t, "redacted") {
				e = redact(e)
			}
			if err := w.Entry(e); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		b := file.Bytes()
		if _, err := journal.Verify(bytes.NewReader(b)); err != nil {
			t.Fatalf("before the change: %v", err)
		}
		// The last newline says nothing: without it the line is still whole.
		i := rapid.IntRange(0, len(b)-2).Draw(t, "at")
		b[i] ^= rapid.ByteRange(1, 255).Draw(t, "bits")
		if res, err := journal.Verify(bytes.NewReader(b)); err == nil {
			t.Fatalf("byte %d changed to %q unnoticed: %+v\n%s", i, b[i], res, b)
		}
	})
}

// TestEveryFlippedBit changes each bit of a file with redacted and open events.
func TestEveryFlippedBit(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	var events []any
	for _, l := range sample() {
		if _, ok := l.(journal.Entry); ok {
			events = append(events, l)
		}
	}
	write(t, &file, "0198-sample", events)
	b := file.Bytes()
	for i := range b {
		for bit := range 8 {
			b[i] ^= 1 << bit
			if _, err := journal.Verify(bytes.NewReader(b)); err == nil {
				t.Errorf("bit %d of byte %d (%q) changed unnoticed", bit, i, b[i])
			}
			b[i] ^= 1 << bit
		}
	}
}
