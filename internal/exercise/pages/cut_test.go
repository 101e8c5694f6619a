package pages

import (
	"strings"
	"testing"

	"renkei/internal/exercise"
)

// TestCutPage: a page ends after so many entries, or after so much text, and
// never before the first.
func TestCutPage(t *testing.T) {
	t.Parallel()
	events := func(n, size int) (all []exercise.Event) {
		for i := range n {
			all = append(all, exercise.Event{Seq: uint64(100 - i), Body: &exercise.Message{Text: strings.Repeat("x", size)}})
		}
		return all
	}
	for _, tc := range []struct {
		n, size, page int
		older         uint64
	}{
		{0, 0, 0, 0}, {30, 10, 30, 0}, {31, 10, 30, 71}, {31, 16_000, 6, 95}, {2, pageText, 1, 100}, {1, 2 * pageText, 1, 0}, {2, 2 * pageText, 1, 100},
	} {
		page, older := CutPage(events(tc.n, tc.size), 30)
		if len(page) != tc.page || older != tc.older {
			t.Errorf("%d of %d bytes: %d, older %d; want %d and %d", tc.n, tc.size, len(page), older, tc.page, tc.older)
		}
	}
}
