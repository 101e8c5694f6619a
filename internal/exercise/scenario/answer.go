package scenario

import (
	"fmt"
	"regexp"
	"regexp/syntax"
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
			re, err := compilePattern(s, whole)
			if err != nil {
				return nil, fmt.Errorf("pattern %q: %w", src, err)
			}
			all = append(all, re)
		}
	}
	return all, nil
}

func quoted(value string) string { return regexp.QuoteMeta(Fold(value)) }

func compilePattern(src string, whole bool) (*regexp.Regexp, error) {
	if whole {
		return regexp.Compile(wholeOf(src))
	}
	return regexp.Compile(`(?is)` + src)
}

func wholeOf(src string) string { return `(?is)\A(?:` + src + `)\z` }

// checkPattern gives the cause why a pattern is none, or "". Tags stand for
// some text.
func checkPattern(src string) string {
	segs, _ := parseTemplate(src)
	var b strings.Builder
	for _, s := range segs {
		if s.tag != nil {
			b.WriteByte('x')
		} else {
			b.WriteString(s.text)
		}
	}
	_, err := regexp.Compile(b.String())
	if err == nil {
		return ""
	}
	return strings.TrimPrefix(err.Error(), "error parsing regexp: ")
}

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

// Bounds of a pattern that is given during play.
const (
	maxPattern = 1000 // bytes
	maxRepeats = 2000 // what repetitions with a number unfold to
)

// CompilePattern compiles a pattern for whole folded answers that was written
// during play, without templates.
func CompilePattern(src string) (*regexp.Regexp, error) { return RecompilePattern(wholeOf(src)) }

// RecompilePattern compiles what the String of such a pattern, or of one of
// Cast.Patterns, gave. One that would take much memory is an error.
func RecompilePattern(src string) (*regexp.Regexp, error) {
	tree, err := syntax.Parse(src, syntax.Perl)
	if err != nil {
		return nil, err
	}
	if len(src) > maxPattern || unfolded(tree) > maxRepeats {
		return nil, errTooLong
	}
	return regexp.Compile(src)
}

// unfolded is about how many steps a pattern has once repetitions are written
// out.
func unfolded(re *syntax.Regexp) int {
	n := max(1, len(re.Rune))
	for _, sub := range re.Sub {
		n += unfolded(sub)
	}
	if re.Op == syntax.OpRepeat {
		n *= max(re.Min, re.Max, 1)
	}
	return n
}

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
