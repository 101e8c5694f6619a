package wording

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Quantity is a number in a text, with the unit behind it.
type Quantity struct {
	Span
	Value float64 // with its magnitude: 34万 is 340000
	Unit  string  // the word behind it, folded; "" for none
	Text  string  // as it was read
}

// Quantities gives the numbers of a folded text in their order; those in words
// it finds after Numerals. Digits within names, addresses, hashes and times of
// day are no numbers.
func Quantities(text string) (all []Quantity) {
	for i := 0; i < len(text); {
		if !isDigit(text[i]) {
			i++
			continue
		}
		q, end, ok := quantityAt(text, i)
		if ok {
			all = append(all, q)
		}
		i = max(end, i+1)
	}
	return all
}

// quantityAt reads the number whose first digit stands at i, and tells where
// to go on.
func quantityAt(text string, i int) (Quantity, int, bool) {
	name := nameEnd(text, i)
	if partOfName(text, i) {
		return Quantity{}, name, false
	}
	value, end, ok := readDigits(text, i)
	if !ok {
		return Quantity{}, name, false
	}
	from := i
	if signed(text, i) {
		from--
		if text[from] == '-' {
			value = -value
		}
	}
	value, end = magnitude(text, value, end)
	unit, unitEnd, ok := unitAt(text, end)
	if !ok {
		return Quantity{}, name, false
	}
	return Quantity{Span: Span{from, end}, Value: value, Unit: unit, Text: text[from:unitEnd]}, unitEnd, true
}

// signed reports whether a sign stands before i that is no hyphen.
func signed(text string, i int) bool {
	if i == 0 || text[i-1] != '-' && text[i-1] != '+' {
		return false
	}
	return i == 1 || strings.IndexByte(" (=:", text[i-2]) >= 0
}

// partOfName reports whether what begins at i goes on with a name, an address
// or a time: w22, cf-13, 192.0.2.1, 10:02.
func partOfName(text string, i int) bool {
	if i == 0 {
		return false
	}
	before := text[i-1]
	if wordByte(before) || before == '_' || before == '\\' {
		return true
	}
	if i < 2 {
		return false
	}
	switch earlier := text[i-2]; before {
	case '.', ':':
		return isDigit(earlier)
	case '-', '/':
		return wordByte(earlier) && !isDigit(earlier)
	case '@':
		return wordByte(earlier)
	}
	return false
}

// nameEnd is where a run of letters, digits and what joins them ends.
func nameEnd(text string, i int) int {
	for i < len(text) && (wordByte(text[i]) || strings.IndexByte("-._:@/\\", text[i]) >= 0 && i+1 < len(text) && wordByte(text[i+1])) {
		i++
	}
	return i
}

// readDigits reads digits with marks between groups of three, and a fraction
// after a point or a comma. False means an address, a date or a time.
func readDigits(text string, i int) (float64, int, bool) {
	end := run(text, i)
	whole := text[i:end]
	for end+4 <= len(text) && strings.IndexByte(",_' ", text[end]) >= 0 && run(text, end+1) == end+4 && grouped(text, i, end) {
		whole += text[end+1 : end+4]
		end += 4
	}
	if dots, to := dotted(text, i); to > end && dots != "" {
		whole, end = dots, to
	}
	fraction := ""
	if end+1 < len(text) && (text[end] == '.' || text[end] == ',') && isDigit(text[end+1]) {
		to := run(text, end+1)
		fraction, end = "."+text[end+1:to], to
	}
	if end+1 < len(text) && strings.IndexByte(".:", text[end]) >= 0 && isDigit(text[end+1]) || len(whole) > 15 {
		return 0, 0, false
	}
	if exp := exponent(text, end); exp > end {
		fraction, end = fraction+text[end:exp], exp
	}
	f, err := strconv.ParseFloat(whole+fraction, 64)
	return f, end, err == nil
}

// grouped reports whether the digits read so far can be followed by a group of
// three: one to three of them, or groups with the same mark.
func grouped(text string, i, end int) bool {
	first := run(text, i)
	return first-i <= 3 && (first == end || text[first] == text[end])
}

// dotted reads 23.622.320.128, thousands with points; "" for anything else.
func dotted(text string, i int) (string, int) {
	end := run(text, i)
	if end-i > 3 || text[i] == '0' {
		return "", i
	}
	whole, groups := text[i:end], 0
	for end+4 <= len(text) && text[end] == '.' && run(text, end+1) == end+4 {
		whole, end, groups = whole+text[end+1:end+4], end+4, groups+1
	}
	if groups < 2 || groups == 3 && len(whole) == 12 && address(text[i:end]) {
		return "", i
	}
	return whole, end
}

// address reports whether four groups can be an IPv4 address.
func address(s string) bool {
	for part := range strings.SplitSeq(s, ".") {
		if n, err := strconv.Atoi(part); err != nil || n > 255 {
			return false
		}
	}
	return true
}

func run(text string, i int) int {
	for i < len(text) && isDigit(text[i]) {
		i++
	}
	return i
}

func exponent(text string, i int) int {
	if i >= len(text) || text[i] != 'e' {
		return i
	}
	j := i + 1
	if j < len(text) && (text[j] == '+' || text[j] == '-') {
		j++
	}
	end := run(text, j)
	if end == j || end < len(text) && wordByte(text[end]) {
		return i
	}
	return end
}

// factors are words that multiply the number before them.
func factor(word string) float64 {
	switch word {
	case "k", "thousand", "千", "พัน", "ribu", "nghìn", "ngàn":
		return 1e3
	case "m", "mio", "mn", "million", "millions", "ล้าน", "juta", "triệu":
		return 1e6
	case "bn", "billion", "miliar", "tỷ":
		return 1e9
	case "trillion", "兆":
		return 1e12
	case "万", "만", "หมื่น":
		return 1e4
	case "億", "亿", "억":
		return 1e8
	case "百":
		return 100
	case "แสน", "lakh":
		return 1e5
	case "crore":
		return 1e7
	}
	return 0
}

// magnitude reads what multiplies a number, and in 34万5千 what is added to it.
func magnitude(text string, value float64, end int) (float64, int) {
	total, last := 0.0, 1e18
	for {
		at := end
		if at < len(text) && text[at] == ' ' {
			at++
		}
		word, to := factorAt(text, at)
		f := factor(word)
		if f == 0 || word == "m" && at > end || f >= last {
			return total + value, end
		}
		total, last, end = total+value*f, f, to
		if end >= len(text) || !isDigit(text[end]) || text[end-1] < 0x80 {
			return total, end
		}
		digits := run(text, end)
		value, _ = strconv.ParseFloat(text[end:digits], 64)
		end = digits
	}
}

// factorAt reads one factor: an ASCII word as a whole, else the longest that
// is known.
func factorAt(text string, i int) (string, int) {
	if n := lettersAt(text[min(i, len(text)):]); n > 0 {
		end := i + n
		if end < len(text) && (isDigit(text[end]) || text[end] >= 0xc0) && n == 1 {
			return "", i
		}
		return text[i:end], end
	}
	for size := min(len(text)-i, 18); size >= 2; size-- {
		if utf8.ValidString(text[i:i+size]) && factor(text[i:i+size]) > 0 {
			return text[i : i+size], i + size
		}
	}
	return "", i
}

// unitAt reads the word behind a number. False means that number and word are
// one name, such as 7c19.
func unitAt(text string, end int) (string, int, bool) {
	at := end
	if at < len(text) && (text[at] == ' ' || text[at] == '-') {
		at++
	}
	if at >= len(text) {
		return "", end, true
	}
	if text[at] == '%' {
		return "%", at + 1, true
	}
	n := lettersAt(text[at:])
	if n > 0 {
		to := at + n
		if at == end && to < len(text) && (isDigit(text[to]) || text[to] == '-' || text[to] == '_') {
			return "", end, false
		}
		return text[at:to], to, true
	}
	to := at
	for to < len(text) {
		r, size := utf8.DecodeRuneInString(text[to:])
		if r < utf8.RuneSelf || !unicode.IsLetter(r) && r != 'ー' {
			break
		}
		to += size
	}
	if to == at {
		return "", end, true
	}
	return text[at:to], to, true
}

// Bytes gives how many bytes a unit of data has: "gb", "gib", "ギガバイト".
// A unit of anything else gives 0.
func Bytes(unit string) float64 {
	for _, u := range []struct {
		names string
		bytes float64
	}{
		{"b byte bytes バイト octets oktets", 1},
		{"kb kbyte kbytes kilobyte kilobytes キロバイト", 1e3},
		{"mb mbyte mbytes megabyte megabytes メガバイト メガ megs", 1e6},
		{"gb gbs gbyte gbytes gigabyte gigabytes ギガバイト ギガ gig gigs gigas giga", 1e9},
		{"tb tbyte tbytes terabyte terabytes テラバイト テラ", 1e12},
		{"kib kibibyte kibibytes キビバイト", 1 << 10},
		{"mib mebibyte mebibytes メビバイト", 1 << 20},
		{"gib gibibyte gibibytes ギビバイト", 1 << 30},
		{"tib tebibyte tebibytes テビバイト", 1 << 40},
	} {
		for name := range strings.SplitSeq(u.names, " ") {
			if unit == name || name[0] >= 0x80 && strings.HasPrefix(unit, name) {
				return u.bytes
			}
		}
	}
	return 0
}
