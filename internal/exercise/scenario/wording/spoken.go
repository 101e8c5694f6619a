package wording

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

var spokenPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(^|[ (,"])(?:(half)|(?:a )?(quarter)|(\d{1,2})( minutes?)?) (past|after|to|before) (\d{1,2}|one|noon|midnight)\b`)
})

// spokenClocks writes times of day as a clock shows them: "20 past 3" becomes
// 3:20, "quarter to 4" 3:45. Numbers in words are digits by then. What may be a
// span of numbers, "5 to 10 minutes", stays.
func spokenClocks(text string) string {
	if !strings.Contains(text, " past ") && !strings.Contains(text, " to ") && !strings.Contains(text, " after ") && !strings.Contains(text, " before ") {
		return text
	}
	var b strings.Builder
	done := 0
	for _, m := range spokenPattern().FindAllStringSubmatchIndex(text, -1) {
		group := func(n int) string {
			if m[2*n] < 0 {
				return ""
			}
			return text[m[2*n]:m[2*n+1]]
		}
		if clock, ok := spokenClock(group, text[m[1]:]); ok {
			b.WriteString(text[done:m[3]] + clock)
			done = m[1]
		}
	}
	return b.String() + text[done:]
}

func spokenClock(group func(int) string, after string) (string, bool) {
	minutes, bare := 0, false
	switch {
	case group(2) != "":
		minutes = 30
	case group(3) != "":
		minutes = 15
	default:
		minutes, _ = strconv.Atoi(group(4))
		bare = group(5) == ""
	}
	hour, toward := 12, group(6) == "to" || group(6) == "before"
	switch group(7) {
	case "one":
		hour = 1
	case "midnight":
		hour = 0
	case "noon":
	default:
		hour, _ = strconv.Atoi(group(7))
	}
	switch {
	case minutes > 59 || hour > 12 || toward && minutes == 30, strings.HasPrefix(after, ":"):
		return "", false
	case bare && (minutes%5 != 0 || group(6) == "after" || group(6) == "before" || counts(after)):
		return "", false
	}
	if toward {
		hour, minutes = (hour+23)%24, 60-minutes
	}
	return fmt.Sprintf("%d:%02d", hour, minutes), true
}

// counts reports whether a number goes on or is one of something.
func counts(after string) bool {
	rest := strings.TrimLeft(after, " ")
	return len(after) > 0 && (after[0] == '.' && len(after) > 1 && isDigit(after[1]) || after[0] == '%' || strings.HasPrefix(rest, "min") ||
		strings.HasPrefix(rest, "hour") || strings.HasPrefix(rest, "sec") || Bytes(rest[:lettersAt(rest)]) > 0)
}

var dayPart = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?: ?(?:utc|gmt|z|local(?: time)?|o'?clock))?,? (?:(?:in|of) the (?:early |late )?(morning|afternoon|evening)|at (night))\b`)
})

// partOfDay takes what follows a time into account: "3:20 in the afternoon".
func (c *clock) partOfDay(after string) {
	const noon = 12 * 3600
	m := dayPart().FindStringSubmatch(after)
	switch {
	case m == nil:
	case m[1] == "morning":
		if c.seconds >= noon && c.seconds < noon+3600 {
			c.seconds -= noon
		}
	case c.seconds < noon && (m[2] == "" || c.seconds >= noon/2):
		c.seconds += noon
	}
}
