package auth

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// MinPassword is how many characters a password has at least. There is no rule
// about which: see NIST SP 800-63B, section 3.1.1.2.
const MinPassword = 12

//go:embed common.txt
var commonText string

// common are passwords and words that are tried first, folded.
var common = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for _, line := range strings.Fields(commonText) {
		words[line] = true
	}
	return words
})

// normal is what is hashed of a password: keyboards and systems write the same
// characters in several ways.
func normal(password string) []byte { return norm.NFKC.Bytes([]byte(password)) }

// checkPassword returns ErrPasswordShort, ErrPasswordGuessable, or ErrPassword
// where it is longer than what is hashed.
func checkPassword(password, login, name string) error {
	if len(password) > maxPassword {
		return ErrPassword
	}
	normal := string(normal(password))
	if len([]rune(normal)) < MinPassword {
		return ErrPasswordShort
	}
	folded := foldWord(normal)
	local, _, _ := strings.Cut(login, "@")
	for _, own := range []string{login, local, name} {
		if own = foldWord(own); own != "" && (folded == own || trimWord(folded) == own) {
			return ErrPasswordGuessable
		}
	}
	if common()[folded] || common()[trimWord(folded)] || repeats(folded) || climbs(folded) {
		return ErrPasswordGuessable
	}
	return nil
}

// foldWord makes words equal that differ in case and spaces only.
func foldWord(s string) string {
	return strings.Join(strings.Fields(strings.ToLower(norm.NFKC.String(s))), "")
}

// trimWord takes away what people put around a word to make it a password.
func trimWord(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
}

// repeats reports whether a text is a part of at most four characters over and
// over.
func repeats(s string) bool {
	all := []rune(s)
	for n := 1; n <= 4; n++ {
		same := true
		for i := n; i < len(all) && same; i++ {
			same = all[i] == all[i-n]
		}
		if same {
			return true
		}
	}
	return false
}

// climbs reports whether each character is the next, or the one before, as in
// 123456789012 and abcdefghijkl.
func climbs(s string) bool {
	all := []rune(s)
	up, down := 0, 0
	for i := 1; i < len(all); i++ {
		switch all[i] - all[i-1] {
		case 1, -9: // 0 follows 9
			up++
		case -1, 9:
			down++
		}
	}
	return up == len(all)-1 || down == len(all)-1
}
