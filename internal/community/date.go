package community

import (
	"regexp"
	"strings"
	"time"
)

// Date is a day as exactly as it is known: "2025", "2025-10" or "2025-10-26";
// "" is not known.
type Date string

var datePattern = regexp.MustCompile(`^\d{4}(-\d{2}(-\d{2})?)?$`)

// Valid reports whether d is a date or empty.
func (d Date) Valid() bool {
	if d == "" {
		return true
	}
	_, ok := d.first()
	return ok && datePattern.MatchString(string(d))
}

// first is the first day that d may mean.
func (d Date) first() (time.Time, bool) {
	full := string(d) + "-01-01"[min(max(len(d)-4, 0), 6):]
	t, err := time.Parse(time.DateOnly, full)
	return t, err == nil
}

// Begun reports whether what begins at d has begun on a day. What begins at an
// unknown date has.
func (d Date) Begun(day time.Time) bool {
	first, ok := d.first()
	return d == "" || ok && !day.Before(first)
}

// Over reports whether what ends at d is over on a day: it lasts up to the last
// day that d may mean, exclusively where the day is known. What ends at an
// unknown date is not over.
func (d Date) Over(day time.Time) bool {
	first, ok := d.first()
	if d == "" || !ok {
		return false
	}
	switch strings.Count(string(d), "-") {
	case 0:
		return !day.Before(first.AddDate(1, 0, 0))
	case 1:
		return !day.Before(first.AddDate(0, 1, 0))
	}
	return !day.Before(first)
}

// Before orders dates by the first day that they may mean; an unknown one is
// before all others.
func (d Date) Before(other Date) bool {
	a, _ := d.first()
	b, _ := other.first()
	return d != "" && other != "" && a.Before(b) || d == "" && other != ""
}
