package pages

import "renkei/internal/exercise"

// pageText is how many bytes of what people wrote one page shows, but for a
// single text that is longer.
const pageText = 96 << 10

// CutPage leaves of events, the latest first, as many as a page shows: so many,
// or fewer of long ones. Older is the seq before which there are more, 0 where
// there are none.
func CutPage(found []exercise.Event, most int) (page []exercise.Event, older uint64) {
	text := 0
	for i := range found {
		if text += exercise.TextSize(found[i].Body); i == most || i > 0 && text > pageText {
			return found[:i], found[i-1].Seq
		}
	}
	return found, 0
}
