package server

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"renkei/internal/auth"
	"renkei/internal/config"
	"renkei/internal/storage"
)

// NoLoginError is a login that nobody has.
type NoLoginError struct {
	Login       string
	Secretaries []string // the logins of who may have been meant
}

// Error names the login.
func (e *NoLoginError) Error() string { return "no account has the login " + e.Login }

// Rescue lets the owner of a login in again who has lost everything: see
// auth.Service.Rescue. The place is the data folder of a server, the file of its
// database, or a URL. It returns the path of a link, NoLoginError, or why the
// place cannot be opened; a server that uses a file has to be stopped before.
func Rescue(ctx context.Context, place, login string) (path string, err error) {
	at, err := databaseAt(place)
	if err != nil {
		return "", err
	}
	db, err := storage.Open(ctx, at, storage.Options{Areas: Stored()})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	service := auth.New(db, time.Now, Rules()...)
	secret, err := service.Rescue(ctx, login)
	if errors.Is(err, auth.ErrNotFound) {
		return "", noLogin(ctx, service, login)
	}
	if err != nil {
		return "", fmt.Errorf("rescue account: %w", err)
	}
	return "/in/" + secret, nil
}

// databaseAt is the database of a place that is there: nothing is made here.
func databaseAt(place string) (string, error) {
	if strings.Contains(place, "://") {
		return place, nil
	}
	info, err := os.Stat(place)
	if err == nil && info.IsDir() {
		place = filepath.Join(place, config.FileDB)
		_, err = os.Stat(place)
	}
	if err != nil {
		return "", err
	}
	return place, nil
}

func noLogin(ctx context.Context, service *auth.Service, login string) error {
	none := &NoLoginError{Login: login}
	all, err := service.Accounts(ctx)
	for _, a := range all {
		if slices.Contains(a.Roles, auth.Secretary) {
			none.Secretaries = append(none.Secretaries, a.Login)
		}
	}
	return errors.Join(err, none)
}
