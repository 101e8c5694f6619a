//go:build unix

// Package postgres starts real PostgreSQL servers for tests: one for a test and
// its subtests, with as many databases as they like. It is for tests alone.
// A missing PostgreSQL fails a test and does not skip it; `make deps` installs
// it. Start reading at [Start].
package postgres

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// role and password are those of the server's owner.
const role, password = "renkei", "se:cret/@1" //nolint:gosec // of servers that live as long as a test

// Durable makes a server keep what it has committed, whatever happens to the
// machine. Without it a server is quicker, and still keeps what it has
// committed when only its process ends.
const Durable = "fsync=on"

// Server is a PostgreSQL server of its own. Its methods are for one goroutine.
type Server struct {
	dir, bin string
	port     int
	settings []string
	made     atomic.Int64 // databases
}

// Start makes and starts a server, which ends with the test. The settings,
// such as Durable, are those of postgresql.conf.
func Start(tb testing.TB, settings ...string) *Server {
	tb.Helper()
	dir, err := os.MkdirTemp("", "pgtest-") //nolint:usetesting // the parents of tb.TempDir are closed to the server's owner
	if err != nil {
		tb.Fatal(err)
	}
	s := &Server{dir: dir, bin: programs(tb), port: freePort(tb)}
	s.settings = append([]string{
		"fsync=off", "listen_addresses=127.0.0.1", fmt.Sprint("port=", s.port), "unix_socket_directories=" + dir,
		"max_connections=200", "logging_collector=off", "max_wal_size=4GB",
	}, settings...)
	tb.Cleanup(func() {
		_ = s.control("stop", "-m", "immediate") // it may be stopped already
		_ = os.RemoveAll(dir)
	})
	if err := s.initialise(); err != nil {
		tb.Fatal(err)
	}
	s.Start(tb)
	return s
}

func (s *Server) initialise() error {
	word := filepath.Join(s.dir, "word")
	if err := os.WriteFile(word, []byte(password), 0o600); err != nil {
		return err
	}
	if owner := credential(); owner != nil {
		for _, path := range []string{s.dir, word} {
			if err := os.Chown(path, int(owner.Uid), int(owner.Gid)); err != nil {
				return err
			}
		}
	}
	return s.run("initdb", "--pgdata", s.data(), "--username", role, "--pwfile", word,
		"--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync")
}

// Start starts the server again, and waits until it answers.
func (s *Server) Start(tb testing.TB) {
	tb.Helper()
	options := make([]string, len(s.settings))
	for i, setting := range s.settings {
		options[i] = "-c " + setting
	}
	log := filepath.Join(s.dir, "log")
	if err := s.control("start", "-l", log, "-o", strings.Join(options, " ")); err != nil {
		text, _ := os.ReadFile(log)
		tb.Fatalf("start PostgreSQL: %v\n%s", err, text)
	}
}

// Stop stops the server in good order and waits until it is gone. Connections
// are cut.
func (s *Server) Stop(tb testing.TB) {
	tb.Helper()
	if err := s.control("stop", "-m", "fast"); err != nil {
		tb.Fatal(err)
	}
}

// Crash ends the server without giving it time for anything, as a kill does.
func (s *Server) Crash(tb testing.TB) {
	tb.Helper()
	if err := s.control("stop", "-m", "immediate"); err != nil {
		tb.Fatal(err)
	}
}

// Freeze halts all processes of the server where they are, as a network that
// falls silent seems to: connections stay open and nobody answers. The returned
// function lets them go on.
func (s *Server) Freeze(tb testing.TB) (thaw func()) {
	tb.Helper()
	pids, err := s.processes()
	if err != nil {
		tb.Fatal(err)
	}
	signal := func(sig syscall.Signal) {
		for _, pid := range pids {
			_ = syscall.Kill(pid, sig) // a worker may have come to its end
		}
	}
	thaw = sync.OnceFunc(func() { signal(syscall.SIGCONT) })
	tb.Cleanup(thaw) // or it could not be stopped
	signal(syscall.SIGSTOP)
	return thaw
}

// processes returns the server's process and then its children.
func (s *Server) processes() ([]int, error) {
	text, err := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
	if err != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		return nil, err
	}
	list, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return nil, err
	}
	pids := []int{pid}
	for word := range strings.FieldsSeq(string(list)) {
		child, err := strconv.Atoi(word)
		if err != nil {
			return nil, err
		}
		pids = append(pids, child)
	}
	return pids, nil
}

// Disconnect ends every connection to a database but its own.
func (s *Server) Disconnect(tb testing.TB, database string) {
	tb.Helper()
	s.Exec(tb, database, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid()`)
}

// Database makes an empty database and returns its URL.
func (s *Server) Database(tb testing.TB) string {
	tb.Helper()
	name := fmt.Sprint("test", s.made.Add(1))
	s.Exec(tb, s.URL("postgres"), "CREATE DATABASE "+name)
	return s.URL(name)
}

// URL returns the URL of a database, whether there is one or not.
func (s *Server) URL(database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(role, password),
		Host: s.Address(), Path: "/" + database, RawQuery: "sslmode=disable",
	}
	return u.String()
}

// Address returns the host and port of the server.
func (s *Server) Address() string { return fmt.Sprint("127.0.0.1:", s.port) }

// Exec runs SQL statements on a database, past the code that is tested.
func (s *Server) Exec(tb testing.TB, database, statements string) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, statements); err != nil {
		tb.Fatalf("%s: %v", statements, err)
	}
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) control(command string, args ...string) error {
	return s.run("pg_ctl", append([]string{command, "--pgdata", s.data(), "--wait", "--silent"}, args...)...)
}

// run runs one of PostgreSQL's programs as the owner of the server.
func (s *Server) run(program string, args ...string) error {
	out, err := os.Create(filepath.Join(s.dir, program+".out")) // a pipe would be held open by the server
	if err != nil {
		return err
	}
	defer func() { _ = out.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, program), args...) //nolint:gosec // our own words
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, out, out
	cmd.SysProcAttr = asOwner()
	if err := cmd.Run(); err != nil {
		text, _ := os.ReadFile(out.Name())
		return fmt.Errorf("%s: %w\n%s", program, err, text)
	}
	return nil
}

// programs returns the folder of the newest PostgreSQL there is.
func programs(tb testing.TB) string {
	tb.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		tb.Fatal(err)
	}
	if len(found) > 0 {
		newest := slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })
		return filepath.Dir(newest)
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		tb.Fatal("PostgreSQL is missing: run `make deps`, or put its programs into PATH")
	}
	return filepath.Dir(path)
}

// version returns the number in a path like /usr/lib/postgresql/15/bin/initdb.
func version(path string) (n int) {
	_, _ = fmt.Sscanf(path, "/usr/lib/postgresql/%d/", &n) // another name counts as the oldest
	return n
}

// freePort returns a port below those that connections going out get: one of
// them could take it while the server is down.
func freePort(tb testing.TB) int {
	tb.Helper()
	for range 100 {
		port := 20000 + rand.IntN(10000)
		l, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", fmt.Sprint("127.0.0.1:", port))
		if err == nil {
			_ = l.Close() // it was only to see
			return port
		}
	}
	tb.Fatal("no port is free")
	return 0
}
