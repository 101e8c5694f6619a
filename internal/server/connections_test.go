package server

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"renkei/internal/auth/limit"
	"renkei/internal/bounds"
)

// gate is a small server whose handler says whose a connection is, by a header,
// and holds the request where it is told to.
type gate struct {
	*testing.T
	l    *connections
	held chan struct{} // one for each request that is held
}

func newGate(t *testing.T, limits connectionLimits) *gate {
	t.Helper()
	inner, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{t, newConnections(inner, limits, slog.New(slog.DiscardHandler), placeOf(nil, limit.New(time.Now, limit.Options{}))), make(chan struct{}, 100)}
	server := &http.Server{ReadHeaderTimeout: time.Minute, ConnState: connectionState, Handler: http.HandlerFunc(g.answer)}
	server.ConnContext = func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, g, raw(c)) }
	go func() { _ = server.Serve(g.l) }()
	t.Cleanup(func() { server.Close() })
	return g
}

func (g *gate) answer(w http.ResponseWriter, r *http.Request) {
	c, _ := r.Context().Value(g).(*connection)
	switch {
	case c.Tight() && r.Header.Get("Kept") == "":
		w.WriteHeader(http.StatusServiceUnavailable)
	case !c.Own(bounds.Who{Person: r.Header.Get("Person")}):
		w.WriteHeader(http.StatusTooManyRequests)
	case r.Header.Get("Hold") != "":
		g.held <- struct{}{}
		<-r.Context().Done()
	}
}

// line is a connection of somebody.
type line struct {
	*gate
	net.Conn
	in *bufio.Reader
}

func (g *gate) dial(from string) *line {
	g.Helper()
	d := net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(from), 0))}
	c, err := d.DialContext(g.Context(), "tcp", g.l.Addr().String())
	if err != nil {
		g.Fatal(err)
	}
	g.Cleanup(func() { c.Close() })
	return &line{g, c, bufio.NewReader(c)}
}

func (l *line) send(header string) {
	if _, err := io.WriteString(l, "GET / HTTP/1.1\r\nHost: x\r\n"+header+"\r\n"); err != nil {
		l.Error(err)
	}
}

// hold asks for something that is not answered.
func (l *line) hold(header string) *line {
	l.send(header + "Hold: yes\r\n")
	<-l.held
	return l
}

// status reads an answer; 0 where the connection was closed.
func (l *line) status() int {
	res, err := http.ReadResponse(l.in, nil)
	if err != nil {
		return 0
	}
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

func (g *gate) open() int {
	g.l.mu.Lock()
	defer g.l.mu.Unlock()
	return len(g.l.all)
}

// TestSilentConnectionsGiveWay: strangers who say nothing hold nobody up, at
// their address or at another.
func TestSilentConnectionsGiveWay(t *testing.T) {
	t.Parallel()
	g := newGate(t, connectionLimits{most: 6, kept: 2, address: 4, person: 9})
	first := g.dial("127.0.0.2")
	for range 10 {
		g.dial("127.0.0.2")
	}
	if got := first.status(); got != 0 {
		t.Errorf("the oldest connection got %d", got)
	}
	neighbour := g.dial("127.0.0.2")
	neighbour.send("")
	if got := neighbour.status(); got != http.StatusOK {
		t.Errorf("the neighbour got %d", got)
	}
	for range 10 {
		l := g.dial("127.0.0.3")
		l.send("")
		if got := l.status(); got != http.StatusOK {
			t.Errorf("another address got %d", got)
		}
	}
	if n := g.open(); n > 6 {
		t.Errorf("%d connections are open", n)
	}
}

// TestFullOfKnownPeople: who has signed in and waits for an answer is not cut
// off; then only who steers comes in, as far as places are kept.
func TestFullOfKnownPeople(t *testing.T) {
	t.Parallel()
	g := newGate(t, connectionLimits{most: 3, kept: 1, address: 9, person: 2})
	g.dial("127.0.0.2").hold("Person: a\r\n")
	g.dial("127.0.0.2").hold("Person: a\r\n")
	third := g.dial("127.0.0.2")
	third.send("Person: a\r\n")
	if got := third.status(); got != http.StatusTooManyRequests {
		t.Errorf("the third connection of one person got %d", got)
	}
	third.send("Person: b\r\n")
	if got := third.status(); got != http.StatusOK {
		t.Errorf("somebody else on it got %d", got)
	}
	third.hold("Person: b\r\n")
	stranger := g.dial("127.0.0.4")
	stranger.send("")
	if got := stranger.status(); got != http.StatusServiceUnavailable {
		t.Errorf("a stranger got %d", got)
	}
	stranger.Close()
	for g.open() > 3 {
		if got := stranger.status(); got != 0 {
			t.Errorf("closed, it got %d", got)
		}
	}
	g.dial("127.0.0.4").hold("Kept: yes\r\nPerson: director\r\n")
	if got := g.dial("127.0.0.5").status(); got != http.StatusServiceUnavailable {
		t.Errorf("who comes after that is told %d", got)
	}
}

// TestIdleConnectionsGiveWay: nobody who has signed in is refused because
// browsers keep connections that they do not use.
func TestIdleConnectionsGiveWay(t *testing.T) {
	t.Parallel()
	g := newGate(t, connectionLimits{most: 2, kept: 1, address: 9, person: 9})
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		l := g.dial("127.0.0.2")
		l.send("Person: " + name + "\r\n")
		if got := l.status(); got != http.StatusOK {
			t.Errorf("%s got %d", name, got)
		}
		g.waitIdle()
	}
}

// waitIdle waits until nothing is asked.
func (g *gate) waitIdle() {
	for busy := true; busy; {
		busy = false
		g.l.mu.Lock()
		for c := range g.l.all {
			busy = busy || !c.idle
		}
		g.l.mu.Unlock()
	}
}

// TestStalledReader: an answer that is not taken ends, and one that is taken
// slowly does not.
func TestStalledReader(t *testing.T) {
	t.Parallel()
	big := []byte(strings.Repeat("x", 4*stallBytes))
	for name, c := range map[string]struct {
		every, deadline time.Duration // of reading; of the answer
		whole           bool
	}{
		"never":             {every: 0},
		"slowly":            {every: 20 * time.Second, whole: true},
		"too late at last":  {every: 20 * time.Second, deadline: 50 * time.Second},
		"within its answer": {every: 10 * time.Second, deadline: 50 * time.Second, whole: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				near, far := net.Pipe()
				out := &connection{Conn: near}
				if c.deadline > 0 {
					if err := out.SetWriteDeadline(time.Now().Add(c.deadline)); err != nil {
						t.Fatal(err)
					}
				}
				done := make(chan struct{})
				go func() {
					tick := time.NewTicker(max(c.every, time.Second))
					defer tick.Stop()
					for range 4 {
						select {
						case <-tick.C:
						case <-done:
							return
						}
						if c.every > 0 {
							_, _ = io.ReadFull(far, make([]byte, stallBytes))
						}
					}
				}()
				n, err := out.Write(big)
				close(done)
				if whole := n == len(big); whole != c.whole || whole != (err == nil) || err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
					t.Errorf("%d of %d bytes, %v", n, len(big), err)
				}
				far.Close()
			})
		})
	}
}

// TestConnectionLimits: those of the shipped unit keep the promise of 5,000
// people with a stream and pages each.
func TestConnectionLimits(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../deploy/renkei.service")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(raw), "\nLimitNOFILE=16384\n") {
		t.Fatal("the unit has another limit of files: look at the figures here")
	}
	l := connectionsFor(16_384)
	if l.most < 2*5000 || l.address < 6*100 || l.most+l.kept > 16_384-keptFiles {
		t.Errorf("%+v", l)
	}
}
