package pdf

import (
	"errors"
	"regexp"
	"strconv"
)

// errNoDestinations means that a PDF is not of the form that Chromium writes.
var errNoDestinations = errors.New("pdf: no named destinations")

// What Chromium writes, one object after the other and none of these packed.
var (
	objects      = regexp.MustCompile(`(?s)(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj`)
	root         = regexp.MustCompile(`/Root (\d+) 0 R`)
	pagesOf      = regexp.MustCompile(`/Pages (\d+) 0 R`)
	destsOf      = regexp.MustCompile(`/Dests (\d+) 0 R`)
	kidsOf       = regexp.MustCompile(`(?s)/Kids \[(.*?)\]`)
	reference    = regexp.MustCompile(`(\d+) 0 R`)
	destinations = regexp.MustCompile(`/([^\s/\[\]<>()]+) \[(\d+) 0 R`)
)

// maxDepth bounds the tree of pages.
const maxDepth = 16

// Destinations returns the page, counted from 1, of each id to which a link
// within a PDF of Chromium leads.
func Destinations(pdf []byte) (map[string]int, error) {
	all := map[string][]byte{}
	for _, m := range objects.FindAllSubmatch(pdf, -1) {
		all[string(m[1])] = m[2]
	}
	last := root.FindAllSubmatch(pdf, -1)
	if len(last) == 0 {
		return nil, errNoDestinations
	}
	catalog := all[string(last[len(last)-1][1])]
	pages, dests := pagesOf.FindSubmatch(catalog), destsOf.FindSubmatch(catalog)
	if pages == nil || dests == nil {
		return nil, errNoDestinations
	}
	number := map[string]int{}
	count(all, string(pages[1]), number, 0)
	found := map[string]int{}
	for _, m := range destinations.FindAllSubmatch(all[string(dests[1])], -1) {
		at := number[string(m[2])]
		if at == 0 {
			return nil, errNoDestinations
		}
		found[unescape(string(m[1]))] = at
	}
	return found, nil
}

// count numbers the pages below a node in their order.
func count(all map[string][]byte, node string, number map[string]int, depth int) {
	kids := kidsOf.FindSubmatch(all[node])
	if kids == nil {
		number[node] = len(number) + 1
		return
	}
	if depth == maxDepth {
		return
	}
	for _, kid := range reference.FindAllSubmatch(kids[1], -1) {
		count(all, string(kid[1]), number, depth+1)
	}
}

var escaped = regexp.MustCompile(`#[0-9A-Fa-f]{2}`)

// unescape reads a name as PDF writes it.
func unescape(name string) string {
	return escaped.ReplaceAllStringFunc(name, func(s string) string {
		n, err := strconv.ParseUint(s[1:], 16, 8)
		if err != nil {
			return s
		}
		return string([]byte{byte(n)})
	})
}
