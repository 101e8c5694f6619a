package pages

import (
	"net/http"
	"slices"
	"strings"

	"renkei/internal/exercise/scenario"
)

// HelpRoutes are the addresses of help.
func HelpRoutes() []Route {
	return []Route{{Pattern: "GET /x/{exercise}/help", Need: TakesPart, Handle: showHelp}}
}

// helpPages are the pages of which help says what they are for, by the first word
// of their address within the exercise.
func helpPages() []string {
	return []string{
		"board", "msel", "log", "units", "inbox", "compose", "marks", "invite", "channels", "after",
		"desk", "talk", "contacts", "unitlog", "cells", "evaluate",
	}
}

// helpTerms are the words that the pages use and not everybody knows.
func helpTerms() []string {
	return []string{
		"startex", "endex", "excon", "inject", "msel", "unit", "cell", "task", "hint", "relay", "contact", "simulated",
		"ready", "overdue", "stuck", "real", "hotwash", "mark",
	}
}

// helpPage is one of the reader's pages.
type helpPage struct{ key, name string }

// helpOf are the pages that are the reader's, each once.
func helpOf(r *Request) (all []helpPage) {
	for _, g := range r.tabs() {
		for _, t := range g.Tabs {
			key := r.pageWord(t.Path)
			known := slices.ContainsFunc(all, func(p helpPage) bool { return p.key == key })
			if !known && slices.Contains(helpPages(), key) {
				all = append(all, helpPage{key, t.Name})
			}
		}
	}
	return all
}

// pageWord is the first word of an address within the exercise.
func (r *Request) pageWord(path string) string {
	rest, _ := strings.CutPrefix(path, r.Path("/"))
	word, _, _ := strings.Cut(rest, "/")
	return word
}

// helpPath leads to what help says of the page that is shown.
func (r *Request) helpPath() string {
	word := r.pageWord(r.URL.Path)
	if of, ok := map[string]string{"inject": "desk", "jump": "board", "endex": "board", "replay": "after", "report": "after", "cell-people": "cells"}[word]; ok {
		word = of
	}
	if !slices.Contains(helpPages(), word) {
		return r.Path("/help")
	}
	return r.Path("/help#about-" + word)
}

func showHelp(r *Request) error { return r.Show(http.StatusOK, helpTempl(r)) }

// tlpKey names a label in the keys of texts.
func tlpKey(l scenario.TLP) string {
	return strings.ToLower(strings.ReplaceAll(l.String(), "+", "_"))
}
