//go:build unix

package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"renkei/internal/testkit/postgres"
)

// TestServer writes, crashes the server, and reads.
func TestServer(t *testing.T) {
	t.Parallel()
	s := postgres.Start(t, postgres.Durable)
	one, two := s.Database(t), s.Database(t)
	s.Exec(t, one, `CREATE TABLE a (n BIGINT); INSERT INTO a VALUES (7)`)
	s.Exec(t, two, `CREATE TABLE a (n BIGINT)`)
	s.Crash(t)
	if conn, err := pgx.Connect(t.Context(), one); err == nil {
		t.Error("it answers though it crashed")
		_ = conn.Close(t.Context())
	}
	s.Start(t)
	s.Stop(t)
	s.Start(t)
	conn, err := pgx.Connect(t.Context(), one)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	var n int
	if err := conn.QueryRow(t.Context(), `SELECT n FROM a`).Scan(&n); err != nil || n != 7 {
		t.Errorf("after the crash: %d, %v", n, err)
	}
}

// TestFreeze: a server that is frozen answers nobody, and then goes on.
func TestFreeze(t *testing.T) {
	t.Parallel()
	s := postgres.Start(t)
	at := s.Database(t)
	conn, err := pgx.Connect(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	thaw := s.Freeze(t)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if other, err := pgx.Connect(ctx, at); err == nil {
		t.Error("it answers though it is frozen")
		_ = other.Close(t.Context())
	}
	thaw()
	if err := conn.Ping(t.Context()); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	s.Disconnect(t, at)
	if err := conn.Ping(t.Context()); err == nil {
		t.Error("the connection still works after it was ended")
	}
}
