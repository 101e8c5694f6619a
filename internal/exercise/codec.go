package exercise

import (
	"encoding/json"
	"slices"

	"renkei/internal/binenc"
	"renkei/internal/exercise/scenario"
)

// AppendTo appends the state to b, all but the play and the event that opened
// the log, which are in the log. Two states of one log that have come equally
// far give the same bytes.
func (s *State) AppendTo(b []byte) []byte {
	c := binenc.Writer(b)
	s.code(c)
	return c.Bytes()
}

// Restore brings back a state from what AppendTo of this very program gave. An
// error means that the bytes are damaged, or belong to another play.
func Restore(play *Play, created *Created, data []byte) (*State, error) {
	s := New(play)
	s.created = created
	c := binenc.Reader(data)
	s.code(c)
	if s.renamed != nil {
		s.retitle(s.renamed)
	}
	return s, c.Done()
}

// code goes over every field: one that is missing here is lost with each
// snapshot. What lies in slices is laid out by the play and what was made up;
// their lengths are not coded.
func (s *State) code(c *binenc.Coder) {
	binenc.Uint(c, &s.seq)
	binenc.Int(c, &s.at)
	s.clock.code(c)
	binenc.Int(c, &s.end)
	binenc.Uint(c, &s.endGen)
	binenc.Int(c, &s.jumpFrom)
	binenc.Int(c, &s.jumpTo)
	c.String(&s.jumpMode)
	s.codeAdded(c)
	for i := range s.units {
		s.units[i].code(c)
	}
	for i := range s.slots {
		s.slots[i].code(c)
	}
	s.codeWorks(c)
	for i := range s.flows {
		s.flows[i].code(c)
	}
	for i := range s.choices {
		s.choices[i].code(c, len(s.play.decisions[i/s.nu()].branches))
	}
	s.codeAsked(c)
	s.codeCalls(c)
	codeList(c, &s.reports, 4, func(r *report) {
		binenc.Uint(c, &r.seq)
		c.String(&r.unit)
		binenc.Int(c, &r.seen)
		c.Bool(&r.open)
	})
	binenc.Map(c, &s.written, c.String, func(w *written) {
		binenc.Int(c, &w.Entries)
		binenc.Int(c, &w.Files)
		binenc.Int(c, &w.Bytes)
		binenc.Int(c, &w.FileBytes)
		binenc.Int(c, &w.rested)
		binenc.Int(c, &w.controlRested)
	})
	codeList(c, &s.checks, 8, func(k *evidenceCheck) { s.codeCheck(c, k) })
	binenc.Int(c, &s.teams)
	for _, counts := range [][]int{s.answered, s.solved, s.made} {
		for i := range counts {
			binenc.Int(c, &counts[i])
		}
	}
	s.codePolls(c)
	s.codePlan(c)
	binenc.Map(c, (*map[string]string)(&s.renamed), c.String, c.String)
	s.codeChanged(c)
	codeTexts(c, &s.texts)
	codeTexts(c, &s.prompts)
	s.codeQueue(c)
}

func (c *clock) code(to *binenc.Coder) {
	binenc.Enum(to, &c.phase, Over)
	to.Float(&c.speed)
	binenc.Int(to, &c.at)
	binenc.Int(to, &c.wall)
	to.Bool(&c.stopped)
	binenc.Int(to, &c.until)
	to.Bool(&c.ask)
	to.Bool(&c.passing)
}

// codeAdded codes the injects that were made up during play. They are few, and
// laid out again from the events that told of them.
func (s *State) codeAdded(c *binenc.Coder) {
	first := len(s.play.injects)
	n := c.Count(len(s.injects)-first, 2)
	for i := range n {
		var key string
		var body []byte
		if !c.Reading() {
			def := s.injects[first+i]
			key = def.key
			body, _ = json.Marshal(s.added[first+i]) // it came as JSON
		}
		c.String(&key)
		c.Section(&body)
		if c.Reading() && !s.layCoded(c, key, body) {
			return
		}
	}
}

func (s *State) layCoded(c *binenc.Coder, key string, body []byte) bool {
	var b InjectAdded
	if err := json.Unmarshal(body, &b); err != nil {
		c.Fail("added inject %q: %v", key, err)
		return false
	}
	if rows := len(s.slots) + len(s.works) + (1+len(b.Tasks))*s.nu(); rows > c.Left() {
		c.Fail("added inject %q: no room for what it needs", key)
		return false
	}
	if err := s.layAdded(key, &b); err != nil {
		c.Fail("added inject %q: %v", key, err)
		return false
	}
	return true
}

func (u *unitState) code(c *binenc.Coder) {
	c.String(&u.status)
	c.Bool(&u.own)
	binenc.Int(c, &u.frozenAt)
	c.Bool(&u.ready)
	c.Bool(&u.joined)
	binenc.Int(c, &u.present)
	binenc.Int(c, &u.expected)
	c.Bool(&u.bot)
	c.Float(&u.score)
}

func (sl *unitInject) code(c *binenc.Coder) {
	binenc.Enum(c, &sl.status, slotRetracted)
	c.Bool(&sl.relayed)
	c.Bool(&sl.held)
	c.Bool(&sl.kept)
	binenc.Uint(c, &sl.gen)
	codeTime(c, &sl.due)
	codeTime(c, &sl.until)
	codeTime(c, &sl.at)
	binenc.Uint(c, &sl.seq)
	codeTime(c, &sl.acked)
	binenc.Enum(c, &sl.tlp, scenario.TLPRed)
}

// codeTime is short for Never too, which would else be the longest.
func codeTime(c *binenc.Coder, t *Time) {
	n := *t + 1 // Never becomes the least
	if *t == Never {
		n = 0
	} else if *t < 0 {
		n = *t
	}
	binenc.Int(c, &n)
	switch {
	case !c.Reading():
	case n == 0:
		*t = Never
	case n < 0:
		*t = n
	default:
		*t = n - 1
	}
}

func (s *State) codeWorks(c *binenc.Coder) {
	var last *taskKey
	for i := range s.works {
		w := &s.works[i]
		w.code(c)
		s.codeKey(c, i, &last)
	}
}

func (w *work) code(c *binenc.Coder) {
	binenc.Enum(c, &w.status, workVoid)
	c.Bool(&w.overdue)
	c.Bool(&w.late)
	c.Bool(&w.solved)
	binenc.Uint(c, &w.gen)
	codeTime(c, &w.opened)
	codeTime(c, &w.due)
	codeTime(c, &w.firstAt)
	binenc.Slice(c, &w.subs, 7, func(sub *submission) {
		binenc.Uint(c, &sub.seq)
		c.String(&sub.text)
		binenc.Strings(c, &sub.items)
		binenc.Uint(c, &sub.via)
		binenc.Pointer(c, &sub.file, func(f *HandedIn) { f.code(c) })
		c.String(&sub.on)
		c.Bool(&sub.void)
	})
	c.Float(&w.auto)
	binenc.Int(c, &w.hints)
	c.Float(&w.cost)
	binenc.Uint(c, &w.hintGen)
	codeTime(c, &w.hintFrom)
	codeTime(c, &w.hintAt)
	binenc.Slice(c, &w.marks, 9, func(m *mark) {
		c.String(&m.evaluator)
		c.Float(&m.points)
	})
	binenc.Pointer(c, &w.settled, c.Float)
}

// Whose key judges a work.
const (
	keyOfPlay uint8 = iota
	keyAsBefore
	keyOwn
)

// codeKey codes a key only when it is not the play's, and once for those that
// share it.
func (s *State) codeKey(c *binenc.Coder, ix int, last **taskKey) {
	w := &s.works[ix]
	whose := keyOwn
	switch {
	case ix < len(s.play.taskKeys) && w.key == s.play.taskKeys[ix]:
		whose = keyOfPlay
	case w.key == *last:
		whose = keyAsBefore
	}
	binenc.Enum(c, &whose, keyOwn)
	switch {
	case whose == keyAsBefore && *last == nil:
		c.Fail("a key as one that is not there")
	case whose == keyAsBefore:
		w.key = *last
	case whose == keyOwn:
		if c.Reading() {
			w.key = new(taskKey)
		}
		var base *taskKey
		if ix < len(s.play.taskKeys) {
			base = s.play.taskKeys[ix]
		}
		w.key.code(c, base)
		*last = w.key
	}
}

func (f *flowWork) code(c *binenc.Coder) {
	binenc.Enum(c, &f.status, flowVoid)
	c.Bool(&f.late)
	c.Bool(&f.missed)
	binenc.Uint(c, &f.gen)
	codeTime(c, &f.due)
	binenc.Uint(c, &f.via)
	codeTime(c, &f.stood)
}

func (ch *choice) code(c *binenc.Coder, branches int) {
	c.Bool(&ch.made)
	binenc.Int(c, &ch.branch)
	if ch.branch < -1 || ch.branch >= branches {
		c.Fail("a branch that is not there")
	}
	binenc.Uint(c, &ch.gen)
	codeTime(c, &ch.due)
}

// codeAsked codes the questions to personas; which of them wait follows.
func (s *State) codeAsked(c *binenc.Coder) {
	codeList(c, &s.asked, 11, func(a *asked) {
		binenc.Uint(c, &a.message)
		codeTime(c, &a.at)
		binenc.Int(c, &a.persona)
		binenc.Int(c, &a.reply)
		binenc.Int(c, &a.unit)
		c.Bool(&a.open)
		binenc.Uint(c, &a.gen)
		codeTime(c, &a.due)
		binenc.Enum(c, &a.tlp, scenario.TLPRed)
		c.String(&a.lang)
		c.String(&a.text)
		if a.reply < -1 || a.reply >= len(s.play.replies) || a.persona < 0 || a.persona >= len(s.play.Pack.Personas) ||
			a.unit < 0 || a.unit >= s.nu() {
			c.Fail("a question or reply that is not there")
		}
	})
	for i := range s.spent {
		binenc.Int(c, &s.spent[i])
	}
	for i := range s.holders {
		c.String(&s.holders[i])
	}
	for i := range s.asked {
		if c.Reading() && s.asked[i].open {
			s.waiting = append(s.waiting, int32(i))
		}
	}
}

// codeList codes a list of which the empty one is none, in whatever memory.
func codeList[T any](c *binenc.Coder, v *[]T, least int, each func(*T)) {
	list := *v
	if len(list) == 0 {
		list = nil
	}
	binenc.Slice(c, &list, least, each)
	if c.Reading() {
		*v = list
	}
}

// codeChanged codes what a state between two events of one command has to look
// at yet.
func (s *State) codeChanged(c *binenc.Coder) {
	codeList(c, &s.changed, 1, func(ix *int32) {
		binenc.Int(c, ix)
		if c.Reading() && (*ix < 0 || int(*ix) >= len(s.slots)) {
			c.Fail("a condition that is not there")
		}
	})
}

func (s *State) codeCalls(c *binenc.Coder) {
	codeList(c, &s.calls, 13, func(l *call) {
		binenc.Uint(c, &l.seq)
		codeTime(c, &l.at)
		binenc.Int(c, &l.unit)
		c.String(&l.with)
		c.Bool(&l.incoming)
		c.String(&l.text)
		binenc.Enum(c, &l.tlp, scenario.TLPRed)
		binenc.Enum(c, &l.status, callConfirmed)
		c.String(&l.by)
		codeTime(c, &l.byAt)
		c.String(&l.answer)
		binenc.Slice(c, &l.would, 2, func(w *wouldMake) {
			binenc.Int(c, &w.flow)
			c.Bool(&w.late)
			if w.flow < 0 || w.flow >= len(s.play.flows) {
				c.Fail("a flow that is not there")
			}
		})
		binenc.Slice(c, &l.late, 1, func(task *int) { binenc.Int(c, task) })
		if l.unit < 0 || l.unit >= s.nu() {
			c.Fail("a call of a unit that is not there")
		}
	})
}

func codeTexts(c *binenc.Coder, texts *map[int32]scenario.Text) {
	binenc.Map(c, texts, func(ix *int32) { binenc.Int(c, ix) }, func(t *scenario.Text) {
		binenc.Map(c, t, c.String, c.String)
	})
}

// codeQueue codes what is owed, in its order, which is a heap as well. What is
// stale is left out: when it is noticed differs between two that come from one
// log.
func (s *State) codeQueue(c *binenc.Coder) {
	var owed []dueItem
	if !c.Reading() {
		owed = s.owed()
	}
	binenc.Slice(c, &owed, 4, func(it *dueItem) {
		binenc.Int(c, &it.at)
		binenc.Enum(c, &it.kind, dueEnd)
		binenc.Int(c, &it.ix)
		binenc.Uint(c, &it.gen)
		if c.Reading() && (it.ix < 0 || int(it.ix) >= s.owing(it.kind) || it.kind == dueReply && s.asked[it.ix].reply < 0) {
			c.Fail("what is owed is not there")
		}
	})
	if !c.Reading() {
		return
	}
	if !slices.IsSortedFunc(owed, dueItem.compare) {
		c.Fail("what is owed is out of order")
	}
	s.queue = owed
}

// owed is the queue in its order, without what is stale.
func (s *State) owed() dueQueue {
	owed := make(dueQueue, 0, len(s.queue))
	for _, it := range s.queue {
		if !s.stale(it) {
			owed = append(owed, it)
		}
	}
	slices.SortFunc(owed, dueItem.compare)
	return owed
}

// owing is how many things of a kind can owe something.
func (s *State) owing(kind dueKind) int {
	return [...]int{dueInject: len(s.slots), dueTask: len(s.works), dueFlow: len(s.flows), dueReply: len(s.asked), dueHint: len(s.works), dueDecision: len(s.choices), dueAsking: len(s.slots), dueEnd: 1}[kind]
}
