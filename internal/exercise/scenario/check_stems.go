package scenario

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// wordPattern is a word of English as forms and texts have it.
var wordPattern = regexp.MustCompile(`[a-z]{4,}`)

// endings are what English puts behind a stem. Only words that differ from a
// form by one of them are its longer forms: "care" has nothing to do with
// "career".
func endings() []string {
	return []string{
		"ware", "ed", "ing", "ion", "ions", "ment", "ments", "ation", "ations", "ive", "able", "al", "or", "ors", "ity", "ist", "ists",
	}
}

// readWords gives the English words of the texts that players read, and the
// common words of the field that begin with a stem.
func (c *checker) readWords() map[string]bool {
	words := map[string]bool{}
	for _, w := range strings.Fields("ransomware encrypted encryption extortion extorted suspended suspension preserved isolated isolation investigating investigation exfiltrated exfiltration infected infection compromised blackmailed") {
		words[w] = true
	}
	for name, raw := range c.p.Files {
		if strings.HasPrefix(name, "texts/") || strings.HasPrefix(name, "attachments/") {
			for _, w := range wordPattern.FindAllString(Fold(string(raw[:min(len(raw), 1<<20)])), -1) {
				words[w] = true
			}
		}
	}
	return words
}

// stems warns of forms that look like the beginning of words which they do not
// find.
func (c *checker) stems(owner Pos, name string, f Forms, words map[string]bool) {
	for _, lang := range slices.Sorted(maps.Keys(f)) {
		var folded []string
		for _, form := range f[lang] {
			folded = append(folded, Fold(form))
		}
		for i, form := range folded {
			if wordPattern.FindString(form) != form {
				continue
			}
			if word := longerForm(form, folded, words); word != "" {
				c.warn(c.p.at(owner, field(name, lang, i)), codeKeyStem, map[string]any{"Form": form, "Word": word})
			}
		}
	}
}

// longerForm gives a word that goes on where a form ends, and that no other
// form finds; "" for none.
func longerForm(form string, forms []string, words map[string]bool) string {
	for _, ending := range endings() {
		word := form + ending
		if !words[word] {
			word = strings.TrimSuffix(form, "e") + ending
		}
		if words[word] && word != form && !slices.ContainsFunc(forms, func(other string) bool { return Mentions(word, other) }) {
			return word
		}
	}
	return ""
}
