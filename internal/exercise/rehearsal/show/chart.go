package show

import (
	"fmt"
	"strings"

	"renkei/internal/chart"
	"renkei/internal/exercise/rehearsal"
)

// Measures of the charts over time, in pixels.
const (
	chartLeft  = 215.0
	chartRight = 880.0
	chartWidth = 900.0
)

// x is the place of a time on the axis that all charts share.
func (s *Sheet) x(at rehearsal.Seconds) float64 {
	return chartLeft + (chartRight-chartLeft)*float64(min(max(at, 0), s.F.Duration))/float64(max(1, s.F.Duration))
}

// tick is a labelled place on the axis.
type tick struct{ x, label string }

func (s *Sheet) ticks() []tick {
	var out []tick
	for _, t := range chart.Ticks(int64(s.F.Duration)) {
		at := rehearsal.Seconds(t)
		out = append(out, tick{chart.F1(s.x(at)), Clock(&at)})
	}
	return out
}

func f1(v float64) string { return chart.F1(v) }

func view(height float64) string { return "0 0 " + f1(chartWidth) + " " + f1(height) }

// openRow is how long an inject stays open at a kind of unit: from its release
// to the median, and on to where nine of ten are done.
type openRow struct {
	label, who, say string
	y               float64
	from, to, most  float64
	due             float64 // the longest time of its tasks; 0 without tasks
	asks, beyond    bool    // nine of ten are not done before ENDEX
}

const rowHeight = 19.0

// openRows are the injects that come to at least half of those they are meant
// for, one row for each kind of unit.
func (s *Sheet) openRows() []openRow {
	var out []openRow
	for _, in := range s.F.Injects {
		for _, to := range in.To {
			if to.At.Median == nil {
				continue
			}
			at := *to.At.Median
			row := openRow{label: s.Inject(in.Key), who: s.Kind(to.Kind), y: 8 + rowHeight*float64(len(out)), from: s.x(at), asks: to.Tasks > 0}
			row.to, row.most = row.from, row.from
			if row.asks {
				row.to, row.most, row.beyond = s.until(at, to.Open.Median), s.until(at, to.Open.P90), to.Open.P90 == nil
				row.due = s.x(at + s.longest(in.Key, to))
				row.say = Clock(to.Open.Median) + " / " + Clock(to.Open.P90)
			}
			out = append(out, row)
		}
	}
	return out
}

func (s *Sheet) until(at rehearsal.Seconds, open *rehearsal.Seconds) float64 {
	if open == nil {
		return s.x(s.F.Duration)
	}
	return s.x(at + *open)
}

// longest is the longest time that a task of an inject has.
func (s *Sheet) longest(inject string, to rehearsal.InjectToKind) rehearsal.Seconds {
	most := rehearsal.Seconds(0)
	for i := range s.F.Tasks {
		t := &s.F.Tasks[i]
		if _, _, relayed := s.pack.TaskByKey(t.Key); t.Inject == inject && relayed == to.Relay {
			most = max(most, t.Due)
		}
	}
	return most
}

// loadChart is the load of one kind of unit: how many tasks are open at once
// (the middle, and from one in ten to nine in ten), how many wait, and what
// share of its time a unit works.
type loadChart struct {
	who                      string
	spread, mid, queue, busy string
	levels                   []tick // at the left; x holds the height
	sum                      string
}

const (
	loadTop, loadFloor = 10.0, 150.0
	busyTop, busyFloor = 166.0, 206.0
	loadHeight         = 232.0
)

func (s *Sheet) loadCharts() []loadChart {
	var out []loadChart
	for i := range s.F.Kinds {
		if k := &s.F.Kinds[i]; k.Most > 0 {
			out = append(out, s.loadChart(k))
		}
	}
	return out
}

func (s *Sheet) loadChart(k *rehearsal.KindFigures) loadChart {
	top := 1
	for i := range k.Load {
		top = max(top, k.Load[i].Open.P90, k.Load[i].Waits.P90)
	}
	y := func(n int) float64 { return loadFloor - (loadFloor-loadTop)*float64(n)/float64(top) }
	c := loadChart{who: s.Kind(k.Kind), sum: s.Say("kind.sum", args{"Who": s.Kind(k.Kind), "All": Percent(k.All, k.Cases), "Cut": Percent(k.Cut, k.Cases)})}
	for n := 0; n <= top; n += max(1, top/5) {
		c.levels = append(c.levels, tick{f1(y(n)), fmt.Sprint(n)})
	}
	c.mid = s.steps(k, func(l *rehearsal.Load) float64 { return y(l.Open.Median) })
	c.queue = s.steps(k, func(l *rehearsal.Load) float64 { return y(l.Waits.P90) })
	c.spread = s.area(k, func(l *rehearsal.Load) (float64, float64) { return y(l.Open.P90), y(l.Open.P10) })
	c.busy = s.area(k, func(l *rehearsal.Load) (float64, float64) {
		return busyFloor - (busyFloor-busyTop)*min(1, l.Worked), busyFloor
	})
	return c
}

// steps is a line of steps through all bins.
func (s *Sheet) steps(k *rehearsal.KindFigures, y func(*rehearsal.Load) float64) string {
	var b strings.Builder
	last := ""
	for i := range k.Load {
		at := f1(y(&k.Load[i]))
		switch {
		case i == 0:
			b.WriteString("M" + f1(s.x(0)) + " " + at)
		case at != last:
			b.WriteString("H" + f1(s.x(k.Load[i].At)) + "V" + at)
		}
		last = at
	}
	return b.String() + "H" + f1(chartRight)
}

// area is what lies between two lines of steps.
func (s *Sheet) area(k *rehearsal.KindFigures, y func(*rehearsal.Load) (top, floor float64)) string {
	var above, below strings.Builder
	for i := range k.Load {
		top, _ := y(&k.Load[i])
		from, to := f1(s.x(k.Load[i].At)), f1(s.x(k.Load[i].At+s.F.Bin))
		above.WriteString("L" + from + " " + f1(top) + "H" + to)
		back := len(k.Load) - 1 - i
		_, floor := y(&k.Load[back])
		below.WriteString("L" + f1(s.x(k.Load[back].At+s.F.Bin)) + " " + f1(floor) + "H" + f1(s.x(k.Load[back].At)))
	}
	return "M" + above.String()[1:] + below.String() + "Z"
}

// controlBar is what comes in for EXCON in one bin.
type controlBar struct {
	x, w, y, h, p90 float64
	say             string
}

const controlTop, controlFloor = 14.0, 110.0

// controlBars are bars of the means, with a line where one run of ten has more.
func (s *Sheet) controlBars(bins []rehearsal.ControlBin) (bars []controlBar, levels []tick) {
	top := 1
	for _, b := range bins {
		top = max(top, b.Count.P90)
	}
	y := func(v float64) float64 { return controlFloor - (controlFloor-controlTop)*min(v/float64(top), 1) }
	for _, b := range bins {
		if b.Count.Most == 0 {
			continue
		}
		x := s.x(b.At)
		bar := controlBar{x: x, w: max(1, s.x(b.At+s.F.Control.Bin)-x-1), y: y(b.Mean), p90: y(float64(b.Count.P90))}
		bar.h = controlFloor - bar.y
		bar.say = fmt.Sprintf("%s: %.1f, %d", Clock(&b.At), b.Mean, b.Count.P90)
		bars = append(bars, bar)
	}
	for n := 0; n <= top; n += max(1, top/4) {
		levels = append(levels, tick{f1(y(float64(n))), fmt.Sprint(n)})
	}
	return bars, levels
}
