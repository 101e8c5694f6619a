package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"renkei/internal/channel/mattermost"
	"renkei/internal/database"
)

var _ mattermost.Directory = (*Store)(nil)

func scanAccount(rows *sql.Rows) (a mattermost.Account, err error) {
	err = rows.Scan(&a.ID, &a.Name, &a.Person)
	return a, err
}

// Accounts returns those that were met in an exercise, by name.
func (s *Store) Accounts(ctx context.Context, exercise string) ([]mattermost.Account, error) {
	all, err := database.Select(ctx, s.read, `SELECT account, name, person FROM mattermost_people WHERE exercise = $1 ORDER BY name, account`, scanAccount, exercise)
	if err != nil {
		return nil, s.read.Fail("read accounts", exercise, err)
	}
	return all, nil
}

// Account returns one; of zero where it is not known.
func (s *Store) Account(ctx context.Context, exercise, id string) (a mattermost.Account, err error) {
	all, err := database.Select(ctx, s.read, `SELECT account, name, person FROM mattermost_people WHERE exercise = $1 AND account = $2`, scanAccount, exercise, id)
	if err != nil {
		return a, s.read.Fail("read account", exercise, err)
	}
	if len(all) > 0 {
		a = all[0]
	}
	return a, nil
}

// Meet notes an account and its name, and leaves whose it is.
func (s *Store) Meet(ctx context.Context, exercise, id, name string) error {
	known, err := s.Account(ctx, exercise, id)
	if err != nil || known.ID != "" && (known.Name == name || name == "") {
		return err
	}
	return s.write(ctx, "meet account", exercise, func(tx *database.Tx) error {
		_, err := tx.Exec(`INSERT INTO mattermost_people (exercise, account, name, person) VALUES ($1, $2, $3, '')
			ON CONFLICT (exercise, account) DO UPDATE SET name = $3`, exercise, id, name)
		return err
	})
}

// Assign says whose an account is.
func (s *Store) Assign(ctx context.Context, exercise, id, name, person string) error {
	return s.write(ctx, "assign account", exercise, func(tx *database.Tx) error {
		_, err := tx.Exec(`INSERT INTO mattermost_people (exercise, account, name, person) VALUES ($1, $2, $3, $4)
			ON CONFLICT (exercise, account) DO UPDATE SET name = $3, person = $4`, exercise, id, name, person)
		return err
	})
}

// Told returns up to which event an exercise was told in its channels.
func (s *Store) Told(ctx context.Context, exercise string) (uint64, error) {
	all, err := database.Select(ctx, s.read, `SELECT seq FROM mattermost_told WHERE exercise = $1`, scanNumber, exercise)
	if err != nil {
		return 0, s.read.Fail("read told", exercise, err)
	}
	if len(all) == 0 {
		return 0, nil
	}
	return uint64(all[0]), nil
}

// Tell notes that.
func (s *Store) Tell(ctx context.Context, exercise string, seq uint64) error {
	return s.write(ctx, "note told", exercise, func(tx *database.Tx) error {
		_, err := tx.Exec(`INSERT INTO mattermost_told (exercise, seq) VALUES ($1, $2) ON CONFLICT (exercise) DO UPDATE SET seq = $2`, exercise, int64(seq))
		return err
	})
}

// AccountsOf returns the accounts of a person, by exercise.
func (s *Store) AccountsOf(ctx context.Context, person string) (map[string][]string, error) {
	all := map[string][]string{}
	_, err := database.Select(ctx, s.read, `SELECT exercise, account FROM mattermost_people WHERE person = $1 AND person <> '' ORDER BY exercise, account`,
		func(rows *sql.Rows) (none struct{}, err error) {
			var exercise, account string
			if err = rows.Scan(&exercise, &account); err == nil {
				all[exercise] = append(all[exercise], account)
			}
			return none, err
		}, person)
	if err != nil {
		return nil, s.read.Fail("read accounts", person, err)
	}
	return all, nil
}

// Erase takes the name of an account, and what was kept of what it said, out of an
// exercise. It returns the ids of these events, which stay without text, names and
// files.
func (s *Store) Erase(ctx context.Context, exercise, account string) (ids []string, err error) {
	err = s.write(ctx, "erase account", exercise, func(tx *database.Tx) error {
		ids = ids[:0]
		if _, err := tx.Exec(`UPDATE mattermost_people SET name = '' WHERE exercise = $1 AND account = $2`, exercise, account); err != nil {
			return err
		}
		kept, err := database.SelectIn(tx, `SELECT number, body FROM mattermost_events WHERE exercise = $1 AND body LIKE $2 ORDER BY number`, scanEvent, exercise, "%"+account+"%")
		if err != nil {
			return err
		}
		for i := range kept {
			e := &kept[i]
			if e.User != account {
				continue
			}
			ids = append(ids, e.ID)
			e.Username, e.Text, e.Files = "", "", nil
			body, err := json.Marshal(e)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(`UPDATE mattermost_events SET body = $2 WHERE number = $1`, e.Number, string(body)); err != nil {
				return err
			}
		}
		return nil
	})
	return ids, err
}
