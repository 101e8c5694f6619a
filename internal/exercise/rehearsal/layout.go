package rehearsal

import (
	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// Resolution. Lengths and times are counted in steps, levels up to a highest
// one: memory then depends on the pack and not on the number of runs.
const (
	maxSteps = 600 // of lengths, over the whole exercise
	maxBins  = 240 // of pictures over time
	levels   = 64  // how many tasks at once, or messages in a bin; more count as the highest
)

// nice are the widths of steps and bins, in seconds.
var nice = []int64{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400}

// stepFor is the finest nice width that cuts a length into at most so many.
func stepFor(length exercise.Time, most int64) exercise.Time {
	for _, s := range nice {
		if w := exercise.Time(s) * exercise.Second; length <= w*exercise.Time(most) {
			return w
		}
	}
	return (length/exercise.Time(most)/exercise.Second + 1) * exercise.Second
}

// layout says which count stands where. All counts of a tally are one list, so
// that adding two tallies is adding two lists, in any order.
type layout struct {
	play      *exercise.Play
	kinds     []string // kinds of units: "team", "cell:<key>"
	kindOf    []int    // by unit
	injects   []*scenario.Inject
	tasks     []*scenario.Task // in the order of the engine
	injectOf  []int            // by task
	flows     []*scenario.Flow
	personas  []string
	branches  []branchOf
	injectNo  map[string]int
	taskNo    map[string]int
	end       exercise.Time
	step, bin exercise.Time
	steps     int // of a histogram; one more for what never comes
	bins      int
	talkBin   exercise.Time // width of the bins of what EXCON has to do
	talkBins  int

	inject, task, flow, load, finish, control, persona, ahead, branch, size int // where each part begins
}

// branchOf is one way on from a decision; "" is none of its branches.
type branchOf struct{ decision, branch string }

// KindTeam is the kind of national teams; a cell's kind is "cell:" and its key.
const KindTeam = scenario.EndTeam

func newLayout(play *exercise.Play) *layout {
	l := &layout{
		play: play, injects: play.Pack.Injects, flows: play.Pack.Flows, end: exercise.At(play.Pack.Duration),
		injectNo: map[string]int{}, taskNo: map[string]int{},
	}
	l.layKinds()
	for i, inj := range l.injects {
		l.injectNo[inj.Key] = i
		l.tasks = append(l.tasks, inj.Tasks...)
		if inj.Relay != nil {
			l.tasks = append(l.tasks, inj.Relay.Tasks...)
		}
		for len(l.injectOf) < len(l.tasks) {
			l.injectOf = append(l.injectOf, i)
		}
	}
	for i, t := range l.tasks {
		l.taskNo[t.Key] = i
	}
	for _, dec := range play.Pack.Decisions {
		for _, b := range dec.Branches {
			l.branches = append(l.branches, branchOf{dec.Key, b.Key})
		}
		l.branches = append(l.branches, branchOf{dec.Key, ""})
	}
	for _, p := range play.Pack.Personas {
		l.personas = append(l.personas, p.Key)
	}
	l.step, l.bin = stepFor(l.end, maxSteps), stepFor(l.end, maxBins)
	l.steps = int(l.end/l.step) + 2
	l.bins = int((l.end + l.bin - 1) / l.bin)
	l.talkBin = max(l.bin, 60*exercise.Second)
	l.talkBins = int((l.end + l.talkBin - 1) / l.talkBin)
	l.place()
	return l
}

func (l *layout) layKinds() {
	l.kinds = []string{KindTeam}
	for _, c := range l.play.Pack.Units.Cells {
		l.kinds = append(l.kinds, scenario.CellPrefix+c.Key)
	}
	for _, u := range l.play.Cast.Units {
		kind := 0
		for i, c := range l.play.Pack.Units.Cells {
			if u.Cell == c.Key {
				kind = i + 1
			}
		}
		l.kindOf = append(l.kindOf, kind)
	}
}

// Counts of one inject for one kind of unit, before its two histograms: when it
// came, and how long it stayed open.
const (
	injMeant = iota
	injCame
	injAcked
	injUnless
	injLapsed
	injBranch
	injTasks // that were asked with it
	injIdle  // that did not answer what its condition asks about
	injectCounts
)

// Counts of one task, before its two histograms: the time to the first answer,
// and how long it waited in line.
const (
	taskAsked = iota
	taskAnswered
	taskScored
	taskSolved
	taskLate
	taskHints // units that asked for one
	taskTries
	taskTaken  // begun by working on it: not waited for from others
	taskJammed // late only because of waiting in line
	taskWeak   // asked, then solved, by those of little, middling and much skill
	taskCounts = taskWeak + 6
)

// Counts of one flow, before the histogram of how long it took.
const (
	flowExpected = iota
	flowMade     // in time
	flowLate
	flowMissing
	flowLoose // label looser than is right
	flowStray // reached somebody it was not meant for
	flowCounts
)

// Counts of one kind of unit in one bin of time: sums of work that was asked
// for and of work that was done, then how often so many tasks were open, and
// so many waited in line.
const (
	loadAsked = iota // microseconds
	loadWorked
	loadOpen
	loadWaits  = loadOpen + levels
	loadCounts = loadWaits + levels
)

// Counts of one kind of unit at the end, before the histogram of its last
// answer, of those who answered everything.
const (
	endUnits = iota
	endAll
	endCut // with work begun or in line that ENDEX cuts off
	endCounts
)

// Counts of EXCON in one bin of time: how often so many messages to personas
// came in, and so many reports to mark; then the sums.
const (
	controlTalk    = 0
	controlReport  = levels
	controlTalks   = 2 * levels
	controlReports = controlTalks + 1
	controlCounts  = controlTalks + 2
)

func (l *layout) place() {
	at := 0
	next := func(n, size int) int {
		at += n * size
		return at - n*size
	}
	nk := len(l.kinds)
	l.inject = next(len(l.injects)*nk, l.injectSize())
	l.task = next(len(l.tasks), l.taskSize())
	l.flow = next(len(l.flows), l.flowSize())
	l.load = next(nk*l.bins, loadCounts)
	l.finish = next(nk, l.finishSize())
	l.control = next(l.talkBins, controlCounts)
	l.persona = next(len(l.personas)+1, 1)
	l.ahead = next(len(l.tasks), len(l.injects))
	l.branch = next(len(l.branches), 1)
	l.size = at
}

func (l *layout) injectSize() int { return injectCounts + 2*l.steps }
func (l *layout) taskSize() int   { return taskCounts + 2*l.steps }
func (l *layout) flowSize() int   { return flowCounts + l.steps }
func (l *layout) finishSize() int { return endCounts + l.steps }

func (l *layout) taskIx(key string) (int, bool) {
	i, ok := l.taskNo[key]
	return i, ok
}

func (l *layout) injectIx(key string) (int, bool) {
	i, ok := l.injectNo[key]
	return i, ok
}

func (l *layout) binOf(t exercise.Time) int { return min(int(t/l.bin), l.bins-1) }

// talkBinOf is the bin in which EXCON gets to see something.
func (l *layout) talkBinOf(t exercise.Time) int { return min(int(t/l.talkBin), l.talkBins-1) }

// stepOf is the nearest step of a histogram; what never comes is in the last.
func (l *layout) stepOf(t exercise.Time) int {
	if t == exercise.Never {
		return l.steps - 1
	}
	return min(int((max(t, 0)+l.step/2)/l.step), l.steps-2)
}
