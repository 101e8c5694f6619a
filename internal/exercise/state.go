package exercise

import (
	"maps"
	"slices"

	"renkei/internal/exercise/scenario"
)

// State is an exercise as its log has made it: a fold of Apply over the events.
// It is owned by one goroutine.
type State struct {
	play    *Play
	created *Created
	renamed scenario.Text // the title that it was given later; nil for none
	seq     uint64
	at      Time
	clock   clock
	end     Time
	endGen  uint32

	units   []unitState
	injects []*injectDef // the pack's, then those made up during play
	tasks   []*taskDef
	slots   []unitInject       // by inject and unit
	works   []work             // by task and unit
	flows   []flowWork         // by flow and sender
	choices []choice           // by decision and team; those for everybody stand at the first
	asked   []asked            // units' messages to personas, in their order
	waiting []int32            // those that are not answered
	calls   []call             // in their order
	reports []report           // of something REAL, in their order
	spent   []int              // replies laid ready or sent, by reply and unit
	written map[string]written // by person; nil: nothing yet
	holders []string           // who plays a persona, by persona and unit
	polls   []poll             // questions of a tabletop, as they were announced
	floor   floor
	texts   map[int32]scenario.Text
	prompts map[int32]scenario.Text
	added   map[int]*InjectAdded

	commitments []*CommitmentMade    // in their order
	recalled    []RecalledCommitment // of earlier tabletops, shown last
	checks      []evidenceCheck      // of what was said, by EXCON, the last of each
	recalling   bool                 // the room is shown them now

	planned map[string]uint64 // issues of the improvement plan to the seq of their last entry; nil: none yet
	carried int               // issues of an earlier plan

	teams                  int   // that take part: not withdrawn
	answered, solved, made []int // how many of them, by task, task and flow

	batched bool    // while an event is folded that has its place in a batch
	changed []int32 // slots to be looked at when the command's events end

	jumpFrom, jumpTo Time
	jumpMode         string
	queue            dueQueue
	scratch          decision // of Decide
}

// clock maps wall time to exercise time.
type clock struct {
	phase   Phase
	speed   float64
	at      Time  // exercise time at the anchor
	wall    int64 // wall time at the anchor
	stopped bool  // REAL
	until   int64 // wall time at which a pause is to end; 0: open
	ask     bool  // EXCON is asked then
	passing bool  // a jump was made while paused: what it passed follows at once
}

// Phase is the state of the clock.
type Phase uint8

// Phases of an exercise.
const (
	Preparing Phase = iota // before STARTEX
	Running
	OnHold // paused
	Over   // after ENDEX
)

// String gives the word that the interface translates.
func (p Phase) String() string {
	return [...]string{"preparing", "running", "paused", "ended"}[p]
}

type unitState struct {
	status   string
	own      bool // a cell whose status is its own, whatever its team's
	frozenAt Time // of late and paused units
	ready    bool
	joined   bool // somebody has come to play it
	present  int
	expected int
	bot      bool
	score    float64
}

func (u *unitState) frozen() bool { return u.status == Late || u.status == UnitPause }
func (u *unitState) out() bool    { return u.status == Absent || u.status == Withdrawn }

type slotStatus uint8

const (
	slotNone    slotStatus = iota // not meant for the unit
	slotWaiting                   // for its time, or for what it follows
	slotArmed                     // its condition is looked at
	slotFired                     // its condition has held
	slotReleased
	slotSkipped
	slotRetracted
)

// unitInject is one inject for one unit.
type unitInject struct {
	status  slotStatus
	relayed bool // came by a relay
	held    bool // does not come by itself
	kept    bool // was held when its time came, and no longer is
	gen     uint32
	due     Time // Never: not known yet
	until   Time // armed: when it lapses
	at      Time // released
	seq     uint64
	acked   Time // Never: not yet
	tlp     scenario.TLP
}

// work is one task for one unit.
type work struct {
	status   workStatus
	overdue  bool
	late     bool
	solved   bool
	gen      uint32
	opened   Time
	due      Time
	firstAt  Time
	subs     []submission
	auto     float64 // points of the best or, for reports and files, the last submission
	hints    int
	cost     float64
	hintGen  uint32
	hintFrom Time // opened, on the unit's own clock
	hintAt   Time // when the next comes by itself; Never: it does not
	marks    []mark
	settled  *float64
	key      *taskKey
}

// owed reports whether the clock waits for the task's time to run out.
func (w *work) owed() bool { return w.status == workOpen && !w.overdue && len(w.subs) == 0 }

type workStatus uint8

const (
	workNone workStatus = iota
	workOpen
	workVoid // withdrawn with its inject, or the unit left
)

type submission struct {
	seq   uint64
	text  string // of a form all its parts
	items []string
	via   uint64
	file  *HandedIn
	on    string // as in the event
	void  bool   // EXCON says that it does not make the flow
}

type mark struct {
	evaluator string
	points    float64
}

// flowWork is one expected flow of one sender.
type flowWork struct {
	status flowStatus
	late   bool
	missed bool
	gen    uint32
	due    Time
	via    uint64 // seq of what made it
	stood  Time   // how long the unit has stood still since it was made
}

type flowStatus uint8

const (
	flowNone flowStatus = iota
	flowOpen
	flowMade
	flowVoid
)

// New returns the state before the first event.
func New(play *Play) *State {
	nu := len(play.Cast.Units)
	s := &State{
		play:    play,
		clock:   clock{speed: 1},
		end:     At(play.Pack.Duration),
		teams:   play.teams,
		units:   make([]unitState, nu),
		injects: slices.Clip(play.injects),
		tasks:   slices.Clip(play.tasks),
		slots:   make([]unitInject, 0, len(play.injects)*nu),
		works:   make([]work, len(play.tasks)*nu),
		flows:   make([]flowWork, len(play.flows)*nu),
		spent:   make([]int, len(play.replies)*nu), holders: make([]string, len(play.Pack.Personas)*nu),
		choices: make([]choice, len(play.decisions)*nu),
		texts:   map[int32]scenario.Text{}, prompts: map[int32]scenario.Text{}, added: map[int]*InjectAdded{},
		answered: make([]int, len(play.tasks)), solved: make([]int, len(play.tasks)), made: make([]int, len(play.flows)),
		jumpFrom: -1, jumpTo: -1, floor: floor{speaker: -1},
	}
	for i := range s.units {
		s.units[i].status = Present
	}
	for i := range s.choices {
		s.choices[i].due = Never
	}
	for i := range s.works {
		s.works[i].key = play.taskKeys[i]
	}
	for _, def := range s.injects {
		for _, u := range play.Cast.Units {
			s.slots = append(s.slots, newSlot(def, addressed(def.to, u)))
		}
	}
	return s
}

func newSlot(def *injectDef, meant bool) unitInject {
	sl := unitInject{due: Never, until: Never, acked: Never, tlp: def.tlp}
	if meant {
		sl.status = slotWaiting
	}
	return sl
}

// Clone returns an independent copy, for a look ahead.
func (s *State) Clone() *State {
	c := &State{}
	c.Become(s)
	return c
}

// Become makes s an independent copy of another state, in the memory that s
// has: who plays again and again need not allocate each time.
func (s *State) Become(from *State) {
	old := *s
	*s = *from
	s.scratch = decision{texts: old.scratch.texts}
	s.units = refill(old.units, from.units)
	s.injects, s.tasks = slices.Clip(from.injects), slices.Clip(from.tasks) // perhaps the play's own
	s.slots = refill(old.slots, from.slots)
	s.works = copyWorks(old.works, from.works)
	s.flows = refill(old.flows, from.flows)
	s.choices = refill(old.choices, from.choices)
	s.asked, s.waiting, s.calls = refill(old.asked, from.asked), refill(old.waiting, from.waiting), refill(old.calls, from.calls)
	s.reports = refill(old.reports, from.reports)
	s.spent, s.holders = refill(old.spent, from.spent), refill(old.holders, from.holders)
	s.texts, s.prompts, s.added = copyMap(old.texts, from.texts), copyMap(old.prompts, from.prompts), copyMap(old.added, from.added)
	s.written = copyMap(old.written, from.written)
	s.polls, s.commitments = copyPolls(from.polls), slices.Clone(from.commitments)
	s.planned = copyMap(old.planned, from.planned)
	s.recalled = slices.Clone(from.recalled)
	s.checks = slices.Clone(from.checks)
	s.floor.queue, s.floor.spoken = slices.Clone(from.floor.queue), slices.Clone(from.floor.spoken)
	s.answered = refill(old.answered, from.answered)
	s.solved = refill(old.solved, from.solved)
	s.made = refill(old.made, from.made)
	s.queue, s.changed = refill(old.queue, from.queue), refill(old.changed, from.changed)
}

// copyWorks copies works with what was submitted and marked.
func copyWorks(to, from []work) []work {
	to = refill(to, from)
	for i := range to {
		to[i].subs, to[i].marks = slices.Clone(to[i].subs), slices.Clone(to[i].marks)
	}
	return to
}

// refill copies a list into the memory of another.
func refill[L ~[]T, T any](to, from L) L { return append(to[:0], from...) }

// copyMap copies a map into the memory of another; a nil one is nil.
func copyMap[K comparable, V any](to, from map[K]V) map[K]V {
	if from == nil {
		return nil
	}
	if to == nil {
		to = make(map[K]V, len(from))
	}
	clear(to)
	maps.Copy(to, from)
	return to
}

func (s *State) nu() int { return len(s.units) }

func (s *State) slot(inject, unit int) *unitInject { return &s.slots[inject*s.nu()+unit] }
func (s *State) work(task, unit int) *work         { return &s.works[task*s.nu()+unit] }
func (s *State) flow(flow, unit int) *flowWork {
	return &s.flows[flow*s.nu()+unit]
}

// local is a time as the unit's own clock shows it: a unit that stands still
// stays where it was.
func (s *State) local(unit int, t Time) Time {
	if u := &s.units[unit]; u.frozen() && t > u.frozenAt {
		return u.frozenAt
	}
	return t
}

// ahead is a coming time on the unit's own clock: for a unit that stands still
// it is as far away as it is for the others.
func (s *State) ahead(unit int, t Time) Time { return t - (s.at - s.local(unit, s.at)) }

// now maps wall time to exercise time.
func (c *clock) now(wall int64) Time {
	if c.phase != Running || c.speed == 0 || wall <= c.wall {
		return c.at
	}
	return c.at + Time(float64(wall-c.wall)*c.speed)
}

func (c *clock) anchor(at Time, wall int64) { c.at, c.wall = at, wall }

// waits reports whether the slot's inject is still to come.
func (sl *unitInject) waits() bool {
	return sl.status == slotWaiting || sl.status == slotArmed || sl.status == slotFired
}

// left reports whether the inject was taken out of the storyline before it came.
func (sl *unitInject) left() bool { return sl.status == slotRetracted && sl.seq == 0 }
