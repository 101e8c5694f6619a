package review

import (
	"fmt"

	"renkei/internal/exercise"
)

// StateAt folds the events up to and including exercise time t and returns the
// state with their number. A negative time means just before STARTEX,
// exercise.Never the whole log. An error names the event that does not fit
// what came before it.
func (l *Log) StateAt(t exercise.Time) (*exercise.State, int, error) {
	n := l.until(t)
	s, err := l.fold(n)
	return s, n, err
}

// until counts the events up to and including time t.
func (l *Log) until(t exercise.Time) int {
	for i := range l.Events {
		e := &l.Events[i]
		if _, startex := e.Body.(*exercise.Started); e.At > t && t >= 0 || startex && t < 0 {
			return i
		}
	}
	return len(l.Events)
}

// fold applies the first n events. The engine trusts its own decisions; a log
// that comes from outside, with hashes that hold, may carry what was never
// decided, and must be refused and not end the program.
func (l *Log) fold(n int) (s *exercise.State, err error) {
	seq := uint64(0)
	defer func() {
		if why := recover(); why != nil {
			s, err = nil, fmt.Errorf("fold log: event %d does not fit what came before: %v", seq, why)
		}
	}()
	s = exercise.New(l.Play)
	for i := range l.Events[:n] {
		seq = l.Events[i].Seq
		if err := s.Apply(&l.Events[i]); err != nil {
			return nil, fmt.Errorf("fold log: %w", err)
		}
	}
	return s, nil
}
