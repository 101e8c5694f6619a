//go:build unix

package outbox_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"renkei/internal/outbox"
	"renkei/internal/testkit/postgres"
	"renkei/internal/testkit/soak"
)

// A child of TestKilled is this program again, with these set.
const (
	killAt    = "RENKEI_OUTBOX_AT"    // the database
	killTaken = "RENKEI_OUTBOX_TAKEN" // the file of what the channel has taken
	killFrom  = "RENKEI_OUTBOX_FROM"  // the first message to put in, and the last
)

func TestMain(m *testing.M) {
	if at := os.Getenv(killAt); at != "" {
		if err := child(at, os.Getenv(killTaken), os.Getenv(killFrom)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// server is a chat server that keeps what it was sent in a file, a line each,
// and can be asked for it. It outlives who talks to it.
type server struct {
	mu   sync.Mutex
	file *os.File
}

func (s *server) Name() string          { return "mail" }
func (s *server) Limits() outbox.Limits { return outbox.Limits{Parallel: 4, Timeout: time.Minute} }
func (s *server) Check(string) error    { return nil }

// Send looks for the message where it may be there. Now and then the connection
// breaks after the server has taken it.
func (s *server) Send(_ context.Context, out *outbox.Outgoing) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if out.Delivery.Doubt {
		taken, err := os.ReadFile(s.file.Name())
		if err != nil {
			return "", err
		}
		if strings.Contains(string(taken), " "+out.Delivery.Key+"\n") {
			return out.ID, nil
		}
	}
	if _, err := fmt.Fprintf(s.file, "%s %s\n", out.Delivery.ID, out.Delivery.Key); err != nil {
		return "", err
	}
	if rand.IntN(100) == 0 {
		return "", &outbox.Failure{Reason: "connection reset", Channel: true, Doubt: true}
	}
	return out.ID, nil
}

// child puts messages in, says so, and delivers, until everything is delivered.
func child(at, taken, from string) error {
	var first, last int
	if _, err := fmt.Sscan(from, &first, &last); err != nil {
		return err
	}
	file, err := os.OpenFile(taken, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	db, kept, err := openQueue(context.Background(), at)
	if err != nil {
		return err
	}
	defer db.Close()
	box := outbox.New(kept, outbox.NewDispatcher(kept, slog.New(slog.DiscardHandler), &server{file: file}), time.Now)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- box.Run(ctx) }()
	for i := first; i <= last; i++ {
		unit := fmt.Sprint("unit", i%5)
		m := outbox.Message{Key: fmt.Sprintf("%06d", i), Scope: "x/1", Conversation: "talk", Subject: "s", Text: "t"}
		m.To = []outbox.Recipient{{ID: unit, Channel: "mail", Address: unit + "@desk.internal"}}
		if err := box.Put(ctx, m); err != nil {
			return err
		}
		fmt.Println(i) //nolint:forbidigo // what the test reads
	}
	for {
		counts, err := box.Count(ctx, []string{"x"})
		if err != nil {
			return err
		}
		if counts[outbox.Queued]+counts[outbox.Sending] == 0 {
			break
		}
		<-time.After(10 * time.Millisecond)
	}
	cancel()
	return <-ended
}

// TestKilled kills who delivers at random moments: of what was put in nothing is
// missing, nothing was sent twice, and every unit has got everything in order.
func TestKilled(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		killed(t, filepath.Join(t.TempDir(), "renkei.db"), soak.Count(3, 8, 100))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		killed(t, postgres.Start(t).Database(t), soak.Count(2, 4, 50))
	})
}

func killed(t *testing.T, at string, kills int) {
	t.Helper()
	db, _, err := openQueue(t.Context(), at) // so that no child is killed before the tables are there
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	taken := filepath.Join(t.TempDir(), "taken")
	const each = 60
	acked, died := 0, 0
	for died < kills {
		if !deliver(t, at, taken, &acked, (died+1)*each, time.Duration(rand.IntN(400))*time.Millisecond) {
			died++
		}
	}
	if !deliver(t, at, taken, &acked, kills*each+each, 0) {
		t.Fatal("it did not end by itself")
	}
	checkTaken(t, taken, kills*each+each)
}

// deliver runs a child, which is killed after a time from its first word on; 0
// for never. It reports whether it ended by itself.
func deliver(t *testing.T, at, taken string, acked *int, last int, after time.Duration) bool {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), killAt+"="+at, killTaken+"="+taken, killFrom+"="+fmt.Sprint(*acked+1, " ", last))
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if after > 0 {
		timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		defer timer.Stop()
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, err := fmt.Sscan(lines.Text(), acked); err != nil {
			t.Fatal(err)
		}
	}
	_, _ = io.Copy(io.Discard, out)
	err = cmd.Wait()
	if err != nil && cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("%v: %s", err, said.String())
	}
	return err == nil
}

// checkTaken holds what the server was sent against what was put in.
func checkTaken(t *testing.T, taken string, last int) {
	t.Helper()
	raw, err := os.ReadFile(taken)
	if err != nil {
		t.Fatal(err)
	}
	seen, before := map[string]int{}, map[string]string{}
	for line := range strings.Lines(string(raw)) {
		unit, key, _ := strings.Cut(strings.TrimSpace(line), " ")
		seen[key]++
		if key < before[unit] {
			t.Errorf("%s got %s after %s", unit, key, before[unit])
		}
		before[unit] = key
	}
	for i := 1; i <= last; i++ {
		if n := seen[fmt.Sprintf("%06d", i)]; n != 1 {
			t.Errorf("message %d was sent %d times", i, n)
		}
	}
}

// TestTwoProcesses has two dispatch from one database: each message is sent once.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	at := postgres.Start(t).Database(t)
	ctx, cancel := context.WithCancel(t.Context())
	file, err := os.Create(filepath.Join(t.TempDir(), "taken"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	shared := &server{file: file}
	var boxes []*outbox.Outbox
	var dispatchers []*outbox.Dispatcher
	var ended sync.WaitGroup
	for range 2 {
		db, kept, err := openQueue(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		d := outbox.NewDispatcher(kept, slog.New(slog.DiscardHandler), shared)
		box := outbox.New(kept, d, time.Now)
		boxes, dispatchers = append(boxes, box), append(dispatchers, d)
		ended.Go(func() {
			if err := box.Run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	const last = 100
	for i := 1; i <= last; i++ {
		m := outbox.Message{Key: fmt.Sprintf("%06d", i), Scope: "x/1", Conversation: "talk", Subject: "s", Text: "t"}
		m.To = []outbox.Recipient{{ID: fmt.Sprint("unit", i%7), Channel: "mail", Address: "u@desk.internal"}}
		if err := boxes[i%2].Put(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	for n := 0; n < last; {
		for _, d := range dispatchers {
			d.Wake() // as the minute does
		}
		counts, err := boxes[0].Count(t.Context(), []string{""})
		if err != nil {
			t.Fatal(err)
		}
		n = counts[outbox.Sent]
	}
	cancel()
	ended.Wait()
	checkTaken(t, file.Name(), last)
}
