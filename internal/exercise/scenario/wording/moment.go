package wording

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Moment is a time or a date that is asked for.
type Moment struct {
	At     time.Time
	Day    bool           // the day alone is asked for
	Room   time.Duration  // tolerance
	Local  *time.Location // of the unit that answers
	Names  []string       // folded names of the local zone, beside "local"
	ByZone bool           // without a zone the local one is meant, else UTC
	Today  time.Time      // a moment of the day of the exercise
}

// clock is a time of day as somebody wrote it.
type clock struct {
	Span
	seconds int // since midnight
	exact   bool
	date    *date // the nearest, or nil
	zone    *zone
}

var clockPattern = sync.OnceValue(func() *regexp.Regexp {
	const (
		half = `(?: ?(a\.?m\b\.?|p\.?m\b\.?))?`
	)
	return regexp.MustCompile(
		`(午前|午後|朝|昼|夕方|夜|未明|深夜|早朝|am|pm)?の? ?(\d{1,2}) ?時 ?(?:(半)|(\d{1,2}) ?分?)?(?: ?(\d{1,2}) ?秒)?` + // 1-5 午後1時54分
			`|(午前|午後|am|pm) ?(\d{1,2}):(\d{2})(?::(\d{2}))?` + // 6-9
			`|(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?` + half + // 10-13
			`|\b(\d{1,2})[.h] ?(\d{2})(?:m| ?min)?\b` + half + // 14-16
			`|\b(\d{1,2}) ?(a\.?m\b|p\.?m\b)\.?` + // 17-18
			`|\b(\d{2})(\d{2})(\d{2})?(?: ?(z|hrs|hours|hr|h|uhr|hours?)\b| ?(?:utc|gmt|jst|sgt|ict|pht|local|現地)|$|[ ,.()、。でで頃ご])`) // 19-22 1354z
})

// clocksOf finds the times of day in a text from which the dates were taken
// out.
func clocksOf(text string) (all []clock) {
	bare := 0
	for _, m := range clockPattern().FindAllStringSubmatchIndex(text, -1) {
		group := func(n int) string {
			if m[2*n] < 0 {
				return ""
			}
			return text[m[2*n]:m[2*n+1]]
		}
		c := clock{Span: Span{m[0], m[1]}}
		short := m[2*19] >= 0
		if short {
			c.To = max(m[2*20+1], m[2*21+1], m[2*22+1])
		}
		if !c.read(group) || !apart(text, c.Span, short || m[2*14] >= 0) {
			continue
		}
		c.partOfDay(text[c.To:])
		if short && m[2*22] < 0 {
			bare++
		}
		all = append(all, c)
	}
	if bare > 0 && len(all) > bare { // other times are written as such: 2027 is a year
		all = slices.DeleteFunc(all, func(c clock) bool { return c.To-c.From == 4 && run(text, c.From) == c.To })
	}
	return all
}

// apart reports whether a time is not part of an address, a name, a number or
// the offset of a zone.
func apart(text string, s Span, digitsOnly bool) bool {
	before, earlier := byte(' '), byte(' ')
	if s.From > 0 {
		before = text[s.From-1]
	}
	if s.From > 1 {
		earlier = text[s.From-2]
	}
	switch {
	case isDigit(before), before == '+', before == '.' && isDigit(earlier), before == ':' && isDigit(earlier) && isDigit(text[s.From]):
		return false
	case before == '-' && isDigit(earlier) && strings.HasSuffix(text[s.From:s.To], "00"):
		return false
	case digitsOnly && (wordByte(before) || strings.IndexByte("-_:#", before) >= 0 && wordByte(earlier)):
		return false
	}
	if s.To >= len(text) {
		return true
	}
	after := text[s.To]
	if isDigit(after) || (after == '.' || after == ':') && s.To+1 < len(text) && isDigit(text[s.To+1]) {
		return false
	}
	if digitsOnly && after == ' ' {
		n := lettersAt(text[s.To+1:])
		return Bytes(text[s.To+1:s.To+1+n]) == 0
	}
	return true
}

func (c *clock) read(group func(int) string) bool {
	n := func(i int) int { v, _ := strconv.Atoi(group(i)); return v }
	var h, m, s int
	half := ""
	switch {
	case group(2) != "":
		if group(3) != "" {
			m = 30
		} else {
			m = n(4)
		}
		h, s, half, c.exact = n(2), n(5), group(1), group(5) != ""
	case group(6) != "":
		h, m, s, half, c.exact = n(7), n(8), n(9), group(6), group(9) != ""
	case group(10) != "":
		h, m, s, half, c.exact = n(10), n(11), n(12), group(13), group(12) != ""
	case group(14) != "":
		h, m, half = n(14), n(15), group(16)
	case group(17) != "":
		h, half = n(17), group(18)
	default:
		h, m, s, c.exact = n(19), n(20), n(21), group(21) != ""
	}
	switch {
	case half == "午後" || half == "夕方" || half == "夜" || half == "昼" || strings.HasPrefix(half, "p"):
		if h < 12 && (half != "昼" || h < 6) {
			h += 12
		}
	case half == "午前" || half == "未明" || half == "深夜" || strings.HasPrefix(half, "a"):
		if h == 12 {
			h = 0
		}
	}
	c.seconds = h*3600 + m*60 + s
	return h < 24 && m < 60 && s < 60
}

// blank puts spaces in the place of a span.
func blank(text string, s Span) string {
	return text[:s.From] + strings.Repeat(" ", s.To-s.From) + text[s.To:]
}

// Read tells whether an answer names the moment, and nothing else.
func (m *Moment) Read(folded string) Reading {
	text := spokenClocks(Numerals(folded))
	dates := datesOf(text)
	if m.Day {
		return m.readDays(text, dates)
	}
	clocks := m.clocks(text, dates)
	var r Reading
	best := Denied
	for i := range clocks {
		c := &clocks[i]
		st := StatementOf(text, c.Span)
		if st == Denied || st > best {
			continue
		}
		if st < best {
			best, r = st, Reading{Right: true}
		}
		r.Right = r.Right && m.is(c)
		r.Used = append(r.Used, c.write(text))
	}
	return r
}

func (m *Moment) readDays(text string, dates []date) (r Reading) {
	for i := range dates {
		d := &dates[i]
		if StatementOf(text, d.Span) == Denied || !d.whole() {
			continue
		}
		right := d.names(m.At.UTC(), m.Today.UTC()) || d.names(m.At.In(m.Local), m.Today.In(m.Local))
		r.Right = right && (r.Right || r.Used == nil)
		r.Used = append(r.Used, text[d.From:d.To])
	}
	return r
}

// clocks finds the times of day with the date and the zone that belong to
// each.
func (m *Moment) clocks(text string, dates []date) []clock {
	groups := groupsOf(text)
	rest := text
	for _, g := range groups {
		rest = blank(rest, g.Span)
	}
	dates = slices.DeleteFunc(slices.Clone(dates), func(d date) bool {
		return slices.ContainsFunc(groups, func(g clock) bool { return g.overlaps(d.Span) })
	})
	for _, d := range dates {
		s := d.Span
		if s.To+1 < len(rest) && rest[s.To] == 't' && isDigit(rest[s.To+1]) {
			s.To++
		}
		rest = blank(rest, s)
	}
	all := clocksOf(rest)
	zones := zonesOf(rest, m.Names)
	for i := range all {
		all[i].date = nearest(all[i], dates)
		all[i].zone = zoneFor(rest, all, i, zones)
	}
	return append(groups, all...)
}

// groupPattern finds date-time groups: 141354Z SEP 27.
var groupPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(\d{2}) ?(\d{2})(\d{2}) ?([a-ik-z]|utc|gmt) ?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? ?(\d{4}|\d{2})\b`)
})

func groupsOf(text string) (all []clock) {
	for _, m := range groupPattern().FindAllStringSubmatchIndex(text, -1) {
		n := func(i int) int { v, _ := strconv.Atoi(text[m[2*i]:m[2*i+1]]); return v }
		if n(2) > 23 || n(3) > 59 {
			continue
		}
		d := &date{}
		d.add(n(6), monthOf(text[m[10]:m[11]]), n(1))
		all = append(all, clock{
			Span: Span{m[0], m[1]}, seconds: n(2)*3600 + n(3)*60, date: d,
			zone: &zone{offsets: []int{military(text[m[8]:m[9]])}},
		})
	}
	return all
}

// military gives the offset of the zone with a letter.
func military(letter string) int {
	switch b := letter[0]; {
	case len(letter) > 1 || b == 'z':
		return 0
	case b <= 'i':
		return 3600 * int(b-'a'+1)
	case b <= 'm':
		return 3600 * int(b-'a')
	default:
		return -3600 * int(b-'n'+1)
	}
}

// nearest gives the date that belongs to a time: the only one, else that which
// stands closest.
func nearest(c clock, dates []date) *date {
	var best *date
	least := 1 << 30
	for d := range dates {
		gap := max(dates[d].From-c.To, c.From-dates[d].To)
		if gap < least {
			best, least = &dates[d], gap
		}
	}
	return best
}

// zoneFor gives the zone that belongs to a time: the one beside it, on the
// side on which the text puts its zones, else the only one of the text.
func zoneFor(text string, clocks []clock, i int, zones []zone) *zone {
	c := clocks[i]
	if at := c.To - 1; text[at] == 'z' || c.To < len(text) && text[c.To] == 'z' && (c.To+1 == len(text) || !wordByte(text[c.To+1])) {
		return &zone{Span: Span{c.To, c.To}, offsets: []int{0}}
	}
	if len(zones) == 0 {
		return nil
	}
	before, after := beside(text, clocks, i, zones)
	prefers := zones[0].From < clocks[0].From
	switch {
	case prefers && before != nil:
		return before
	case after != nil:
		return after
	case before != nil && (i == 0 || clocks[i-1].zone != before):
		return before
	case len(zones) == 1 && (len(clocks) == 1 || prefers):
		return &zones[0]
	}
	return nil
}

// beside finds the zones right before and right after a time.
func beside(text string, clocks []clock, i int, zones []zone) (before, after *zone) {
	from, to := 0, len(text)
	if i > 0 {
		from = clocks[i-1].To
	}
	if i+1 < len(clocks) {
		to = clocks[i+1].From
	}
	for z := range zones {
		switch s := zones[z].Span; {
		case s.From >= clocks[i].From && s.From >= clocks[i].To-1 && s.To <= to:
			if after == nil && near(text, clocks[i].To, s.From) && !ofNext(text, clocks[i], s, to) {
				after = &zones[z]
			}
		case s.To <= clocks[i].From && s.From >= from && near(text, s.To, clocks[i].From):
			before = &zones[z]
		}
	}
	return before, after
}

// near reports whether little stands between two places.
func near(text string, from, to int) bool {
	return from >= to || to-from < 40 && len(strings.Fields(text[from:to])) <= 2
}

// ofNext reports whether a zone belongs to the time behind it: a mark parts it
// from the one before, and nothing from the next.
func ofNext(text string, c clock, s Span, next int) bool {
	return next < len(text) && next-s.To <= 2 && s.From > c.To && strings.ContainsAny(text[c.To:s.From], "(,;/、=")
}

// is reports whether a time of day, in its zone and on its date, is the right
// moment. Without seconds it stands for the whole minute.
func (m *Moment) is(c *clock) bool {
	z := c.zone
	if z == nil {
		z = &zone{offsets: []int{0}, local: m.ByZone}
	}
	for _, at := range z.in(m.At, m.Local) {
		right := at.Hour()*3600 + at.Minute()*60 + at.Second()
		last := c.seconds
		if !c.exact {
			last += 59
		}
		if !within(right, c.seconds, last, int(m.Room/time.Second)) {
			continue
		}
		if c.date == nil || c.date.names(at, m.Today.In(at.Location())) || c.date.names(at, m.Today.UTC()) && c.date.hasRel ||
			c.date.names(m.At.UTC(), m.Today.UTC()) || c.date.names(m.At.In(m.Local), m.Today.In(m.Local)) {
			return true
		}
	}
	return false
}

// within reports whether a second of the day lies between two, give or take
// some, across midnight too.
func within(right, from, to, room int) bool {
	const dayLong = 24 * 3600
	for _, x := range []int{right, right - dayLong, right + dayLong} {
		if x >= from-room && x <= to+room {
			return true
		}
	}
	return false
}

// write gives a time as it was read.
func (c *clock) write(text string) string {
	s := strings.TrimSpace(text[c.From:c.To])
	if c.zone != nil && c.zone.To > c.zone.From && !c.zone.overlaps(c.Span) {
		s += " " + text[c.zone.From:c.zone.To]
	}
	return s
}

// HasMoment reports whether a folded text names a time of day or a date.
func HasMoment(folded string) bool {
	text := spokenClocks(Numerals(folded))
	return len(datesOf(text)) > 0 || len(clocksOf(text)) > 0 || len(groupsOf(text)) > 0
}
