package scenario

import (
	"slices"
	"strings"

	"renkei/internal/exercise/scenario/wording"
)

// Items reads the indicators that a unit has given, line by line, against those
// that are wanted: an indicator in a line counts, whatever label, bullet or
// remark is around it. A line without one counts as it stands. What is given
// comes folded, and what stands in brackets or is said not to be one only if it
// is wanted.
func Items(lines, want []string) (all []string) {
	for _, line := range lines {
		all = append(all, itemsOf(Fold(line), want)...)
	}
	return all
}

// single reports whether a line is one name and nothing else, as most are.
func single(folded string) bool {
	for i := range len(folded) {
		if c := folded[i]; !asciiWord(c) && (c != '.' && c != '-' || i == 0 || i+1 == len(folded)) {
			return false
		}
	}
	return folded != ""
}

func itemsOf(folded string, want []string) []string {
	if slices.Contains(want, folded) || single(folded) {
		return []string{folded}
	}
	if bare := trimmed(folded); bare == "" || slices.Contains(want, bare) {
		return []string{bare}
	}
	folded = wording.WriteOut(folded, func(mailbox string) bool { return slices.Contains(want, mailbox) })
	var out []string
	var own []wording.Span
	for _, w := range want {
		for _, s := range wording.Find(folded, wording.Literal(w)) {
			own = append(own, s)
			if wording.StatementOf(folded, s) != wording.Denied && !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	for _, s := range wording.Indicators(folded) {
		if !s.Covered(own) && wording.StatementOf(folded, s) == wording.Stated {
			out = append(out, folded[s.From:s.To])
		}
	}
	if len(out) == 0 {
		return []string{strings.Trim(folded, " -*•・")}
	}
	return out
}
