package journal

// maxDepth is how deeply encoding/json lets values nest.
const maxDepth = 10000

// ValidEvent reports whether b is one JSON object on one line with nothing
// around it, which is what can be stored as an event. It takes what
// encoding/json takes, in a third of the time: every event of a log passes
// here, and most of checking a log used to be this.
func ValidEvent(b []byte) bool {
	return len(b) > 0 && b[0] == '{' && skipObject(b, 0, 1) == len(b)
}

// The skip functions return the index after what begins at b[i], or -1 where
// that is not what it should be. Index -1 and indexes beyond the end may be
// handed on to at, which answers 0 for them.

func at(b []byte, i int) byte {
	if uint(i) < uint(len(b)) {
		return b[i]
	}
	return 0
}

// skipSpace knows no newline: an event is one line.
func skipSpace(b []byte, i int) int {
	for c := at(b, i); c == ' ' || c == '\t' || c == '\r'; c = at(b, i) {
		i++
	}
	return i
}

func skipObject(b []byte, i, depth int) int {
	i = skipSpace(b, i+1)
	if at(b, i) == '}' {
		return i + 1
	}
	for {
		i = skipSpace(b, skipString(b, i))
		if at(b, i) != ':' {
			return -1
		}
		i = skipSpace(b, skipValue(b, skipSpace(b, i+1), depth))
		switch at(b, i) {
		case '}':
			return i + 1
		case ',':
			i = skipSpace(b, i+1)
		default:
			return -1
		}
	}
}

func skipArray(b []byte, i, depth int) int {
	i = skipSpace(b, i+1)
	if at(b, i) == ']' {
		return i + 1
	}
	for {
		i = skipSpace(b, skipValue(b, i, depth))
		switch at(b, i) {
		case ']':
			return i + 1
		case ',':
			i = skipSpace(b, i+1)
		default:
			return -1
		}
	}
}

func skipValue(b []byte, i, depth int) int {
	switch c := at(b, i); {
	case c == '"':
		return skipString(b, i)
	case c == '{' && depth < maxDepth:
		return skipObject(b, i, depth+1)
	case c == '[' && depth < maxDepth:
		return skipArray(b, i, depth+1)
	case c == 't':
		return skipWord(b, i, "true")
	case c == 'f':
		return skipWord(b, i, "false")
	case c == 'n':
		return skipWord(b, i, "null")
	case c == '-' || isDigit(c):
		return skipNumber(b, i)
	}
	return -1
}

func skipWord(b []byte, i int, word string) int {
	if len(b)-i < len(word) || string(b[i:i+len(word)]) != word {
		return -1
	}
	return i + len(word)
}

func skipString(b []byte, i int) int {
	if at(b, i) != '"' {
		return -1
	}
	for i++; i < len(b); i++ {
		switch c := b[i]; {
		case c == '"':
			return i + 1
		case c < ' ':
			return -1
		case c == '\\':
			if i = skipEscape(b, i+1); i < 0 {
				return -1
			}
		}
	}
	return -1
}

// skipEscape returns the index of the last byte of the escape whose letter is
// at b[i].
func skipEscape(b []byte, i int) int {
	switch at(b, i) {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i
	case 'u':
		for j := 1; j <= 4; j++ {
			if c := at(b, i+j); nibbles[c|0x20] > 15 || c < '0' {
				return -1
			}
		}
		return i + 4
	}
	return -1
}

func skipNumber(b []byte, i int) int {
	if at(b, i) == '-' {
		i++
	}
	if at(b, i) == '0' {
		i++
	} else if i = skipDigits(b, i); i < 0 {
		return -1
	}
	if at(b, i) == '.' {
		if i = skipDigits(b, i+1); i < 0 {
			return -1
		}
	}
	if at(b, i)|0x20 == 'e' {
		i++
		if c := at(b, i); c == '+' || c == '-' {
			i++
		}
		return skipDigits(b, i)
	}
	return i
}

// skipDigits skips at least one digit.
func skipDigits(b []byte, i int) int {
	if !isDigit(at(b, i)) {
		return -1
	}
	for isDigit(at(b, i)) {
		i++
	}
	return i
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
