package follow

import (
	"slices"

	"renkei/internal/exercise"
)

// Moment is an exercise as it stood after one of its events. It is valid only
// within the call that gives it, and must not be changed.
type Moment struct {
	State *exercise.State
	// Past says that play went on after it: its clock stands.
	Past bool
	// At is where the clock of a past moment stands.
	At exercise.Time

	x *Exercise
}

// Now reads the exercise as it stands. What read keeps of it must be copied:
// the next event changes it. It must not ask the exercise for anything but the
// moment.
func (x *Exercise) Now(read func(m *Moment)) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	read(&Moment{State: x.state, x: x})
}

// Position is how much a viewer has been told so far: a number that grows with
// every event that the viewer may see and every word of TellUnit to a unit of
// theirs, and with no other.
func (x *Exercise) Position(v exercise.Viewer) uint64 {
	topics := topicsFor(v)
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.position(topics)
}

func (x *Exercise) position(topics []string) (n uint64) {
	for _, name := range topics {
		if t := x.topics[name]; t != nil {
			n += uint64(len(t.seqs)) + t.changes
		}
	}
	return n
}

// Seq is the seq of the last event that can be seen.
func (x *Exercise) Seq() uint64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.state.Seq()
}

// Event returns the event with a seq; false where it has not come, or the
// viewer may not see it.
func (m *Moment) Event(v exercise.Viewer, seq uint64) (exercise.Event, bool) {
	if seq == 0 || seq > m.State.Seq() || !v.Sees(m.x.events[seq-1].To) {
		return exercise.Event{}, false
	}
	return m.x.events[seq-1], true
}

// Events gives the last n events before the event before (0: up to the moment)
// that a viewer may see and of which keep says so, the latest first. They are
// shared: they must not be changed.
func (m *Moment) Events(v exercise.Viewer, before uint64, n int, keep func(e *exercise.Event) bool) []exercise.Event {
	if before == 0 || before > m.State.Seq() {
		before = m.State.Seq() + 1
	}
	var seqs []uint64
	for _, name := range topicsFor(v) {
		if t := m.x.topics[name]; t != nil {
			seqs = append(seqs, m.x.lastKept(t, before, n, keep)...)
		}
	}
	slices.Sort(seqs)
	seqs = slices.Compact(seqs)
	slices.Reverse(seqs)
	events := make([]exercise.Event, 0, min(n, len(seqs)))
	for _, seq := range seqs[:min(n, len(seqs))] {
		events = append(events, m.x.events[seq-1])
	}
	return events
}

// Since gives the events after a seq that a viewer may see and of which keep says
// so, in order. They are shared: they must not be changed.
func (m *Moment) Since(v exercise.Viewer, after uint64, keep func(e *exercise.Event) bool) []exercise.Event {
	var seqs []uint64
	for _, name := range topicsFor(v) {
		t := m.x.topics[name]
		if t == nil {
			continue
		}
		from, _ := slices.BinarySearch(t.seqs, after+1)
		for _, seq := range t.seqs[from:] {
			if seq <= m.State.Seq() && keep(&m.x.events[seq-1]) {
				seqs = append(seqs, seq)
			}
		}
	}
	slices.Sort(seqs)
	seqs = slices.Compact(seqs)
	events := make([]exercise.Event, len(seqs))
	for i, seq := range seqs {
		events[i] = m.x.events[seq-1]
	}
	return events
}

// Seen gives the seqs of all events that a viewer may see by the moment, in
// order. The n-th of them is the viewer's n-th event, which is the number by
// which somebody outside EXCON may know it: seqs tell how much goes on that is
// not theirs.
func (m *Moment) Seen(v exercise.Viewer) []uint64 {
	var seqs []uint64
	for _, name := range topicsFor(v) {
		if t := m.x.topics[name]; t != nil {
			end, _ := slices.BinarySearch(t.seqs, m.State.Seq()+1)
			seqs = append(seqs, t.seqs[:end]...)
		}
	}
	slices.Sort(seqs)
	return slices.Compact(seqs)
}

// lastKept gives the seqs below a bound of the last n events of a topic that
// are kept.
func (x *Exercise) lastKept(t *topic, before uint64, n int, keep func(e *exercise.Event) bool) (seqs []uint64) {
	end, _ := slices.BinarySearch(t.seqs, before)
	for i := end - 1; i >= 0 && len(seqs) < n; i-- {
		if keep(&x.events[t.seqs[i]-1]) {
			seqs = append(seqs, t.seqs[i])
		}
	}
	return seqs
}
