package server_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/auth/totp"
	"renkei/internal/config"
	"renkei/internal/server"
	"renkei/internal/storage"
)

// TestRescue lets somebody in again whose account is disabled and who has lost
// everything, and makes no database where there is none.
func TestRescue(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := server.Rescue(t.Context(), dir, "ada"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an empty folder: %v", err)
	}
	file := filepath.Join(dir, config.FileDB)
	with := func(do func(s *auth.Service) error) {
		t.Helper()
		db, err := storage.Open(t.Context(), file, storage.Options{Areas: server.Stored()})
		if err != nil {
			t.Fatal(err)
		}
		s := auth.New(db, time.Now, server.Rules()...)
		if err := errors.Join(do(s), db.Close()); err != nil {
			t.Fatal(err)
		}
	}
	var person string
	with(func(s *auth.Service) error {
		id, err := s.AddAccount(t.Context(), "Ada", "", "ada", password)
		person = id
		secret := totp.NewSecret()
		_, added := s.AddTOTP(t.Context(), id, "Phone", secret, totp.At(secret, time.Now()))
		sec, other := s.AddAccount(t.Context(), "Sec", "", "sec", password)
		return errors.Join(err, added, other, s.SetDisabled(t.Context(), "test", id, true),
			s.Grant(t.Context(), "test", auth.Grant{Person: sec, Role: string(auth.Secretary)}))
	})
	var none *server.NoLoginError
	if _, err := server.Rescue(t.Context(), file, "eve"); !errors.As(err, &none) || !slices.Equal(none.Secretaries, []string{"sec"}) {
		t.Errorf("a login of nobody: %v", err)
	}
	path, err := server.Rescue(t.Context(), dir, " ADA ")
	if err != nil {
		t.Fatal(err)
	}
	with(func(s *auth.Service) error {
		if err := s.SetPasswordBy(t.Context(), strings.TrimPrefix(path, "/in/"), password+" anew"); err != nil {
			return err
		}
		session, err := s.SignIn(t.Context(), "ada", password+" anew", "")
		if err != nil {
			return err
		}
		a, err := s.Access(t.Context(), session)
		if err == nil && (a.Person != person || a.Second || a.SecondReset.IsZero()) {
			t.Errorf("signed in as %+v", a)
		}
		return err
	})
}
