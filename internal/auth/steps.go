package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"renkei/internal/auth/authstore"
	"renkei/internal/auth/totp"
)

// stepTime is how long somebody who has given a password may take for the second
// factor.
const stepTime = 10 * time.Minute

// Kinds of steps.
const (
	stepSignIn  = "sign_in"
	stepPasskey = "passkey"
)

// ErrStep means that whoever gives a second factor has not given a password a
// short while ago: they begin anew.
var ErrStep = errors.New("auth: the sign-in is over")

// SecondError means that login and password are right, and that the account has
// a second factor: Step is the secret with which it is given.
type SecondError struct{ Step string }

func (e *SecondError) Error() string { return "auth: a second factor is asked for" }

// Waiting is somebody who has given a password and is asked for more.
type Waiting struct {
	Person  string
	TOTP    bool // they have an authenticator app
	Passkey bool
	Codes   bool // they have recovery codes left
}

// askSecond begins the step of somebody whose password is right.
func (s *Service) askSecond(ctx context.Context, person string) error {
	text, token := secret()
	err := s.store.PutStep(ctx, authstore.Step{
		Token: token, Kind: stepSignIn, Person: person, Expires: s.now().Add(stepTime).UnixMicro(),
	})
	if err != nil {
		return err
	}
	return &SecondError{text}
}

// step returns what is kept under a secret, or ErrStep.
func (s *Service) step(ctx context.Context, kind, secret string) (authstore.Step, error) {
	got, err := s.store.Step(ctx, tokenOf(secret))
	if errors.Is(err, ErrNotFound) || err == nil && (got.Kind != kind || got.Expires <= s.now().UnixMicro()) {
		return got, ErrStep
	}
	return got, err
}

// takeStep ends a step; of several who try at once one gets it, the others
// ErrStep.
func (s *Service) takeStep(ctx context.Context, step authstore.Step) error {
	err := s.store.TakeStep(ctx, step.Token)
	if errors.Is(err, ErrNotFound) {
		err = ErrStep
	}
	return err
}

// Waiting returns who is asked for a second factor, and which they have. It
// returns ErrStep.
func (s *Service) Waiting(ctx context.Context, step string) (Waiting, error) {
	got, err := s.step(ctx, stepSignIn, step)
	if err != nil {
		return Waiting{}, err
	}
	factors, codes, err := s.Factors(ctx, got.Person)
	w := Waiting{Person: got.Person, Codes: codes > 0}
	for _, f := range factors {
		w.TOTP = w.TOTP || f.Kind == FactorTOTP
		w.Passkey = w.Passkey || f.Kind == FactorPasskey
	}
	return w, err
}

// SignInCode begins the session of somebody who has given a password, with a code
// of an authenticator app or a recovery code, each of which counts once. It
// returns the session's secret, ErrCode or ErrStep.
func (s *Service) SignInCode(ctx context.Context, step, code, agent string) (string, error) {
	got, err := s.step(ctx, stepSignIn, step)
	if err != nil {
		return "", err
	}
	about, err := s.useCode(ctx, got.Person, cleanCode(code))
	return s.second(ctx, got, about, agent, err)
}

// second begins the session of who has shown a second factor, or writes down that
// it was wrong.
func (s *Service) second(ctx context.Context, step authstore.Step, about, agent string, err error) (string, error) {
	if errors.Is(err, ErrCode) {
		return "", errors.Join(err, s.store.Note(ctx, s.note(ctx, "", SecondFailed, step.Person, "")))
	}
	if err == nil {
		err = s.takeStep(ctx, step)
	}
	if err != nil {
		return "", err
	}
	who, err := s.store.Who(ctx, step.Person)
	if errors.Is(err, ErrNotFound) || err == nil && who.Disabled {
		return "", ErrStep // meanwhile
	}
	if err != nil {
		return "", err
	}
	return s.begin(ctx, step.Person, agent, ByPassword, s.note(ctx, step.Person, SignedIn, "", about))
}

// useCode takes a code, and says of what.
func (s *Service) useCode(ctx context.Context, person, code string) (about string, err error) {
	if len(code) != totp.Digits {
		err := s.store.UseCode(ctx, person, tokenOf(code), s.note(ctx, person, CodeUsed, "", ""))
		if errors.Is(err, ErrNotFound) {
			err = ErrCode
		}
		return "", err
	}
	all, err := s.store.Factors(ctx, person)
	if err != nil {
		return "", err
	}
	now := s.now()
	for _, f := range all {
		if f.Kind != string(FactorTOTP) {
			continue
		}
		step, ok := totp.Match(f.Data, code, now, f.Step)
		if !ok {
			continue
		}
		err := s.store.UseTOTP(ctx, f.ID, step, now.UnixMicro())
		if errors.Is(err, ErrNotFound) { // somebody has taken it at this moment
			err = ErrCode
		}
		return f.Name, err
	}
	return "", ErrCode
}

// wrong is ErrCode with what a library says.
func wrong(err error) error { return fmt.Errorf("%w: %w", ErrCode, err) }
