// Package picture draws what became of plans: a line for each, from the edition
// in which it was promised to the one in which it is a fact. The picture is
// self-contained SVG without script and without inline style, so that it stands
// on a page, in print and on a slide alike. It may import its domain and
// package chart.
package picture

import (
	"cmp"
	"fmt"
	"html"
	"math"
	"slices"
	"strings"

	"renkei/internal/chart"
	"renkei/internal/handbook"
)

// Labels are the words in a picture.
type Labels struct {
	Title, Text string   // what the picture is, and what it says, for who cannot see it
	Editions    []string // names of the editions
	Lane        func(handbook.Lane) string
	Outcome     func(handbook.Outcome) string
	Plan        func(*handbook.Plan) string // what one of the lines stands for
	// Plans is what a line stands for that many plans of an outcome share.
	Plans func(n int, o handbook.Outcome) string
}

// MostLines is how many plans have a line each. Of more of them those that went the
// same way share one, which is as wide as they are many.
const MostLines = 600

// Measures of a picture, in its own units.
const (
	width     = 960.0
	left      = 150.0 // of the first edition
	right     = 200.0 // of the last
	top       = 64.0
	gap       = 34.0 // between lanes
	thinnest  = 3.2  // room of a line
	thickest  = 16.0
	laneShare = 470.0 // height of all lines where there are many
)

// look is how the lines of an outcome are drawn.
var look = map[handbook.Outcome]struct{ stroke, dash string }{
	handbook.Kept:     {"#0017c1", ""},
	handbook.OnTheWay: {"#4979f5", ""},
	handbook.Slipping: {"#c74700", "7 3"},
	handbook.GivenUp:  {"#767676", "2 3"},
}

// drawing is a picture on its way.
type drawing struct {
	plans    []handbook.Plan
	many     []int // how many plans each of them stands for
	l        *Labels
	step     float64 // room of a line
	at       [][]float64
	lanes    map[handbook.Lane]band
	height   float64
	editions int
	out      strings.Builder
}

// band is the height at which a lane is drawn.
type band struct{ from, to float64 }

// Plans draws plans over the editions that they were followed through.
func Plans(plans []handbook.Plan, l Labels) string {
	d := &drawing{plans: slices.Clone(plans), l: &l, editions: len(l.Editions)}
	slices.SortStableFunc(d.plans, func(a, b handbook.Plan) int {
		return cmp.Compare(slices.Index(handbook.Outcomes(), a.Outcome), slices.Index(handbook.Outcomes(), b.Outcome))
	})
	d.bundle()
	d.layout()
	fmt.Fprintf(&d.out, `<svg class="chart plans" viewBox="0 0 %s %s" role="img" aria-labelledby="plans-title plans-text" xmlns="http://www.w3.org/2000/svg">`,
		chart.F1(width), chart.F1(d.height))
	fmt.Fprintf(&d.out, `<title id="plans-title">%s</title><desc id="plans-text">%s</desc>`, html.EscapeString(l.Title), html.EscapeString(l.Text))
	d.frame()
	for i := range slices.Backward(d.plans) { // what was kept lies on top
		d.line(i)
	}
	d.endings()
	d.out.WriteString(`</svg>`)
	return d.out.String()
}

// bundle has plans that went the same way share a line where there are too many.
func (d *drawing) bundle() {
	all := d.plans
	if len(all) <= MostLines {
		d.many = slices.Repeat([]int{1}, len(all))
		return
	}
	at := map[string]int{}
	d.plans = nil
	for i := range all {
		way := fmt.Appendf(nil, "%s %d", all[i].Outcome, all[i].Promised)
		for _, s := range all[i].Steps {
			way = fmt.Appendf(way, " %d", s.Lane)
		}
		n, there := at[string(way)]
		if !there {
			n = len(d.plans)
			at[string(way)] = n
			d.plans, d.many = append(d.plans, all[i]), append(d.many, 0)
		}
		d.many[n]++
	}
}

func (d *drawing) x(edition int) float64 {
	if d.editions < 2 {
		return left
	}
	return left + (width-left-right)*float64(edition)/float64(d.editions-1)
}

// layout gives each lane as much room as its fullest edition needs, and each
// plan its height in every edition.
func (d *drawing) layout() {
	fullest := map[handbook.Lane]int{}
	for e := range d.editions {
		n := map[handbook.Lane]int{}
		for i := range d.plans {
			n[d.plans[i].Steps[e].Lane]++
		}
		for lane, many := range n {
			fullest[lane] = max(fullest[lane], many)
		}
	}
	rows := 0
	for _, lane := range handbook.Lanes() {
		rows += fullest[lane]
	}
	d.step = min(thickest, max(thinnest, laneShare/float64(max(1, rows))))
	y := top
	d.lanes = map[handbook.Lane]band{}
	for _, lane := range handbook.Lanes() {
		if n := fullest[lane]; n > 0 {
			d.lanes[lane] = band{y, y + max(20, float64(n)*d.step)}
			y = d.lanes[lane].to + gap
		}
	}
	d.height = y - gap + 24
	d.at = make([][]float64, len(d.plans))
	for i := range d.at {
		d.at[i] = make([]float64, d.editions)
	}
	for e := range d.editions {
		d.stack(e)
	}
}

// stack puts the plans of an edition one below the other in their lanes, in the
// order in which they come from the edition before, so that few lines cross.
func (d *drawing) stack(e int) {
	order := make([]int, len(d.plans))
	for i := range order {
		order[i] = i
	}
	if e > 0 {
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(d.at[a][e-1], d.at[b][e-1]) })
	}
	used := map[handbook.Lane]int{}
	for _, i := range order {
		lane := d.plans[i].Steps[e].Lane
		d.at[i][e] = d.lanes[lane].from + (float64(used[lane])+.5)*d.step
		used[lane]++
	}
}

func (d *drawing) text(x, y float64, class, anchor, text string) {
	fmt.Fprintf(&d.out, `<text class="%s" x="%s" y="%s" text-anchor="%s">%s</text>`, class, chart.F1(x), chart.F1(y), anchor, html.EscapeString(text))
}

// frame draws what the lines run through: editions and lanes, with how many
// stand where.
func (d *drawing) frame() {
	for _, lane := range handbook.Lanes() {
		b, drawn := d.lanes[lane]
		if !drawn {
			continue
		}
		fill := "#f2f2f2"
		if lane == handbook.LaneFact {
			fill = "#e8f1fe"
		}
		fmt.Fprintf(&d.out, `<rect x="%s" y="%s" width="%s" height="%s" fill="%s"/>`,
			chart.F1(left), chart.F1(b.from-4), chart.F1(d.x(max(0, d.editions-1))-left), chart.F1(b.to-b.from+8), fill)
	}
	for e, name := range d.l.Editions {
		d.text(d.x(e), top-26, "edition", "middle", name)
		fmt.Fprintf(&d.out, `<line class="grid" x1="%[1]s" x2="%[1]s" y1="%s" y2="%s" stroke="#949494"/>`, chart.F1(d.x(e)), chart.F1(top-16), chart.F1(d.height-16))
	}
	for _, lane := range handbook.Lanes() {
		b, drawn := d.lanes[lane]
		if !drawn {
			continue
		}
		n := 0
		for i := range d.plans {
			if d.plans[i].Steps[0].Lane == lane {
				n += d.many[i]
			}
		}
		y := (b.from + b.to) / 2
		d.text(left-14, y+4, "lab", "end", d.l.Lane(lane))
		if n > 0 {
			d.text(left-14, y+22, "count", "end", fmt.Sprint(n))
		}
	}
}

// line draws a plan from edition to edition, and a dot where it was promised.
func (d *drawing) line(i int) {
	p := &d.plans[i]
	style := look[p.Outcome]
	var path strings.Builder
	fmt.Fprintf(&path, "M%s %s", chart.F1(d.x(p.Promised)), chart.F1(d.at[i][p.Promised]))
	for e := p.Promised + 1; e < d.editions; e++ {
		mid := (d.x(e-1) + d.x(e)) / 2
		fmt.Fprintf(&path, "C%s %s %s %s %s %s", chart.F1(mid), chart.F1(d.at[i][e-1]), chart.F1(mid), chart.F1(d.at[i][e]), chart.F1(d.x(e)), chart.F1(d.at[i][e]))
	}
	fmt.Fprintf(&d.out, `<g class="%s"><title>%s</title><path d="%s" fill="none" stroke="%s" stroke-width="%s"`,
		p.Outcome, html.EscapeString(d.says(i)), path.String(), style.stroke, chart.F1(d.wide(i)))
	if style.dash != "" {
		fmt.Fprintf(&d.out, ` stroke-dasharray="%s"`, style.dash)
	}
	radius := max(1.8, d.step*.36)
	fmt.Fprintf(&d.out, `/><circle cx="%s" cy="%s" r="%s" fill="#fff" stroke="%s" stroke-width="1.5"/>`,
		chart.F1(d.x(p.Promised)), chart.F1(d.at[i][p.Promised]), chart.F1(radius), style.stroke)
	last := d.editions - 1
	if p.Outcome == handbook.Kept && last > p.Promised {
		fmt.Fprintf(&d.out, `<circle cx="%s" cy="%s" r="%s" fill="%s"/>`, chart.F1(d.x(last)), chart.F1(d.at[i][last]), chart.F1(radius), style.stroke)
	}
	d.out.WriteString(`</g>`)
}

// says is what a line stands for.
func (d *drawing) says(i int) string {
	if d.many[i] > 1 {
		return d.l.Plans(d.many[i], d.plans[i].Outcome)
	}
	return d.l.Plan(&d.plans[i])
}

// wide is how wide a line is: of many plans up to all the room that it has.
func (d *drawing) wide(i int) float64 {
	most := slices.Max(d.many)
	share := .42 + .5*math.Sqrt(float64(d.many[i]-1)/float64(max(1, most)))
	return max(1.5, d.step*share)
}

// endings says at the right how many plans of each outcome there are, where
// their lines end.
func (d *drawing) endings() {
	free := top
	type ending struct {
		o handbook.Outcome
		y float64
		n int // plans
	}
	var all []ending
	for _, o := range handbook.Outcomes() {
		sum, n := 0.0, 0
		for i := range d.plans {
			if d.plans[i].Outcome == o {
				sum += d.at[i][d.editions-1] * float64(d.many[i])
				n += d.many[i]
			}
		}
		if n > 0 {
			all = append(all, ending{o, sum / float64(n), n})
		}
	}
	slices.SortStableFunc(all, func(a, b ending) int { return cmp.Compare(a.y, b.y) })
	for _, e := range all {
		y := max(e.y, free)
		free = y + 46
		x := d.x(max(0, d.editions-1)) + 22
		fmt.Fprintf(&d.out, `<text class="figure" x="%s" y="%s" fill="%s">%d</text>`, chart.F1(x), chart.F1(y+8), look[e.o].stroke, e.n)
		d.text(x, y+25, "lab", "start", d.l.Outcome(e.o))
	}
	d.grow(free)
}

// grow makes room below for what the endings needed.
func (d *drawing) grow(to float64) {
	if to <= d.height {
		return
	}
	whole := strings.Replace(d.out.String(), fmt.Sprintf(`viewBox="0 0 %s %s"`, chart.F1(width), chart.F1(d.height)), fmt.Sprintf(`viewBox="0 0 %s %s"`, chart.F1(width), chart.F1(to)), 1)
	d.out.Reset()
	d.out.WriteString(whole)
	d.height = to
}
