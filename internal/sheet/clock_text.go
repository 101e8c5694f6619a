package sheet

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Patterns of times, after foldTime.
var (
	startexPattern = regexp.MustCompile(`^(?:t|startex|start|h-hour|début|debut)\s*([+-])\s*(.+)$`)
	partsPattern   = regexp.MustCompile(`^(?:[jdhmst]\s*[+-]\s*\d{1,4}\s*)+$`)
	partPattern    = regexp.MustCompile(`([jdhmst])\s*([+-])\s*(\d{1,4})`)
	dayPattern     = regexp.MustCompile(`^[jd]\s*([+-])\s*(\d{1,3})\s+(.+)$`)
	lengthPattern  = regexp.MustCompile(
		`^(?:(\d{1,3}) ?(?:d|days?|jours?|j))? ?(?:(\d{1,4}(?:[.,]\d{1,3})?) ?(?:h|hrs?|hours?|heures?))? ?` +
			`(?:(\d{1,5}(?:[.,]\d{1,3})?) ?(?:m|min|mins|minutes?|'))? ?(?:(\d{1,6}) ?(?:s|secs?|seconds?|secondes?|"))?$`)
	wallPattern = regexp.MustCompile(
		`^(am|pm)? ?(\d{1,3})(?:[:h.] ?(\d{1,2})?(?:[:m.] ?(\d{1,3}))?)? ?(am|pm|a\.m\.|p\.m\.)?(?: ?(z|utc|gmt|[+-]\d{2}:?\d{2}))?$`)
	militaryPattern = regexp.MustCompile(`^(\d{2})(\d{2}) ?(z|utc|h|hrs?)?$`)
	numberPattern   = regexp.MustCompile(`^([+-]?) ?(\d{1,6}(?:[.,]\d{1,3})?)$`)
)

// offset reads what counts from STARTEX: T+2, T+0:30, J+1 H+2 M-5, +90m.
func (c Clock) offset(s string) (time.Duration, Problem) {
	if m := dayPattern.FindStringSubmatch(s); m != nil && !partsPattern.MatchString(s) {
		return c.dayOffset(m)
	}
	if m := startexPattern.FindStringSubmatch(s); m != nil {
		return c.signed(m[1], m[2])
	}
	if partsPattern.MatchString(s) {
		var d time.Duration
		for _, m := range partPattern.FindAllStringSubmatch(s, -1) {
			n, _ := strconv.Atoi(m[2] + m[3]) // at most four digits
			if m[1] == "t" {
				return 0, TimeUnknown
			}
			d += time.Duration(n) * partUnit(m[1])
		}
		return d, ""
	}
	if strings.HasPrefix(s, "+") || strings.HasPrefix(s, "-") {
		return c.signed(s[:1], strings.TrimSpace(s[1:]))
	}
	return 0, TimeUnknown
}

func partUnit(letter string) time.Duration {
	switch letter {
	case "h":
		return time.Hour
	case "m":
		return time.Minute
	case "s":
		return time.Second
	}
	return 24 * time.Hour
}

// dayOffset reads a day counted from that of STARTEX with a time of day.
func (c Clock) dayOffset(m []string) (time.Duration, Problem) {
	n, _ := strconv.Atoi(m[1] + m[2]) // at most three digits
	if c.Startex.IsZero() {
		return 0, TimeStartex
	}
	d, zone, p := dayTime(m[3])
	if p != "" {
		return 0, p
	}
	if zone == nil {
		zone = c.Startex.Location()
	}
	y, mo, day := c.Startex.In(zone).Date()
	return c.since(time.Date(y, mo, day+n, 0, 0, int(d.Seconds()), 0, zone))
}

// signed reads what stands behind + or -: a length, H:MM, or a bare number.
func (c Clock) signed(sign, s string) (time.Duration, Problem) {
	d, p := c.length(s)
	if p == TimeUnknown {
		d, p = elapsed(s)
	}
	if p == TimeUnknown {
		d, p = c.number(s)
	}
	if sign == "-" {
		d = -d
	}
	return d, p
}

// length reads 90m, 1h30m, 2 hours, 1.5h.
func (c Clock) length(s string) (time.Duration, Problem) {
	m := lengthPattern.FindStringSubmatch(s)
	if m == nil || s == "" {
		return 0, TimeUnknown
	}
	var d time.Duration
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		if m[i+1] != "" {
			f, _ := strconv.ParseFloat(strings.Replace(m[i+1], ",", ".", 1), 64) // digits and one point
			d += time.Duration(f * float64(unit))
		}
	}
	return d, ""
}

// elapsed reads H:MM and H:MM:SS as a length.
func elapsed(s string) (time.Duration, Problem) {
	m := wallPattern.FindStringSubmatch(s)
	if m == nil || m[1] != "" || m[3] == "" || m[5] != "" || m[6] != "" {
		return 0, TimeUnknown
	}
	return hms(m[2], m[3], m[4], 2400)
}

func hms(h, m, s string, hours int) (time.Duration, Problem) {
	hh, _ := strconv.Atoi(h)       // the patterns
	mm, _ := strconv.Atoi("0" + m) // allow digits
	ss, _ := strconv.Atoi("0" + s) // only
	if hh >= hours || mm > 59 || ss > 59 {
		return 0, TimeImpossible
	}
	return time.Duration(hh)*time.Hour + time.Duration(mm)*time.Minute + time.Duration(ss)*time.Second, ""
}

// number reads a bare number.
func (c Clock) number(s string) (time.Duration, Problem) {
	m := numberPattern.FindStringSubmatch(s)
	if m == nil {
		return 0, TimeUnknown
	}
	f, err := strconv.ParseFloat(m[1]+strings.Replace(m[2], ",", ".", 1), 64)
	if err != nil {
		return 0, TimeUnknown
	}
	return c.bare(f)
}

// wall reads a time of day, or H:MM since STARTEX.
func (c Clock) wall(s string) (time.Duration, Problem) {
	d, zone, p := dayTime(s)
	switch {
	case p == TimeImpossible && c.Elapsed:
		return elapsed(s) // 25:30 is a length
	case p != "":
		return 0, p
	case zone == nil:
		return c.dayTime(d)
	case c.Startex.IsZero():
		return 0, TimeStartex
	}
	moved := c
	moved.Startex, moved.Elapsed = c.Startex.In(zone), false
	return moved.dayTime(d)
}

// dayTime reads 09:00, 9h00, 9h30m (9時30分), 0900z, 2:30 pm; the zone is nil
// where none is written.
func dayTime(s string) (time.Duration, *time.Location, Problem) {
	if m := militaryPattern.FindStringSubmatch(s); m != nil {
		d, p := hms(m[1], m[2], "", 24)
		return d, zoneOf(m[3]), p
	}
	m := wallPattern.FindStringSubmatch(s)
	if m == nil || m[3] == "" && m[1] == "" && m[5] == "" && !strings.HasSuffix(s, "h") {
		return 0, nil, TimeUnknown
	}
	d, p := hms(m[2], m[3], m[4], 25)
	if p != "" {
		return 0, nil, p
	}
	half := m[1] + strings.ReplaceAll(m[5], ".", "")
	switch {
	case half == "" && d <= 24*time.Hour:
	case half == "" || d >= 13*time.Hour:
		return 0, nil, TimeImpossible
	case half == "pm" && d < 12*time.Hour:
		d += 12 * time.Hour
	case half == "am" && d >= 12*time.Hour:
		d -= 12 * time.Hour
	}
	return d, zoneOf(m[6]), ""
}

// zoneOf reads z, utc, +07:00; nil for none.
func zoneOf(s string) *time.Location {
	switch {
	case s == "z" || s == "utc" || s == "gmt":
		return time.UTC
	case s == "" || s[0] != '+' && s[0] != '-':
		return nil
	}
	digits := strings.ReplaceAll(s[1:], ":", "")
	h, _ := strconv.Atoi(digits[:2])
	m, _ := strconv.Atoi(digits[2:])
	offset := h*3600 + m*60
	if s[0] == '-' {
		offset = -offset
	}
	return time.FixedZone(s, offset)
}
