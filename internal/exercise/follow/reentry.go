package follow

import (
	"bytes"
	"runtime"
	"sync"
	"testing"
)

// readLock is a lock for readers that, in tests alone, panics where the goroutine
// that reads asks for it once more. Between the two a writer may begin to wait:
// then neither of them ever goes on, in one run of thousands.
type readLock struct {
	sync.RWMutex
	readers sync.Map // by goroutine; empty outside of tests
}

func (l *readLock) RLock() {
	if testing.Testing() {
		l.enter()
	}
	l.RWMutex.RLock()
}

func (l *readLock) RUnlock() {
	l.RWMutex.RUnlock()
	if testing.Testing() {
		l.readers.Delete(goroutine())
	}
}

func (l *readLock) Lock() {
	if testing.Testing() {
		l.enter()
		l.readers.Delete(goroutine())
	}
	l.RWMutex.Lock()
}

func (l *readLock) enter() {
	if _, reads := l.readers.LoadOrStore(goroutine(), true); reads {
		panic("follow: a moment is asked for within a moment; with a writer waiting between the two nobody goes on")
	}
}

// goroutine is the number of the goroutine that calls.
func goroutine() string {
	var buf [40]byte
	line := buf[:runtime.Stack(buf[:], false)]
	return string(bytes.Fields(line)[1])
}
