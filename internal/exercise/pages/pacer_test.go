package pages

import (
	"testing"
	"time"
)

// TestPacer lets the first words come at once, and spreads what goes on.
func TestPacer(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	p := pacer{pace: pace}
	for i := range 10 {
		wait := p.wait(now)
		switch {
		case i < atOnce-1 && wait != 0:
			t.Errorf("word %d waits %s", i, wait)
		case i >= atOnce-1 && (wait < pace/2 || wait > 2*pace):
			t.Errorf("word %d waits %s", i, wait)
		}
		now = now.Add(wait)
	}
	if wait := p.wait(now.Add(time.Minute)); wait != 0 {
		t.Errorf("after a rest a word waits %s", wait)
	}
}
