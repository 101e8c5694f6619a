package follow

import "renkei/internal/exercise"

// Stream tells one viewer that there is something new. It holds at most one
// word: who is slow to hear it misses frames, never events, and keeps nobody
// waiting.
type Stream struct {
	x      *Exercise
	topics []string
	news   chan struct{}
}

// Watch begins a stream for a viewer. Close it.
func (x *Exercise) Watch(v exercise.Viewer) *Stream {
	s := &Stream{x: x, topics: topicsFor(v), news: make(chan struct{}, 1)}
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, name := range s.topics {
		x.topic(name).streams[s] = struct{}{}
	}
	return s
}

// News has a word in it when the viewer may see more than when it was last
// received from.
func (s *Stream) News() <-chan struct{} { return s.news }

// Position is how much the viewer has been told so far, as Exercise.Position.
func (s *Stream) Position() uint64 {
	s.x.mu.RLock()
	defer s.x.mu.RUnlock()
	return s.x.position(s.topics)
}

// WakeControl wakes the streams of those who see everything, for something that
// is not in the log.
func (x *Exercise) WakeControl() {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if t := x.topics[exercise.ToControl]; t != nil {
		t.wake()
	}
}

// TellUnit tells the people of a unit, and nobody else, that something of theirs
// has changed that is not in the log, such as an answer under seal.
func (x *Exercise) TellUnit(unit string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	t := x.topic(unitTopic + unit)
	t.changes++
	t.wake()
}

// Close ends the stream.
func (s *Stream) Close() {
	s.x.mu.Lock()
	defer s.x.mu.Unlock()
	for _, name := range s.topics {
		delete(s.x.topics[name].streams, s)
	}
}

func (t *topic) wake() {
	for s := range t.streams {
		select {
		case s.news <- struct{}{}:
		default:
		}
	}
}
