package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"renkei/internal/i18n"
)

// box is where a label of a picture stands, in the picture's own units.
type box struct {
	text                     string
	left, right, top, bottom float64
}

// sizes are the font sizes of labels by class, as the report's style has them.
var sizes = map[string]float64{"key": 10, "more": 11, "curvename": 11, "hubname": 13, "name": 13, "fig": 12, "lab": 12}

// checkLabels finds labels of one picture that stand upon each other.
func checkLabels(t *testing.T, where, path string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	doc, err := html.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	pictures, labels, bad := 0, 0, 0
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "svg" {
			continue
		}
		boxes := boxesOf(n)
		pictures, labels = pictures+1, labels+len(boxes)
		for i, a := range boxes {
			for _, b := range boxes[i+1:] {
				if a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom {
					if bad++; bad <= 5 {
						t.Errorf("%s: %q and %q collide in the picture of class %s: %+v %+v", where, a.text, b.text, attrOf(n, "class"), a, b)
					}
				}
			}
		}
	}
	if pictures == 0 || labels == 0 {
		t.Errorf("%s: %d pictures with %d labels", where, pictures, labels)
	}
}

func boxesOf(svg *html.Node) (all []box) {
	for n := range svg.Descendants() {
		if n.Type != html.ElementNode || n.Data != "text" || n.FirstChild == nil {
			continue
		}
		text := strings.TrimSpace(n.FirstChild.Data)
		size := 11.0
		for _, class := range strings.Fields(attrOf(n, "class")) {
			if s, ok := sizes[class]; ok {
				size = s
			}
		}
		x, errX := strconv.ParseFloat(attrOf(n, "x"), 64)
		y, errY := strconv.ParseFloat(attrOf(n, "y"), 64)
		if errX != nil || errY != nil || text == "" || attrOf(n, "transform") != "" {
			continue
		}
		width := size * 0.5 * float64(i18n.Width(text)) // a wide character is as wide as it is high
		left := x
		switch attrOf(n, "text-anchor") {
		case "middle":
			left -= width / 2
		case "end":
			left -= width
		}
		all = append(all, box{fmt.Sprint(text), left, left + width, y - 0.7*size, y})
	}
	return all
}

func attrOf(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
