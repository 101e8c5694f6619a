package journal_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"renkei/internal/journal"
)

// TestNextIsTheCallersToKeep reads all lines before it looks at the first.
func TestNextIsTheCallersToKeep(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	head := journal.Head{Chain: journal.Genesis("x")}
	write(t, &file, "x", []any{next(&head, []byte(`{"n":1}`)), next(&head, []byte(`{"n":2}`))})
	r, err := journal.NewReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	first, _ := r.Next()
	second, err := r.Next()
	if err != nil || string(first.Entry.Event) != `{"n":1}` || bytes.Equal(first.Entry.Salt, second.Entry.Salt) {
		t.Errorf("first %+v, second %+v, %v", first.Entry, second.Entry, err)
	}
}

// TestLongLines writes and reads the largest event and content there may be.
func TestLongLines(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("writes and reads 200 MiB")
	}
	var file bytes.Buffer
	head := journal.Head{Chain: journal.Genesis("x")}
	event := `{"a":"` + strings.Repeat("x", journal.MaxEvent-len(`{"a":""}`)) + `"}`
	write(t, &file, "x", []any{
		next(&head, []byte(event)),
		content(strings.Repeat("\x00", journal.MaxMedia), string(make([]byte, journal.MaxContent))),
		content("text/plain", string(make([]byte, journal.MaxLine/8))),
		content("text/plain", strings.Repeat("y", 1<<16)),
		next(&head, []byte(`{"a":"`+strings.Repeat("z", 1<<17)+`"}`)),
	})
	res, err := journal.Verify(&file)
	if err != nil || res.Events != 2 || res.Contents != 3 {
		t.Errorf("Verify = %+v, %v", res, err)
	}
}

func TestReadErrorsAreReported(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	file := sampleFile(t)
	_, err := journal.Verify(io.MultiReader(bytes.NewReader(file[:300]), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Errorf("within: %v", err)
	}
	if _, err = journal.Verify(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("at once: %v", err)
	}
}

func TestErrorsStay(t *testing.T) {
	t.Parallel()
	file := sampleFile(t)
	r, err := journal.NewReader(bytes.NewReader(append(file, "x\n"...)))
	for err == nil {
		_, err = r.Next()
	}
	if _, again := r.Next(); code(err) != journal.CodeBadHead || !errors.Is(again, err) {
		t.Errorf("first %v, then %v", err, again)
	}
}

// FuzzReader: whatever the bytes, there is an answer; and what verifies can be
// written again and verifies to the same.
func FuzzReader(f *testing.F) {
	file := sampleFile(f)
	f.Add(file)
	f.Add(file[:len(file)-10])
	f.Add(file[:len(file)-1]) // the end of its last line is cut
	f.Add([]byte(headLine + strings.Repeat("\n", 1000)))
	f.Add([]byte(headLine + `{"seq":1,"event":{"a":` + strings.Repeat("[", 20_000)))
	f.Add([]byte(`{"format":"renkei/log/1","exercise":"x"}`))
	f.Add([]byte("{\"format\":\"renkei/log/1\",\"exercise\":\"x\"}\n{\"head\":{\"seq\":0,\"chain\":\"\"}}\n"))
	for line := range bytes.Lines(file) {
		f.Add(append([]byte("{\"format\":\"renkei/log/1\",\"exercise\":\"0198-sample\"}\n"), line...))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		res, err := journal.Verify(bytes.NewReader(b))
		var bad *journal.CorruptError
		if err != nil && !errors.As(err, &bad) {
			t.Fatalf("error is not a CorruptError: %v", err)
		}
		if res.Exercise == "" {
			return
		}
		again, contents := rewrite(t, b)
		want := journal.Result{
			Exercise: res.Exercise, Events: res.Events, Redacted: res.Redacted,
			Contents: contents, Head: res.Head, Complete: true,
		}
		if got, err := journal.Verify(bytes.NewReader(again)); err != nil || got != want {
			t.Errorf("written again: %+v, %v; want %+v", got, err, want)
		}
	})
}

// rewrite writes again what a reader returns of b before the first error, and
// how many different contents that has.
func rewrite(t *testing.T, b []byte) (again []byte, contents int) {
	t.Helper()
	r, err := journal.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := journal.NewWriter(&out, r.Exercise())
	if err != nil {
		t.Fatal(err)
	}
	seen := map[journal.Hash]bool{}
	for {
		l, err := r.Next()
		if err != nil {
			break
		}
		switch {
		case l.Entry != nil:
			err = w.Entry(*l.Entry)
		case l.Content != nil:
			seen[l.Content.Hash] = true
			err = w.Content(*l.Content)
		}
		if err != nil {
			t.Fatalf("line %d was read but is not written: %v", l.Number, err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), len(seen)
}
