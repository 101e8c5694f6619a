package authstore

import "context"

// Device is a browser with which a person has signed in.
type Device struct {
	Token   Token
	Person  string
	Expires int64
}

// PutDevice keeps a browser of a person, or until when it is known, and forgets
// those that end first where there are more than most.
func (s *Store) PutDevice(ctx context.Context, d Device, most int) error {
	return s.withAudit(ctx, "put device of", d.Person, nil, func(tx *changes) error {
		_, err := tx.Exec(`INSERT INTO devices (token, person, expires) VALUES ($1, $2, $3)
			ON CONFLICT (token, person) DO UPDATE SET expires = excluded.expires`, d.Token[:], d.Person, d.Expires)
		if err == nil {
			_, err = tx.Exec(`DELETE FROM devices WHERE person = $1 AND token NOT IN
				(SELECT token FROM devices WHERE person = $1 ORDER BY expires DESC, token LIMIT $2)`, d.Person, most)
		}
		return err
	})
}

// Device returns a browser of a person, whatever its time. It returns
// ErrNotFound where the person has none of that token.
func (s *Store) Device(ctx context.Context, t Token, person string) (Device, error) {
	return one(ctx, s, "device of", person, s.q.device, scanDevice, t[:], person)
}
