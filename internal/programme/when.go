package programme

import (
	"strings"
	"time"

	"renkei/internal/community"
	"renkei/internal/i18n"
)

// When is a date, or a time from one date to another, as exactly as it is known;
// "" where it is not.
func When(p *i18n.Printer, begin, end community.Date) string {
	switch {
	case begin == "" && end == "":
		return ""
	case begin == "":
		return p.T("programme.when.until", i18n.Args{"Date": day(p, end)})
	case end == "" || end == begin:
		return day(p, begin)
	}
	from, to := day(p, begin), day(p, end)
	if a, b := parts(begin), parts(end); p.Lang() == "ja" {
		to = strings.Join(namedJapanese(b, common(a, b)), "")
	} else if len(a) == 3 && len(b) == 3 && common(a, b) == 2 {
		from = a[2] // 9 to 13 October 2023
	}
	return p.T("programme.when.span", i18n.Args{"From": from, "To": to})
}

// parts are year, month and day without leading zeros, as many as are known.
func parts(d community.Date) []string {
	all := strings.Split(string(d), "-")
	for i := range all {
		all[i] = strings.TrimLeft(all[i], "0")
	}
	return all
}

// common is how many parts two dates have in common, from the year on.
func common(a, b []string) (n int) {
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// day is a date in words.
func day(p *i18n.Printer, d community.Date) string {
	known := parts(d)
	if p.Lang() == "ja" {
		return strings.Join(namedJapanese(known, 0), "")
	}
	if len(known) == 1 {
		return known[0]
	}
	layout, words := "2006-01", "January 2006"
	if len(known) == 3 {
		layout, words = time.DateOnly, "2 January 2006"
	}
	t, err := time.Parse(layout, string(d))
	if err != nil {
		return string(d)
	}
	return t.Format(words)
}

// namedJapanese are the parts of a date from one on, each with its word.
func namedJapanese(known []string, from int) []string {
	var all []string
	for i := min(from, len(known)-1); i < len(known); i++ {
		all = append(all, known[i]+[]string{"年", "月", "日"}[i])
	}
	return all
}
