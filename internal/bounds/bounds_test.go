package bounds_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"renkei/internal/bounds"
)

func TestBudget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := bounds.NewBudget(100)
		first, err := b.Take(t.Context(), 80)
		if err != nil {
			t.Fatal(err)
		}
		got := make(chan string, 2)
		take := func(name string, bytes int64) {
			free, err := b.Take(t.Context(), bytes)
			if err != nil {
				t.Error(err)
				return
			}
			got <- name
			free()
		}
		go take("large", 1_000) // gets all there is
		synctest.Wait()
		go take("small", 10) // would fit, but came later
		synctest.Wait()
		if len(got) != 0 {
			t.Errorf("%s got what was not free", <-got)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := b.Take(ctx, 10); !errors.Is(err, bounds.ErrBusy) {
			t.Errorf("after its time it got %v", err)
		}
		first()
		first() // gives back once
		synctest.Wait()
		if a, b := <-got, <-got; a != "large" || b != "small" {
			t.Errorf("first %s, then %s", a, b)
		}
		if free, err := b.Take(ctx, 100); err != nil {
			t.Error("not all came back: ", err)
		} else {
			free()
		}
	})
}

func TestSource(t *testing.T) {
	t.Parallel()
	s := &bounds.Source{From: strings.NewReader(strings.Repeat("a", 100)), Left: 30, Piece: 20}
	b := make([]byte, 10)
	read := func() error { _, err := io.ReadFull(s, b); return err }
	if err := errors.Join(read(), read()); err != nil {
		t.Fatal(err)
	}
	s.Next()
	if err := read(); err != nil {
		t.Error(err)
	}
	s.Next()
	if err := read(); !errors.Is(err, bounds.ErrLong) {
		t.Errorf("more than all: %v", err)
	}
	s = &bounds.Source{From: strings.NewReader(strings.Repeat("a", 100)), Left: 100, Piece: 15}
	if err := errors.Join(read(), read()); !errors.Is(err, bounds.ErrLong) {
		t.Errorf("a long piece: %v", err)
	}
}

func TestZip(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range 2_000 {
		if _, err := z.Create(strconv.Itoa(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	at := bytes.NewReader(b.Bytes())
	if _, err := bounds.Zip(at, at.Size(), 64<<10); !errors.Is(err, bounds.ErrDirectory) {
		t.Errorf("2000 files within 64 KiB: %v", err)
	}
	if r, err := bounds.Zip(at, at.Size(), 1<<20); err != nil || len(r.File) != 2_000 {
		t.Errorf("%v", err)
	}
	if _, err := bounds.Zip(bytes.NewReader(nil), 0, 1<<20); !errors.Is(err, zip.ErrFormat) {
		t.Errorf("no zip: %v", err)
	}
}

// FuzzZip: whatever a list of files says, no more of it is read than may be.
func FuzzZip(f *testing.F) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range []string{"a", "../b", "c/", "d\x00"} {
		if _, err := z.Create(name); err != nil {
			f.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes(), int64(1<<20))
	f.Add(b.Bytes(), int64(10))
	f.Add(b.Bytes()[b.Len()/2:], int64(1<<10))
	f.Add([]byte("PK\x05\x06"+strings.Repeat("\xff", 18)), int64(1<<20))
	f.Fuzz(func(t *testing.T, raw []byte, directory int64) {
		directory = min(max(directory, 0), 1<<20)
		seen := &counting{at: bytes.NewReader(raw)}
		r, err := bounds.Zip(seen, int64(len(raw)), directory)
		if seen.bytes > directory {
			t.Errorf("%d bytes were read, of at most %d", seen.bytes, directory)
		}
		if (r == nil) != (err != nil && !errors.Is(err, zip.ErrInsecurePath)) {
			t.Errorf("%v, %v", r, err)
		}
	})
}

// counting counts what is read.
type counting struct {
	at    io.ReaderAt
	bytes int64
}

func (c *counting) ReadAt(p []byte, off int64) (int, error) {
	c.bytes += int64(len(p))
	return c.at.ReadAt(p, off)
}
