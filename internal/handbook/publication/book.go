package publication

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"
	"strconv"
	"strings"

	"renkei/internal/handbook"
	"renkei/internal/pdf"
)

//go:embed book.css
var bookStyle string

// Book is the printed handbook: an edition in one language.
type Book struct {
	Wording

	Content *handbook.Content
	// Before are the editions before it, the oldest first: what became of their
	// plans stands in the book.
	Before []*handbook.Content
}

// HTML writes the book as one page for A4: no script, no reference to anything
// outside itself. pages are the numbers of the pages on which its parts begin,
// for its contents; without them it has none. The same edition gives the same
// bytes.
func (b *Book) HTML(w io.Writer, pages map[string]int) error {
	if err := bookPage(b, pages).Render(context.Background(), w); err != nil {
		return fmt.Errorf("write handbook: %w", err)
	}
	return nil
}

// PDF prints the book, with the numbers of pages in its contents. The errors are
// those of pdf.PrintBook.
func (b *Book) PDF(ctx context.Context, w io.Writer) error {
	return pdf.PrintBook(ctx, w, func(pages map[string]int) ([]byte, error) {
		var page bytes.Buffer
		err := b.HTML(&page, pages)
		return page.Bytes(), err
	})
}

// part is what the contents name.
type part struct{ id, title string }

// parts are those of the book, in their order.
func (b *Book) parts() []part {
	all := []part{{"matrix", b.T("handbook.matrix")}}
	if len(b.Before) > 0 {
		all = append(all, part{"plans", b.T("handbook.plans.title")})
	}
	for i := range b.Content.Profiles {
		p := &b.Content.Profiles[i]
		all = append(all, part{"member-" + p.Member, b.Say(p.Name)})
	}
	return append(all, part{"themes", b.T("handbook.themes")}, part{"sum", b.T("handbook.sum")})
}

// plans are those of all editions up to this one.
func (b *Book) plans() *plans {
	return b.follow(append(append([]*handbook.Content{}, b.Before...), b.Content))
}

// kind returns the entries of a kind of a member.
func kind(c *handbook.Content, member string, k handbook.Kind) []*handbook.Item {
	return c.Of(func(it *handbook.Item) bool { return it.Member == member && it.Kind == k })
}

// themed is how many entries of a member have a theme.
type themed struct {
	profile *handbook.Profile
	n       int
}

// withTheme are the members that have entries with a theme.
func withTheme(c *handbook.Content, theme string) (all []themed) {
	for i := range c.Profiles {
		n := len(c.Of(func(it *handbook.Item) bool {
			for _, t := range it.Themes {
				if t == theme && it.Member == c.Profiles[i].Member {
					return true
				}
			}
			return false
		}))
		if n > 0 {
			all = append(all, themed{&c.Profiles[i], n})
		}
	}
	return all
}

// number is the number of a page, "" where it is not known.
func number(pages map[string]int, id string) string {
	if n := pages[id]; n > 0 {
		return strconv.Itoa(n)
	}
	return ""
}

// margins are those of every printed page: what it is, whether it is invented,
// and its number.
func (b *Book) margins() string {
	marking := ""
	if b.Content.Edition.Invented {
		marking = b.T("handbook.invented")
	}
	return "@page{@top-left{content:" + css(b.Say(b.Content.Edition.Title)) + "}@top-right{content:" + css(marking) +
		"}@bottom-left{content:" + css("SHA-256 "+first(b.Content.Edition.Hash, shownHash)) + "}@bottom-right{content:counter(page)}}"
}

// shownHash is how much of an edition's hash stands on every printed page.
const shownHash = 16

func first(s string, n int) string { return s[:min(n, len(s))] }

// css writes a string of CSS that cannot end its style element.
func css(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		if r < ' ' || strings.ContainsRune(`"\<>&`, r) {
			fmt.Fprintf(&b, `\%x `, r)
			continue
		}
		b.WriteRune(r)
	}
	b.WriteByte('"')
	return b.String()
}
