package programme

import (
	"time"

	"renkei/internal/community"
)

// Improvement is an issue of the improvement plan of an exercise, as the plan has
// it now: the programme shows it and keeps no copy.
type Improvement struct {
	Title  string
	Action string
	Body   string // responsible organisation; "" while nobody has entered one
	Begin  community.Date
	Due    community.Date
	State  string // open, begun, done or dropped
}

// Overdue reports whether something is still to be done after its day.
func (i *Improvement) Overdue(now time.Time) bool {
	return i.Due != "" && i.State != "done" && i.State != "dropped" && string(i.Due) < now.UTC().Format(time.DateOnly)
}
