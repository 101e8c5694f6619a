//go:build linux

package attack

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync"
	"time"
)

// crowdAttacks take places: streams, connections, and requests that do not end.
func crowdAttacks() []attack {
	return []attack{
		{"streams of one person", streamsOfOne},
		{"connections that say nothing", silentConnections},
		{"bodies that do not arrive", slowBodies},
		{"answers that nobody reads", unreadAnswers},
	}
}

// line is one connection of an attacker, which speaks HTTP by hand.
type line struct {
	net.Conn
	in *bufio.Reader
}

// dial connects from an address of this machine.
func (s *site) dial(ctx context.Context, from string) (*line, error) {
	d := net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(from), 0))}
	c, err := d.DialContext(ctx, "tcp", strings.TrimPrefix(s.at, "http://"))
	if err != nil {
		return nil, err
	}
	return &line{c, bufio.NewReaderSize(c, 512)}, nil
}

// status reads the first line of an answer, until the context ends.
func (l *line) status(ctx context.Context) (int, error) {
	stop := context.AfterFunc(ctx, func() { _ = l.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	text, err := l.in.ReadString('\n')
	if err != nil {
		return 0, err
	}
	var status int
	_, err = fmt.Sscanf(text, "HTTP/1.1 %d", &status)
	return status, err
}

// lines are connections that are held until close.
type lines struct {
	mu  sync.Mutex
	all []*line // guarded by mu
}

// open opens so many, some at a time; what is refused is left out.
func (l *lines) open(ctx context.Context, s *site, n int, from func(i int) string, say string) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range 32 {
		wg.Go(func() {
			for i := range next {
				c, err := s.dial(ctx, from(i))
				if err != nil {
					continue
				}
				_, _ = io.WriteString(c, say) // it may be closed already
				l.mu.Lock()
				l.all = append(l.all, c)
				l.mu.Unlock()
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

func (l *lines) close() {
	for _, c := range l.all {
		_ = c.Close() // nothing is lost with it
	}
}

// opens looks that a stranger from an address gets the first page.
func (o *outcome) opens(ctx context.Context, s *site, from string) {
	c, err := s.dial(ctx, from)
	status := 0
	if err == nil {
		defer c.Close()
		_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		status, err = c.status(ctx)
	}
	o.expect(status, err, "the first page at "+from, http.StatusOK)
}

// streamsOfOne opens 4,999 streams with the session of one player.
func streamsOfOne(ctx context.Context, s *site) (o outcome) {
	player := s.as("player")
	var held lines
	defer held.close()
	say := "GET /x/" + id + "/stream HTTP/1.1\r\nHost: x\r\nCookie: " + player.cookie() + "\r\n\r\n"
	held.open(ctx, s, 4999, func(int) string { return "127.0.0.2" }, say)
	var answered []*line
	for _, c := range held.all { // all of them, before it is counted which go on
		if status, err := c.status(ctx); err == nil && status == http.StatusOK {
			answered = append(answered, c)
		}
	}
	open := 0
	for _, c := range answered {
		limited, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
		if c.goesOn(limited) {
			open++
		}
		cancel()
	}
	status := http.StatusOK
	if open == 0 || open > 16 {
		status = open
	}
	o.expect(status, nil, "streams open", http.StatusOK)
	o.opens(ctx, s, "127.0.0.2")
	o.opens(ctx, s, "127.0.0.3")
	return o
}

// goesOn reports whether an answer does not end.
func (l *line) goesOn(ctx context.Context) bool {
	stop := context.AfterFunc(ctx, func() { _ = l.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	_, err := io.Copy(io.Discard, l.in)
	return errors.Is(err, os.ErrDeadlineExceeded) // it did not end: the time did
}

// silentConnections opens more connections than the program may have files, in
// which nothing is said, or half of a request.
func silentConnections(ctx context.Context, s *site) (o outcome) {
	for _, say := range []string{"", "GET / HTTP/1.1\r\nHost: "} {
		var held lines
		held.open(ctx, s, noFile+1500, func(i int) string { return fmt.Sprintf("127.0.1.%d", i%40+1) }, say)
		o.opens(ctx, s, "127.0.1.1")
		o.opens(ctx, s, "127.0.0.3")
		held.close()
	}
	return o
}

// slowBodies sends a byte of a form and then nothing, 3,000 times.
func slowBodies(ctx context.Context, s *site) (o outcome) {
	var held lines
	defer held.close()
	say := "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 200000\r\n\r\nl"
	held.open(ctx, s, 3000, func(i int) string { return fmt.Sprintf("127.0.2.%d", i%4+1) }, say)
	o.opens(ctx, s, "127.0.2.1")
	o.opens(ctx, s, "127.0.0.3")
	limited, cancel := context.WithTimeout(ctx, 20*time.Second) // a body may stand still for ten
	defer cancel()
	for _, c := range held.all[:min(50, len(held.all))] {
		status, err := c.status(limited)
		if err != nil && limited.Err() == nil { // it was closed
			status, err = http.StatusRequestTimeout, nil
		}
		o.expect(status, err, "a body", http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusServiceUnavailable)
	}
	return o
}

// unreadAnswers asks for pages, over and over, and reads none of them.
func unreadAnswers(ctx context.Context, s *site) (o outcome) {
	var held lines
	defer held.close()
	say := strings.Repeat("GET / HTTP/1.1\r\nHost: x\r\n\r\n", 200)
	held.open(ctx, s, 1000, func(i int) string { return fmt.Sprintf("127.0.3.%d", i%4+1) }, say)
	o.opens(ctx, s, "127.0.0.3")
	return o
}
