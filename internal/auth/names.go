package auth

import (
	"context"
	"sync"
)

// maxNames bounds how many names are kept at hand.
const maxNames = 20_000

// names are those of persons, at hand.
type names struct {
	mu    sync.RWMutex
	byID  map[string]knownName // guarded by mu
	round uint64               // counts how often all were forgotten; guarded by mu
}

// knownName is what the store said of a person.
type knownName struct {
	name  string // the id of somebody who is not known, or no more
	until int64  // unix microseconds from which the store is asked again; 0 for never
}

// Name is what a person is called. It is the id of somebody who is not known,
// or no more: names can be erased. It may wait for the database.
func (s *Service) Name(ctx context.Context, person string) string {
	name, err := s.findName(ctx, person)
	if err != nil {
		return person
	}
	return name
}

func (s *Service) findName(ctx context.Context, person string) (string, error) {
	if name, ok := s.names.get(person, s.now().UnixMicro()); ok || person == "" {
		return name, nil
	}
	who, err := s.store.Who(ctx, person)
	if err != nil {
		return "", err
	}
	if who.Name == "" {
		s.names.put(person, knownName{person, s.now().Add(cacheTime).UnixMicro()})
		return person, nil
	}
	s.names.put(person, knownName{name: who.Name})
	return who.Name, nil
}

// NameAtHand is Name without asking the database: the id of somebody whose name
// is not at hand. LoadNames puts names there.
func (s *Service) NameAtHand(person string) string {
	s.names.mu.RLock()
	defer s.names.mu.RUnlock()
	if got, ok := s.names.byID[person]; ok {
		return got.name
	}
	return person
}

// NamesLoaded says how far LoadNames has come with a list. It may be used from
// any goroutine.
type NamesLoaded struct {
	turn  chan struct{} // held by who loads, and guards what is below
	round uint64
	n     int
}

// NewNamesLoaded returns that nothing was loaded.
func NewNamesLoaded() *NamesLoaded { return &NamesLoaded{turn: make(chan struct{}, 1)} }

// LoadNames puts the names of a list of persons at hand, which only grows. From
// returns what stands in it from its n-th on, counted from 0. What was loaded
// before costs nothing; what ctx or the database leave out is loaded by the next
// call.
func (s *Service) LoadNames(ctx context.Context, done *NamesLoaded, from func(n int) []string) {
	select {
	case done.turn <- struct{}{}:
		defer func() { <-done.turn }()
	case <-ctx.Done():
		return
	}
	if round := s.names.rounds(); done.round != round {
		done.round, done.n = round, 0
	}
	for _, person := range from(done.n) {
		if _, err := s.findName(ctx, person); err != nil {
			return
		}
		done.n++
	}
}

func (n *names) rounds() uint64 {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.round
}

func (n *names) get(person string, now int64) (string, bool) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	got, ok := n.byID[person]
	return got.name, ok && (got.until == 0 || got.until > now)
}

func (n *names) put(person string, what knownName) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.byID) >= maxNames || n.byID == nil {
		n.byID = map[string]knownName{}
		n.round++
	}
	n.byID[person] = what
}
