package conduct

import "time"

// Clock tells wall time.
type Clock interface {
	// Now returns unix microseconds. Within a process it never goes back.
	Now() int64
}

// SystemClock is the machine's clock as it stood at the start of the process,
// carried on by the monotonic clock: a step of the machine's clock, forward or
// back, moves no exercise.
func SystemClock() Clock {
	start := time.Now()
	return systemClock{start}
}

type systemClock struct{ start time.Time }

func (c systemClock) Now() int64 {
	return c.start.Add(time.Since(c.start)).UnixMicro()
}
