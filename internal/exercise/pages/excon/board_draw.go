package excon

import (
	"context"
	"io"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// gridTable draws the table of the board. It has a cell for every unit and
// every inject, ten thousand of them in a large exercise, and is made anew with
// every event: so it is put together from pieces that are escaped once, and a
// cell is one link whose class gives its shape and whose title says its state: the
// heads of its row and column say of what. A cell without a mark says so.
// Links are relative to the page's folder, which the address of the board is
// in.
func gridTable(r *pages.Request, g *grid) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		p := newPencil(r, g)
		p.head()
		for i := range g.rows {
			p.row(&g.rows[i])
		}
		p.put("</tbody></table>")
		_, err := io.WriteString(w, p.b.String())
		return err
	})
}

// pencil draws a grid.
type pencil struct {
	r     *pages.Request
	g     *grid
	b     strings.Builder
	words map[mark]boxWords
	heads []string // names of the columns, escaped
	keys  []string // of the injects to which they lead, for an address
	none  string   // what a cell without a mark means, escaped
	at    string   // the moment that is shown, for an address; "" for now
}

// boxWords are a mark in words: alone, and around the time since when.
type boxWords struct{ alone, before, after string }

func newPencil(r *pages.Request, g *grid) *pencil {
	p := &pencil{r: r, g: g, words: map[mark]boxWords{}, at: strings.TrimPrefix(r.AtQuery(), "?")}
	for _, m := range marks() {
		const here = "\x00"
		before, after, _ := strings.Cut(templ.EscapeString(r.T("box."+string(m), i18n.Args{"At": here})), here)
		p.words[m] = boxWords{templ.EscapeString(r.T("mark." + string(m))), before, after}
	}
	p.none = templ.EscapeString(r.T("mark.none"))
	for _, c := range g.columns {
		p.heads = append(p.heads, templ.EscapeString(c.name))
		p.keys = append(p.keys, url.PathEscape(c.inject))
	}
	p.b.Grow(len(g.rows) * (512 + 256*len(g.columns)))
	return p
}

func (p *pencil) put(parts ...string) {
	for _, s := range parts {
		p.b.WriteString(s)
	}
}

// text puts text that may hold anything.
func (p *pencil) text(s string) { p.put(templ.EscapeString(s)) }

func (p *pencil) head() {
	p.put(`<table class="grid"><thead><tr><th scope="col">`)
	p.text(p.r.T("board.unit"))
	p.put(`</th><th scope="col">`)
	p.text(p.r.T("board.answered"))
	p.put(`</th>`)
	for i, c := range p.g.columns {
		p.put(`<th scope="col"><abbr title="`, p.heads[i], `">`)
		p.text(c.key)
		p.put(`</abbr></th>`)
	}
	p.put(`</tr></thead><tbody>`)
}

func (p *pencil) row(x *row) {
	way := templ.EscapeString((&url.URL{Path: x.key}).EscapedPath())
	full := templ.EscapeString(x.full)
	if x.cell {
		p.put(`<tr class="of-team">`)
	} else {
		p.put(`<tr>`)
	}
	p.unit(x, way, full)
	p.tasks(x)
	for i, bx := range x.boxes {
		if bx.mark == markNone {
			p.put(`<td aria-label="`, p.none, `">`)
			continue
		}
		p.put(`<td><a class="b `, string(bx.mark), `" href="`)
		p.way(i, bx.mark, way)
		p.put(`" title="`)
		if w := p.words[bx.mark]; bx.since == exercise.Never {
			p.put(w.alone)
		} else {
			p.put(w.before, bx.since.String(), w.after)
		}
		p.put(`"></a>`)
	}
	p.put("</tr>")
}

// way leads to the unit's inject or, where the unit has not got it, to what the
// MSEL would give the unit.
func (p *pencil) way(i int, m mark, unit string) {
	switch m {
	case markWaiting, markHeld, markLapsed, markRetracted:
		p.put("msel/", p.keys[i], "?unit=", unit)
		if p.at != "" {
			p.put("&amp;", p.at)
		}
		return
	}
	p.put("inject/", p.keys[i], "/", unit)
	if p.at != "" {
		p.put("?", p.at)
	}
}

// unit is the head of a row.
func (p *pencil) unit(x *row, way, full string) {
	p.put(`<th scope="row"><a href="desk/`, way)
	if p.at != "" {
		p.put("?", p.at)
	}
	p.put(`">`)
	if x.cell {
		team := strings.TrimSuffix(x.full, x.name)
		p.put(`<span class="sr">`)
		p.text(team)
		p.put(`</span>`)
		p.text(x.name)
	} else {
		p.put(full)
	}
	p.put(`</a>`)
	if x.bot {
		p.small(p.r.T("board.bot"))
	}
	if x.away != "" {
		p.small(x.away)
	}
	if x.status != exercise.Present {
		p.small(p.r.T("units.is." + x.status))
	}
	if x.hidden > 0 {
		p.small(p.r.T("board.in_cells", i18n.Args{"N": x.hidden, "Late": x.hiddenCells.Late}))
	}
	p.put(`</th>`)
}

// tasks tells how many tasks the unit has answered, and how many it owes.
func (p *pencil) tasks(x *row) {
	p.put(`<td class="n">`, web.Number(x.own.Answered), `/`, web.Number(x.own.Asked))
	if x.own.Late > 0 {
		p.small(p.r.T("board.late", i18n.Args{"N": x.own.Late}))
	}
	p.put(`</td>`)
}

func (p *pencil) small(text string) {
	p.put(` <small>`)
	p.text(text)
	p.put(`</small>`)
}
