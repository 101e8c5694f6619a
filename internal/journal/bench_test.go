package journal_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"renkei/internal/journal"
)

// benchEntries makes n entries of about 400 bytes each.
func benchEntries(n int) []journal.Entry {
	head := journal.Head{Chain: journal.Genesis("bench")}
	list := make([]journal.Entry, n)
	for i := range list {
		event := fmt.Appendf(nil, `{"seq":%d,"type":"report.submitted","actor":"p-0197","text":"%s"}`,
			i+1, strings.Repeat("疑わしい通信 to 203.0.113.7; ", 9))
		list[i] = next(&head, event)
	}
	return list
}

func BenchmarkWriter(b *testing.B) {
	list := benchEntries(1000)
	b.SetBytes(int64(len(list[0].Event)))
	for i := 0; i < b.N; {
		w, err := journal.NewWriter(io.Discard, "bench")
		if err != nil {
			b.Fatal(err)
		}
		for j := 0; j < len(list) && i < b.N; i, j = i+1, j+1 {
			if err := w.Entry(list[j]); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	var file bytes.Buffer
	list := benchEntries(1000)
	w, err := journal.NewWriter(&file, "bench")
	if err != nil {
		b.Fatal(err)
	}
	for _, e := range list {
		if err := w.Entry(e); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(list[0].Event)))
	b.ResetTimer()
	for i := 0; i < b.N; i += len(list) {
		if _, err := journal.Verify(bytes.NewReader(file.Bytes())); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkJSONValid(b *testing.B) {
	e := benchEntries(1)[0].Event
	b.SetBytes(int64(len(e)))
	for b.Loop() {
		json.Valid(e)
	}
}
