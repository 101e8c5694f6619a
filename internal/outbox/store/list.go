package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"renkei/internal/database"
	"renkei/internal/outbox"
)

const columns = `d.number, d.scope, d.recipient, d.name, d.channel, d.address, d.state, d.tries, d.doubt, d.due, d.changed, d.remote, d.reason,
	m.key, m.subject, m.put, m.expires`

const from = ` FROM outbox_deliveries d JOIN outbox_messages m ON m.number = d.message `

func scanDelivery(rows *sql.Rows) (d outbox.Delivery, err error) {
	var due, changed, put, expires int64
	err = rows.Scan(&d.Number, &d.Scope, &d.ID, &d.Name, &d.Channel, &d.Address, &d.State, &d.Tries, &d.Doubt, &due, &changed, &d.Remote, &d.Reason,
		&d.Key, &d.Subject, &put, &expires)
	d.Due, d.Changed, d.Put, d.Expires = moment(due), moment(changed), moment(put), moment(expires)
	return d, err
}

// Of returns the deliveries of a scope, in the order in which they were put in.
func (s *Store) Of(ctx context.Context, scope string) ([]outbox.Delivery, error) {
	all, err := database.Select(ctx, s.db.Reader, `SELECT `+columns+from+`WHERE d.scope = $1 ORDER BY d.number`, scanDelivery, scope)
	if err != nil {
		return nil, s.db.Fail("deliveries of", scope, err)
	}
	return all, nil
}

// List returns the deliveries that a filter wants, the latest first.
func (s *Store) List(ctx context.Context, f outbox.Filter) ([]outbox.Delivery, error) {
	where, args := within("d.scope", f.Scopes, 1)
	add := func(condition string, arg any) {
		args = append(args, arg)
		where += " AND " + strings.ReplaceAll(condition, "$", fmt.Sprint("$", len(args)))
	}
	if f.Before > 0 {
		add("d.number < $", f.Before)
	}
	if f.Find != "" {
		add(`d.find LIKE $ ESCAPE '!'`, "%"+strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.ToLower(f.Find))+"%")
	}
	if len(f.States) > 0 {
		var each []string
		for _, state := range f.States {
			args = append(args, string(state))
			each = append(each, fmt.Sprint("$", len(args)))
		}
		where += " AND d.state IN (" + strings.Join(each, ", ") + ")"
	}
	args = append(args, f.Most)
	all, err := database.Select(ctx, s.db.Reader,
		`SELECT `+columns+from+`WHERE `+where+fmt.Sprint(` ORDER BY d.number DESC LIMIT $`, len(args)), scanDelivery, args...)
	if err != nil {
		return nil, s.db.Fail("read", "outbox", err)
	}
	return all, nil
}

// Count returns how many deliveries of some scopes are in which state.
func (s *Store) Count(ctx context.Context, scopes []string) (map[outbox.State]int, error) {
	type count struct {
		state outbox.State
		n     int
	}
	where, args := within("scope", scopes, 1)
	all, err := database.Select(ctx, s.db.Reader, `SELECT state, COUNT(*) FROM outbox_deliveries WHERE `+where+` GROUP BY state`,
		func(rows *sql.Rows) (c count, err error) {
			err = rows.Scan(&c.state, &c.n)
			return c, err
		}, args...)
	if err != nil {
		return nil, s.db.Fail("count", "outbox", err)
	}
	counts := map[outbox.State]int{}
	for _, c := range all {
		counts[c.state] = c.n
	}
	return counts, nil
}

// Get returns a delivery with its message, whose files come without their data,
// and what has happened to it. It returns database.ErrNotFound.
func (s *Store) Get(ctx context.Context, number int64) (*outbox.Message, *outbox.Delivery, []outbox.Step, error) {
	all, err := database.Select(ctx, s.db.Reader, `SELECT `+columns+from+`WHERE d.number = $1`, scanDelivery, number)
	if err == nil && len(all) == 0 {
		err = database.ErrNotFound
	}
	if err != nil {
		return nil, nil, nil, s.db.Fail("delivery", fmt.Sprint(number), err)
	}
	bodies, err := database.Select(ctx, s.db.Reader, `SELECT body FROM outbox_messages WHERE key = $1`,
		func(rows *sql.Rows) (body string, err error) {
			err = rows.Scan(&body)
			return body, err
		}, all[0].Key)
	m := &outbox.Message{Key: all[0].Key, Scope: all[0].Scope, Expires: all[0].Expires}
	if err == nil && len(bodies) > 0 {
		err = json.Unmarshal([]byte(bodies[0]), m)
	}
	if err != nil {
		return nil, nil, nil, s.db.Fail("delivery", fmt.Sprint(number), err)
	}
	steps, err := database.Select(ctx, s.db.Reader, `SELECT at, what, about, person FROM outbox_steps WHERE delivery = $1 ORDER BY number`,
		func(rows *sql.Rows) (st outbox.Step, err error) {
			var at int64
			err = rows.Scan(&at, &st.What, &st.About, &st.By)
			st.At = moment(at)
			return st, err
		}, number)
	if err != nil {
		return nil, nil, nil, s.db.Fail("delivery", fmt.Sprint(number), err)
	}
	return m, &all[0], steps, nil
}

// Find returns the latest delivery that a channel calls remote, with its message,
// or database.ErrNotFound.
func (s *Store) Find(ctx context.Context, channel, remote string) (*outbox.Message, *outbox.Delivery, error) {
	all, err := database.Select(ctx, s.db.Reader, `SELECT number FROM outbox_deliveries WHERE remote = $1 AND channel = $2 AND remote <> '' ORDER BY number DESC LIMIT 1`,
		func(rows *sql.Rows) (n int64, err error) {
			err = rows.Scan(&n)
			return n, err
		}, remote, channel)
	if err == nil && len(all) == 0 {
		err = database.ErrNotFound
	}
	if err != nil {
		return nil, nil, s.db.Fail("delivery", remote, err)
	}
	m, d, _, err := s.Get(ctx, all[0])
	return m, d, err
}

// act changes a delivery that is in one of some states. It returns
// database.ErrNotFound and outbox.ErrState.
func (s *Store) act(ctx context.Context, number int64, in string, do func(tx *database.Tx) (int64, error)) error {
	return s.write(ctx, "change delivery", fmt.Sprint(number), func(tx *database.Tx) error {
		if _, err := gate(tx); err != nil {
			return err
		}
		var there, fits int64
		if err := tx.Row(`SELECT COUNT(*), COALESCE(SUM(CASE WHEN state IN (`+in+`) THEN 1 ELSE 0 END), 0) FROM outbox_deliveries WHERE number = $1`, number).Scan(&there, &fits); err != nil {
			return err
		}
		switch {
		case there == 0:
			return database.ErrNotFound
		case fits == 0:
			return outbox.ErrState
		}
		_, err := do(tx)
		return err
	})
}

// extend gives a message that is tried again the time to arrive.
const extend = `UPDATE outbox_messages SET expires = CASE WHEN expires < $1 THEN $1 ELSE expires END
	WHERE number = (SELECT message FROM outbox_deliveries WHERE number = $2)`

// Retry has a delivery tried again at once.
func (s *Store) Retry(ctx context.Context, now time.Time, by string, number int64) error {
	return s.act(ctx, number, `'queued', 'failed', 'dropped'`, func(tx *database.Tx) (int64, error) {
		if _, err := tx.Exec(`UPDATE outbox_deliveries SET state = 'queued', due = $1, changed = $1, tries = 0, reason = '' WHERE number = $2`, now.UnixMicro(), number); err != nil {
			return 0, err
		}
		if _, err := tx.Exec(extend, now.Add(outbox.LongestWait).UnixMicro(), number); err != nil {
			return 0, err
		}
		return 1, step(tx, number, now, outbox.StepRetried, "", by)
	})
}

// Drop takes back a delivery that waits.
func (s *Store) Drop(ctx context.Context, now time.Time, by string, number int64) error {
	return s.act(ctx, number, `'queued'`, func(tx *database.Tx) (int64, error) {
		return 1, change(tx, number, now, outbox.Dropped, "", by)
	})
}

// Switch sends a delivery elsewhere. It keeps its place.
func (s *Store) Switch(ctx context.Context, now time.Time, by string, number int64, channel, address string) error {
	return s.act(ctx, number, `'queued', 'failed', 'dropped'`, func(tx *database.Tx) (int64, error) {
		var name, subject string
		if err := tx.Row(`SELECT d.name, m.subject`+from+`WHERE d.number = $1`, number).Scan(&name, &subject); err != nil {
			return 0, err
		}
		if _, err := tx.Exec(`UPDATE outbox_deliveries SET state = 'queued', channel = $1, address = $2, find = $3, due = $4, changed = $4, tries = 0,
			doubt = FALSE, reason = '' WHERE number = $5`, channel, address, find(subject, name, address), now.UnixMicro(), number); err != nil {
			return 0, err
		}
		if _, err := tx.Exec(extend, now.Add(outbox.LongestWait).UnixMicro(), number); err != nil {
			return 0, err
		}
		return 1, step(tx, number, now, outbox.StepSwitched, channel+" "+address, by)
	})
}

// Cancel drops what is queued of the messages of some keys.
func (s *Store) Cancel(ctx context.Context, now time.Time, reason string, keys ...string) error {
	return s.write(ctx, "cancel", "messages", func(tx *database.Tx) error {
		if _, err := gate(tx); err != nil {
			return err
		}
		for _, key := range keys {
			numbers, err := database.SelectIn(tx, `SELECT d.number`+from+`WHERE m.key = $1 AND d.state = 'queued'`, scanNumber, key)
			if err != nil {
				return err
			}
			for _, n := range numbers {
				if err := change(tx, n, now, outbox.Dropped, reason, ""); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Holds returns what is held, by scope.
func (s *Store) Holds(ctx context.Context) ([]outbox.Hold, error) {
	all, err := database.Select(ctx, s.db.Reader, `SELECT scope, at, person, reason FROM outbox_holds ORDER BY scope`,
		func(rows *sql.Rows) (h outbox.Hold, err error) {
			var at int64
			err = rows.Scan(&h.Scope, &at, &h.By, &h.Reason)
			h.At = moment(at)
			return h, err
		})
	if err != nil {
		return nil, s.db.Fail("read", "holds", err)
	}
	return all, nil
}

// Hold keeps what waits in a scope; the first reason stays. Once it has returned,
// nothing more of it is given to a channel.
func (s *Store) Hold(ctx context.Context, h outbox.Hold) error {
	return s.write(ctx, "hold", h.Scope, func(tx *database.Tx) error {
		if _, err := gate(tx); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO outbox_holds (scope, at, person, reason) VALUES ($1, $2, $3, $4) ON CONFLICT (scope) DO NOTHING`,
			h.Scope, h.At.UnixMicro(), h.By, h.Reason)
		return err
	})
}

// Release ends a hold.
func (s *Store) Release(ctx context.Context, scope string) error {
	return s.write(ctx, "release", scope, func(tx *database.Tx) error {
		_, err := tx.Exec(`DELETE FROM outbox_holds WHERE scope = $1`, scope)
		return err
	})
}

// Sweep forgets messages of which nothing waits and nothing has changed since a
// time.
func (s *Store) Sweep(ctx context.Context, before time.Time) error {
	const old = `SELECT m.number FROM outbox_messages m WHERE m.put < $1 AND NOT EXISTS (
		SELECT 1 FROM outbox_deliveries d WHERE d.message = m.number AND (d.changed >= $1 OR d.state IN ('queued', 'sending'))) ORDER BY m.number LIMIT 500`
	numbers, err := database.Select(ctx, s.db.Reader, old, scanNumber, before.UnixMicro())
	if err != nil {
		return s.db.Fail("sweep", "outbox", err)
	}
	if len(numbers) == 0 {
		return nil
	}
	return s.write(ctx, "sweep", "outbox", func(tx *database.Tx) error {
		for _, n := range numbers {
			for _, remove := range []string{
				`DELETE FROM outbox_steps WHERE delivery IN (SELECT number FROM outbox_deliveries WHERE message = $1)`,
				`DELETE FROM outbox_deliveries WHERE message = $1`, `DELETE FROM outbox_files WHERE message = $1`, `DELETE FROM outbox_messages WHERE number = $1`,
			} {
				if _, err := tx.Exec(remove, n); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Remove removes all messages of a scope, also those that wait.
func Remove(tx *database.Tx, scope string) error {
	if _, err := gate(tx); err != nil {
		return err
	}
	const of = `(SELECT number FROM outbox_deliveries WHERE scope = $1)`
	return tx.ExecEach([]string{
		`DELETE FROM outbox_steps WHERE delivery IN ` + of, `DELETE FROM outbox_deliveries WHERE scope = $1`,
		`DELETE FROM outbox_files WHERE message IN (SELECT number FROM outbox_messages WHERE scope = $1)`,
		`DELETE FROM outbox_messages WHERE scope = $1`, `DELETE FROM outbox_holds WHERE scope = $1`,
	}, scope)
}

// Forget takes whom they went to, and what they said, out of the deliveries to a
// recipient in a scope and below. What waits is dropped.
func (s *Store) Forget(ctx context.Context, scope, recipient string) error {
	where, args := within("scope", []string{scope}, 2)
	return s.write(ctx, "forget", scope, func(tx *database.Tx) error {
		if _, err := gate(tx); err != nil {
			return err
		}
		messages, err := database.SelectIn(tx, `SELECT DISTINCT message FROM outbox_deliveries WHERE recipient = $1 AND `+where, scanNumber, append([]any{recipient}, args...)...)
		if err != nil {
			return err
		}
		for _, n := range messages {
			if err := forget(tx, n, recipient); err != nil {
				return err
			}
		}
		return nil
	})
}

// forget empties the deliveries of a message to a recipient, and the message
// where it went to nobody else.
func forget(tx *database.Tx, message int64, recipient string) error {
	const blank = `UPDATE outbox_deliveries SET name = '', address = '', find = '', remote = '', reason = '',
		state = CASE WHEN state = 'queued' THEN 'dropped' ELSE state END WHERE message = $1 AND recipient = $2`
	if _, err := tx.Exec(blank, message, recipient); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE outbox_steps SET about = '' WHERE delivery IN (SELECT number FROM outbox_deliveries WHERE message = $1 AND recipient = $2)`, message, recipient); err != nil {
		return err
	}
	var others int64
	if err := tx.Row(`SELECT COUNT(*) FROM outbox_deliveries WHERE message = $1 AND recipient <> $2`, message, recipient).Scan(&others); err != nil || others > 0 {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM outbox_files WHERE message = $1`, message); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE outbox_messages SET subject = '', body = '{"subject":"","text":""}' WHERE number = $1`, message)
	return err
}

// ForgetSaid takes what they said, and to whom, out of the messages of a scope whose
// keys are chosen, but for those that still wait.
func (s *Store) ForgetSaid(ctx context.Context, scope string, chosen func(key string) bool) error {
	return s.write(ctx, "forget", scope, func(tx *database.Tx) error {
		if _, err := gate(tx); err != nil {
			return err
		}
		type message struct {
			number int64
			key    string
		}
		const done = `SELECT number, key FROM outbox_messages m WHERE scope = $1 AND NOT EXISTS (
			SELECT 1 FROM outbox_deliveries d WHERE d.message = m.number AND d.state IN ('queued', 'sending'))`
		all, err := database.SelectIn(tx, done, func(rows *sql.Rows) (m message, err error) {
			return m, rows.Scan(&m.number, &m.key)
		}, scope)
		for _, m := range all {
			if !chosen(m.key) {
				continue
			}
			if _, err := tx.Exec(`DELETE FROM outbox_files WHERE message = $1`, m.number); err != nil {
				return err
			}
			if _, err := tx.Exec(`UPDATE outbox_messages SET subject = '', body = '{"subject":"","text":""}' WHERE number = $1`, m.number); err != nil {
				return err
			}
		}
		return err
	})
}
