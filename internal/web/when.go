package web

import "time"

// Text is a time in words: in the zone of those for whom it is, and in UTC.
func (w *When) Text(r *Request) string {
	text := w.span(w.Zone)
	if w.Zone.String() == time.UTC.String() {
		return text
	}
	return r.T("when.both", Args("Local", text, "UTC", w.span(time.UTC)))
}

// span is from when to when in a zone; the day of the end where it is another.
func (w *When) span(zone *time.Location) string {
	const day, clock = "2006-01-02", "15:04"
	from, to := w.Begins.In(zone), w.Ends.In(zone)
	end := to.Format(clock)
	if from.Format(day) != to.Format(day) {
		end = to.Format(day + " " + clock)
	}
	return from.Format(day+" "+clock) + "–" + end + " " + zone.String()
}
