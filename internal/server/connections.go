package server

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"renkei/internal/auth/limit"
	"renkei/internal/bounds"
	"renkei/internal/web"
)

const (
	// usualFiles is what is taken for the limit of open files where the system
	// has none, and mostFiles for the most of it: memory is the limit then.
	usualFiles = 16_384
	mostFiles  = 65_536
	// keptFiles are for the database, packs and what is handed in.
	keptFiles = 512
	// stalled is how long a reader may take none of so many bytes.
	stalled    = 30 * time.Second
	stallBytes = 64 << 10
)

// connectionLimits are how many connections there may be.
type connectionLimits struct {
	most    int // together
	kept    int // beyond most, for whom a place is kept
	address int // of an address, but for trusted networks and proxies
	person  int // of somebody who has signed in
}

// connectionsFor are the limits of a process with so many files; 0 asks the
// system.
func connectionsFor(files int) connectionLimits {
	if files == 0 {
		files = openFiles()
	}
	all := files - min(keptFiles, files/4)
	l := connectionLimits{kept: max(8, all/16), person: 64}
	l.most = all - l.kept
	l.address = min(1024, l.most/2)
	return l
}

// placeOf says as what an address is counted; "" where it is not, as with a
// proxy's, on whose connections everybody comes.
func placeOf(proxies []netip.Prefix, limits *limit.Limiter) func(addr net.Addr) string {
	return func(addr net.Addr) string {
		peer, err := netip.ParseAddrPort(addr.String())
		if err != nil {
			return addr.String()
		}
		for _, p := range proxies {
			if p.Contains(peer.Addr().Unmap().WithZone("")) {
				return ""
			}
		}
		place, _ := limits.Place(addr.String())
		return place
	}
}

// connections are those of a listener. Where there is no room, who has not
// signed in gives way, first at the address that has most, and after them
// connections on which nothing is asked at the moment.
type connections struct {
	net.Listener
	limits connectionLimits
	place  func(net.Addr) string
	log    *slog.Logger

	mu        sync.Mutex
	all       map[*connection]struct{} // guarded by mu, as is all below it
	byAddress map[string]int
	byPerson  map[string]int
	seq       uint64
	told      time.Time // when it was last logged that one was refused
	refused   int       // since then
}

// connection is one of them.
type connection struct {
	net.Conn
	of    *connections
	place string // "" where its address is not counted
	tight bool
	seq   uint64 // the lower, the older

	// Guarded by of.mu.
	who  bounds.Who
	idle bool

	mu       sync.Mutex
	deadline time.Time // for writing, as it was asked for; guarded by mu
	set      time.Time // for writing, as it is set; guarded by mu
}

func newConnections(l net.Listener, limits connectionLimits, log *slog.Logger, place func(net.Addr) string) *connections {
	return &connections{
		Listener: l, limits: limits, place: place, log: log,
		all: map[*connection]struct{}{}, byAddress: map[string]int{}, byPerson: map[string]int{},
	}
}

// Accept returns the next connection for which there is room.
func (l *connections) Accept() (net.Conn, error) {
	for {
		raw, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c := &connection{Conn: raw, of: l, place: l.place(raw.RemoteAddr())}
		full := l.add(c)
		if full == "" {
			return c, nil
		}
		l.refuse(raw, full)
	}
}

// add takes a connection in, or says what is full.
func (l *connections) add(c *connection) (full string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.place != "" && l.byAddress[c.place] >= l.limits.address && !l.giveWay(func(o *connection) bool { return o.place == c.place }) {
		return "address"
	}
	if n := len(l.all); n >= l.limits.most && !l.giveWay(func(*connection) bool { return true }) {
		if n >= l.limits.most+l.limits.kept {
			return "all"
		}
		c.tight = true
	}
	l.seq++
	c.seq = l.seq
	l.all[c] = struct{}{}
	l.byAddress[c.place]++
	return ""
}

// giveWay closes one of some connections, where any gives way.
func (l *connections) giveWay(among func(*connection) bool) bool {
	var last *connection
	for c := range l.all {
		if among(c) && l.givesWay(c) && (last == nil || l.before(c, last)) {
			last = c
		}
	}
	if last == nil {
		return false
	}
	l.remove(last)
	_ = last.Conn.Close() // nothing is lost with it
	return true
}

// givesWay reports whether a connection may be closed for another.
func (l *connections) givesWay(c *connection) bool {
	return c.who.Person == "" && c.place != "" || c.idle
}

// before reports whether one gives way before another does.
func (l *connections) before(c, other *connection) bool {
	if a, b := c.who.Person == "", other.who.Person == ""; a != b {
		return a
	}
	if a, b := l.byAddress[c.place], l.byAddress[other.place]; c.who.Person == "" && a != b {
		return a > b
	}
	return c.seq < other.seq
}

// remove forgets a connection, once.
func (l *connections) remove(c *connection) {
	if _, ok := l.all[c]; !ok {
		return
	}
	delete(l.all, c)
	forget(l.byAddress, c.place)
	if c.who.Person != "" {
		forget(l.byPerson, c.who.Person)
	}
}

func forget(by map[string]int, key string) {
	if by[key]--; by[key] <= 0 {
		delete(by, key)
	}
}

// refusal is said to somebody for whom there is no connection, where it can be:
// nothing is known of them yet.
const refusal = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s"

const refusalText = "The server has no connection left. Wait 10 seconds, and try again.\nサーバーの接続数が上限に達しています。10秒待ってから、もう一度お試しください。\n"

// refuse closes a connection for which there is no room, and logs it now and
// then.
func (l *connections) refuse(raw net.Conn, full string) {
	_ = raw.SetWriteDeadline(time.Now().Add(10 * time.Millisecond)) // it is new: what is said fits
	_, _ = fmt.Fprintf(raw, refusal, len(refusalText), refusalText) // over TLS nobody reads it
	_ = raw.Close()                                                 // nothing is lost with it
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused++
	if now := time.Now(); now.Sub(l.told) >= 10*time.Second {
		l.log.Warn("places_full", "kind", "connections", "of", full, "from", raw.RemoteAddr().String(), "times", l.refused)
		l.told, l.refused = now, 0
	}
}

// Tight reports whether only who steers may use it.
func (c *connection) Tight() bool { return c.tight }

// Own says whose it is. On a connection of a proxy there are many.
func (c *connection) Own(who bounds.Who) bool {
	if c.place == "" {
		return true
	}
	l := c.of
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, open := l.all[c]; !open || c.who.Person == who.Person {
		return true
	}
	if who.Person != "" && l.byPerson[who.Person] >= l.limits.person &&
		!l.giveWay(func(o *connection) bool { return o.who.Person == who.Person && o.idle }) {
		return false
	}
	if c.who.Person != "" {
		forget(l.byPerson, c.who.Person)
	}
	c.who = who
	if who.Person != "" {
		l.byPerson[who.Person]++
	}
	return true
}

// Close forgets it too.
func (c *connection) Close() error {
	c.of.mu.Lock()
	c.of.remove(c)
	c.of.mu.Unlock()
	return c.Conn.Close()
}

// SetDeadline keeps the part of it that is for writing.
func (c *connection) SetDeadline(t time.Time) error {
	c.keep(t)
	return c.Conn.SetDeadline(t)
}

// SetWriteDeadline keeps it.
func (c *connection) SetWriteDeadline(t time.Time) error {
	c.keep(t)
	return c.Conn.SetWriteDeadline(t)
}

func (c *connection) keep(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deadline, c.set = t, t
}

// Write fails where the reader takes too little for too long, whenever the
// answer would have to be done.
func (c *connection) Write(p []byte) (n int, err error) {
	for len(p) > 0 && err == nil {
		if err := c.bound(time.Now()); err != nil {
			return n, err
		}
		var some int
		some, err = c.Conn.Write(p[:min(len(p), stallBytes)])
		n, p = n+some, p[some:]
	}
	return n, err
}

// bound sets the time by which the next bytes must be taken. One that was set
// a moment ago is as good: to set it costs more than a word of a stream.
func (c *connection) bound(now time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := now.Add(stalled)
	if !c.deadline.IsZero() && c.deadline.Before(at) {
		at = c.deadline
	}
	if !c.set.IsZero() && !c.set.After(at) && c.set.After(at.Add(-stalled/3)) {
		return nil
	}
	c.set = at
	return c.Conn.SetWriteDeadline(at)
}

// raw is our connection below TLS.
func raw(c net.Conn) *connection {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	ours, _ := c.(*connection) // nil for none
	return ours
}

// connectionContext lets requests know on what they come.
func connectionContext(ctx context.Context, c net.Conn) context.Context {
	if ours := raw(c); ours != nil {
		return web.WithConnection(ctx, ours)
	}
	return ctx
}

// connectionState notes whether something is asked at the moment.
func connectionState(c net.Conn, state http.ConnState) {
	if ours := raw(c); ours != nil {
		ours.of.mu.Lock()
		defer ours.of.mu.Unlock()
		ours.idle = state == http.StateIdle
	}
}
