package programme_test

import (
	"testing"

	"renkei/internal/community"
	"renkei/internal/programme"
)

// TestPlans: each plan of the last edition has what became of it, and what was
// held without a plan is there too.
func TestPlans(t *testing.T) {
	t.Parallel()
	event := func(id string, begin community.Date, s programme.Status) *programme.Event {
		return &programme.Event{Head: head(id), Type: "workshop", Status: s, Begin: begin}
	}
	before := with(t, programme.NewRecords(),
		event("kept", "2026-06", programme.Planned), event("moved", "2026-06-01", programme.Planned), event("slipped", "2026-10", programme.Planned),
		event("off", "2026-07", programme.Planned), event("gone", "2026-08", programme.Planned), event("behind", "2026-09-01", programme.Planned),
		event("ahead", "2026-12-31", programme.Planned), event("past", "2025-06", programme.Planned), event("later", "2027-06", programme.Planned),
		event("draft", "2026-03", programme.Drafted))
	now := with(t, programme.NewRecords(),
		event("kept", "2026-06-20", programme.Held), event("moved", "2026-06-02", programme.Held), event("slipped", "2027-01", programme.Planned),
		event("off", "2026-07", programme.Cancelled), event("behind", "2026-09-01", programme.Planned), event("ahead", "2026-12-31", programme.Planned),
		event("past", "2025-06", programme.Held), event("later", "2027-06", programme.Planned), event("draft", "2026-03", programme.Held), event("new", "2026-05", programme.Held))
	got := map[string]programme.Outcome{}
	for _, p := range now.Plans(before, "2025-12-31", "2026-12-31") {
		got[p.Of.Key()] = p.Outcome
	}
	want := map[string]programme.Outcome{
		"kept": programme.Kept, "moved": programme.Moved, "slipped": programme.Slipped, "off": programme.CalledOff, "gone": programme.Gone,
		"behind": programme.Behind, "ahead": programme.Ahead, "draft": programme.Added, "new": programme.Added,
	}
	if len(got) != len(want) {
		t.Errorf("%v", got)
	}
	for id, outcome := range want {
		if got[id] != outcome {
			t.Errorf("%s is %q, want %q", id, got[id], outcome)
		}
	}
}
