package scenario

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"renkei/internal/exercise/scenario/wording"
)

// ParseNumber gives the one number that stands in an answer, with whatever
// words around it; false means that there is none or more than one. 34万 is
// 340000, and digits within a name or an address are no number.
func ParseNumber(answer string) (float64, bool) {
	found := wording.Quantities(wording.Numerals(Fold(answer)))
	if len(found) != 1 {
		return 0, false
	}
	return found[0].Value, true
}

// Takes reports whether a number is within the tolerance of the right one.
func (t Tolerance) Takes(right, given float64) bool {
	room := t.Value
	if t.Percent {
		room = max(right, -right) * t.Value / 100
	}
	diff := given - right
	const rounding = 1e-9 // 0.1 + 0.2 is within 0 of 0.3
	return max(diff, -diff) <= room+rounding*max(right, -right, 1)
}

// Patterns renders regular expressions for a unit in all languages and
// compiles them; what a tag stands for is folded and taken literally. With
// whole they must cover the text that they are tried on, else they are found
// in it. Texts must be folded (see Fold).
func (c *Cast) Patterns(f Forms, unit int, whole bool) ([]*regexp.Regexp, error) {
	var all []*regexp.Regexp
	seen := map[string]bool{}
	for _, lang := range c.languages() {
		for _, src := range append(f[""][:len(f[""]):len(f[""])], f[lang]...) {
			s, _, err := c.render(src, unit, lang, time.Time{}, quoted)
			if err != nil {
				return nil, fmt.Errorf("pattern %q: %w", src, err)
			}
			if seen[s] {
				continue
			}
			seen[s] = true
			re, err := c.compile(s, whole, s == src)
			if err != nil {
				return nil, fmt.Errorf("pattern %q: %w", src, err)
			}
			all = append(all, re)
		}
	}
	return all, nil
}

func quoted(value string) string { return regexp.QuoteMeta(Fold(value)) }

// compile compiles a rendered pattern; one that is the same for all units once.
func (c *Cast) compile(src string, whole, same bool) (*regexp.Regexp, error) {
	if whole {
		src = wholeOf(src)
	} else {
		src = `(?is)` + src
	}
	if re, ok := c.compiled.Load(src); ok && same {
		if re, ok := re.(*regexp.Regexp); ok {
			return re, nil
		}
	}
	re, err := compileBounded(src, renderedMore)
	if err == nil && same {
		c.compiled.Store(src, re)
	}
	return re, err
}

func wholeOf(src string) string { return `(?is)\A(?:` + src + `)\z` }

// Flag renders the flag of a task for a unit: the exact text to hand in.
func (c *Cast) Flag(flag string, unit int) (string, error) {
	s, _, err := c.Render(flag, unit, c.languages()[0], time.Time{})
	return s, err
}

// Number renders the right number of a task for a unit.
func (c *Cast) Number(number string, unit int) (float64, error) {
	s, _, err := c.Render(number, unit, c.languages()[0], time.Time{})
	if err != nil {
		return 0, err
	}
	f, ok := ParseNumber(s)
	if !ok {
		return 0, fmt.Errorf("%q: %w", s, errNoNumber)
	}
	return f, nil
}

// CompilePattern compiles a pattern for whole folded answers that was written
// during play, without templates.
func CompilePattern(src string) (*regexp.Regexp, error) { return compileBounded(wholeOf(src), 1) }

// RecompilePattern compiles what the String of such a pattern, or of one of
// Cast.Patterns, gave. One that would take much memory is an error.
func RecompilePattern(src string) (*regexp.Regexp, error) { return compileBounded(src, renderedMore) }

// ParseTolerance reads "2" or "5%".
func ParseTolerance(s string) (Tolerance, bool) {
	digits, percent := strings.CutSuffix(s, "%")
	f, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
	if err != nil || !tolerancePattern.MatchString(s) {
		return Tolerance{}, false
	}
	return Tolerance{Value: f, Percent: percent}, true
}

// FormatSize writes a size as a pack does: "10MiB", "500KiB", "900B".
func FormatSize(bytes int64) string {
	switch {
	case bytes >= 1<<20 && bytes%(1<<20) == 0:
		return strconv.FormatInt(bytes>>20, 10) + "MiB"
	case bytes >= 1<<10 && bytes%(1<<10) == 0:
		return strconv.FormatInt(bytes>>10, 10) + "KiB"
	}
	return strconv.FormatInt(bytes, 10) + "B"
}
