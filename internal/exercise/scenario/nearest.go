package scenario

import (
	"slices"
	"strings"
)

// unknown gives the placeholders for a name that is not known: the name, the
// nearest known one (or "") and all that are known.
func unknown(name string, known []string) map[string]any {
	known = slices.Sorted(slices.Values(known))
	list := strings.Join(known[:min(len(known), 12)], ", ")
	if len(known) > 12 {
		list += ", …"
	}
	return map[string]any{"Name": clip(name), "Suggestion": nearest(name, known), "Known": list}
}

// clip shortens what is quoted in a diagnostic.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// nearest returns the known name that a misspelt one most likely means, or "".
func nearest(name string, known []string) string {
	if len(name) > 80 {
		return ""
	}
	best, least := "", 1+max(1, len([]rune(name))/3)
	for _, k := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(k), least); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance counts insertions, deletions, substitutions and swaps of
// neighbours between two names; it gives up at limit.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d >= limit || -d >= limit {
		return limit
	}
	prev2, prev := make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(x); i++ {
		cur := make([]int, len(y)+1)
		cur[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev = prev, cur
	}
	return prev[len(y)]
}

// Nearest returns the known name that a misspelt one most likely means, or "".
func Nearest(name string, known []string) string { return nearest(name, known) }
