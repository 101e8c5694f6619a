package sheet

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	yearFirst = regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[t,]? ?(.*)$`)
	yearLast  = regexp.MustCompile(`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})[t,]? ?(.*)$`)
	monthName = regexp.MustCompile(`^(\d{1,2})(?:st|nd|rd|th|er)?[ .-]+([a-zéûô]{3,9})\.?[ .,-]+(\d{4})[t,]? ?(.*)$`)
)

// iso reads RFC 3339, zone and all.
func (c Clock) iso(s string) (time.Duration, Problem) {
	t, err := time.Parse(time.RFC3339, strings.ToUpper(s))
	switch {
	case err != nil:
		return 0, TimeUnknown
	case c.Startex.IsZero():
		return 0, TimeStartex
	}
	return c.since(t)
}

// date reads a date with a time of day.
func (c Clock) date(s string) (time.Duration, Problem) {
	var y, mo, d int
	var rest string
	if m := yearFirst.FindStringSubmatch(s); m != nil {
		y, mo, d, rest = atoi(m[1]), atoi(m[2]), atoi(m[3]), m[4]
	} else if m := monthName.FindStringSubmatch(s); m != nil {
		if mo = month(m[2]); mo == 0 {
			return 0, TimeUnknown
		}
		y, d, rest = atoi(m[3]), atoi(m[1]), m[4]
	} else if m := yearLast.FindStringSubmatch(s); m != nil {
		return c.either(atoi(m[1]), atoi(m[2]), atoi(m[3]), m[4])
	} else {
		return 0, TimeUnknown
	}
	return c.moment(y, mo, d, rest)
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s) // the patterns allow digits only
	return n
}

// month knows the months by the first letters of their names.
func month(name string) int {
	for i, begins := range []string{
		"jan", "feb fév fev", "mar", "apr avr", "may mai", "jun juin", "jul juil", "aug aoû aou", "sep", "oct", "nov", "dec déc",
	} {
		for _, b := range strings.Fields(begins) {
			if strings.HasPrefix(name, b) {
				return i + 1
			}
		}
	}
	return 0
}

// either reads a date whose first two parts are day and month in some order.
func (c Clock) either(a, b, y int, rest string) (time.Duration, Problem) {
	if y < 100 {
		y += 2000
	}
	switch {
	case c.Order == OrderDMY || a > 12 || a == b:
		return c.moment(y, b, a, rest)
	case c.Order == OrderMDY || b > 12:
		return c.moment(y, a, b, rest)
	case c.Startex.IsZero():
		return 0, TimeStartex
	}
	const near = 14 * 24 * time.Hour
	d, p := c.moment(y, b, a, rest)
	e, q := c.moment(y, a, b, rest)
	dmy, mdy := p == "" && d < near, q == "" && e < near
	switch {
	case dmy && !mdy:
		return d, ""
	case mdy && !dmy:
		return e, ""
	case p != "" && p != TimeBefore:
		return 0, p
	}
	return 0, TimeOrder
}

// moment puts a date and a time of day together; without one it is midnight.
func (c Clock) moment(y, mo, d int, rest string) (time.Duration, Problem) {
	if c.Startex.IsZero() {
		return 0, TimeStartex
	}
	zone := c.Startex.Location()
	var at time.Duration
	if rest = strings.TrimSpace(rest); rest != "" {
		var named *time.Location
		var p Problem
		if at, named, p = dayTime(rest); p != "" {
			return 0, p
		}
		if named != nil {
			zone = named
		}
	}
	day := time.Date(y, time.Month(mo), d, 0, 0, 0, 0, zone)
	if day.Day() != d || day.Month() != time.Month(mo) {
		return 0, TimeImpossible
	}
	return c.since(time.Date(y, time.Month(mo), d, 0, 0, int(at.Seconds()), 0, zone))
}
