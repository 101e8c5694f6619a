package auth

import (
	"context"
)

// RedeemedBy returns what somebody got by a link that they have taken themselves;
// false where it was not them.
func (s *Service) RedeemedBy(ctx context.Context, link, person string) (g Grant, ok bool) {
	if person == "" {
		return g, false
	}
	l, err := s.store.Link(ctx, tokenOf(link))
	return l.Grant, err == nil && l.Taken > 0 && l.Person == person
}
