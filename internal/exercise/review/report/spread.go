package report

import (
	"cmp"
	"slices"
	"strings"

	"renkei/internal/exercise/review"
)

// Measures of the pictures over time, in pixels.
const (
	chartWidth  = 760.0
	chartLeft   = 150.0
	chartRight  = 730.0
	spreadTop   = 14.0
	spreadFloor = 214.0
)

func (pg *page) axis() axis { return axis{x0: chartLeft, x1: chartRight, end: pg.end} }

// curve is one indicator's way through the teams.
type curve struct {
	letter string
	dash   string
	path   string
	x, y   float64 // of its last step
	in     *review.Indicator
}

// dashes tell curves apart without colour.
var dashes = []string{"", "8 4", "2 3", "12 4 2 4", "5 5", "1 5"}

// curves are those of the indicators that reached the most teams, at most six.
func (pg *page) curves() []curve {
	var ins []*review.Indicator
	for i := range pg.r.Flow.Indicators {
		if in := &pg.r.Flow.Indicators[i]; len(in.Reached) > 1 {
			ins = append(ins, in)
		}
	}
	slices.SortStableFunc(ins, func(a, b *review.Indicator) int { return cmp.Compare(len(b.Reached), len(a.Reached)) })
	ins = ins[:min(len(ins), len(dashes))]
	out := make([]curve, len(ins))
	for i, in := range ins {
		out[i] = pg.curve(i, in)
	}
	return out
}

// letterOf is the letter of an indicator's curve, "" where it has none.
func letterOf(cs []curve, in *review.Indicator) string {
	for i := range cs {
		if cs[i].in == in {
			return cs[i].letter
		}
	}
	return ""
}

func (pg *page) curve(i int, in *review.Indicator) curve {
	a := pg.axis()
	a.x0 = 60
	c := curve{letter: string(rune('A' + i)), dash: dashes[i], in: in}
	y := func(n int) float64 {
		return spreadFloor - (spreadFloor-spreadTop)*float64(n)/float64(max(1, in.Teams))
	}
	// The letter stands on the last step, each curve's at a height of its own.
	own := spreadTop + (spreadFloor-spreadTop)*(float64(i)+0.5)/float64(len(dashes))
	var path strings.Builder
	for n := range in.Reached {
		x := a.x(in.Reached[n].At.Seconds)
		if n == 0 {
			path.WriteString("M" + f1(x) + " " + f1(spreadFloor))
		} else {
			path.WriteString("H" + f1(x))
		}
		path.WriteString("V" + f1(y(n+1)))
		if x != c.x {
			c.x, c.y = x, y(n)
		}
		low := max(c.y, y(n))
		if n == len(in.Reached)-1 {
			c.y = min(max(own, y(n+1)), low)
		}
	}
	path.WriteString("H" + f1(a.x1))
	c.path = path.String()
	return c
}

// spreadTicks are the numbers of teams at the left of the picture.
func spreadTicks(teams int) []tickMark {
	var out []tickMark
	step := max(1, (teams+4)/5)
	for n := 0; n <= teams; n += step {
		out = append(out, tickMark{spreadFloor - (spreadFloor-spreadTop)*float64(n)/float64(max(1, teams)), num(n)})
	}
	return out
}

// box is a box plot lying on a time axis.
type box struct {
	y                       float64
	x0, xq1, xm, xq3, x1    float64
	min, q1, median, q3, mx string
	n                       int
}

func boxOf(a axis, y float64, s *review.Spread) *box {
	if s == nil {
		return nil
	}
	return &box{
		y: y, x0: a.x(s.Min), xq1: a.x(s.Q1), xm: a.x(s.Median), xq3: a.x(s.Q3), x1: a.x(s.Max), n: s.N,
		min: shortClock(s.Min), q1: shortClock(s.Q1), median: shortClock(s.Median), q3: shortClock(s.Q3), mx: shortClock(s.Max),
	}
}

// phaseRow is one phase: when teams first and last completed something.
type phaseRow struct {
	name        string
	y           float64
	first, last *box
	firstMedian review.Span
	lastMedian  review.Span
	tasks       review.TaskCount
	flows       review.FlowCount
	evidence    review.Evidence
}

const phaseHeight = 52.0

// phaseRows are the phases in the order of the pack.
func (pg *page) phaseRows() []phaseRow {
	a := pg.axis()
	var out []phaseRow
	for i := range pg.r.Measures.Phases {
		ph := &pg.r.Measures.Phases[i]
		y := 16 + phaseHeight*float64(i)
		row := phaseRow{name: pg.phase(ph.Phase), y: y, first: boxOf(a, y+12, ph.First), last: boxOf(a, y+32, ph.Last), evidence: ph.Evidence}
		if ph.First != nil && ph.Last != nil {
			row.firstMedian, row.lastMedian = ph.First.Median, ph.Last.Median
		}
		for j := range pg.r.Result.Totals.Phases {
			if t := &pg.r.Result.Totals.Phases[j]; t.Key == ph.Phase {
				row.tasks, row.flows = t.Tasks, t.Flows
			}
		}
		out = append(out, row)
	}
	return out
}

// phaseText says of a phase when teams completed something first and last, in the
// median; "" where none did.
func (pg *page) phaseText(row phaseRow) string {
	if row.first == nil || row.last == nil {
		return ""
	}
	return pg.t("phases.sentence", args{
		"Phase": row.name, "N": row.first.n, "First": pg.length(row.firstMedian), "Last": pg.length(row.lastMedian),
	})
}

// dot is one mark on a timeline.
type dot struct {
	x, y  float64
	kind  string
	seq   uint64
	label string
	lx    float64 // of the label
	ly    float64
	say   string
}

// Lanes of a timeline, from above: so far apart that a label below a mark stays
// clear of one above a mark of the next lane.
const (
	laneInject = 30.0
	laneTask   = 66.0
	laneTalk   = 102.0
	lineHeight = 122.0
)

// lanes say where each kind of mark stands.
var lanes = map[string]float64{
	"inject": laneInject, "ack": laneInject, "answer": laneTask, "late": laneTask, "missed": laneTask,
	"relay": laneTalk, "sent": laneTalk, "received": laneTalk,
}

// dots are the marks of one unit's timeline, with labels that do not overlap.
func (pg *page) dots(t *review.Timeline) []dot {
	a := pg.axis()
	out := make([]dot, 0, len(t.Marks))
	free := map[float64][2]float64{} // right end of the last label: upper and lower row
	for i := range t.Marks {
		m := &t.Marks[i]
		y, ok := lanes[m.Kind]
		if !ok {
			continue
		}
		d := dot{x: a.x(m.At.Seconds), y: y, kind: m.Kind, seq: m.Seq}
		d.say = m.At.Clock + " " + pg.t("tick."+m.Kind) + " " + flowKey(m.Key)
		if m.Key != "" && m.Kind != "ack" && m.Kind != "received" && m.Kind != "sent" {
			d.place(free, cut(flowKey(m.Key), 8))
		}
		out = append(out, d)
	}
	return out
}

// place puts a label above its mark, or below it where another one stands;
// where both are taken there is none.
func (d *dot) place(free map[float64][2]float64, label string) {
	half := 3.4*float64(len(label)) + 1
	taken := free[d.y]
	for row := range taken {
		if d.x-half < taken[row] {
			continue
		}
		d.label, d.lx, d.ly = label, d.x, d.y-9
		if row == 1 {
			d.ly = d.y + 17
		}
		taken[row] = d.x + half
		free[d.y] = taken
		return
	}
}

// markPath is all marks of one kind.
type markPath struct{ kind, path string }

// paths are the marks of a timeline without links and labels, one path for
// each kind: a tenth of the size where there are hundreds of units.
func (pg *page) paths(t *review.Timeline) []markPath {
	a := pg.axis()
	out := make([]markPath, 0, len(kinds))
	for _, kind := range kinds {
		var path strings.Builder
		for i := range t.Marks {
			if t.Marks[i].Kind == kind {
				path.WriteString("M" + f1(a.x(t.Marks[i].At.Seconds)) + " " + f1(lanes[kind]) + shapes[kind])
			}
		}
		if path.Len() > 0 {
			out = append(out, markPath{kind, path.String()})
		}
	}
	return out
}

// shapes are the marks drawn from their middle, in relative steps.
var shapes = map[string]string{
	"inject":   "m-5-4h10l-5 9z",
	"ack":      "v-7m0 14v-7",
	"answer":   "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0",
	"late":     "m-6 5h12l-6-11z",
	"missed":   "m-5-5l10 10m0-10l-10 10",
	"relay":    "m0-6l6 6l-6 6l-6-6z",
	"sent":     "m0-7l4 7h-8z",
	"received": "m-4 0h8l-4 7z",
}

// kinds of marks in the order of a legend.
var kinds = []string{"inject", "ack", "answer", "late", "missed", "relay", "sent", "received"}
