// Package calendar writes iCalendar files (RFC 5545), for all areas: lines end
// with CRLF and are folded at 75 bytes between letters, times are in UTC, and an
// event keeps its UID while its SEQUENCE counts up. It may import nothing else
// of the program.
//
// Start reading at [Event] and [Write].
package calendar

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	ics "github.com/arran4/golang-ical"
)

// Media is the type of a calendar file.
const Media = "text/calendar; charset=utf-8"

// Event is an entry of a calendar.
type Event struct {
	UID         string // names it among all, for good
	Title       string
	Description string
	Place       string
	URL         string // where to read more; no link that lets somebody in
	// Begins and Ends are moments; with Days they are the first and the last day,
	// whatever their time is.
	Begins, Ends time.Time
	Days         bool
	Changed      time.Time
	Sequence     int64 // how often it was changed
	Cancelled    bool
}

// Write writes a calendar. Name is what programs call it; "" for none.
func Write(w io.Writer, name string, events ...Event) error {
	cal := ics.NewCalendarFor("Renkei")
	cal.SetMethod(ics.MethodPublish)
	if name = clean(name); name != "" {
		cal.SetXWRCalName(name)
	}
	for i := range events {
		events[i].addTo(cal)
	}
	if err := cal.SerializeTo(w, ics.WithNewLineWindows); err != nil {
		return fmt.Errorf("write calendar: %w", err)
	}
	return nil
}

// Invite writes an invitation of somebody to an event, or where the event is
// cancelled, takes it back (RFC 5546: methods REQUEST and CANCEL). Whoever has the
// event already knows it by its UID and takes the higher SEQUENCE. The addresses
// are those of the organiser, who gets the answers, and of who is invited.
func Invite(w io.Writer, e Event, organiser, invited string) error {
	cal := ics.NewCalendarFor("Renkei")
	cal.SetMethod(ics.MethodRequest)
	if e.Cancelled {
		cal.SetMethod(ics.MethodCancel)
	}
	event := e.addTo(cal)
	event.SetOrganizer(clean(organiser))
	event.AddAttendee(clean(invited), ics.CalendarUserTypeIndividual, ics.ParticipationStatusNeedsAction, ics.ParticipationRoleReqParticipant, ics.WithRSVP(true))
	if err := cal.SerializeTo(w, ics.WithNewLineWindows); err != nil {
		return fmt.Errorf("write invitation: %w", err)
	}
	return nil
}

// MediaOf is the type of the file of an invitation.
func MediaOf(e *Event) string {
	if e.Cancelled {
		return Media + "; method=CANCEL"
	}
	return Media + "; method=REQUEST"
}

func (e *Event) addTo(cal *ics.Calendar) *ics.VEvent {
	event := cal.AddEvent(clean(e.UID))
	event.SetDtStampTime(e.Changed.UTC())
	event.SetModifiedAt(e.Changed.UTC())
	event.SetSequence(int(e.Sequence))
	event.SetSummary(clean(e.Title))
	if text := clean(e.Description); text != "" {
		event.SetDescription(text)
	}
	if place := clean(e.Place); place != "" {
		event.SetLocation(place)
	}
	if e.URL != "" {
		event.SetURL(clean(e.URL))
	}
	if e.Days {
		event.SetAllDayStartAt(e.Begins)
		event.SetAllDayEndAt(e.Ends.AddDate(0, 0, 1)) // the day after the last
	} else {
		event.SetStartAt(e.Begins.UTC())
		event.SetEndAt(e.Ends.UTC())
	}
	status := ics.ObjectStatusConfirmed
	if e.Cancelled {
		status = ics.ObjectStatusCancelled
	}
	event.SetStatus(status)
	return event
}

// clean is a text without what no calendar may hold: control characters but for
// the end of a line, and bytes that are no letters.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return ' '
		}
		return r
	}, s)
}
