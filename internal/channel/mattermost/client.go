package mattermost

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Bounds of a call.
const (
	answerTime = 30 * time.Second
	uploadTime = 90 * time.Second
	maxAnswer  = 32 << 20
	maxRefusal = 64 << 10
	pageSize   = 200 // the most that a server gives
)

// Client speaks to one server as one user, over version 4 of its API. It is safe
// for use by many goroutines.
type Client struct {
	base  string // without a slash at its end
	token func() (string, error)
	http  *http.Client
	// wait waits where the server asks for fewer calls, which are made again then;
	// nil leaves that to the caller.
	wait func(context.Context, time.Duration) error
}

// Errors of addresses.
var (
	// ErrURL is an address at which no server can be.
	ErrURL = errors.New("mattermost: the address of the server is none")
	// ErrPlain is one over which the token could be read on the way.
	ErrPlain = errors.New("mattermost: the address of the server has to begin with https://")
)

// CleanURL returns the address of a server as it is kept. It returns ErrURL, and
// ErrPlain for http to another machine than this.
func CleanURL(text string) (string, error) {
	u, err := url.Parse(strings.TrimRight(strings.TrimSpace(text), "/"))
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || len(text) > 300 {
		return "", ErrURL
	}
	addr, err := netip.ParseAddr(u.Hostname())
	here := strings.EqualFold(u.Hostname(), "localhost") || err == nil && addr.IsLoopback()
	switch {
	case u.Scheme == "https", u.Scheme == "http" && here:
		return u.String(), nil
	case u.Scheme == "http":
		return "", ErrPlain
	}
	return "", ErrURL
}

// NewClient returns a client of a server. The token is asked for at each call, so
// that a new one needs no restart. It returns ErrURL and ErrPlain.
func NewClient(server string, token func() (string, error)) (*Client, error) {
	base, err := CleanURL(server)
	if err != nil {
		return nil, err
	}
	// A token goes nowhere but to the server it is for.
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{base: base, token: token, http: &http.Client{CheckRedirect: stay, Transport: sharedTransport}}, nil
}

// sharedTransport keeps connections for all clients: most of them are of bots of
// one server.
var sharedTransport = &http.Transport{
	Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 16, MaxConnsPerHost: 32, IdleConnTimeout: 90 * time.Second,
	TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: answerTime, ForceAttemptHTTP2: true,
}

// Server returns the address of the server.
func (c *Client) Server() string { return c.base }

// call is one request.
type call struct {
	method, path string
	in           any     // written as JSON; an io.Reader as it is
	out          any     // read from JSON; nil for nothing
	raw          *[]byte // gets the answer as it is, in place of out
	most         int64   // bytes of that
	size         int64
	limit        time.Duration
	needs        Permission // what the server asks for it
	clock        *time.Time // gets the time of the server; nil for nothing
}

// maxWaits is how often a call is made again for a server that asks for fewer.
const maxWaits = 20

// do makes a call. It returns an *Error for what the server refuses, or the error
// of the network.
func (c *Client) do(ctx context.Context, k *call) (err error) {
	for range maxWaits {
		var e *Error
		if err = c.once(ctx, k); c.wait == nil || !errors.As(err, &e) || e.Status != http.StatusTooManyRequests {
			return err
		}
		if err := c.wait(ctx, max(e.After, time.Second)); err != nil {
			return err
		}
	}
	return err
}

func (c *Client) once(ctx context.Context, k *call) error {
	limit := k.limit
	if limit == 0 {
		limit = answerTime
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	req, err := c.request(ctx, k)
	if err != nil {
		return err
	}
	res, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("%s %s: %w", k.method, bare(k.path), errors.Join(ErrNoAnswer, unwrapURL(err)))
	}
	defer func() { _ = res.Body.Close() }() // it was read
	if res.StatusCode >= 300 {
		return refusal(k, res)
	}
	if k.clock != nil {
		*k.clock, _ = http.ParseTime(res.Header.Get("Date")) // zero where it does not say
	}
	if k.raw != nil {
		*k.raw, err = io.ReadAll(io.LimitReader(res.Body, k.most+1))
		if err == nil && int64(len(*k.raw)) > k.most {
			return &Error{Status: http.StatusRequestEntityTooLarge, Message: "the file is too large", What: k.method + " " + bare(k.path)}
		}
		if err != nil {
			err = fmt.Errorf("%s %s: %w", k.method, bare(k.path), errors.Join(ErrNoAnswer, err))
		}
		return err
	}
	if k.out == nil {
		_, err = io.CopyN(io.Discard, res.Body, maxRefusal)
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return err
	}
	body := &io.LimitedReader{R: res.Body, N: maxAnswer}
	if err := json.NewDecoder(body).Decode(k.out); err != nil {
		if body.N <= 0 {
			err = errors.New("the answer is too long")
		}
		return fmt.Errorf("%s %s: %w", k.method, bare(k.path), errors.Join(ErrNoAnswer, err))
	}
	return nil
}

func (c *Client) request(ctx context.Context, k *call) (*http.Request, error) {
	var body io.Reader
	switch in := k.in.(type) {
	case nil:
	case io.Reader:
		body = in
	default:
		raw, err := json.Marshal(in)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", k.method, bare(k.path), err)
		}
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, k.method, c.base+"/api/v4"+k.path, body)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", k.method, bare(k.path), err)
	}
	word, err := c.token()
	if err != nil {
		return nil, errors.Join(ErrToken, err)
	}
	req.Header.Set("Authorization", "Bearer "+word)
	if k.size > 0 {
		req.ContentLength = k.size
		req.Header.Set("Content-Type", "application/octet-stream")
	} else if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// ErrNoAnswer means that the server could not be reached, or what it said not be
// read.
var ErrNoAnswer = errors.New("no answer")

// ErrToken means that there is no token to sign in with.
var ErrToken = errors.New("mattermost: no token")

// unwrapURL leaves out the address: it is said already, and may hold names.
func unwrapURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// bare is a path without its query.
func bare(path string) string {
	path, _, _ = strings.Cut(path, "?")
	return path
}

func (c *Client) get(ctx context.Context, path string, out any, needs Permission) error {
	return c.do(ctx, &call{method: http.MethodGet, path: path, out: out, needs: needs})
}

func (c *Client) post(ctx context.Context, path string, in, out any, needs Permission) error {
	return c.do(ctx, &call{method: http.MethodPost, path: path, in: in, out: out, needs: needs})
}

func (c *Client) put(ctx context.Context, path string, in any, needs Permission) error {
	return c.do(ctx, &call{method: http.MethodPut, path: path, in: in, needs: needs})
}

func (c *Client) delete(ctx context.Context, path string, needs Permission) error {
	return c.do(ctx, &call{method: http.MethodDelete, path: path, needs: needs})
}
