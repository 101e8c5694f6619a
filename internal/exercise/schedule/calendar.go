package schedule

import (
	"time"

	ics "github.com/arran4/golang-ical"
)

// Entry says what stands in a calendar beside the date.
type Entry struct {
	Exercise    string // its id, by which a calendar knows the entry again
	Title       string
	Description string
	URL         string // where the exercise is, "" for nothing; no link that lets somebody in
}

// Calendar is a date as an iCalendar file (RFC 5545): times in UTC, which each
// calendar shows in its reader's zone. A date that was taken back cancels the
// entry.
func (d Date) Calendar(e Entry) []byte {
	cal := ics.NewCalendarFor("Renkei")
	cal.SetMethod(ics.MethodPublish)
	event := cal.AddEvent(e.Exercise + "@renkei")
	event.SetDtStampTime(d.Changed.UTC())
	event.SetModifiedAt(d.Changed.UTC())
	event.SetSequence(int(d.Sequence))
	event.SetSummary(e.Title)
	if e.Description != "" {
		event.SetDescription(e.Description)
	}
	if e.URL != "" {
		event.SetURL(e.URL)
	}
	begins, ends, status := d.Begins, d.Ends, ics.ObjectStatusConfirmed
	if !d.IsSet() {
		begins, status = d.Changed, ics.ObjectStatusCancelled
		ends = begins.Add(time.Hour)
	}
	event.SetStartAt(begins.UTC())
	event.SetEndAt(ends.UTC())
	event.SetStatus(status)
	return []byte(cal.Serialize(ics.WithNewLineWindows))
}
