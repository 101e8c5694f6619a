package review_test

import (
	"testing"

	"renkei/internal/review"
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
