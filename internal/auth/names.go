package auth

import "context"

// maxNames bounds how many names are kept at hand.
const maxNames = 20_000

// Name is what a person is called. It is the id of somebody who is not known,
// or no more: names can be erased.
func (s *Service) Name(ctx context.Context, person string) string {
	if person == "" {
		return ""
	}
	s.names.mu.RLock()
	name, ok := s.names.byID[person]
	s.names.mu.RUnlock()
	if ok {
		return name
	}
	who, err := s.store.Who(ctx, person)
	if err != nil || who.Name == "" {
		return person
	}
	s.names.mu.Lock()
	defer s.names.mu.Unlock()
	if len(s.names.byID) >= maxNames || s.names.byID == nil {
		s.names.byID = map[string]string{}
	}
	s.names.byID[person] = who.Name
	return who.Name
}
