package load

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"time"

	"renkei/internal/auth"
	"renkei/internal/auth/authstore"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/teamfile"
	"renkei/internal/storage"
)

// Exercise is the id of the exercise that Prepare makes.
const Exercise = "crowd"

// Password is that of everybody who has a login.
const Password = "a crowd of many people" //nolint:gosec // of nobody who exists

// Inject is the one that goes to all teams at At; Task asks each of them for a
// report, as often as they like.
const (
	Inject = "I02"
	Task   = "T1"
	At     = 20 * time.Second
)

// Member is somebody who takes part.
type Member struct {
	Unit    string // "" for the director
	Login   string
	Session string // of the cookie
}

// Crowd is everybody.
type Crowd struct {
	Director Member
	Members  []Member // unit after unit
	Units    []string
}

var msel = `
injects:
- key: I01
  title: {en: Ready}
  phase: respond
  from: desk
  to: teams
  at: 0s
  tasks:
  - {key: T1, type: report, prompt: {en: Report what you see.}, due: 25m}
- key: I02
  title: {en: To all at once}
  phase: inform
  from: desk
  to: teams
  at: ` + At.String() + "\n"

const manifest = `format: renkei/1
key: crowd
version: 1.0.0
kind: rcx
title: {en: A crowd}
languages: [en]
duration: 30m
startex: 2027-06-16T01:00:00Z
personas:
- {key: desk, name: {en: Exercise desk}}
`

const text = `# %s to {{team.name}}

An attacker has been seen on {{team.domain}}. Check the addresses below, and tell
the liaison room what you find. This message goes to every team at once.

- 203.0.113.10
- 203.0.113.11
- 203.0.113.12
`

func pack() (*scenario.Pack, error) {
	p, ds := scenario.Parse(map[string][]byte{
		"pack.yaml": []byte(manifest), "msel.yaml": []byte(msel),
		"texts/en/I01.md": fmt.Appendf(nil, text, "Ready"), "texts/en/I02.md": fmt.Appendf(nil, text, "Warning"),
	})
	if p == nil || scenario.Failed(ds) {
		return nil, fmt.Errorf("the pack of the crowd does not pass: %v", ds)
	}
	return p, nil
}

// Prepare makes the exercise and its people in an empty database: so many
// units with so many people each. All of them can sign in, and are signed in.
func Prepare(ctx context.Context, db *storage.DB, units, people int) (*Crowd, error) {
	p, err := pack()
	if err != nil {
		return nil, err
	}
	teams, err := teamfile.Demo(units)
	if err != nil {
		return nil, fmt.Errorf("cast the crowd: %w", err)
	}
	deps := conduct.Deps{Store: db, Clock: conduct.SystemClock(), Log: slog.New(slog.DiscardHandler)}
	if err := conduct.Create(ctx, deps, conduct.Setup{ID: Exercise, Title: p.Title, Seed: 1, Pack: p, Teams: teams}); err != nil {
		return nil, fmt.Errorf("create the crowd's exercise: %w", err)
	}
	f := &filler{db: db, now: time.Now()}
	if f.hash, err = f.firstHash(ctx); err != nil {
		return nil, err
	}
	c := &Crowd{}
	if c.Director, err = f.add(ctx, access.Director, ""); err != nil {
		return nil, err
	}
	for _, t := range teams {
		c.Units = append(c.Units, t.Key)
		for range people {
			m, err := f.add(ctx, access.Player, t.Key)
			if err != nil {
				return nil, err
			}
			c.Members = append(c.Members, m)
		}
	}
	return c, nil
}

// filler makes people.
type filler struct {
	db   *storage.DB
	now  time.Time
	hash string // of Password: the same for all, for one costs as much as a sign-in
	n    int
}

func (f *filler) firstHash(ctx context.Context) (string, error) {
	_, err := auth.New(f.db, time.Now, access.Rules()).AddAccount(ctx, "Nobody", "", "nobody@crowd.example", Password)
	if err != nil {
		return "", fmt.Errorf("hash the crowd's password: %w", err)
	}
	a, err := f.db.Account(ctx, "nobody@crowd.example")
	if err != nil {
		return "", fmt.Errorf("hash the crowd's password: %w", err)
	}
	return a.Password, nil
}

func (f *filler) add(ctx context.Context, role auth.Role, unit string) (Member, error) {
	f.n++
	id := fmt.Sprintf("person-%06d", f.n)
	m := Member{Unit: unit, Login: id + "@crowd.example"}
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails
	m.Session = base64.RawURLEncoding.EncodeToString(raw)
	err := f.db.PutPeople(ctx, []authstore.Person{{ID: id, Name: "Person " + id}})
	if err == nil {
		err = f.db.PutAccount(ctx, authstore.Account{Person: id, Login: m.Login, Password: f.hash})
	}
	if err == nil {
		err = f.db.PutGrant(ctx, auth.Grant{Person: id, Scope: access.In(Exercise, unit), Role: string(role)})
	}
	if err == nil {
		err = f.db.PutSession(ctx, authstore.Session{
			Token: sha256.Sum256([]byte(m.Session)), Person: id,
			Begun: f.now.UnixMicro(), Expires: f.now.Add(12 * time.Hour).UnixMicro(),
		})
	}
	if err != nil {
		return m, fmt.Errorf("add a person of the crowd: %w", err)
	}
	return m, nil
}
