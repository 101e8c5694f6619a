package handbook

import (
	"fmt"
	"time"
)

// Date is a day, a month or a year, as exactly as it is known: 2023-10-05,
// 2023-10 or 2023; "" is not known at all.
type Date string

// ParseDate reads a date as people write it in a cell: with hyphens, slashes or
// dots, the year first.
func ParseDate(text string) (Date, error) {
	if text == "" {
		return "", nil
	}
	for _, form := range []struct{ read, write string }{
		{"2006-1-2", "2006-01-02"},
		{"2006/1/2", "2006-01-02"},
		{"2006.1.2", "2006-01-02"},
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

// First is the first day that the date may mean; the zero time where it is not
// known.
func (d Date) First() time.Time {
	for _, form := range []string{"2006-01-02", "2006-01", "2006"} {
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
	if d == "" {
		return 0
	}
	return d.First().Year()
}

// After reports whether the date is surely later than another: both are known,
// and do not overlap.
func (d Date) After(o Date) bool {
	return d != "" && o != "" && !d.First().Before(o.End())
}
