package journal_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"renkei/internal/journal"
)

// TestWriterRefuses tells that what does not verify is not written, and that
// the writer goes on afterwards.
func TestWriterRefuses(t *testing.T) {
	t.Parallel()
	entry := func(event string) journal.Entry {
		head := journal.Head{Chain: journal.Genesis("x")}
		return next(&head, []byte(event))
	}
	good := entry(`{"a":1}`)
	tests := []struct {
		name string
		edit func(*journal.Entry)
		code string
	}{
		{"seq", func(e *journal.Entry) { e.Seq = 2 }, journal.CodeBadSeq},
		{"leaf", func(e *journal.Entry) { e.Leaf[0]++ }, journal.CodeBadLeaf},
		{"chain", func(e *journal.Entry) { e.Chain[0]++ }, journal.CodeBadChain},
		{"no salt", func(e *journal.Entry) { e.Salt = nil }, journal.CodeBadJSON},
		{"short salt", func(e *journal.Entry) { e.Salt = e.Salt[:15] }, journal.CodeBadJSON},
		{"salt of nothing", func(e *journal.Entry) { e.Event = nil }, journal.CodeBadJSON},
		{"newline", func(e *journal.Entry) { *e = entry("{\"a\":\n1}") }, journal.CodeBadJSON},
		{"no object", func(e *journal.Entry) { *e = entry("1") }, journal.CodeBadJSON},
		{"too long", func(e *journal.Entry) {
			*e = entry(`{"a":"` + string(bytes.Repeat([]byte("x"), journal.MaxEvent)) + `"}`)
		}, journal.CodeBadJSON},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var file bytes.Buffer
			w, err := journal.NewWriter(&file, "x")
			if err != nil {
				t.Fatal(err)
			}
			bad := good
			tt.edit(&bad)
			if got := code(w.Entry(bad)); got != tt.code {
				t.Errorf("Entry: %q, want %q", got, tt.code)
			}
			if err := errors.Join(w.Entry(good), w.Close()); err != nil {
				t.Fatal(err)
			}
			if res, err := journal.Verify(&file); err != nil || res.Events != 1 {
				t.Errorf("afterwards: %+v, %v", res, err)
			}
		})
	}
}

func TestWriterContent(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	w, err := journal.NewWriter(&file, "x")
	if err != nil {
		t.Fatal(err)
	}
	c := content("text/plain", "once")
	wrong := c
	wrong.Data = []byte("other")
	if got := code(w.Content(wrong)); got != journal.CodeBadContent {
		t.Errorf("wrong hash: %q", got)
	}
	for name, c := range map[string]journal.Content{
		"too much":    content("text/plain", string(make([]byte, journal.MaxContent+1))),
		"long media":  content(strings.Repeat("x", journal.MaxMedia+1), ""),
		"media bytes": content("\xff", ""),
	} {
		if got := code(w.Content(c)); got != journal.CodeBadContent {
			t.Errorf("%s: %q", name, got)
		}
	}
	if err := errors.Join(w.Content(c), w.Content(c), w.Close()); err != nil {
		t.Fatal(err)
	}
	if res, err := journal.Verify(&file); err != nil || res.Contents != 1 || !res.Complete {
		t.Errorf("Verify = %+v, %v", res, err)
	}
	for name, err := range map[string]error{
		"Content": w.Content(content("a", "b")), "Entry": w.Entry(journal.Entry{}), "Close": w.Close(),
	} {
		if err == nil {
			t.Errorf("%s after Close: no error", name)
		}
	}
}

func TestNewWriterRefuses(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", "\xff"} {
		if _, err := journal.NewWriter(io.Discard, id); err == nil {
			t.Errorf("exercise %q: no error", id)
		}
	}
}

// failing fails after n bytes.
type failing struct{ n int }

func (f *failing) Write(p []byte) (int, error) {
	if f.n -= len(p); f.n < 0 {
		return 0, errFull
	}
	return len(p), nil
}

var errFull = errors.New("full")

func TestWriterReportsFailure(t *testing.T) {
	t.Parallel()
	w, err := journal.NewWriter(&failing{n: 100_000}, "x")
	if err != nil {
		t.Fatal(err)
	}
	head := journal.Head{Chain: journal.Genesis("x")}
	for range 1000 {
		if err = w.Entry(next(&head, []byte(`{"a":1}`))); err != nil {
			break
		}
	}
	if !errors.Is(err, errFull) || !errors.Is(w.Close(), errFull) {
		t.Errorf("Entry: %v; want the failure of the writer beneath", err)
	}
}
