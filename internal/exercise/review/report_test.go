package review_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"renkei/internal/exercise/review"
)

func report(tb testing.TB, l *review.Log, reader review.Reader, lang string) *review.Report {
	tb.Helper()
	r, err := review.MakeReport(l, reader, printer(tb, lang))
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func TestReportGolden(t *testing.T) {
	t.Parallel()
	l := played(t).load()
	for _, c := range []struct{ name, reader, lang string }{
		{"report.excon.en.json", review.ForExcon, "en"},
		{"report.excon.ja.json", review.ForExcon, "ja"},
		{"report.unit.en.json", "asteria", "en"},
		{"report.unit.ja.json", "hinomoto", "ja"},
		{"report.public.en.json", review.ForPublic, "en"},
		{"report.public.ja.json", review.ForPublic, "ja"},
	} {
		golden(t, c.name, written(t, report(t, l, review.Reader{For: c.reader}, c.lang).WriteJSON))
	}
}

// TestWriteJSON: what is written piece by piece is what an encoder writes.
func TestWriteJSON(t *testing.T) {
	t.Parallel()
	for _, r := range []*review.Report{report(t, played(t).load(), review.Reader{For: review.ForExcon}, "ja"), {}} {
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(r); err != nil {
			t.Fatal(err)
		}
		if got := written(t, r.WriteJSON); !bytes.Equal(got, want.Bytes()) {
			t.Errorf("got:\n%s\nwant:\n%s", got, want.Bytes())
		}
	}
}
