package auth

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"renkei/internal/auth/authstore"
	"renkei/internal/auth/totp"
)

type factorStore interface {
	PutFactor(ctx context.Context, f authstore.Factor, codes []authstore.Token, notes ...authstore.Audit) error
	Factors(ctx context.Context, person string) ([]authstore.Factor, error)
	NameFactor(ctx context.Context, person, id, name string, notes ...authstore.Audit) error
	UseTOTP(ctx context.Context, id string, step, at int64) error
	UseFactor(ctx context.Context, id string, data []byte, at int64) error
	DropFactor(ctx context.Context, person, id string, keep bool, notes ...authstore.Audit) error
	DropFactors(ctx context.Context, person string, at int64, notes ...authstore.Audit) error
	SeeReset(ctx context.Context, person string) error
	PutCodes(ctx context.Context, person string, codes []authstore.Token, notes ...authstore.Audit) error
	UseCode(ctx context.Context, person string, code authstore.Token, notes ...authstore.Audit) error
	Codes(ctx context.Context, person string) (int, error)
	PutStep(ctx context.Context, step authstore.Step) error
	Step(ctx context.Context, t authstore.Token) (authstore.Step, error)
	TakeStep(ctx context.Context, t authstore.Token) error
}

// FactorKind is what somebody shows beside the password.
type FactorKind string

// Kinds of second factors.
const (
	FactorTOTP    FactorKind = "totp"    // a code of an authenticator app
	FactorPasskey FactorKind = "passkey" // a passkey or security key
)

const (
	// maxFactors is how many second factors a person may have.
	maxFactors = 10
	// recoveryCodes is how many are made at a time.
	recoveryCodes = 10
	// codeBytes are those of a recovery code: too many to be guessed, so that a
	// plain hash keeps it.
	codeBytes = 10
)

// Errors of second factors.
var (
	// ErrCode means that a code, or what a passkey has signed, is not right, or
	// was taken already.
	ErrCode = errors.New("auth: the second factor is wrong")
	// ErrFactors means that a person has as many second factors as they may have.
	ErrFactors = errors.New("auth: too many second factors")
	// ErrSecondNeeded means that a person has to have a second factor, and that
	// this is the last.
	ErrSecondNeeded = errors.New("auth: a second factor is needed")
)

// Factor is a second factor of a person.
type Factor struct {
	ID   string
	Kind FactorKind
	Name string
	Made time.Time
	Used time.Time // zero: never
}

// RequireSecond has whoever has one of these roles, wherever, set up a second
// factor before anything else: see Access.MustSetUp. It is to be called before
// the service is used.
func (s *Service) RequireSecond(roles ...Role) { s.required = roles }

// needsSecond reports whether one of somebody's roles requires a second factor.
func (s *Service) needsSecond(grants []Grant) bool {
	return slices.ContainsFunc(grants, func(g Grant) bool { return slices.Contains(s.required, Role(g.Role)) })
}

// Factors returns the second factors of a person, in the order in which they
// were made, and how many recovery codes are left.
func (s *Service) Factors(ctx context.Context, person string) (factors []Factor, codes int, err error) {
	all, err := s.store.Factors(ctx, person)
	if err != nil {
		return nil, 0, err
	}
	for _, f := range all {
		factors = append(factors, Factor{ID: f.ID, Kind: FactorKind(f.Kind), Name: f.Name, Made: timeOf(f.Made), Used: timeOf(f.Used)})
	}
	codes, err = s.store.Codes(ctx, person)
	return factors, codes, err
}

// AddTOTP adds an authenticator app that knows a secret, once it has shown a
// code. With a person's first second factor it returns recovery codes, which
// nobody can read again. It returns ErrName, ErrAccount where the person has
// none, ErrFactors, and ErrCode where the code is wrong.
func (s *Service) AddTOTP(ctx context.Context, person, name string, secret []byte, code string) ([]string, error) {
	name, before, err := s.newFactor(ctx, person, name)
	if err != nil {
		return nil, err
	}
	step, ok := totp.Match(secret, cleanCode(code), s.now(), 0)
	if !ok {
		return nil, ErrCode
	}
	return s.putFactor(ctx, before, authstore.Factor{Person: person, Kind: string(FactorTOTP), Name: name, Step: step, Data: secret})
}

// newFactor looks whether a person may add a second factor, and returns its name
// and those that they have.
func (s *Service) newFactor(ctx context.Context, person, name string) (string, []authstore.Factor, error) {
	name, err := cleanName(name)
	if err != nil {
		return "", nil, err
	}
	if _, err := s.store.AccountOf(ctx, person); errors.Is(err, ErrNotFound) {
		return "", nil, ErrAccount
	} else if err != nil {
		return "", nil, err
	}
	before, err := s.store.Factors(ctx, person)
	if err == nil && len(before) >= maxFactors {
		err = ErrFactors
	}
	return name, before, err
}

// putFactor keeps a new second factor, and returns recovery codes with the first.
func (s *Service) putFactor(ctx context.Context, before []authstore.Factor, f authstore.Factor) (codes []string, err error) {
	f.ID, f.Made = newID(), s.now().UnixMicro()
	var tokens []authstore.Token
	if len(before) == 0 {
		codes, tokens = newCodes()
	}
	defer s.drop(f.Person)
	return codes, s.store.PutFactor(ctx, f, tokens, s.note(ctx, f.Person, SecondAdded, "", f.Name))
}

// newCodes draws recovery codes, as people read them and as they are stored.
func newCodes() (texts []string, tokens []authstore.Token) {
	for range recoveryCodes {
		raw := make([]byte, codeBytes)
		_, _ = rand.Read(raw) // never fails
		code := base32.StdEncoding.EncodeToString(raw)
		texts = append(texts, strings.Join([]string{code[:4], code[4:8], code[8:12], code[12:]}, "-"))
		tokens = append(tokens, tokenOf(code))
	}
	return texts, tokens
}

// cleanCode is a code as people type it, without what they put between, and from
// any keyboard.
func cleanCode(code string) string {
	code = strings.ToUpper(norm.NFKC.String(storable(code)))
	return strings.NewReplacer(" ", "", "-", "", "\t", "", "‐", "", "−", "", "ー", "").Replace(clip(code, 100))
}

// NameFactor gives a second factor of a person another name. It returns ErrName,
// and ErrNotFound where there is none.
func (s *Service) NameFactor(ctx context.Context, person, id, name string) error {
	name, err := cleanName(name)
	if err != nil {
		return err
	}
	return s.store.NameFactor(ctx, person, id, name, s.note(ctx, person, SecondNamed, "", name))
}

// DropFactor ends a second factor of a person, who gives their password again; a
// stolen session does not do. The recovery codes end with the last. It returns
// ErrPassword, ErrSecondNeeded for the last of somebody who has to have one, and
// ErrNotFound.
func (s *Service) DropFactor(ctx context.Context, person, id, password string) error {
	if err := s.checkOwnOf(ctx, person, password); err != nil {
		return err
	}
	grants, err := s.store.Grants(ctx, person)
	if err != nil {
		return err
	}
	all, err := s.store.Factors(ctx, person)
	if err != nil {
		return err
	}
	name := ""
	if i := slices.IndexFunc(all, func(f authstore.Factor) bool { return f.ID == id }); i >= 0 {
		name = all[i].Name
	}
	defer s.drop(person)
	err = s.store.DropFactor(ctx, person, id, s.needsSecond(grants), s.note(ctx, person, SecondDropped, "", name))
	if errors.Is(err, ErrLast) {
		err = ErrSecondNeeded
	}
	return err
}

// NewCodes makes recovery codes in place of those of before, for who gives their
// password again. It returns ErrPassword, and ErrNotFound where the person has no
// second factor.
func (s *Service) NewCodes(ctx context.Context, person, password string) ([]string, error) {
	if err := s.checkOwnOf(ctx, person, password); err != nil {
		return nil, err
	}
	all, err := s.store.Factors(ctx, person)
	if err == nil && len(all) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	codes, tokens := newCodes()
	return codes, s.store.PutCodes(ctx, person, tokens, s.note(ctx, person, CodesMade, "", ""))
}

func (s *Service) checkOwnOf(ctx context.Context, person, password string) error {
	account, err := s.store.AccountOf(ctx, person)
	if err != nil {
		return err
	}
	return s.checkOwn(ctx, account, password)
}

// ResetSecond ends all second factors of a person, their recovery codes and their
// sessions; the person is told at the next sign-in. It returns ErrNotFound where
// they have no account.
func (s *Service) ResetSecond(ctx context.Context, by, person string) error {
	defer s.drop(person)
	return s.store.DropFactors(ctx, person, s.now().UnixMicro(), s.note(ctx, by, SecondReset, person, ""))
}

// SeeReset notes that a person has read that their second factors were ended.
func (s *Service) SeeReset(ctx context.Context, person string) error {
	defer s.drop(person)
	return s.store.SeeReset(ctx, person)
}

// MakeOwnAccount gives somebody who came by a link a login and a password, so
// that they can have a second factor. It returns ErrExists where they have an
// account, or the login is somebody else's, ErrLogin, and the errors of
// passwords.
func (s *Service) MakeOwnAccount(ctx context.Context, person, login, password string) error {
	who, err := s.store.Who(ctx, person)
	if err != nil {
		return err
	}
	if who.Login != "" {
		return ErrExists
	}
	_, account, err := s.newAccount(ctx, NewAccount{Login: login, Name: who.Name, Password: password})
	if err != nil {
		return err
	}
	account.Person = person
	defer s.drop(person)
	if err := s.store.PutAccount(ctx, account, s.note(ctx, person, AccountMade, person, "")); err != nil {
		return fmt.Errorf("make own account: %w", err)
	}
	return nil
}

// Rescue lets the owner of a login in again who has lost everything, on the word
// of whoever runs the program: the account is enabled, their second factors and
// sessions end, and the secret of a link comes back with which they set a new
// password within a day. It returns ErrNotFound where there is no such login.
func (s *Service) Rescue(ctx context.Context, login string) (string, error) {
	account, err := s.store.Account(ctx, FoldLogin(login))
	if err != nil {
		return "", err
	}
	if account.Disabled {
		if err := s.SetDisabled(ctx, commandLine, account.Person, false); err != nil {
			return "", err
		}
	}
	if err := s.ResetSecond(ctx, commandLine, account.Person); err != nil {
		return "", err
	}
	return s.ResetLink(ctx, commandLine, account.Person)
}
