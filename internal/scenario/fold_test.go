package scenario

import (
	"strings"
	"testing"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// TestFoldASCII holds the short way for ASCII against the long one.
func TestFoldASCII(t *testing.T) {
	t.Parallel()
	const alphabet = " \t\n\x00Aaz[.]("
	var words []string
	for _, a := range alphabet {
		for _, b := range alphabet {
			for _, c := range alphabet {
				words = append(words, string(a)+string(b)+string(c), string(a)+"Hxxp[.]"+string(b)+string(c))
			}
		}
	}
	for _, w := range append(words, "", "HXXPS[://]Evil(dot)Example", "a  b", " a b ") {
		long := norm.NFKC.String(cases.Fold().String(norm.NFKC.String(w)))
		long = strings.Join(strings.Fields(refang(long)), " ")
		if got := Fold(w); got != long {
			t.Errorf("Fold(%q) = %q, want %q", w, got, long)
		}
	}
}
