package wording

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// date is a day as somebody wrote it, in all the ways it can be read.
type date struct {
	Span
	days     []day
	relative int // with hasRel: days from today
	hasRel   bool
}

// day is one reading of a date; 0 for what was not said.
type day struct{ year, month, day int }

const monthNames = "jan feb mar apr may jun jul aug sep oct nov dec"

func monthOf(name string) int {
	i := strings.Index(monthNames, name[:min(3, len(name))])
	return i/4 + 1
}

var datePattern = sync.OnceValue(func() *regexp.Regexp {
	const month = `(january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\.?`
	return regexp.MustCompile(
		`\b(\d{4})([-/.]) ?(\d{1,2})[-/.] ?(\d{1,2})(?:\D|$)` + // 1-4 2027-09-14
			`|\b(20\d{2})(0\d|1[0-2])([0-3]\d)(?:\D|$)` + // 5-7 20270914
			`|\b(\d{1,2})(?:st|nd|rd|th)?[- ]?(?:of )?` + month + `(?:,?[- ]?'?(\d{4}|\d{2})\b)?` + // 8-10 14 sep 2027
			`|\b` + month + `[- ]?(\d{1,2})(?:st|nd|rd|th)?\b(?:,? '?(\d{4})\b)?` + // 11-13 sep 14, 2027
			`|(令和|平成|昭和|\br|\bh|พ\.ศ\. ?|仏暦)? ?(\d{1,4}|元)年 ?(\d{1,2})月 ?(\d{1,2})日` + // 14-17
			`|(\d{1,2})月 ?(\d{1,2})日` + // 18-19
			`|\br(\d{1,2})[./](\d{1,2})[./](\d{1,2})\b` + // 20-22 r9.9.14
			`|\b(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})\b` + // 23-25 14/09/2027
			`|\b(\d{1,2})/(\d{1,2})\b` + // 26-27 9/14
			`|\b(\d{1,2})(?:st|nd|rd|th)\b|(\d{1,2})日` + // 28, 29
			`|\b(yesterday)\b|(昨日|前日)|\b(today|this morning|this afternoon|tonight)\b|(今日|本日|今朝|今夜|当日)|\b(tomorrow)\b|(明日|翌日)` + // 30-35
			`|(令和|平成) ?(\d{1,2}|元)年`) // 36-37 an era alone
})

// datesOf finds the dates of a text.
func datesOf(text string) (all []date) {
	for _, m := range datePattern().FindAllStringSubmatchIndex(text, -1) {
		group := func(n int) string {
			if m[2*n] < 0 {
				return ""
			}
			return text[m[2*n]:m[2*n+1]]
		}
		d := date{Span: Span{m[0], m[1]}}
		if m[4] >= 0 || m[10] >= 0 { // the pattern looked one character ahead
			d.To = m[2*7+1]
			if m[4] >= 0 {
				d.To = m[2*4+1]
			}
		}
		if year := m[2*10]; year >= 0 && m[1]-year == 2 && m[1] < len(text) && strings.IndexByte(":.h", text[m[1]]) >= 0 {
			m[2*10], d.To = -1, year // 14 sep 13:54
		}
		d.read(group)
		if len(d.days) > 0 || d.hasRel {
			all = append(all, d)
		}
	}
	return all
}

func (d *date) read(group func(int) string) {
	n := func(i int) int { v, _ := strconv.Atoi(group(i)); return v }
	switch {
	case group(1) != "":
		d.add(n(1), n(3), n(4))
	case group(5) != "":
		d.add(n(5), n(6), n(7))
	case group(9) != "":
		d.add(n(10), monthOf(group(9)), n(8))
	case group(11) != "":
		d.add(n(13), monthOf(group(11)), n(12))
	case group(16) != "":
		d.add(inEra(strings.TrimSpace(group(14)), group(15)), n(16), n(17))
	case group(18) != "":
		d.add(0, n(18), n(19))
	case group(20) != "":
		d.add(2018+n(20), n(21), n(22))
	case group(23) != "":
		d.add(n(25), n(24), n(23))
		d.add(n(25), n(23), n(24))
		d.add(n(23), n(24), n(25))
	case group(26) != "":
		d.add(0, n(26), n(27))
		d.add(0, n(27), n(26))
	case group(28)+group(29) != "":
		d.add(0, 0, max(n(28), n(29)))
	case group(30)+group(31) != "":
		d.relative, d.hasRel = -1, true
	case group(32)+group(33) != "":
		d.relative, d.hasRel = 0, true
	case group(34)+group(35) != "":
		d.relative, d.hasRel = 1, true
	case group(36) != "":
		d.days = append(d.days, day{year: inEra(group(36), group(37))})
	}
}

// add takes a reading whose month and day there are. Years of two digits are
// of this century or Buddhist, those beyond 2400 Buddhist.
func (d *date) add(year, month, of int) {
	if month > 12 || of < 1 || of > 31 {
		return
	}
	switch {
	case year > 2400:
		year -= 543
	case year > 0 && year < 100:
		d.days = append(d.days, day{1957 + year, month, of})
		year += 2000
	}
	d.days = append(d.days, day{year, month, of})
}

// inEra gives the year of the western calendar.
func inEra(era, year string) int {
	n, _ := strconv.Atoi(year)
	if year == "元" {
		n = 1
	}
	switch era {
	case "令和", "r":
		return 2018 + n
	case "平成", "h":
		return 1988 + n
	case "昭和":
		return 1925 + n
	case "พ.ศ.", "仏暦":
		return n - 543
	}
	return n
}

// names reports whether the date can mean the day on which at falls; today is
// a day of the exercise.
func (d *date) names(at, today time.Time) bool {
	if d.hasRel {
		y, m, dd := today.AddDate(0, 0, d.relative).Date()
		ay, am, ad := at.Date()
		return y == ay && m == am && dd == ad
	}
	for _, x := range d.days {
		if (x.year == 0 || x.year == at.Year()) &&
			(x.month == 0 || x.month == int(at.Month())) && (x.day == 0 || x.day == at.Day()) {
			return true
		}
	}
	return false
}

// whole reports whether a date says month and day.
func (d *date) whole() bool {
	return d.hasRel || len(d.days) > 0 && d.days[0].month > 0 && d.days[0].day > 0
}
