package linkcheck

import (
	"context"
	"net/url"
	"time"

	"renkei/internal/handbook"
)

// How seldom is asked.
const (
	again   = 7 * 24 * time.Hour // a page that was there
	sooner  = 24 * time.Hour     // one that was not
	atOnce  = 10                 // pages a minute
	perHost = 1                  // of one host a minute
)

// Store keeps what was found.
type Store interface {
	Editions(ctx context.Context) ([]handbook.Edition, error)
	Content(ctx context.Context, id string) (*handbook.Content, error)
	// LinkChecks returns the last look at each page, by its address.
	LinkChecks(ctx context.Context) (map[string]handbook.LinkCheck, error)
	// ClaimLink reports whether a page is the caller's to look at: nobody else has
	// begun to since the last look that is given.
	ClaimLink(ctx context.Context, link string, last, now time.Time) (bool, error)
	PutLinkCheck(ctx context.Context, c handbook.LinkCheck) error
}

// Service looks at the evidence of what was published last.
type Service struct {
	Store   Store
	Checker *Checker
	Now     func() time.Time
}

// Advance looks at the pages that are due, a few at a time. It is called every
// minute; of several servers one looks at a page.
func (s *Service) Advance(ctx context.Context) error {
	links, err := s.due(ctx)
	if err != nil {
		return err
	}
	for _, l := range links {
		mine, err := s.Store.ClaimLink(ctx, l.link, l.last, s.Now())
		if err != nil {
			return err
		}
		if !mine {
			continue
		}
		if err := s.Store.PutLinkCheck(ctx, s.Checker.Check(ctx, l.link, s.Now())); err != nil {
			return err
		}
	}
	return nil
}

// dueLink is a page to look at, and when that was done last.
type dueLink struct {
	link string
	last time.Time
}

// due are the pages whose time has come: only of what was published, for others
// may not learn of a draft by being asked for its evidence.
func (s *Service) due(ctx context.Context) (all []dueLink, err error) {
	editions, err := s.Store.Editions(ctx)
	if err != nil || len(editions) == 0 {
		return nil, err
	}
	c, err := s.Store.Content(ctx, editions[len(editions)-1].ID)
	if err != nil {
		return nil, err
	}
	checks, err := s.Store.LinkChecks(ctx)
	if err != nil {
		return nil, err
	}
	hosts, seen, now := map[string]int{}, map[string]bool{}, s.Now()
	for i := range c.Items {
		for _, e := range c.Items[i].Evidence {
			last := checks[e.URL]
			wait := again
			if !last.Alive() {
				wait = sooner
			}
			u, err := url.Parse(e.URL)
			if e.URL == "" || err != nil || seen[e.URL] || hosts[u.Hostname()] >= perHost || now.Sub(last.At) < wait {
				continue
			}
			seen[e.URL] = true
			hosts[u.Hostname()]++
			if all = append(all, dueLink{e.URL, last.At}); len(all) == atOnce {
				return all, nil
			}
		}
	}
	return all, nil
}
