package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"renkei/internal/database"
	"renkei/internal/outbox"
)

// Begin notes that this database sends. Where it has come here from a backup,
// what waits in it is held: it may have been sent since.
func (s *Store) Begin(ctx context.Context, now time.Time) error {
	here, err := database.Select(ctx, s.db.Reader, `SELECT id FROM outbox_place`, scanNumber)
	if err != nil {
		return s.db.Fail("begin", "outbox", err)
	}
	if len(here) > 0 {
		return nil
	}
	return s.write(ctx, "begin", "outbox", func(tx *database.Tx) error {
		if _, err := gate(tx); err != nil {
			return err
		}
		const hold = `INSERT INTO outbox_holds (scope, at, person, reason) SELECT '', $1, '', $2 WHERE NOT EXISTS (SELECT 1 FROM outbox_place)
			AND EXISTS (SELECT 1 FROM outbox_deliveries WHERE state IN ('queued', 'sending')) ON CONFLICT (scope) DO NOTHING`
		if _, err := tx.Exec(hold, now.UnixMicro(), outbox.Restored); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO outbox_place (id, since) VALUES (1, $1) ON CONFLICT (id) DO NOTHING`, now.UnixMicro())
		return err
	})
}

// Recover queues what somebody was sending whose lease has run out, or with all
// everything, in doubt. It returns when the next lease will run out; zero where
// there is none.
func (s *Store) Recover(ctx context.Context, now time.Time, all bool) (next time.Time, err error) {
	leases, err := database.Select(ctx, s.db.Reader, `SELECT lease FROM outbox_deliveries WHERE state = 'sending'`, scanNumber)
	if err != nil {
		return next, s.db.Fail("recover", "outbox", err)
	}
	lost := false
	for _, lease := range leases {
		at := moment(lease)
		switch {
		case all || !at.After(now):
			lost = true
		case next.IsZero() || at.Before(next):
			next = at
		}
	}
	if !lost {
		return next, nil
	}
	return next, s.write(ctx, "recover", "outbox", func(tx *database.Tx) error {
		_, err := tx.Exec(`UPDATE outbox_deliveries SET state = 'queued', doubt = TRUE, owner = '', lease = 0, due = $1
			WHERE state = 'sending' AND (lease <= $1 OR $2)`, now.UnixMicro(), all)
		return err
	})
}

// ready is the condition of a delivery d that may be made: nothing holds it, and
// nothing before it in its lane waits.
const ready = ` d.state = 'queued' AND d.channel = $1 AND d.due <= $2
	AND NOT EXISTS (SELECT 1 FROM outbox_holds h WHERE h.scope = '' OR h.scope = d.scope OR substr(d.scope, 1, length(h.scope) + 1) = h.scope || '/')
	AND (d.lane = '' OR NOT EXISTS (SELECT 1 FROM outbox_deliveries e WHERE e.lane = d.lane AND e.number < d.number AND e.state IN ('queued', 'sending')))`

// Turn writes down what became of deliveries, and claims others. It writes
// nothing where there is nothing to do.
func (s *Store) Turn(ctx context.Context, t outbox.Turn) (out outbox.Turned, err error) {
	channels := slices.Sorted(maps.Keys(t.Wants))
	idle := len(t.Results) == 0 && !t.Renew
	for _, c := range channels {
		if !idle {
			break
		}
		found, err := database.Select(ctx, s.db.Reader, `SELECT d.number FROM outbox_deliveries d WHERE`+ready+` LIMIT 1`, scanNumber, c, t.Now.UnixMicro())
		if err != nil {
			return out, s.db.Fail("turn", "outbox", err)
		}
		idle = len(found) == 0
	}
	if !idle {
		err = s.write(ctx, "turn", "outbox", func(tx *database.Tx) error {
			out.Claimed = nil
			salt, err := gate(tx)
			if err != nil {
				return err
			}
			for i := range t.Results {
				if err := settle(tx, &t.Results[i]); err != nil {
					return err
				}
			}
			if t.Renew {
				const renew = `UPDATE outbox_deliveries SET lease = $1 WHERE owner = $2 AND state = 'sending'`
				if _, err := tx.Exec(renew, t.Until.UnixMicro(), t.Owner); err != nil {
					return err
				}
			}
			for _, c := range channels {
				claimed, err := claim(tx, &t, c, salt)
				if err != nil {
					return err
				}
				out.Claimed = append(out.Claimed, claimed...)
			}
			return nil
		})
		if err != nil {
			return out, err
		}
	}
	out.Next, err = s.next(ctx, t.Now, channels)
	return out, err
}

// next is when more will be due, by channel.
func (s *Store) next(ctx context.Context, now time.Time, channels []string) (map[string]time.Time, error) {
	all := map[string]time.Time{}
	for _, c := range channels {
		const later = `SELECT due FROM outbox_deliveries WHERE state = 'queued' AND channel = $1 AND due > $2 ORDER BY due LIMIT 1`
		due, err := database.Select(ctx, s.db.Reader, later, scanNumber, c, now.UnixMicro())
		if err != nil {
			return nil, s.db.Fail("turn", "outbox", err)
		}
		if len(due) > 0 {
			all[c] = moment(due[0])
		}
	}
	return all, nil
}

// settle writes down what became of a delivery, unless another has taken it over
// meanwhile.
func settle(tx *database.Tx, r *outbox.Result) error {
	at := r.At.UnixMicro()
	change := func(set string, args ...any) (bool, error) {
		n, err := tx.Exec(`UPDATE outbox_deliveries SET owner = '', lease = 0, `+set+` WHERE number = $1 AND owner = $2 AND state = 'sending'`,
			append([]any{r.Number, r.Owner}, args...)...)
		return n > 0, err
	}
	f := r.Failure
	var ours bool
	var err error
	what, about := string(outbox.Sent), r.Remote
	switch {
	case f == nil:
		ours, err = change(`state = 'sent', changed = $3, remote = $4, doubt = FALSE, reason = ''`, at, r.Remote)
	case r.Due.IsZero():
		what, about = string(outbox.Failed), f.Reason
		ours, err = change(`state = 'failed', changed = $3, reason = $4, tries = tries + 1`, at, f.Reason)
	default:
		tries := 0
		if r.Counts {
			tries = 1
		}
		what, about = outbox.StepTried, f.Reason
		ours, err = change(`state = 'queued', due = $3, reason = $4, tries = tries + $5, doubt = doubt OR $6`, r.Due.UnixMicro(), f.Reason, tries, f.Doubt)
		if !r.Counts { // a channel that is away would fill the history
			return err
		}
	}
	if err != nil || !ours {
		return err
	}
	return step(tx, r.Number, r.At, what, about, "")
}

// waiting is a delivery that may be made.
type waiting struct {
	outbox.Delivery
	message int64
	body    string
}

func scanWaiting(rows *sql.Rows) (w waiting, err error) {
	var expires int64
	err = rows.Scan(&w.Number, &w.message, &w.ID, &w.Name, &w.Channel, &w.Address, &w.Tries, &w.Doubt, &w.Key, &w.Scope, &w.Subject, &w.body, &expires)
	w.Expires = moment(expires)
	return w, err
}

// claim takes for a channel as much as it wants. What came too late has failed.
func claim(tx *database.Tx, t *outbox.Turn, channel string, salt []byte) ([]outbox.Outgoing, error) {
	const list = `SELECT d.number, d.message, d.recipient, d.name, d.channel, d.address, d.tries, d.doubt, m.key, m.scope, m.subject, m.body, m.expires
		FROM outbox_deliveries d JOIN outbox_messages m ON m.number = d.message WHERE` + ready + ` ORDER BY d.due, d.number LIMIT $3`
	var out []outbox.Outgoing
	for len(out) < t.Wants[channel] {
		all, err := database.SelectIn(tx, list, scanWaiting, channel, t.Now.UnixMicro(), t.Wants[channel]-len(out))
		if err != nil {
			return nil, err
		}
		expired := 0
		for i := range all {
			w := &all[i]
			if !t.Now.Before(w.Expires) {
				expired++
				if err := expire(tx, w.Number, t.Now); err != nil {
					return nil, err
				}
				continue
			}
			o, err := take(tx, t, w, salt)
			if err != nil {
				return nil, err
			}
			out = append(out, o)
		}
		if expired == 0 {
			break
		}
	}
	return out, nil
}

func expire(tx *database.Tx, number int64, now time.Time) error {
	if _, err := tx.Exec(`UPDATE outbox_deliveries SET state = 'failed', changed = $1, reason = $2 WHERE number = $3`,
		now.UnixMicro(), outbox.ReasonExpired, number); err != nil {
		return err
	}
	return step(tx, number, now, string(outbox.Failed), outbox.ReasonExpired, "")
}

// take claims a delivery and reads what it says.
func take(tx *database.Tx, t *outbox.Turn, w *waiting, salt []byte) (o outbox.Outgoing, err error) {
	const mark = `UPDATE outbox_deliveries SET state = 'sending', owner = $1, lease = $2 WHERE number = $3`
	if _, err := tx.Exec(mark, t.Owner, t.Until.UnixMicro(), w.Number); err != nil {
		return o, err
	}
	o.Delivery = w.Delivery
	o.Delivery.State = outbox.Sending
	if err := json.Unmarshal([]byte(w.body), &o.Message); err != nil {
		return o, fmt.Errorf("message %q: %w", w.Key, err)
	}
	o.Message.Key, o.Message.Scope, o.Message.Expires = w.Key, w.Scope, w.Expires
	o.ID = outbox.IDOf(salt, w.Key, w.ID)
	if o.Message.Thread != "" {
		o.ThreadID = outbox.IDOf(salt, o.Message.Thread, w.ID)
		const begun = `SELECT d.remote FROM outbox_messages m JOIN outbox_deliveries d ON d.message = m.number
			WHERE m.key = $1 AND d.recipient = $2 AND d.channel = $3`
		remotes, err := database.SelectIn(tx, begun, scanText, o.Message.Thread, w.ID, w.Channel)
		if err != nil {
			return o, err
		}
		o.ThreadRemote = strings.Join(remotes, "")
	}
	for place := range o.Message.Files {
		if o.Message.Files[place].Data, err = fileIn(tx, w.message, place); err != nil {
			return o, err
		}
	}
	return o, nil
}

func fileIn(tx *database.Tx, message int64, place int) ([]byte, error) {
	parts, err := database.SelectIn(tx, `SELECT data FROM outbox_files WHERE message = $1 AND place = $2 ORDER BY part`,
		func(rows *sql.Rows) (data []byte, err error) {
			err = rows.Scan(&data)
			return data, err
		}, message, place)
	return slices.Concat(parts...), err
}

// Report writes down what a channel has heard of a delivery. News of what is not
// ours, or that is old, changes nothing.
func (s *Store) Report(ctx context.Context, n outbox.News) error {
	return s.write(ctx, "report", n.Remote, func(tx *database.Tx) error {
		type row struct {
			number int64
			state  outbox.State
		}
		all, err := database.SelectIn(tx, `SELECT number, state FROM outbox_deliveries WHERE remote = $1 AND channel = $2 AND remote <> ''`,
			func(rows *sql.Rows) (r row, err error) {
				err = rows.Scan(&r.number, &r.state)
				return r, err
			}, n.Remote, n.Channel)
		if err != nil {
			return err
		}
		for _, r := range all {
			if !n.State.Follows(r.state) {
				continue
			}
			if err := change(tx, r.number, n.At, n.State, n.Reason, ""); err != nil {
				return err
			}
		}
		return nil
	})
}

// change sets the state of a delivery, and writes it down.
func change(tx *database.Tx, number int64, at time.Time, to outbox.State, reason, by string) error {
	if _, err := tx.Exec(`UPDATE outbox_deliveries SET state = $1, changed = $2, reason = $3 WHERE number = $4`,
		string(to), at.UnixMicro(), reason, number); err != nil {
		return err
	}
	return step(tx, number, at, string(to), reason, by)
}

// within is a condition that a column is one of some scopes, or below one; its
// arguments begin at $n.
func within(column string, scopes []string, n int) (string, []any) {
	var each []string
	var args []any
	for _, scope := range scopes {
		if scope == "" {
			return "1 = 1", nil
		}
		i := fmt.Sprint("$", n+len(args))
		each = append(each, column+" = "+i+" OR substr("+column+", 1, length("+i+") + 1) = "+i+" || '/'")
		args = append(args, scope)
	}
	if len(each) == 0 {
		return "1 = 0", nil
	}
	return "(" + strings.Join(each, " OR ") + ")", args
}
