// Package markdown turns the Markdown of packs into HTML that can do no harm:
// raw HTML is dropped, pictures are not loaded, and links are shown as text,
// because what an exercise tells is not to be followed by accident. It imports
// nothing of Renkei. There is one function, HTML.
package markdown

import (
	"bytes"
	"fmt"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// HTML returns a fragment of HTML for CommonMark with tables. Line ends within
// a paragraph are kept, as mail shows them.
func HTML(src string) (string, error) {
	var b bytes.Buffer
	if err := engine().Convert([]byte(src), &b); err != nil {
		return "", fmt.Errorf("render markdown: %w", err)
	}
	return b.String(), nil
}

func engine() goldmark.Markdown {
	first := util.Prioritized(inert{}, 0) //nolint:misspell // a name of an API
	md := goldmark.New(
		goldmark.WithExtensions(extension.Table),
		goldmark.WithParserOptions(parser.WithASTTransformers(first)),
	)
	md.Renderer().AddOptions(hardWraps{})
	return md
}

// hardWraps keeps line ends.
type hardWraps struct{}

func (hardWraps) SetConfig(c *renderer.Config) { c.Options["HardWraps"] = true }

// inert replaces what would lead or load: a link by its text and its target,
// a picture by its description.
type inert struct{}

func (inert) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	var found []ast.Node
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if kind := n.Kind(); entering && (kind == ast.KindLink || kind == ast.KindImage || kind == ast.KindAutoLink) {
			found = append(found, n)
		}
		return ast.WalkContinue, nil
	})
	for _, n := range found {
		disarm(n, reader.Source())
	}
}

func disarm(n ast.Node, source []byte) {
	parent := n.Parent()
	show := func(s []byte) { parent.InsertBefore(parent, n, ast.NewString(s)) }
	switch n := n.(type) {
	case *ast.AutoLink:
		show(util.EscapeHTML(n.Label(source)))
	default:
		for c := n.FirstChild(); c != nil; {
			next := c.NextSibling()
			parent.InsertBefore(parent, n, c)
			c = next
		}
		if link, ok := n.(*ast.Link); ok {
			show(util.EscapeHTML([]byte(" <" + string(link.Destination) + ">")))
		}
	}
	parent.RemoveChild(parent, n)
}
