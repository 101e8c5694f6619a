package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"renkei/internal/community"
	"renkei/internal/community/comcheck"
	"renkei/internal/database"
)

const roundColumns = `id, begun, author, scope, members, remind, escalate, due, secret`

func scanRound(rows *sql.Rows) (r comcheck.Round, err error) {
	var begun, remind, escalate, due int64
	var members string
	err = rows.Scan(&r.ID, &begun, &r.Author, &r.Plan.Scope, &members, &remind, &escalate, &due, &r.Secret)
	r.Begun, r.Plan.Members = moment(begun), strings.Fields(members)
	r.Plan.Remind, r.Plan.Escalate, r.Plan.Due = span(remind), span(escalate), span(due)
	return r, err
}

func span(us int64) time.Duration { return time.Duration(us) * time.Microsecond }

// moment reads a time; 0 is zero.
func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// stamp writes a time; zero is 0.
func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

const askColumns = `round, contact, channel, address, organisation, place, asked, answered, how, word, noted, bounced`

func scanAsk(rows *sql.Rows) (a comcheck.Ask, err error) {
	var asked, answered int64
	err = rows.Scan(&a.Round, &a.Contact, &a.Channel, &a.Address, &a.Organisation, &a.Order, &asked, &answered, &a.How, &a.Word, &a.Noted, &a.Bounced)
	a.Asked, a.Answered = moment(asked), moment(answered)
	return a, err
}

// Rounds returns all rounds, the last first.
func (s *Store) Rounds(ctx context.Context) ([]comcheck.Round, error) {
	return RoundsAt(ctx, s.db.Reader)
}

// RoundsAt returns all rounds as a Reader sees them, the last first.
func RoundsAt(ctx context.Context, r *database.Reader) ([]comcheck.Round, error) {
	all, err := database.Select(ctx, r, `SELECT `+roundColumns+` FROM community_rounds ORDER BY begun DESC, id DESC`, scanRound)
	if err != nil {
		return nil, r.Fail("read", "comcheck", err)
	}
	return all, nil
}

// Round returns a round with everybody it has asked. It returns
// database.ErrNotFound where there is none of that id.
func (s *Store) Round(ctx context.Context, id string) (*comcheck.Round, []comcheck.Ask, error) {
	rounds, err := database.Select(ctx, s.db.Reader, `SELECT `+roundColumns+` FROM community_rounds WHERE id = $1`, scanRound, id)
	if err == nil && len(rounds) == 0 {
		err = database.ErrNotFound
	}
	if err != nil {
		return nil, nil, s.db.Fail("comcheck", id, err)
	}
	asks, err := AsksAt(ctx, s.db.Reader, id)
	return &rounds[0], asks, err
}

// AsksAt returns whom a round has asked, as a Reader sees it.
func AsksAt(ctx context.Context, r *database.Reader, round string) ([]comcheck.Ask, error) {
	asks, err := database.Select(ctx, r,
		`SELECT `+askColumns+` FROM community_asks WHERE round = $1 ORDER BY organisation, place, contact, channel, address`, scanAsk, round)
	if err != nil {
		return nil, r.Fail("comcheck", round, err)
	}
	return asks, nil
}

// AsksOf returns what a contact was asked since a time, in all rounds, the last
// first.
func (s *Store) AsksOf(ctx context.Context, contact string, since time.Time) ([]comcheck.Ask, error) {
	asks, err := database.Select(ctx, s.db.Reader,
		`SELECT `+askColumns+` FROM community_asks WHERE contact = $1 AND asked >= $2 ORDER BY asked DESC, channel, address`, scanAsk, contact, since.UnixMicro())
	if err != nil {
		return nil, s.db.Fail("comcheck of", contact, err)
	}
	return asks, nil
}

// LastAnswers returns when each contact has last answered; contacts that never
// have are left out.
func (s *Store) LastAnswers(ctx context.Context) (map[string]time.Time, error) {
	type last struct {
		contact string
		at      int64
	}
	all, err := database.Select(ctx, s.db.Reader,
		`SELECT contact, MAX(answered) FROM community_asks WHERE answered > 0 GROUP BY contact`,
		func(rows *sql.Rows) (l last, err error) {
			err = rows.Scan(&l.contact, &l.at)
			return l, err
		})
	if err != nil {
		return nil, s.db.Fail("read", "comcheck", err)
	}
	times := make(map[string]time.Time, len(all))
	for _, l := range all {
		times[l.contact] = moment(l.at)
	}
	return times, nil
}

// BeginRound keeps a new round and whom it asks. It returns
// comcheck.ErrBegun where one of that id has begun.
func (s *Store) BeginRound(ctx context.Context, r *comcheck.Round, asks []comcheck.Ask) error {
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		const insert = `INSERT INTO community_rounds (` + roundColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING`
		n, err := tx.Exec(insert, r.ID, r.Begun.UnixMicro(), r.Author, string(r.Plan.Scope), strings.Join(r.Plan.Members, " "),
			r.Plan.Remind.Microseconds(), r.Plan.Escalate.Microseconds(), r.Plan.Due.Microseconds(), r.Secret)
		if err == nil && n == 0 {
			err = comcheck.ErrBegun
		}
		if err != nil {
			return err
		}
		return addAsks(tx, r, asks)
	})
	if errors.Is(err, comcheck.ErrBegun) {
		return err
	}
	if err != nil {
		return s.db.Fail("begin comcheck", r.ID, err)
	}
	return nil
}

// MoreAsks adds whom a round asks now. Who was asked already is left as they
// are.
func (s *Store) MoreAsks(ctx context.Context, r *comcheck.Round, asks []comcheck.Ask) error {
	if err := s.db.Write(ctx, func(tx *database.Tx) error { return addAsks(tx, r, asks) }); err != nil {
		return s.db.Fail("go on with comcheck", r.ID, err)
	}
	return nil
}

func addAsks(tx *database.Tx, r *comcheck.Round, asks []comcheck.Ask) error {
	const insert = `INSERT INTO community_asks (` + askColumns + `, token)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0, '', '', '', FALSE, $8) ON CONFLICT DO NOTHING`
	for _, a := range asks {
		_, err := tx.Exec(insert, a.Round, a.Contact, string(a.Channel), a.Address, a.Organisation, a.Order, a.Asked.UnixMicro(), comcheck.Hash(r.Token(a.Key())))
		if err != nil {
			return err
		}
	}
	return nil
}

// AskOf returns the ask of a link. It returns database.ErrNotFound where there
// is none.
func (s *Store) AskOf(ctx context.Context, token string) (comcheck.Ask, error) {
	asks, err := database.Select(ctx, s.db.Reader, `SELECT `+askColumns+` FROM community_asks WHERE token = $1`, scanAsk, comcheck.Hash(token))
	if err == nil && len(asks) == 0 {
		err = database.ErrNotFound
	}
	if err != nil {
		return comcheck.Ask{}, s.db.Fail("comcheck", "link", err)
	}
	return asks[0], nil
}

// Answer keeps that an ask was answered, unless it was before: the first answer
// stays. The answer that counts is a.Answered with How, Word and Noted.
func (s *Store) Answer(ctx context.Context, a comcheck.Ask) error {
	return s.change(ctx, a.Round, `UPDATE community_asks SET answered = $1, how = $2, word = $3, noted = $4
		WHERE round = $5 AND contact = $6 AND channel = $7 AND address = $8 AND answered = 0`,
		stamp(a.Answered), string(a.How), a.Word, a.Noted, a.Round, a.Contact, string(a.Channel), a.Address)
}

// Bounce keeps whether what was sent to an ask's address did not arrive.
func (s *Store) Bounce(ctx context.Context, a comcheck.Ask) error {
	return s.change(ctx, a.Round, `UPDATE community_asks SET bounced = $1 WHERE round = $2 AND contact = $3 AND channel = $4 AND address = $5`,
		a.Bounced, a.Round, a.Contact, string(a.Channel), a.Address)
}

// ContactsOf returns the ids of the contacts that a person was in any revision,
// of removed ones too.
func (s *Store) ContactsOf(ctx context.Context, person string) ([]string, error) {
	all, err := database.Select(ctx, s.db.Reader,
		`SELECT `+columns+` FROM community_revisions WHERE kind = $1 ORDER BY number`, scanRevision, string(community.KindContact))
	if err != nil {
		return nil, s.db.Fail("contacts of", person, err)
	}
	var ids []string
	for _, rev := range all {
		if c, ok := rev.Record.(*community.Contact); ok && c.Person == person && !slices.Contains(ids, c.ID) {
			ids = append(ids, c.ID)
		}
	}
	return ids, nil
}

func (s *Store) change(ctx context.Context, what, query string, args ...any) error {
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		_, err := tx.Exec(query, args...)
		return err
	})
	if err != nil {
		return s.db.Fail("comcheck", what, err)
	}
	return nil
}

// Schedule returns when rounds begin by themselves; without one, DefaultPlan on
// the first of a month, not in use.
func (s *Store) Schedule(ctx context.Context) (comcheck.Schedule, error) {
	all, err := database.Select(ctx, s.db.Reader, `SELECT active, day, hour, scope, remind, escalate, due FROM community_schedule`,
		func(rows *sql.Rows) (c comcheck.Schedule, err error) {
			var remind, escalate, due int64
			err = rows.Scan(&c.On, &c.Day, &c.Hour, &c.Plan.Scope, &remind, &escalate, &due)
			c.Plan.Remind, c.Plan.Escalate, c.Plan.Due = span(remind), span(escalate), span(due)
			return c, err
		})
	if err != nil {
		return comcheck.Schedule{}, s.db.Fail("read", "schedule", err)
	}
	if len(all) == 0 {
		return comcheck.Schedule{Day: 1, Hour: 1, Plan: comcheck.DefaultPlan()}, nil
	}
	return all[0], nil
}

// SetSchedule keeps when rounds begin by themselves.
func (s *Store) SetSchedule(ctx context.Context, c comcheck.Schedule) error {
	return s.change(ctx, "schedule", `INSERT INTO community_schedule (id, active, day, hour, scope, remind, escalate, due)
		VALUES (1, $1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET active = excluded.active, day = excluded.day,
		hour = excluded.hour, scope = excluded.scope, remind = excluded.remind, escalate = excluded.escalate, due = excluded.due`,
		c.On, c.Day, c.Hour, string(c.Plan.Scope), c.Plan.Remind.Microseconds(), c.Plan.Escalate.Microseconds(), c.Plan.Due.Microseconds())
}
