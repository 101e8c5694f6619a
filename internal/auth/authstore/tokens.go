package authstore

import (
	"context"

	"renkei/internal/database"
)

// APIToken is with what a program reads in a person's name.
type APIToken struct {
	Token   Token
	Person  string
	Name    string
	Made    int64
	Expires int64
	Used    int64 // when it was last used, as far as was written; 0: never
}

// PutAPIToken keeps a token.
func (s *Store) PutAPIToken(ctx context.Context, t APIToken, notes ...Audit) error {
	return s.withAudit(ctx, "put token of", t.Person, notes, func(tx *changes) error {
		_, err := tx.Exec(`INSERT INTO api_tokens (token, person, name, made, expires, used) VALUES ($1, $2, $3, $4, $5, $6)`,
			t.Token[:], t.Person, t.Name, t.Made, t.Expires, t.Used)
		return err
	})
}

// APIToken returns a token, whatever its time. It returns ErrNotFound where
// there is none.
func (s *Store) APIToken(ctx context.Context, t Token) (APIToken, error) {
	return one(ctx, s, "token", "", s.q.apiToken, scanAPIToken, t[:])
}

// APITokens returns the tokens of a person, the latest first.
func (s *Store) APITokens(ctx context.Context, person string) ([]APIToken, error) {
	return list(ctx, s, "tokens of", person, s.q.apiTokens, scanAPIToken, person)
}

// DropAPIToken ends a token of a person. It returns ErrNotFound where there is
// none of that name.
func (s *Store) DropAPIToken(ctx context.Context, person string, id TokenID, notes ...Audit) error {
	return s.withAudit(ctx, "drop token of", person, notes, func(tx *changes) error {
		n, err := tx.Exec(`DELETE FROM api_tokens WHERE person = $1 AND substr(token, 1, 8) = $2`, person, id[:])
		if err == nil && n == 0 {
			err = database.ErrNotFound
		}
		return err
	})
}

// SeeAPITokens writes that tokens were used at a time.
func (s *Store) SeeAPITokens(ctx context.Context, tokens []Token, at int64) error {
	return s.see(ctx, `UPDATE api_tokens SET used = $1 WHERE used < $1 AND token IN `, tokens, at)
}
