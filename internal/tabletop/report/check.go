package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"renkei/internal/exercise"
)

// Finding is a name or a body that stands beside content without attribution.
type Finding struct {
	Section string // title of the section
	Name    string
	Text    string // in which it stands
}

// Check finds names of delegations and of their bodies in content without
// attribution, in every language of the cast: what a facilitator has quoted may
// say who wrote it.
func Check(r *Report, state *exercise.State) (found []Finding) {
	known := bodies(state)
	for _, s := range r.Sections {
		for _, b := range s.Blocks {
			if !b.Unattributed {
				continue
			}
			for _, text := range b.texts() {
				for _, name := range known {
					if names(text, name) {
						found = append(found, Finding{Section: s.Title, Name: name, Text: text})
					}
				}
			}
		}
	}
	return found
}

// texts are all that a block says.
func (b *Block) texts() []string {
	all := append([]string{b.Text}, b.Items...)
	all = append(all, b.Quotes...)
	if b.Table != nil {
		all = append(all, b.Table.Head...)
		for _, row := range b.Table.Rows {
			all = append(all, row...)
		}
	}
	return all
}

// bodies are the names of delegations and of their bodies, each once.
func bodies(state *exercise.State) (all []string) {
	seen := map[string]bool{}
	add := func(name string) {
		if name = strings.TrimSpace(name); utf8.RuneCountInString(name) > 1 && !seen[name] {
			seen[name] = true
			all = append(all, name)
		}
	}
	for _, u := range state.Play().Cast.Units {
		for _, name := range u.Name {
			add(name)
		}
		for _, name := range u.CSIRT {
			add(name)
		}
	}
	return all
}

// names reports whether a text has a name as a word; in writing without spaces,
// as a part of it.
func names(text, name string) bool {
	text, name = strings.ToLower(text), strings.ToLower(name)
	for from := 0; ; {
		i := strings.Index(text[from:], name)
		if i < 0 {
			return false
		}
		at := from + i
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(name):])
		first, _ := utf8.DecodeRuneInString(name)
		last, _ := utf8.DecodeLastRuneInString(name)
		partOfWord := joins(before) && joins(first) || joins(after) && joins(last)
		if !partOfWord {
			return true
		}
		from = at + len(name)
	}
}

// joins reports whether a letter makes one word with the one beside it.
func joins(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Khmer, unicode.Lao, unicode.Myanmar)
}
