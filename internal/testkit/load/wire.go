package load

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// wire is one connection to the server, over which one request is sent after
// the other. It knows as much HTTP/1.1 as the server speaks: a client library
// would take more of the machine than the server.
type wire struct {
	conn  net.Conn
	in    *bufio.Reader
	addr  string
	until time.Time // when waiting for a frame ends
}

func dial(ctx context.Context, addr string) (*wire, error) { return dialFrom(ctx, addr, "") }

// dialFrom connects from an address of this machine; "" for any.
func dialFrom(ctx context.Context, addr, from string) (*wire, error) {
	var d net.Dialer
	if from != "" {
		d.LocalAddr = &net.TCPAddr{IP: net.ParseIP(from)}
	}
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return &wire{conn: conn, in: bufio.NewReaderSize(conn, 1024), addr: addr}, nil
}

func (w *wire) close() { _ = w.conn.Close() } // nothing is lost with it

// get and post send a request. The answer is still to be read.
func (w *wire) get(path, session, more string) error {
	_, err := fmt.Fprintf(w.conn, "GET %s HTTP/1.1\r\nHost: %s\r\nCookie: renkei=%s\r\n%s\r\n", path, w.addr, session, more)
	if err != nil {
		return fmt.Errorf("send: %w", err)
	}
	return nil
}

func (w *wire) post(path, session, form string) error {
	_, err := fmt.Fprintf(w.conn, "POST %s HTTP/1.1\r\nHost: %s\r\nCookie: renkei=%s\r\nRenkei-Send: 1\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", path, w.addr, session, len(form), form)
	if err != nil {
		return fmt.Errorf("send: %w", err)
	}
	return nil
}

// head reads the first lines of an answer: its status and how long its body is
// (-1: in chunks).
func (w *wire) head() (status int, length int64, err error) {
	line, err := w.in.ReadSlice('\n')
	if err != nil {
		return 0, 0, fmt.Errorf("read answer: %w", err)
	}
	if len(line) < 12 {
		return 0, 0, fmt.Errorf("read answer: %q", line)
	}
	status, err = strconv.Atoi(string(line[9:12]))
	if err != nil {
		return 0, 0, fmt.Errorf("read answer: %w", err)
	}
	for {
		if line, err = w.in.ReadSlice('\n'); err != nil {
			return status, length, fmt.Errorf("read answer: %w", err)
		}
		name, value, _ := bytes.Cut(bytes.TrimSpace(line), []byte(": "))
		switch {
		case len(name) == 0:
			return status, length, nil
		case bytes.EqualFold(name, []byte("Content-Length")):
			length, err = strconv.ParseInt(string(value), 10, 64)
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			length = -1
		}
		if err != nil {
			return status, length, fmt.Errorf("read answer: %w", err)
		}
	}
}

// skip reads a body over; the answer's status is returned.
func (w *wire) skip() (int, error) {
	status, length, err := w.head()
	for err == nil && length != 0 {
		n := length
		if length < 0 {
			if n, err = w.chunk(); err != nil || n == 0 {
				return status, err
			}
		} else {
			length = 0
		}
		if _, err = w.in.Discard(int(n)); err == nil && length < 0 {
			_, err = w.in.Discard(2)
		}
	}
	return status, err
}

// chunk reads the size of the next chunk; the last is 0.
func (w *wire) chunk() (int64, error) {
	line, err := w.in.ReadSlice('\n')
	if err != nil {
		return 0, fmt.Errorf("read chunk: %w", err)
	}
	n, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 64)
	if err == nil && n == 0 {
		_, err = w.in.Discard(2)
	}
	if err != nil {
		return 0, fmt.Errorf("read chunk: %w", err)
	}
	return n, nil
}

// beat is how a heartbeat begins. No frame is shorter.
const beat = "event: beat"

// frame waits for a frame of a stream that is no heartbeat, and tells when it
// came.
func (w *wire) frame(until time.Time) (time.Time, error) {
	if !until.Equal(w.until) { // a deadline costs more than a frame
		if err := w.conn.SetReadDeadline(until); err != nil {
			return time.Time{}, fmt.Errorf("wait for a frame: %w", err)
		}
		w.until = until
	}
	for {
		n, err := w.chunk()
		if err != nil {
			return time.Time{}, err
		}
		if n == 0 {
			return time.Time{}, io.EOF
		}
		first, err := w.in.Peek(len(beat))
		if err != nil {
			return time.Time{}, fmt.Errorf("wait for a frame: %w", err)
		}
		news := string(first) != beat
		if _, err := w.in.Discard(int(n) + 2); err != nil {
			return time.Time{}, fmt.Errorf("wait for a frame: %w", err)
		}
		if news {
			return time.Now(), nil
		}
	}
}

// isTimeout reports whether a deadline passed.
func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}
