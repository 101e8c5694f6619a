package review_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	formats "renkei/internal/exercise/review/report"
)

// TestShortOnPaper counts the sheets of the report of half an hour of eleven
// simulated teams: at most twelve, at ten points.
func TestShortOnPaper(t *testing.T) {
	t.Parallel()
	const reportPages = 12
	for seed, lang := range map[uint64]string{7: "en", 8: "ja", 1: "en"} { // with 1 most is missing
		t.Run(fmt.Sprint(lang, seed), func(t *testing.T) {
			t.Parallel()
			s := botPlay(t, 11, seed, nil)
			s.playTo(exercise.Never - 1)
			log := s.load()
			format, ok := formats.FormatOf(formats.PDFFormat, review.ForExcon)
			if !ok {
				t.Fatal("there is no such format")
			}
			sheets := written(t, func(w io.Writer) error {
				return format.Write(t.Context(), w, log, review.Reader{For: review.ForExcon, Lang: lang}, printer(t, lang))
			})
			if n := pages(sheets); n < 4 || n > reportPages {
				t.Errorf("the report has %d pages, want at most %d", n, reportPages)
			}
		})
	}
}

// pages counts those of a PDF of Chromium.
func pages(raw []byte) int { return bytes.Count(raw, []byte("/Type /Page\n")) }
