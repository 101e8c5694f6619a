package pages

import (
	"math"
	"strconv"
	"strings"

	"renkei/internal/exercise"
	xpages "renkei/internal/exercise/pages"
	"renkei/internal/i18n"
	"renkei/internal/tabletop"
)

// picture is what a round came to, as everybody in the room sees it.
type picture struct {
	kind        string
	answers     int
	simulated   bool
	bars        []bar
	heads       []string   // of the pairs of a ranking
	pairs       [][]string // how often the option of the row stands above that of the column
	dots        []dots
	middle      string // median of a scale
	was         string // the median of the round before; "" for none
	rows        []row  // of the matrix, or what is promised
	columns     []string
	move        string // how far the room moved; "" for nothing to tell
	hasBefore   bool
	barColumns  bool // on the projector: bars stand in columns
	dense       bool // on the projector: in the smaller size of type
	moreRows    int  // that the projector has no room for
	moreColumns int
	textsApart  bool // the answers are words that the facilitator quotes from
}

// bar is an option with what it came to.
type bar struct {
	text   string
	n, was int
	part   int // of 1000: how long the bar is
	before int // of 1000: how long it was in the round before
	who    string
	most   bool
}

// dots are the answers at a value of a scale.
type dots struct {
	value string
	x     int
	sure  []dot
	was   int
}

type dot struct {
	y    int
	sure int // 1 to 3
}

type row struct {
	unit  string
	cells []string
}

// pictureOf draws the last round that was shown; nil for none.
func pictureOf(s *xpages.Moment, v *exercise.PollView) *picture {
	if len(v.Shown) == 0 {
		return nil
	}
	last := v.Shown[len(v.Shown)-1]
	p := &picture{kind: v.Kind, answers: len(last.Answers), simulated: last.Simulated}
	var before []exercise.PollAnswer
	if n := len(v.Shown); n > 1 {
		before, p.hasBefore = v.Shown[n-2].Answers, true
		p.move = moveText(s, v, before, last.Answers)
	}
	switch v.Kind {
	case exercise.PollScale:
		p.scale(&v.Poll, last.Answers, before)
	case exercise.PollText:
		if p.textsApart = !v.Attributed; v.Attributed {
			for _, a := range last.Answers {
				p.rows = append(p.rows, row{s.UnitName(a.Unit), []string{a.Text}})
			}
		}
	case exercise.PollMatrix:
		p.matrix(s, v, last.Answers)
	case exercise.PollCommitment:
		p.columns = []string{s.Request.T("tabletop.what"), s.Request.T("tabletop.by"), s.Request.T("tabletop.who")}
		for _, a := range last.Answers {
			p.rows = append(p.rows, row{s.UnitName(a.Unit), []string{a.Text, a.By, a.Who}})
		}
	default:
		p.tallies(s, v, last.Answers, before)
	}
	return p
}

func (p *picture) tallies(s *xpages.Moment, v *exercise.PollView, answers, before []exercise.PollAnswer) {
	is, was := tabletop.Tallies(&v.Poll, answers), tabletop.Tallies(&v.Poll, before)
	most := longest(&v.Poll, len(answers), is)
	mostBefore := longest(&v.Poll, len(before), was)
	high := 0
	for _, t := range is {
		high = max(high, t.N)
	}
	for i, t := range is {
		var who []string
		for _, u := range t.Units {
			who = append(who, s.UnitName(u))
		}
		p.bars = append(p.bars, bar{
			text: text(s, v.Options[i].Text), n: t.N, was: was[i].N, part: t.N * 1000 / most, before: was[i].N * 1000 / mostBefore,
			who: s.Request.List(who), most: t.N == high && high > 0,
		})
	}
	if v.Kind != exercise.PollRanking {
		return
	}
	for i, line := range tabletop.Pairs(&v.Poll, answers) {
		p.heads = append(p.heads, strconv.Itoa(i+1))
		cells := make([]string, len(line))
		for j, n := range line {
			if cells[j] = strconv.Itoa(n); i == j {
				cells[j] = "–"
			}
		}
		p.pairs = append(p.pairs, cells)
	}
}

// longest is what a bar of full length stands for: all answers, or of points
// and ranks the most that an option got, so that differences can be seen.
func longest(p *exercise.Poll, answers int, all []tabletop.Tally) int {
	if p.Kind == exercise.PollChoice || p.Kind == exercise.PollSeveral {
		return max(1, answers)
	}
	n := 1
	for _, t := range all {
		n = max(n, t.N)
	}
	return n
}

const dotStep = 12

func (p *picture) scale(poll *exercise.Poll, answers, before []exercise.PollAnswer) {
	was := tabletop.Steps(poll, before)
	for i, st := range tabletop.Steps(poll, answers) {
		d := dots{value: strconv.Itoa(st.Value), x: i, was: was[i].N()}
		for sure := 3; sure >= 1; sure-- {
			for range st.Sure[sure-1] {
				d.sure = append(d.sure, dot{y: len(d.sure), sure: sure})
			}
		}
		p.dots = append(p.dots, d)
	}
	p.middle = decimal(tabletop.Median(answers))
	if len(before) > 0 {
		p.was = decimal(tabletop.Median(before))
	}
}

// high is the most answers at one value.
func (p *picture) high() int {
	n := 4
	for _, d := range p.dots {
		n = max(n, len(d.sure), d.was)
	}
	return n
}

func decimal(f float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(math.Round(f*10)/10, 'f', 1, 64), ".0")
}

func (p *picture) matrix(s *xpages.Moment, v *exercise.PollView, answers []exercise.PollAnswer) {
	for _, o := range v.Options {
		p.columns = append(p.columns, text(s, o.Text))
	}
	for _, a := range answers {
		r := row{unit: s.UnitName(a.Unit)}
		for _, o := range v.Options {
			r.cells = append(r.cells, a.Row[o.Key])
		}
		p.rows = append(p.rows, r)
	}
}

// moveText says how far the room moved since the round before.
func moveText(s *xpages.Moment, v *exercise.PollView, before, after []exercise.PollAnswer) string {
	m, ok := tabletop.Moved(&v.Poll, before, after)
	switch {
	case !ok:
		return ""
	case m.N == 0 && m.Exact:
		return s.Request.T("tabletop.moved.none")
	case m.N == 0:
		return s.Request.T("tabletop.moved.same")
	case m.Exact:
		return s.Request.T("tabletop.moved.exact", i18n.Args{"N": m.N, "Of": m.Of})
	}
	return s.Request.T("tabletop.moved.least", i18n.Args{"N": m.N, "Of": m.Of})
}

// scaleWords says a scale in words.
func scaleWords(r *xpages.Request, p *picture) string {
	var all []string
	for _, d := range p.dots {
		if len(d.sure) > 0 {
			all = append(all, r.T("tabletop.scale_at", i18n.Args{"Value": d.value, "N": len(d.sure)}))
		}
	}
	return r.List(all)
}

func (p *picture) height() int { return p.high()*dotStep + 4 }

func (p *picture) box() string {
	return "0 0 " + strconv.Itoa(len(p.dots)*dotStep) + " " + strconv.Itoa(p.height()+14)
}

func (p *picture) axis() string {
	return "M0 " + strconv.Itoa(p.height()) + "H" + strconv.Itoa(len(p.dots)*dotStep)
}

func (*picture) cx(x int) string { return strconv.Itoa(x*dotStep + dotStep/2) }

func (p *picture) cy(y int) string { return strconv.Itoa(p.height() - dotStep/2 - y*dotStep) }

func (p *picture) base(below int) string { return strconv.Itoa(p.height() + below) }

// mark is a line at the height of a value in the round before.
func (p *picture) mark(x, n int) string {
	return "M" + strconv.Itoa(x*dotStep+1) + " " + strconv.Itoa(p.height()-n*dotStep) + "h" + strconv.Itoa(dotStep-2)
}

// small reports whether the rows take the smaller size of type.
func (p *picture) small() bool { return p.dense || len(p.rows) > 7 }
