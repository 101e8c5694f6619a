package auth

import (
	"context"
	"errors"
	"time"

	"renkei/internal/auth/authstore"
)

type deviceStore interface {
	PutDevice(ctx context.Context, d authstore.Device, most int) error
	Device(ctx context.Context, t authstore.Token, person string) (authstore.Device, error)
}

const (
	// deviceTime is how long a browser is known after somebody signed in with it.
	deviceTime = 180 * 24 * time.Hour
	// maxDevices is how many browsers are known of a person; then that goes which
	// was not signed in with for longest.
	maxDevices = 20
)

// Recognise has the browser of a session known from now on, so that strangers
// who try passwords do not keep its owner out, and returns the secret for its
// cookie and how long that is good: the one that the browser had, where it is
// one, for several people may sign in with it. It returns "" where the person
// has no account.
func (s *Service) Recognise(ctx context.Context, session, device string) (string, time.Duration, error) {
	a, err := s.Access(ctx, session)
	if err != nil || a.Login == "" {
		return "", 0, err
	}
	fresh, token := secret()
	if len(device) == len(fresh) {
		fresh, token = device, tokenOf(device)
	}
	return fresh, deviceTime, s.store.PutDevice(ctx, authstore.Device{
		Token: token, Person: a.Person, Expires: s.now().Add(deviceTime).UnixMicro(),
	}, maxDevices)
}

// KnowsDevice reports whether the owner of a login has signed in before with the
// browser that has a secret of Recognise.
func (s *Service) KnowsDevice(ctx context.Context, login, device string) (bool, error) {
	if device == "" {
		return false, nil
	}
	account, err := s.store.Account(ctx, FoldLogin(login))
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return s.KnowsDeviceOf(ctx, account.Person, device)
}

// KnowsDeviceOf is KnowsDevice for a person.
func (s *Service) KnowsDeviceOf(ctx context.Context, person, device string) (bool, error) {
	if device == "" {
		return false, nil
	}
	d, err := s.store.Device(ctx, tokenOf(device), person)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil && d.Expires > s.now().UnixMicro(), err
}
