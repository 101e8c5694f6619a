package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"renkei/internal/auth/authstore"
)

type accountStore interface {
	PutAccount(ctx context.Context, a authstore.Account, notes ...authstore.Audit) error
	MakeAccount(ctx context.Context, p authstore.Person, a authstore.Account, notes ...authstore.Audit) error
	Account(ctx context.Context, login string) (authstore.Account, error)
	AccountOf(ctx context.Context, person string) (authstore.Account, error)
	Accounts(ctx context.Context) ([]authstore.Member, error)
	SetDisabled(ctx context.Context, person string, disabled bool, kept string, notes ...authstore.Audit) error
	ErasePerson(ctx context.Context, person string, notes ...authstore.Audit) error
	SetPassword(ctx context.Context, person, hash string, kept []authstore.Token, notes ...authstore.Audit) error
	SetLanguage(ctx context.Context, person, language string, notes ...authstore.Audit) error
}

// commandLine is who does what the program does by itself or on the command
// line.
const commandLine = "renkei"

// Account is somebody who can sign in with a password.
type Account struct {
	Person       string
	Login        string
	Name         string
	Organisation string
	Disabled     bool
	SignedIn     time.Time // the last time; zero: never
	Roles        []Role    // in the community
	Second       bool      // they have a second factor
}

// AddAccount makes a person with a login and a password, and returns the
// person's id. It returns ErrExists where the login is taken, ErrName,
// ErrLogin, and the errors of passwords.
func (s *Service) AddAccount(ctx context.Context, name, organisation, login, password string) (string, error) {
	p, a, err := s.newAccount(ctx, NewAccount{Login: login, Name: name, Organisation: organisation, Password: password})
	if err != nil {
		return "", err
	}
	if err := s.store.MakeAccount(ctx, p, a, s.note(ctx, commandLine, AccountMade, p.ID, "")); err != nil {
		return "", fmt.Errorf("add account: %w", err)
	}
	return p.ID, nil
}

// newAccount checks what somebody has typed, and hashes the password.
func (s *Service) newAccount(ctx context.Context, n NewAccount) (p authstore.Person, a authstore.Account, err error) {
	if n.Name, err = cleanName(n.Name); err != nil {
		return p, a, err
	}
	if n.Login, err = cleanLogin(n.Login); err != nil {
		return p, a, err
	}
	if err := checkPassword(n.Password, n.Login, n.Name); err != nil {
		return p, a, err
	}
	p = authstore.Person{ID: newID(), Name: n.Name, Organisation: clip(oneLine(n.Organisation), 300)}
	a = authstore.Account{Person: p.ID, Login: n.Login}
	a.Password, err = s.hasher.hash(ctx, n.Password)
	return p, a, err
}

// Accounts returns all accounts, by name and login.
func (s *Service) Accounts(ctx context.Context) ([]Account, error) {
	members, err := s.store.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	holders, err := s.store.GrantsIn(ctx, Scope{})
	if err != nil {
		return nil, err
	}
	roles := map[string][]Role{}
	for _, h := range holders {
		roles[h.Person] = append(roles[h.Person], Role(h.Role))
	}
	all := make([]Account, len(members))
	for i, m := range members {
		all[i] = Account{
			Person: m.Person, Login: m.Login, Name: m.Name, Organisation: m.Organisation,
			Disabled: m.Disabled, SignedIn: timeOf(m.SignedIn), Roles: roles[m.Person], Second: m.Second,
		}
	}
	return all, nil
}

// SetDisabled lets nobody sign in with an account, or lets them again; their
// sessions end at once, and their tokens read nothing meanwhile. It returns
// ErrNotFound where there is no account, and ErrLast for the last
// secretary who can sign in.
func (s *Service) SetDisabled(ctx context.Context, by, person string, disabled bool) error {
	deed := AccountEnabled
	if disabled {
		deed = AccountDisabled
	}
	defer s.drop(person)
	return s.store.SetDisabled(ctx, person, disabled, string(Secretary), s.note(ctx, by, deed, person, ""))
}

// SetPassword changes a person's own password. All their sessions end, but for
// those whose secrets are given to stay. It returns ErrPassword where the old
// one is wrong, ErrNotFound where there is no account, and the errors of
// new passwords.
func (s *Service) SetPassword(ctx context.Context, person, old, password string, stay ...string) error {
	account, err := s.store.AccountOf(ctx, person)
	if err != nil {
		return err
	}
	if err := s.checkOwn(ctx, account, old); err != nil {
		return err
	}
	hash, err := s.newPassword(ctx, account, password)
	if err != nil {
		return err
	}
	kept := make([]authstore.Token, len(stay))
	for i, session := range stay {
		kept[i] = tokenOf(session)
	}
	defer s.drop(person)
	return s.store.SetPassword(ctx, person, hash, kept, s.note(ctx, person, PasswordSet, "", ""))
}

// checkOwn compares the password that somebody who is signed in gives again. It
// returns ErrPassword where it is wrong, and writes that down.
func (s *Service) checkOwn(ctx context.Context, account authstore.Account, password string) error {
	err := s.hasher.check(ctx, account.Password, password)
	if errors.Is(err, ErrPassword) {
		err = errors.Join(err, s.store.Note(ctx, s.note(ctx, account.Person, PasswordFailed, "", "")))
	}
	return err
}

// newPassword checks and hashes a password for an account.
func (s *Service) newPassword(ctx context.Context, account authstore.Account, password string) (string, error) {
	who, err := s.store.Who(ctx, account.Person)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return "", err
	}
	if err := checkPassword(password, account.Login, who.Name); err != nil {
		return "", err
	}
	return s.hasher.hash(ctx, password)
}

// SetLanguage keeps in what language a person reads; "" leaves it to the
// browser. Which languages there are is the caller's to check. It returns
// ErrNotFound where nothing is known of the person.
func (s *Service) SetLanguage(ctx context.Context, person, lang string) error {
	defer s.drop(person)
	return s.store.SetLanguage(ctx, person, lang, s.note(ctx, person, LanguageSet, "", clip(lang, 20)))
}

// Erase forgets a person: name, account and all that lets them in. Their id stays in
// what others keep. It returns ErrNotFound where nothing is known of them, and
// ErrLast for the last who has a role that somebody needs to have; then nothing is
// forgotten, but roles that they had elsewhere are gone.
func (s *Service) Erase(ctx context.Context, by, person string) error {
	defer s.drop(person)
	access, err := s.AccessOf(ctx, person)
	if err != nil {
		return err
	}
	for _, g := range access.Grants {
		if err := s.Revoke(ctx, by, g); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	return s.store.ErasePerson(ctx, person, s.note(ctx, by, PersonErased, person, ""))
}
