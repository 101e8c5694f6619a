package i18n

import (
	"maps"
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// The marks around a text whose direction is its own: what stands before and
// after it keeps its order.
const (
	firstStrongIsolate = "\u2068"
	popIsolate         = "\u2069"
)

// isolated returns the placeholders of a text with those that are written from
// right to left, such as a name in Arabic, set apart from the words around them.
func isolated(args Args) Args {
	var changed Args
	for name, value := range args {
		text, ok := value.(string)
		if !ok || !rightToLeft(text) || strings.HasPrefix(text, firstStrongIsolate) {
			continue
		}
		if changed == nil {
			changed = maps.Clone(args)
		}
		changed[name] = firstStrongIsolate + text + popIsolate
	}
	if changed == nil {
		return args
	}
	return changed
}

// rightToLeft reports whether anything in a text is written from right to left.
func rightToLeft(text string) bool {
	for _, r := range text {
		if r < 0x590 { // the first letter of Hebrew
			continue
		}
		if props, _ := bidi.LookupRune(r); props.Class() == bidi.R || props.Class() == bidi.AL {
			return true
		}
	}
	return false
}
