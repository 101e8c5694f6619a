package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"renkei/internal/auth"
	"renkei/internal/channel/mail"
	"renkei/internal/config"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/teamfile"
	"renkei/internal/i18n"
	"renkei/internal/journal"
)

// ServeOptions say what a server works with.
type ServeOptions struct {
	Config config.Config
	Texts  *i18n.Catalogue
	Log    *slog.Logger
	// Ready is called once pages are served.
	Ready func(Served)
}

// Served is a server that answers.
type Served struct {
	URL string // as people reach it
	// First is the link with which the first secretary makes an account; "" where
	// there is one.
	First string
}

// CommunityError is a community file that cannot be used.
type CommunityError struct {
	Path string
	Err  error
}

// Error names the file and what is wrong.
func (e *CommunityError) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap gives the reason.
func (e *CommunityError) Unwrap() error { return e.Err }

// sweepEvery is how often a sweeper is called.
const sweepEvery = time.Minute

// Serve serves the exercises of a database until ctx ends.
func Serve(ctx context.Context, o ServeOptions) error {
	c := &o.Config
	teams, err := members(c.Community)
	if err != nil {
		return err
	}
	for _, code := range c.Warnings() {
		o.Log.Warn("configuration_"+code, "addr", c.Addr, "public_url", c.PublicURL)
	}
	s := siteOptions{
		Options: hosting.Options{Texts: o.Texts, Log: o.Log, Teams: teams, Packs: c.Packs, Added: c.AddedPacks()},
		addr:    c.Addr, data: c.Data, db: c.Database(), dbPatience: c.DBPatience, closing: c.Patience,
		cert: c.TLSCert, key: c.TLSKey, proxies: c.TrustedProxies, trusted: c.TrustedNetworks, public: c.PublicURL, secure: c.Secure(),
		checkLinks: c.CheckLinks, sender: senderOf(c),
	}
	if s.inbox, err = inbox(c); err != nil {
		return err
	}
	var tag func(scope, recipient string) string
	if s.inbox != nil {
		if err := journal.MakeFolder(c.Data, 0o700); err != nil {
			return fmt.Errorf("make folder: %w", err)
		}
		if s.mailKey, err = mail.OpenKey(filepath.Join(c.Data, mail.FileKey)); err != nil {
			return fmt.Errorf("key of the addresses of answers: %w", err)
		}
		tag, s.answersTo = tagger(s.mailKey), answersTo(c)
	}
	if s.channels, err = channels(c, o.Texts, tag); err != nil {
		return err
	}
	for _, role := range c.SecondFactor {
		s.second = append(s.second, auth.Role(role))
	}
	return serveSite(ctx, s, func(ctx context.Context, s *server) error {
		served := Served{URL: s.url()}
		if c.PublicURL != "" {
			served.URL = c.PublicURL
		}
		var err error
		if served.First, err = s.firstLink(ctx, served.URL); err != nil {
			return err
		}
		o.Ready(served)
		return s.sweep(ctx)
	})
}

// members are the teams of a community file, or the fictional ones.
func members(path string) ([]scenario.Unit, error) {
	if path == "" {
		return teamfile.Demo(teamfile.DemoSize)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("open community: %w", err)
	}
	teams, err := teamfile.Read(raw)
	if err != nil {
		return nil, &CommunityError{Path: path, Err: err}
	}
	return teams, nil
}

// firstLink is the address at which the first secretary makes an account; ""
// where there is one.
func (s *server) firstLink(ctx context.Context, base string) (string, error) {
	secret, err := s.auth.FirstLink(ctx)
	if errors.Is(err, auth.ErrSecretary) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("link for the first secretary: %w", err)
	}
	return base + "/in/" + secret, nil
}

// sweep has forgotten what is over, and areas do their timed work, until ctx
// ends.
func (s *server) sweep(ctx context.Context) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := s.auth.Sweep(ctx); err != nil && ctx.Err() == nil {
				s.o.Log.Warn("not_swept", "error", err)
			}
			for _, a := range s.areas {
				if a.Minute == nil {
					continue
				}
				if err := a.Minute(ctx); err != nil && ctx.Err() == nil {
					s.o.Log.Warn("timed_work_failed", "area", a.Name, "error", err)
				}
			}
		case <-ctx.Done():
			return nil
		}
	}
}
