//go:build unix

package eventstore_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"renkei/internal/database"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/testkit/postgres"
)

// What a wire does with the next commit that passes it.
const (
	pass   = iota
	unsent // it is cut before the commit reaches the server
	lost   // it is cut before the server's answer comes back
	silent // it passes nothing more, in either direction, and stays open
)

// wire stands between a store and its server.
type wire struct {
	net.Listener
	server string

	mu    sync.Mutex
	next  int        // guarded by mu, as are the others
	cuts  int        // how often it did other than pass
	conns []net.Conn // closed at the end

	then func() // called once, before the client notices
}

func newWire(t *testing.T, server string) *wire {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{Listener: l, server: server}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { w.carry(client) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		w.mu.Lock()
		for _, c := range w.conns {
			_ = c.Close()
		}
		w.mu.Unlock()
		serving.Wait()
	})
	return w
}

// carry passes what client and server say to each other.
func (w *wire) carry(client net.Conn) {
	server, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", w.server)
	if err != nil {
		_ = client.Close()
		return
	}
	w.mu.Lock()
	w.conns = append(w.conns, client, server)
	w.mu.Unlock()
	back := &answers{came: make(chan struct{})}
	var copying sync.WaitGroup
	copying.Go(func() { back.copy(client, server) })
	buf := make([]byte, 1<<16)
	for {
		n, err := client.Read(buf)
		if err != nil {
			break
		}
		if bytes.Contains(buf[:n], []byte("commit")) {
			if end := w.take(); end != pass {
				w.finish(end, client, server, buf[:n], back)
				break
			}
		}
		if _, err := server.Write(buf[:n]); err != nil {
			break
		}
	}
	_ = server.Close()
	copying.Wait()
}

// answers go back from the server to the client until they are held.
type answers struct {
	held atomic.Bool
	came chan struct{} // closed when one was held, or there are no more
}

func (a *answers) copy(client, server net.Conn) {
	buf := make([]byte, 1<<16)
	for {
		n, err := server.Read(buf)
		if a.held.Load() {
			close(a.came)
			return
		}
		if err == nil {
			_, err = client.Write(buf[:n])
		}
		if err != nil {
			_ = client.Close()
			return
		}
	}
}

// take returns what to do with a commit.
func (w *wire) take() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	end := w.next
	w.next = pass
	if end != pass {
		w.cuts++
	}
	return end
}

func (w *wire) finish(end int, client, server net.Conn, commit []byte, back *answers) {
	back.held.Store(true)
	switch end {
	case unsent:
		_ = server.Close()
	case lost:
		_, _ = server.Write(commit)
		<-back.came // the commit has been carried out
	case silent:
		_, _ = io.Copy(io.Discard, client) // until the client gives up
	}
	if w.then != nil {
		w.then()
		w.then = nil
	}
	_ = client.Close()
}

// cut has the wire do other than pass with the next commit.
func (w *wire) cut(end int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.next = end
}

// TestLostCommit loses commits, or their answers: each batch is there once, and
// is answered as if nothing had happened.
func TestLostCommit(t *testing.T) {
	t.Parallel()
	server := postgres.Start(t)
	direct := server.Database(t)
	w := newWire(t, server.Address())
	through := strings.Replace(direct, server.Address(), w.Addr().String(), 1)
	db := opened(t, through, database.Options{TryLimit: time.Second})
	other := opened(t, direct, database.Options{})
	if err := errors.Join(db.Create(t.Context(), eventstore.Exercise{ID: "x"}), db.Create(t.Context(), eventstore.Exercise{ID: "y"})); err != nil {
		t.Fatal(err)
	}
	first := uint64(1)
	ends := map[string]int{"unsent": unsent, "lost": lost}
	if !testing.Short() {
		ends["silent"] = silent // the driver takes 15 s to let go of such a connection
	}
	for name, end := range ends {
		w.cut(end)
		h, err := db.Append(t.Context(), eventstore.Batch{
			Exercise: "x", First: first, Events: [][]byte{[]byte(`{}`), []byte(`{}`)}, Tick: &eventstore.Tick{At: 1},
			Keys: []eventstore.Key{{Actor: "p", Key: name, First: first, Last: first + 1}},
		})
		if err != nil || h.Seq != first+1 {
			t.Errorf("%s: events: %v, %v", name, h, err)
		}
		first += 2
	}
	for name, end := range map[string]int{"unsent": unsent, "lost": lost} {
		w.cut(end)
		alone := eventstore.Batch{Exercise: "x", First: first, Keys: []eventstore.Key{{Actor: "q", Key: name, First: first, Last: first - 1}}}
		if h, err := db.Append(t.Context(), alone); err != nil || h.Seq != first-1 {
			t.Errorf("%s: a key alone: %v, %v", name, h, err)
		}
		w.cut(end)
		if _, err := db.Append(t.Context(), eventstore.Batch{Exercise: "x", First: first, Tick: &eventstore.Tick{At: int64(first)}}); err != nil {
			t.Errorf("%s: a tick alone: %v", name, err)
		}
	}
	if want := len(ends) + 4; w.cuts != want {
		t.Errorf("the wire was cut %d times, want %d", w.cuts, want)
	}
	if h, err := other.Head(t.Context(), "x"); err != nil || h.Seq != first-1 {
		t.Errorf("head %v, %v; want %d", h, err, first-1)
	}
	for _, tt := range []struct {
		name string
		end  int
		want error // of exercise x; y has no share in it
	}{
		{"the other goes on after it", lost, nil},
		{"the other takes its place", unsent, database.ErrConflict},
	} {
		x, y := db.appendBoth(t, func() {
			w.cut(tt.end)
			w.then = func() {
				h, err := other.Head(t.Context(), "x")
				if err == nil {
					_, err = other.Append(t.Context(), eventstore.Batch{Exercise: "x", First: h.Seq + 1, Events: [][]byte{[]byte(`{}`)}})
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
		if !errors.Is(x, tt.want) || y != nil {
			t.Errorf("%s: %v and %v, want %v and none", tt.name, x, y, tt.want)
		}
	}
}

// appendBoth appends to x and y in one transaction, and returns their errors.
// prepare is called before it begins.
func (db store) appendBoth(t *testing.T, prepare func()) (x, y error) {
	t.Helper()
	busy, free := make(chan struct{}), make(chan struct{})
	db.Enqueue(eventstore.Batch{Exercise: "none", First: 1}, func(eventstore.Head, error) {
		close(busy)
		<-free
	})
	<-busy
	errs := make(chan error, 2)
	for _, id := range []string{"x", "y"} {
		h, err := db.Head(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		b := eventstore.Batch{Exercise: id, First: h.Seq + 1, Events: [][]byte{[]byte(`{}`)}}
		db.Enqueue(b, func(_ eventstore.Head, err error) { errs <- err })
	}
	prepare()
	close(free)
	return <-errs, <-errs
}
