package schedule

import (
	"bytes"
	"time"

	"renkei/internal/calendar"
)

// Entry says what stands in a calendar beside the date.
type Entry struct {
	Exercise    string // its id, by which a calendar knows the entry again
	Title       string
	Description string
	URL         string // where the exercise is, "" for nothing; no link that lets somebody in
}

// Calendar is a date as an iCalendar file: times in UTC, which each calendar
// shows in its reader's zone. A date that was taken back cancels the entry.
func (d Date) Calendar(e Entry) []byte {
	event := calendar.Event{
		UID: e.Exercise + "@renkei", Title: e.Title, Description: e.Description, URL: e.URL,
		Begins: d.Begins, Ends: d.Ends, Changed: d.Changed, Sequence: d.Sequence,
	}
	if !d.IsSet() {
		event.Begins, event.Ends, event.Cancelled = d.Changed, d.Changed.Add(time.Hour), true
	}
	var file bytes.Buffer
	if err := calendar.Write(&file, "", event); err != nil {
		panic(err) // memory takes everything
	}
	return file.Bytes()
}
