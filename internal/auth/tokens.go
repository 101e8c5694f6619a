package auth

import (
	"context"
	"errors"
	"strings"
	"time"

	"renkei/internal/auth/authstore"
)

type tokenStore interface {
	PutAPIToken(ctx context.Context, t authstore.APIToken, notes ...authstore.Audit) error
	APIToken(ctx context.Context, t authstore.Token) (authstore.APIToken, error)
	APITokens(ctx context.Context, person string) ([]authstore.APIToken, error)
	SeeAPITokens(ctx context.Context, tokens []authstore.Token, at int64) error
	DropAPIToken(ctx context.Context, person string, id authstore.TokenID, notes ...authstore.Audit) error
}

// tokenPrefix is what the secret of a program begins with, so that whoever
// finds one knows what it is for.
const tokenPrefix = "renkei_"

const (
	// maxTokens is how many tokens a person may have.
	maxTokens = 20
	// maxTokenTime is how long a token is good at most.
	maxTokenTime = 366 * 24 * time.Hour
)

// ErrTokens means that a person has as many tokens as they may have.
var ErrTokens = errors.New("auth: too many tokens")

// Token is with what a program reads in a person's name.
type Token struct {
	ID      string // for DropToken
	Name    string // what it is for
	Made    time.Time
	Expires time.Time
	Used    time.Time // when it was last used, to the minute; zero: never
}

// NewToken makes a token for a program that reads what the person may read, and
// returns its secret, which is shown once. It is good for so long, at most a
// year. It returns ErrName without a name, ErrAccount where the person has no
// account that can sign in, and ErrTokens where they have too many.
func (s *Service) NewToken(ctx context.Context, person, name string, good time.Duration) (string, error) {
	name, err := cleanName(name)
	if err != nil {
		return "", err
	}
	account, err := s.store.AccountOf(ctx, person)
	if errors.Is(err, ErrNotFound) || err == nil && account.Disabled {
		return "", ErrAccount
	}
	if err != nil {
		return "", err
	}
	if all, err := s.Tokens(ctx, person); err != nil || len(all) >= maxTokens {
		return "", errors.Join(err, ErrTokens)
	}
	text, _ := secret()
	text = tokenPrefix + text
	now := s.now()
	return text, s.store.PutAPIToken(ctx, authstore.APIToken{
		Token: tokenOf(text), Person: person, Name: name,
		Made: now.UnixMicro(), Expires: now.Add(min(good, maxTokenTime)).UnixMicro(),
	}, s.note(ctx, person, TokenMade, "", name))
}

// Tokens returns the tokens of a person that are good, the latest first.
func (s *Service) Tokens(ctx context.Context, person string) ([]Token, error) {
	all, err := s.store.APITokens(ctx, person)
	if err != nil {
		return nil, err
	}
	now := s.now().UnixMicro()
	var good []Token
	for _, t := range all {
		if t.Expires > now {
			good = append(good, Token{
				ID: idOf(t.Token), Name: t.Name, Made: timeOf(t.Made), Expires: timeOf(t.Expires),
				Used: timeOf(max(t.Used, s.tokens.lastUse(t.Token))),
			})
		}
	}
	return good, nil
}

// DropToken ends a token of a person. It returns ErrNotFound where there
// is none of that ID.
func (s *Service) DropToken(ctx context.Context, by, person, id string) error {
	token, err := tokenID(id)
	if err != nil {
		return err
	}
	defer s.drop(person)
	return s.store.DropAPIToken(ctx, person, token, s.note(ctx, by, TokenDropped, person, ""))
}

// AccessByToken returns what a program may read with a token: the Access of its
// owner, marked ReadOnly. It is a stranger's where the token is none, or over,
// or the owner has no account any more that can sign in. The answer is shared:
// nobody may change it.
func (s *Service) AccessByToken(ctx context.Context, secret string) (*Access, error) {
	if !strings.HasPrefix(secret, tokenPrefix) {
		return &Access{}, nil
	}
	token, now := tokenOf(secret), s.now().UnixMicro()
	a, gen := s.tokens.get(token, now)
	if a != nil {
		return a, nil
	}
	got, err := s.store.APIToken(ctx, token)
	if errors.Is(err, ErrNotFound) || err == nil && got.Expires <= now {
		return &Access{}, nil
	}
	if err != nil {
		return nil, err
	}
	a, err = s.accessOf(ctx, got.Person)
	if err != nil || a.Login == "" {
		return &Access{}, err
	}
	a.ReadOnly = true
	s.tokens.put(token, a, gen, now, got.Expires, got.Used)
	return a, nil
}
