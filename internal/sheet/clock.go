package sheet

import (
	"math"
	"regexp"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Clock knows how the times of a spreadsheet are meant.
type Clock struct {
	Startex time.Time     // with the zone of clock times; zero: not known
	Length  time.Duration // of the exercise; 0: not known
	Unit    time.Duration // of a bare number, such as in T+2; 0: not said
	Order   Order         // of the parts of a date
	Elapsed bool          // H:MM is time since STARTEX, not time of day
}

// Order is in which order a date such as 05/06/2024 is written.
type Order string

// Orders of dates. An unknown one is settled by STARTEX where only one reading
// is near it.
const (
	OrderUnknown Order = ""
	OrderDMY     Order = "dmy"
	OrderMDY     Order = "mdy"
)

// Problem is why a time could not be read; the sentence is in the interface
// catalogue. "" means that it could.
type Problem string

// Problems of times.
const (
	TimeEmpty      Problem = "time_empty"
	TimeUnknown    Problem = "time_unknown"    // no known way to write a time
	TimeUnit       Problem = "time_unit"       // a bare number: minutes or hours?
	TimeStartex    Problem = "time_startex"    // a time of day or a date: when is STARTEX?
	TimeOrder      Problem = "time_order"      // day and month could be either
	TimeBefore     Problem = "time_before"     // before STARTEX
	TimeImpossible Problem = "time_impossible" // such as 25:61 or 31 February
)

// Parse reads a cell as a time from STARTEX on, to the second.
func (c Clock) Parse(cell Cell) (time.Duration, Problem) {
	switch cell.Kind {
	case Moment:
		return c.serial(cell.Number)
	case Elapsed:
		return c.sound(days(cell.Number))
	case Broken:
		return 0, TimeUnknown
	case Number:
		return c.bare(cell.Number)
	}
	return c.ParseText(cell.Text)
}

// ParseText reads a time as people write it.
func (c Clock) ParseText(s string) (time.Duration, Problem) {
	s = foldTime(s)
	if s == "" {
		return 0, TimeEmpty
	}
	if len(s) > 100 {
		return 0, TimeUnknown
	}
	for _, read := range []func(string) (time.Duration, Problem){
		c.offset, c.iso, c.date, c.wall, c.length, c.number,
	} {
		if d, p := read(s); p == "" {
			return c.sound(d)
		} else if p != TimeUnknown {
			return 0, p
		}
	}
	return 0, TimeUnknown
}

// kanjiClock is a time of day such as 9時30分.
var kanjiClock = regexp.MustCompile(`(\d{1,2})\s*時\s*(\d{1,2})\s*分(?:\s*(\d{1,2})\s*秒)?`)

// foldTime makes the many ways to write the same characters one.
func foldTime(s string) string {
	s = strings.ToLower(norm.NFKC.String(s))
	s = kanjiClock.ReplaceAllString(s, "$1:$2:0$3")
	s = strings.NewReplacer(
		"−", "-", "–", "-", "—", "-", "‐", "-", "‑", "-", "ー", "-", "：", ":", "\u200b", "", "\ufeff", "",
		"午前", "am", "午後", "pm", "年", "-", "月", "-", "日", " ", "時間", "h", "時", "h", "分", "m", "秒", "s", "後", " ", "開始", "t+", "から", " ",
	).Replace(s)
	return strings.Join(strings.Fields(s), " ")
}

// sound refuses what lies before STARTEX or beyond any exercise.
func (c Clock) sound(d time.Duration) (time.Duration, Problem) {
	const longest = 100 * 24 * time.Hour
	switch {
	case d < 0:
		return 0, TimeBefore
	case d > longest:
		return 0, TimeImpossible
	}
	return d.Round(time.Second), ""
}

// days turns a serial number into a length, to the second.
func days(n float64) time.Duration {
	if math.IsNaN(n) || math.Abs(n) > 1e5 {
		return -1
	}
	return time.Duration(math.Round(n*86400)) * time.Second
}

// serial reads a date and time as workbooks store it; below 1 it is a time.
func (c Clock) serial(n float64) (time.Duration, Problem) {
	if n < 0 || n >= 1e5 || math.IsNaN(n) {
		return 0, TimeImpossible
	}
	if n < 1 {
		return c.dayTime(days(n))
	}
	if c.Startex.IsZero() {
		if n < 100 && c.Elapsed { // 1.5 is 36:00
			return c.sound(days(n))
		}
		return 0, TimeStartex
	}
	if n < 100 {
		return c.sound(days(n))
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC) // after February 1900, as Excel counts
	t := epoch.Add(days(n))
	return c.since(time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, c.Startex.Location()))
}

// bare reads a number without a format.
func (c Clock) bare(n float64) (time.Duration, Problem) {
	const serialFrom, serialTo = 30_000, 80_000 // 1982 to 2119: a date whose format was lost
	switch {
	case n >= serialFrom && n < serialTo:
		return c.serial(n)
	case n > 0 && n < 1 && c.Unit == 0:
		return c.serial(n)
	case c.Unit == 0 && n != 0:
		return 0, TimeUnit
	case math.Abs(n) > 1e6:
		return 0, TimeImpossible
	}
	return c.sound(time.Duration(math.Round(n*c.Unit.Seconds())) * time.Second)
}

// dayTime reads H:MM, which is a time of day or a time since STARTEX.
func (c Clock) dayTime(d time.Duration) (time.Duration, Problem) {
	switch {
	case c.Elapsed:
		return c.sound(d)
	case c.Startex.IsZero():
		return 0, TimeStartex
	}
	y, m, day := c.Startex.Date()
	at := time.Date(y, m, day, 0, 0, int(d.Seconds()), 0, c.Startex.Location())
	if at.Before(c.Startex) { // past midnight, if the exercise goes that far
		next := time.Date(y, m, day+1, 0, 0, int(d.Seconds()), 0, c.Startex.Location())
		if after := next.Sub(c.Startex); c.Length == 0 && after > 12*time.Hour || c.Length > 0 && after > c.Length {
			return 0, TimeBefore
		}
		at = next
	}
	return at.Sub(c.Startex), ""
}

// since gives the time from STARTEX to a moment.
func (c Clock) since(t time.Time) (time.Duration, Problem) {
	if t.Before(c.Startex) {
		return 0, TimeBefore
	}
	return t.Sub(c.Startex), ""
}
