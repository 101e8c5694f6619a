package scenario

import (
	"regexp"
	"sync"

	"renkei/internal/exercise/scenario/wording"
)

// NamesTime reports whether an answer names a time: a time of day, a date, or
// both, as people write them in English and Japanese, with whatever words
// around it. "16 June", "10:02", "0930Z", "午後3時" and "2027-06-16T10:02Z" do.
func NamesTime(answer string) bool {
	folded := Fold(answer)
	return timePattern().MatchString(folded) || wording.HasMoment(folded)
}

// timePattern is built once. What it finds stands apart from other digits.
var timePattern = sync.OnceValue(func() *regexp.Regexp {
	const (
		hour  = `(?:[01]?\d|2[0-3])`
		month = `(?:0?[1-9]|1[0-2])`
		day   = `(?:0?[1-9]|[12]\d|3[01])`
		name  = `(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*`
	)
	return regexp.MustCompile(`(?:^|[^\d:])(?:` +
		hour + `:[0-5]\d(?::[0-5]\d)?(?:$|[^\d:])` + // 10:02, 10:02:30
		`|` + hour + `h(?:[0-5]\d)?\b` + // 09h30
		`|(?:1[0-2]|0?[1-9]) ?[ap]\.?m\b` + // 3 pm
		`|(?:[01]\d|2[0-3])[0-5]\d ?(?:z|utc|gmt|jst|hrs|hours)\b` + // 0930Z
		`|(?:` + hour + `|24)時` + // 10時2分, 午後3時
		`|\d{4}[-/.]` + month + `[-/.]` + day + `(?:$|\D)` + // 2027-06-16
		`|\d{1,2}/\d{1,2}/\d{4}(?:$|\D)` + // 16/06/2027
		`|` + month + `月` + day + `日` +
		`|` + day + ` ` + name + `\b` + // 16 June
		`)|\b` + name + ` ` + day + `\b`) // June 16
})
