package msel

import (
	"regexp"
	"slices"
	"strings"

	"renkei/internal/sheet"
)

var headLanguage = regexp.MustCompile(`^(.+?)[\s_.:/-]*[(\[（【.]?\s*([\p{L}]+)\s*[)\]）】]?$`)

// guesser knows heads by their words.
type guesser struct {
	words map[string]string // folded head -> field
	langs map[string]string
}

func newGuesser() *guesser {
	g := &guesser{words: map[string]string{}, langs: languageWords()}
	for name, list := range synonyms() {
		for _, w := range strings.Fields(list) {
			g.words[foldHead(w)] = name
		}
	}
	return g
}

// head gives the column that a head means, such as "at" or "title.ja"; ""
// where nobody knows.
func (g *guesser) head(text string) string {
	if name, ok := g.words[foldHead(text)]; ok {
		return name
	}
	m := headLanguage.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return ""
	}
	lang, known := g.langs[foldHead(m[2])]
	name, ok := g.words[foldHead(m[1])]
	if f, _, isField := fieldOf(name); known && ok && isField && f.lang {
		return name + "." + lang
	}
	return ""
}

// row finds the row of the heads: that of the first thirty with the most
// known heads, at least two. It returns their number.
func (g *guesser) row(grid *sheet.Grid) (row, known int) {
	for r := range grid.Rows[:min(len(grid.Rows), 30)] {
		var seen []string
		for c := range grid.Rows[r] {
			if name := g.head(grid.At(r, c).Text); name != "" && !slices.Contains(seen, name) {
				seen = append(seen, name)
			}
		}
		if len(seen) > known && len(seen) >= 2 {
			row, known = r, len(seen)
		}
	}
	return row, known
}

// sheet picks the sheet with the most known heads; hidden ones come last.
func (g *guesser) sheet(all []*sheet.Grid) *sheet.Grid {
	best, most := all[0], -1
	for _, grid := range all {
		_, known := g.row(grid)
		known *= 2
		if !grid.Hidden && len(grid.Rows) > 0 {
			known++
		}
		if known > most {
			best, most = grid, known
		}
	}
	return best
}
