package browser

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// Node is what somebody who reads the page by ear meets: a role, a name and what
// is said besides.
type Node struct {
	Role, Name, Description string
	Focused, Invalid        bool
}

// Tree gives the accessibility tree of the page in order of reading, without
// what is left out of it.
func (p *Page) Tree() (all []Node) {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	got, err := chromedp.Run(ctx, func(ctx context.Context, t *chromedp.Target) (accessibility.GetFullAXTreeResult, error) {
		return cdp.Call(ctx, t, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	})
	if err != nil {
		p.tb.Fatalf("accessibility tree of %s: %v", p.Path(), err)
	}
	for _, n := range got.Nodes {
		if n.Ignored {
			continue
		}
		x := Node{Role: said(n.Role), Name: said(n.Name), Description: said(n.Description)}
		for _, prop := range n.Properties {
			switch prop.Name {
			case accessibility.PropertyNameFocused:
				x.Focused = said(prop.Value) == "true"
			case accessibility.PropertyNameInvalid:
				x.Invalid = said(prop.Value) == "true"
			}
		}
		all = append(all, x)
	}
	return all
}

// Focus is the node that has the focus; a zero one where none has.
func (p *Page) Focus() Node {
	p.tb.Helper()
	all := p.Tree()
	// The page itself is focused too: the last one in order of reading is meant.
	for _, n := range slices.Backward(all) {
		if n.Focused {
			return n
		}
	}
	return Node{}
}

// said is a value of the tree as text; "" for none.
func said(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var text string
	if json.Unmarshal(v.Value, &text) == nil {
		return text
	}
	return string(v.Value)
}
