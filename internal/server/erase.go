package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	mailstore "renkei/internal/channel/mail/store"
	mattermoststore "renkei/internal/channel/mattermost/store"
	"renkei/internal/database"
	"renkei/internal/exercise/chat"
	outboxstore "renkei/internal/outbox/store"
)

// erase forgets a person wherever the program knows them but in the logs of
// exercises, which name people by their id alone: what was captured from them on
// chat services, what was told of it, what they were mailed, their addresses, and
// last who they are. Broken off in between, it can be done again.
func (s *server) erase(ctx context.Context, by, person string) error {
	said, err := s.eraseCaptured(ctx, person)
	if err != nil {
		return err
	}
	if err := mailstore.New(s.db.Database).Erase(ctx, person); err != nil {
		return err
	}
	sent := outboxstore.New(s.db.Database)
	if err := sent.Forget(ctx, "x", person); err != nil {
		return err
	}
	all, err := s.db.Exercises(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		id := all[i].ID
		seqs, err := s.saidBy(ctx, id, person)
		if err != nil {
			return err
		}
		chosen := func(key string) bool { return toldOf(key, id, seqs, said[id]) }
		for _, scope := range []string{chat.Scope(id), chat.UrgentScope(id)} {
			if err := sent.ForgetSaid(ctx, scope, chosen); err != nil {
				return err
			}
		}
	}
	return s.auth.Erase(ctx, by, person)
}

// eraseCaptured forgets what was captured from the accounts of a person. It returns
// the ids of it by exercise.
func (s *server) eraseCaptured(ctx context.Context, person string) (map[string]map[string]bool, error) {
	kept := mattermoststore.New(s.db.Database)
	accounts, err := kept.AccountsOf(ctx, person)
	if err != nil {
		return nil, err
	}
	said := map[string]map[string]bool{}
	for id, all := range accounts {
		said[id] = map[string]bool{}
		for _, account := range all {
			ids, err := kept.Erase(ctx, id, account)
			if err != nil {
				return nil, err
			}
			for _, one := range ids {
				said[id][one] = true
			}
		}
	}
	return said, nil
}

// saidBy are the events of an exercise of which a person is the actor.
func (s *server) saidBy(ctx context.Context, id, person string) (map[uint64]bool, error) {
	seqs := map[uint64]bool{}
	for entry, err := range s.db.Entries(ctx, id, 1) {
		if errors.Is(err, database.ErrNotFound) {
			return seqs, nil
		}
		if err != nil {
			return nil, err
		}
		var e struct{ Actor string }
		if entry.Redacted() {
			continue
		}
		if err := json.Unmarshal(entry.Event, &e); err != nil {
			return nil, fmt.Errorf("event %d of %s: %w", entry.Seq, id, err)
		}
		if e.Actor == person {
			seqs[entry.Seq] = true
		}
	}
	return seqs, nil
}

// toldOf reports whether the key of a message is of one that told of these events, or
// that answered what was said.
func toldOf(key, id string, seqs map[uint64]bool, said map[string]bool) bool {
	rest, ok := strings.CutPrefix(key, chat.Scope(id)+"/")
	if !ok {
		return false
	}
	rest = strings.TrimPrefix(rest, "mail/")
	if answered, ok := strings.CutPrefix(rest, "said/"); ok {
		return said[answered]
	}
	of, ok := strings.CutPrefix(rest, "e/")
	seq, _, _ := strings.Cut(of, "/")
	n, err := strconv.ParseUint(seq, 10, 64)
	return ok && err == nil && seqs[n]
}
