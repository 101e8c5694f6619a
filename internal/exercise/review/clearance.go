package review

import (
	"strconv"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/journal"
)

// Clearing says what of a log may be handed to somebody with a clearance.
type Clearing struct {
	keep     []bool            // by seq
	contents map[string]uint64 // the first event within the clearance that cites it
}

// Clear finds what of the log is within a clearance. An event's label is the
// one by which a report narrows, but stricter where a whole event is handed on
// and not a line about it:
//
//   - the first event names every file of the pack, so it has the strictest
//     label in the pack;
//   - an amendment has the strictest label that the inject was ever given;
//   - what tells of an expected flow has at least the flow's label, and so has a
//     message that made one under a looser label than is right;
//   - a message or note without a label has that of the event it answers;
//   - what has no label at all counts as the strictest in the pack.
//
// A content is within the clearance where an event that is cites it.
func (l *Log) Clear(clearance scenario.TLP) (*Clearing, error) {
	state, _, err := l.StateAt(exercise.Never)
	if err != nil {
		return nil, err
	}
	s := &eventPass{
		log: l, state: state, play: l.Play, nu: len(l.Play.Cast.Units),
		injectIx: map[string]int{}, taskIx: map[string]int{},
	}
	s.layKeys()
	labels := newLabeller(&view{
		builder: &builder{eventPass: s, play: l.Play}, reader: Reader{For: ForExcon}, viewer: exercise.Viewer{Control: true},
	})
	c := &Clearing{keep: make([]bool, len(l.Events)+1), contents: map[string]uint64{}}
	for i := range l.Events {
		labels.add(&l.Events[i])
	}
	for i := range l.Events {
		if e := &l.Events[i]; labels.of[e.Seq] <= clearance {
			c.add(e)
		}
	}
	return c, nil
}

// Events is how many events the log had.
func (c *Clearing) Events() uint64 { return uint64(len(c.keep) - 1) }

// Event reports whether an event is within the clearance.
func (c *Clearing) Event(seq uint64) bool { return seq < uint64(len(c.keep)) && c.keep[seq] }

// Cited returns the first event within the clearance that cites a content, or
// 0 where none does.
func (c *Clearing) Cited(hash journal.Hash) uint64 { return c.contents[hash.String()] }

func (c *Clearing) add(e *exercise.Event) {
	c.keep[e.Seq] = true
	cite := func(hash string) {
		if c.contents[hash] == 0 {
			c.contents[hash] = e.Seq
		}
	}
	switch b := e.Body.(type) {
	case *exercise.Created:
		for _, hash := range b.Files {
			cite(hash)
		}
	case *exercise.InjectReleased:
		for _, hash := range b.Texts {
			cite(hash)
		}
		for _, file := range b.Files {
			cite(file.Hash)
		}
	}
}

// labeller finds the label of every event, in their order.
type labeller struct {
	*view
	of        []scenario.TLP             // by seq
	strictest scenario.TLP               // in the pack
	confirmed map[uint64]*exercise.Event // calls
	amended   map[string]scenario.TLP
}

func newLabeller(v *view) *labeller {
	l := &labeller{
		view: v, of: make([]scenario.TLP, len(v.log.Events)+1), strictest: v.play.Pack.TLP, amended: map[string]scenario.TLP{},
		confirmed: confirmedCalls(v.log.Events),
	}
	for _, in := range v.play.Pack.Injects {
		l.strictest = max(l.strictest, in.TLP)
	}
	for _, f := range v.play.Pack.Flows {
		l.strictest = max(l.strictest, v.flowTLP(f))
	}
	for i := range v.log.Events {
		if b, ok := v.log.Events[i].Body.(*exercise.InjectAmended); ok && b.TLP != nil {
			l.amended[b.Inject] = max(l.amended[b.Inject], *b.TLP)
		}
	}
	return l
}

func (l *labeller) add(e *exercise.Event) {
	label := max(l.labelOf(e), l.atLeast(e))
	if label == scenario.TLPNone {
		label = l.strictest
	}
	l.of[e.Seq] = label
}

// atLeast is the label that an event has where the one of the report is looser.
func (l *labeller) atLeast(e *exercise.Event) scenario.TLP {
	switch b := e.Body.(type) {
	case *exercise.Created:
		return l.strictest
	case *exercise.InjectAmended:
		return l.amended[b.Inject]
	case *exercise.TaskAmended:
		if t, ok := l.taskIx[b.Task]; ok {
			return l.amended[l.state.InjectKey(l.taskInject[t])]
		}
	case *exercise.FlowMade:
		label := l.flowLabel(b.Flow)
		if b.Broken && b.Via < e.Seq {
			l.raise(b.Via, label)
			if c := l.confirmed[b.Via]; c != nil && c.Seq < e.Seq {
				l.raise(c.Seq, label)
			}
		}
		return label
	case *exercise.EvidenceCorrected:
		return max(l.flowLabel(b.Flow), l.earlier(b.Of, e.Seq))
	case *exercise.Misdirected:
		return max(l.flowLabel(b.Flow), l.earlier(b.Via, e.Seq))
	case *exercise.CallConfirmed:
		return l.earlier(b.Call, e.Seq)
	case *exercise.QuestionDismissed:
		return l.earlier(b.Message, e.Seq)
	case *exercise.FlowMissed:
		return l.flowLabel(b.Flow)
	case *exercise.Note:
		return l.answered(b.Re, e.Seq)
	}
	if m := messageOf(e); m != nil && m.TLP == scenario.TLPNone {
		return l.answered(m.Re, e.Seq)
	}
	return scenario.TLPNone
}

func (l *labeller) flowLabel(key string) scenario.TLP {
	if f, ok := l.play.FlowIndex(key); ok {
		return l.flowTLP(l.play.Pack.Flows[f])
	}
	return scenario.TLPNone
}

// answered is the label of the earlier event that "#<seq>" names.
func (l *labeller) answered(re string, before uint64) scenario.TLP {
	number, isEvent := strings.CutPrefix(re, "#")
	seq, err := strconv.ParseUint(number, 10, 64)
	if !isEvent || err != nil {
		return scenario.TLPNone
	}
	return l.earlier(seq, before)
}

func (l *labeller) earlier(seq, before uint64) scenario.TLP {
	if seq >= before {
		return scenario.TLPNone
	}
	return l.of[seq]
}

// raise makes an event's label at least as strict.
func (l *labeller) raise(seq uint64, label scenario.TLP) { l.of[seq] = max(l.of[seq], label) }
