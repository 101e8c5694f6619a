package review_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
)

var update = flag.Bool("update", false, "write the golden files anew")

func itoa(n uint64) string { return strconv.FormatUint(n, 10) }

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; run with -update and look at the difference. Got:\n%s", path, got)
	}
}

// written gives what a writing function writes.
func written(tb testing.TB, write func(w io.Writer) error) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func summary(tb testing.TB, l *review.Log, lang string) []byte {
	tb.Helper()
	return written(tb, func(w io.Writer) error { return review.Summary(w, l, results(tb, l), printer(tb, lang)) })
}

func replay(tb testing.TB, l *review.Log, at exercise.Time, opt review.ReplayOptions, lang string) []byte {
	tb.Helper()
	return written(tb, func(w io.Writer) error { return review.Replay(w, l, at, opt, printer(tb, lang)) })
}

func TestGolden(t *testing.T) {
	t.Parallel()
	l := played(t).load()
	golden(t, "results.json", written(t, results(t, l).WriteJSON))
	golden(t, "summary.en.md", summary(t, l, "en"))
	golden(t, "summary.ja.md", summary(t, l, "ja"))
	golden(t, "replay.en.txt", replay(t, l, clock(t, "10:00"), review.ReplayOptions{}, "en"))
	full := review.ReplayOptions{Full: true, Unit: "hinomoto"}
	golden(t, "replay.full.ja.txt", replay(t, l, exercise.Never, full, "ja"))
	asJSON := review.ReplayOptions{Format: "json", Unit: "asteria/hospital"}
	golden(t, "replay.json", replay(t, l, clock(t, "9:00"), asJSON, "en"))
}
