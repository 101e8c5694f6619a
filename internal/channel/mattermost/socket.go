package mattermost

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"
)

// Bounds of a WebSocket.
const (
	maxFrame   = 4 << 20
	helloTime  = 15 * time.Second
	pingEvery  = 30 * time.Second
	pingTime   = 15 * time.Second
	maxPending = 8192 // messages that wait to be looked at
)

// Message is what the server tells over a WebSocket.
type Message struct {
	Event string         `json:"event"`
	Seq   int64          `json:"seq"`
	Data  map[string]any `json:"data"`
	To    struct {
		ChannelID string `json:"channel_id"`
		UserID    string `json:"user_id"`
	} `json:"broadcast"`
}

// text returns what a message says under a name.
func (m *Message) text(name string) string {
	text, _ := m.Data[name].(string)
	return text
}

// Errors of a WebSocket.
var (
	errBehind = errors.New("mattermost: more was said than could be looked at")
	errHole   = errors.New("mattermost: the server left something out")
)

// Socket is an open WebSocket. What it hears comes over Heard, in order, until
// it breaks; then Heard is closed and Err says why.
type Socket struct {
	Heard  <-chan Message
	conn   *websocket.Conn
	cancel context.CancelFunc
	done   chan struct{}
	err    error // set before Heard is closed
}

// Listen opens a WebSocket and waits until the server has greeted. The caller has
// to close it.
func (c *Client) Listen(ctx context.Context) (*Socket, error) {
	word, err := c.token()
	if err != nil {
		return nil, errors.Join(ErrToken, err)
	}
	limited, stop := context.WithTimeout(ctx, helloTime)
	defer stop()
	where := "ws" + strings.TrimPrefix(c.base, "http") + "/api/v4/websocket"
	conn, res, err := websocket.Dial(limited, where, &websocket.DialOptions{ //nolint:bodyclose // the library has closed it
		HTTPClient: c.http, HTTPHeader: http.Header{"Authorization": {"Bearer " + word}},
	})
	if err != nil {
		if res != nil && res.StatusCode >= 400 {
			return nil, &Error{Status: res.StatusCode, Message: http.StatusText(res.StatusCode), What: "GET /websocket", After: waitOf(res.Header)}
		}
		return nil, fmt.Errorf("GET /websocket: %w", errors.Join(ErrNoAnswer, err))
	}
	conn.SetReadLimit(maxFrame)
	for {
		var m Message
		if err := read(limited, conn, &m); err != nil {
			_ = conn.CloseNow() // it is of no use
			return nil, fmt.Errorf("GET /websocket: %w", errors.Join(ErrNoAnswer, err))
		}
		if m.Event == "hello" {
			return newSocket(ctx, conn, m.Seq), nil
		}
	}
}

func read(ctx context.Context, conn *websocket.Conn, m *Message) error {
	_, raw, err := conn.Read(ctx)
	if err != nil {
		return err
	}
	*m = Message{}
	return json.Unmarshal(raw, m)
}

func newSocket(ctx context.Context, conn *websocket.Conn, seq int64) *Socket {
	ctx, cancel := context.WithCancel(ctx)
	heard := make(chan Message, maxPending)
	s := &Socket{Heard: heard, conn: conn, cancel: cancel, done: make(chan struct{}, 2)}
	go func() {
		defer func() { s.done <- struct{}{} }()
		defer close(heard)
		defer cancel()
		s.err = s.listen(ctx, heard, seq)
	}()
	go func() {
		defer func() { s.done <- struct{}{} }()
		defer cancel()
		s.ping(ctx)
	}()
	return s
}

// listen gives on what the server says. A number that is left out breaks it off:
// what is missing has to be read.
func (s *Socket) listen(ctx context.Context, to chan<- Message, seq int64) error {
	for {
		var m Message
		if err := read(ctx, s.conn, &m); err != nil {
			return err
		}
		if m.Event == "" {
			continue // an answer
		}
		if m.Seq != seq+1 {
			return errHole
		}
		seq = m.Seq
		select {
		case to <- m:
		default:
			return errBehind
		}
	}
}

// ping finds out that a connection is dead of which nothing is heard.
func (s *Socket) ping(ctx context.Context) {
	t := time.NewTicker(pingEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		limited, stop := context.WithTimeout(ctx, pingTime)
		err := s.conn.Ping(limited)
		stop()
		if err != nil {
			return
		}
	}
}

// Err returns why nothing more is heard. It may be called once Heard is closed.
func (s *Socket) Err() error { return s.err }

// Close closes the WebSocket and waits for what it has begun.
func (s *Socket) Close() {
	s.cancel()
	_ = s.conn.CloseNow() // it may be broken already
	<-s.done
	<-s.done
}
