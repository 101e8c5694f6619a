package mail

import (
	"sync"
)

// standing is how a mailbox is read.
type standing struct {
	mu        sync.Mutex
	connected bool
	why       string
}

// set notes it, and reports whether that is news.
func (s *standing) set(connected bool, why string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	news := s.connected != connected || s.why != why
	s.connected, s.why = connected, why
	return news
}

func (s *standing) get() (connected bool, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connected, s.why
}
