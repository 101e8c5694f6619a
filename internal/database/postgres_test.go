//go:build unix

package database

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"testing"

	"renkei/internal/testkit/postgres"
)

// TestPostgres has one server, and a database for each case.
func TestPostgres(t *testing.T) {
	t.Parallel()
	server := postgres.Start(t)
	for name, test := range map[string]func(*testing.T, *postgres.Server){
		"Errors": testErrors, "Settings": testSettings, "Migrate": testPostgresMigrate, "TryLock": testPostgresTryLock,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, server)
		})
	}
}

func testPostgresMigrate(t *testing.T, server *postgres.Server) {
	t.Helper()
	testMigrate(t, openDB(t, server.Database(t)))
}

func testPostgresTryLock(t *testing.T, server *postgres.Server) {
	t.Helper()
	at := server.Database(t)
	tryLocks(t, openDB(t, at), openDB(t, at))
}

// testErrors opens what cannot be opened. No message shows the
// password.
func testErrors(t *testing.T, server *postgres.Server) {
	t.Helper()
	good := server.URL("postgres")
	nobody, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := nobody.Close(); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		at   string
		want error
	}{
		"no server":      {strings.Replace(good, server.Address(), nobody.Addr().String(), 1), ErrUnreachable},
		"no host":        {strings.Replace(good, server.Address(), "nowhere.invalid", 1), ErrUnreachable},
		"wrong password": {strings.Replace(good, "cret", "crot", 1), ErrDenied},
		"no such user":   {strings.Replace(good, "renkei", "nobody", 1), ErrDenied},
		"no database":    {server.URL("none"), ErrNoDatabase},
		"no URL":         {"postgres://renkei:se%cret@host/x", nil},
		"no port":        {"postgres://renkei:secret@host:many/x", nil},
	} {
		_, opened := Open(t.Context(), tt.at, Options{})
		_, read := OpenReader(t.Context(), tt.at)
		for _, err := range []error{opened, read} {
			if err == nil || tt.want != nil && !errors.Is(err, tt.want) || strings.Contains(err.Error(), "cret") || strings.Contains(err.Error(), "crot") {
				t.Errorf("%s: %v, want %v and no password", name, err, tt.want)
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ctx, good, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// testSettings warns of a server that forgets, and has commits wait for
// the disk whatever the server's default.
func testSettings(t *testing.T, server *postgres.Server) {
	t.Helper()
	var log bytes.Buffer
	at := server.Database(t)
	server.Exec(t, at, "ALTER DATABASE "+at[strings.LastIndex(at, "/")+1:strings.Index(at, "?")]+" SET synchronous_commit = off")
	db, err := Open(t.Context(), at, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, message := range []string{"database_not_durable", "database_setting_overridden"} {
		if strings.Count(log.String(), "msg="+message) != 1 {
			t.Errorf("of %s the log says %s", message, log.String())
		}
	}
}
