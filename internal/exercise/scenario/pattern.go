package scenario

import (
	"regexp"
	"regexp/syntax"
	"strings"
)

// Bounds of patterns. A step is about what one character of a text is tried
// on; compiled it takes up to 400 bytes.
const (
	maxPattern      = 1000   // bytes
	maxPatternSteps = 2000   // with repetitions written out
	maxPackSteps    = 80_000 // of all patterns of a pack
	perUnit         = 10     // what is compiled for each unit anew counts for more
	renderedMore    = 4      // so many times that when its tags are replaced
)

// patternTree reads a pattern within the bounds, without compiling it, and
// counts its steps.
func patternTree(src string, times int) (steps int, err error) {
	if len(src) > times*maxPattern {
		return 0, errTooLong
	}
	tree, err := syntax.Parse(src, syntax.Perl)
	if err != nil {
		return 0, err
	}
	if steps = unfolded(tree); steps > times*maxPatternSteps {
		return steps, errTooLong
	}
	return steps, nil
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
	return min(n, 1<<30)
}

// compileBounded compiles what patternTree lets pass.
func compileBounded(src string, times int) (*regexp.Regexp, error) {
	if _, err := patternTree(src, times); err != nil {
		return nil, err
	}
	return regexp.Compile(src)
}

// checkPattern gives the steps of a pattern, or the cause why it is none. Tags
// stand for some text.
func checkPattern(src string) (steps int, err error) {
	segs, _ := parseTemplate(src)
	var b strings.Builder
	tags := false
	for _, s := range segs {
		if s.tag != nil {
			tags = true
			b.WriteByte('x')
		} else {
			b.WriteString(s.text)
		}
	}
	steps, err = patternTree(b.String(), 1)
	if tags {
		steps *= perUnit
	}
	return steps, err
}
