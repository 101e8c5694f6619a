// Package flakylink is a line between a client and a server that can be cut, as a
// poor link is: what is open breaks, and what is dialled anew is refused.
package flakylink

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"
)

// Line passes on what comes to its address. Start with New.
type Line struct {
	listener net.Listener

	mu     sync.Mutex // guards what is below
	to     string
	broken bool
	hung   chan struct{} // closed when bytes pass again; nil while they do
	open   map[net.Conn]struct{}

	passing sync.WaitGroup
}

// New returns a line on a free port of this machine to a server at host:port.
// It ends with the test.
func New(tb testing.TB, to string) *Line {
	tb.Helper()
	listener, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	l := &Line{listener: listener, to: to, open: map[net.Conn]struct{}{}}
	l.passing.Go(l.accept)
	tb.Cleanup(func() {
		_ = listener.Close() // which ends accept
		l.Cut()
		l.passing.Wait()
	})
	return l
}

// Addr is where clients connect to.
func (l *Line) Addr() string { return l.listener.Addr().String() }

// Cut breaks all connections, and refuses new ones until Mend.
func (l *Line) Cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken = true
	l.resume()
	for c := range l.open {
		_ = c.Close() // it is to break
	}
}

// resume lets bytes pass; the caller holds mu.
func (l *Line) resume() {
	if l.hung != nil {
		close(l.hung)
		l.hung = nil
	}
}

// Mend lets connections through again, to a server that may have moved.
func (l *Line) Mend(to string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken, l.to = false, to
	l.resume()
}

// Hang swallows what either side says from now on, until Mend, and breaks
// nothing: both wait, as behind a router that has lost its uplink.
func (l *Line) Hang() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.hung == nil {
		l.hung = make(chan struct{})
	}
}

// Write passes bytes on, once the line does not hang.
func (w *way) Write(p []byte) (int, error) {
	w.line.mu.Lock()
	hung := w.line.hung
	w.line.mu.Unlock()
	if hung != nil {
		<-hung
	}
	return w.Conn.Write(p)
}

// way is a connection of a line, in one direction.
type way struct {
	net.Conn
	line *Line
}

func (l *Line) accept() {
	for {
		c, err := l.listener.Accept()
		if err != nil {
			return
		}
		l.passing.Go(func() { l.pass(c) })
	}
}

// keep remembers a connection for Cut; false when the line is cut.
func (l *Line) keep(c net.Conn) (to string, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken {
		return "", false
	}
	l.open[c] = struct{}{}
	return l.to, true
}

func (l *Line) drop(c net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, c)
	_ = c.Close() // whoever was first has closed it already
}

func (l *Line) pass(near net.Conn) {
	to, ok := l.keep(near)
	defer l.drop(near)
	if !ok {
		return
	}
	far, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", to)
	if err != nil {
		return // as if the server were not there
	}
	defer l.drop(far)
	if _, ok := l.keep(far); !ok {
		return
	}
	var ways sync.WaitGroup
	for _, ends := range [][2]net.Conn{{near, far}, {far, near}} {
		ways.Go(func() {
			_, _ = io.Copy(&way{Conn: ends[0], line: l}, ends[1]) // ends when either side does
			_ = ends[0].Close()
		})
	}
	ways.Wait()
}
