package community

import (
	"errors"
	"fmt"
	"time"
)

// Date is a day as exactly as it is known: "2025", "2025-10" or "2025-10-26";
// "" is not known.
type Date string

// ErrDate means a text that is no date.
var ErrDate = errors.New("no date")

// forms are those of a date, the most exact first.
func forms() []string { return []string{time.DateOnly, "2006-01", "2006"} }

// ParseDate reads a date as people write it in a cell: with hyphens, slashes or
// dots, the year first. It returns ErrDate.
func ParseDate(text string) (Date, error) {
	if text == "" {
		return "", nil
	}
	for _, form := range []struct{ read, write string }{
		{"2006-1-2", time.DateOnly},
		{"2006/1/2", time.DateOnly},
		{"2006.1.2", time.DateOnly},
		{"2006-1", "2006-01"},
		{"2006/1", "2006-01"},
		{"2006.1", "2006-01"},
		{"2006", "2006"},
	} {
		if t, err := time.Parse(form.read, text); err == nil && t.Year() >= 1900 {
			return Date(t.Format(form.write)), nil
		}
	}
	return "", fmt.Errorf("date %q: %w", text, ErrDate)
}

// Valid reports whether d is a date or empty.
func (d Date) Valid() bool { return d == "" || !d.First().IsZero() }

// First is the first day that the date may mean; the zero time where it is not
// known.
func (d Date) First() time.Time {
	for _, form := range forms() {
		if t, err := time.Parse(form, string(d)); err == nil {
			return t
		}
	}
	return time.Time{}
}

// End is the first day after all that the date may mean; the zero time where it
// is not known.
func (d Date) End() time.Time {
	first := d.First()
	switch {
	case first.IsZero():
		return first
	case len(d) == len("2006"):
		return first.AddDate(1, 0, 0)
	case len(d) == len("2006-01"):
		return first.AddDate(0, 1, 0)
	}
	return first.AddDate(0, 0, 1)
}

// Year is the year of the date; 0 where it is not known.
func (d Date) Year() int {
	if first := d.First(); !first.IsZero() {
		return first.Year()
	}
	return 0
}

// Begun reports whether what begins at d has begun on a day. What begins at an
// unknown date has.
func (d Date) Begun(day time.Time) bool {
	first := d.First()
	return d == "" || !first.IsZero() && !day.Before(first)
}

// Over reports whether what ends at d is over on a day: it lasts up to the last
// day that d may mean, exclusively where the day is known. What ends at an
// unknown date is not over.
func (d Date) Over(day time.Time) bool {
	end := d.End()
	if len(d) == len(time.DateOnly) {
		end = d.First()
	}
	return !end.IsZero() && !day.Before(end)
}

// Before orders dates by the first day that they may mean; an unknown one is
// before all others.
func (d Date) Before(other Date) bool {
	return d != "" && other != "" && d.First().Before(other.First()) || d == "" && other != ""
}

// After reports whether the date is surely later than another: both are known,
// and do not overlap.
func (d Date) After(other Date) bool {
	return d != "" && other != "" && !d.First().Before(other.End())
}
