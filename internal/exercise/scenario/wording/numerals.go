package wording

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Numerals writes numbers in words and in Chinese characters with digits:
// "twenty-four" becomes 24, 三千二百 becomes 3200, 午後一時 becomes 午後1時. A single
// Chinese digit is a number only before a counter, since 一 is in many words.
func Numerals(folded string) string {
	if !hasWords(folded) {
		return folded
	}
	var b strings.Builder
	for i := 0; i < len(folded); {
		if n, end := chineseDecimal(folded, i); end > i {
			b.WriteString(n)
			i = end
			continue
		}
		if n, end := chineseNumber(folded, i); end > i {
			b.WriteString(strconv.Itoa(n))
			i = end
			continue
		}
		if i == 0 || !wordByte(folded[i-1]) && folded[i-1] != '-' {
			if n, end := englishNumber(folded, i); end > i {
				b.WriteString(strconv.Itoa(n))
				i = end
				fraction, end := englishFraction(folded, i)
				b.WriteString(fraction)
				i = end
				continue
			}
		}
		_, size := utf8.DecodeRuneInString(folded[i:])
		b.WriteString(folded[i : i+size])
		i += size
	}
	return b.String()
}

// hasWords reports whether a text may hold a number in words at all.
func hasWords(folded string) bool {
	for i := range len(folded) {
		if folded[i] >= 0x80 || folded[i] >= 'a' && folded[i] <= 'z' {
			return true
		}
	}
	return false
}

const chineseDigits = "〇一二三四五六七八九"

func chineseDigit(r rune) (int, bool) {
	if r == '零' {
		return 0, true
	}
	i := strings.IndexRune(chineseDigits, r)
	return i / 3, i >= 0
}

func chineseUnit(r rune) int {
	switch r {
	case '十':
		return 10
	case '百':
		return 100
	case '千':
		return 1000
	}
	return 0
}

// counters are what may follow a single Chinese digit that is a number.
const counters = "時分秒日月年個件回台つ本万億人割"

func chineseNumber(s string, from int) (value, end int) {
	digit, run, units, plain := -1, 0, 0, 0
	for end = from; end < len(s); run++ {
		r, size := utf8.DecodeRuneInString(s[end:])
		if d, ok := chineseDigit(r); ok {
			digit, plain = max(digit, 0)*10+d, plain*10+d
		} else if u := chineseUnit(r); u > 0 {
			if digit < 0 {
				digit = 1
			}
			value, digit, units = value+digit*u, -1, units+1
		} else {
			break
		}
		if end += size; run > 8 {
			return 0, from
		}
	}
	next, _ := utf8.DecodeRuneInString(s[end:])
	counted := end < len(s) && strings.ContainsRune(counters, next)
	switch {
	case run == 0, run == 1 && !counted:
		return 0, from
	case from > 0 && isDigit(s[from-1]): // 34千 is read with its digits
		return 0, from
	case units == 0:
		return plain, end
	}
	return value + max(digit, 0), end
}

// chineseDecimal reads a number with a fraction: 二十三・六, 六点四.
func chineseDecimal(s string, from int) (number string, end int) {
	if from > 0 && isDigit(s[from-1]) {
		return "", from
	}
	mark, point := -1, 0
	for at := from; at < len(s) && mark < 0; {
		r, size := utf8.DecodeRuneInString(s[at:])
		switch _, digit := chineseDigit(r); {
		case digit || chineseUnit(r) > 0:
			at += size
		case at > from && (r == '・' || r == '点'):
			mark, point = at, size
		default:
			return "", from
		}
	}
	if mark < 0 {
		return "", from
	}
	fraction := ""
	for end = mark + point; end < len(s); {
		r, size := utf8.DecodeRuneInString(s[end:])
		d, ok := chineseDigit(r)
		if !ok {
			break
		}
		fraction += strconv.Itoa(d)
		end += size
	}
	if fraction == "" {
		return "", from
	}
	whole, _ := chineseNumber(s[from:mark]+"個", 0)
	return strconv.Itoa(whole) + "." + fraction, end
}

var (
	smallWords = strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
	tensWords  = strings.Fields("twenty thirty forty fifty sixty seventy eighty ninety")
)

// englishNumber reads a number in words up to the millions. "One" alone is a
// pronoun too often.
func englishNumber(s string, from int) (value, end int) {
	total, current, count := 0, 0, 0
	end = from
	for at := from; at < len(s); {
		word := s[at : at+lettersAt(s[at:])]
		n, kind := numberWord(word)
		joins := word == "and" && count > 0 && (current%100 == 0)
		if kind == 0 && !joins || count == 0 && kind > 1 {
			break
		}
		switch kind {
		case 1:
			current += n
		case 2:
			current *= n
		case 3:
			total, current = total+current*n, 0
		}
		at += len(word)
		if !joins {
			end, count = at, count+1
		}
		if at >= len(s) || s[at] != ' ' && s[at] != '-' {
			break
		}
		at++
	}
	if count == 0 || end < len(s) && wordByte(s[end]) || count == 1 && total+current == 1 {
		return 0, from
	}
	return total + current, end
}

// englishFraction reads what follows a number in words: " point four" is .4.
func englishFraction(s string, from int) (fraction string, end int) {
	const point = " point"
	if !strings.HasPrefix(s[from:], point) {
		return "", from
	}
	end = from
	for at := from + len(point); at < len(s) && s[at] == ' '; {
		word := s[at+1 : at+1+lettersAt(s[at+1:])]
		n, kind := numberWord(word)
		if kind != 1 || n > 9 {
			break
		}
		fraction += strconv.Itoa(n)
		at += 1 + len(word)
		end = at
	}
	if fraction == "" {
		return "", from
	}
	return "." + fraction, end
}

// numberWord gives 1 for a number, 2 for hundred and 3 for larger factors.
func numberWord(word string) (n, kind int) {
	switch word {
	case "hundred":
		return 100, 2
	case "thousand":
		return 1000, 3
	case "million":
		return 1_000_000, 3
	}
	for i, w := range smallWords {
		if w == word {
			return i, 1
		}
	}
	for i, w := range tensWords {
		if w == word {
			return 20 + 10*i, 1
		}
	}
	return 0, 0
}

func lettersAt(s string) int {
	n := 0
	for n < len(s) && s[n] >= 'a' && s[n] <= 'z' {
		n++
	}
	return n
}
