package linkcheck

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"

	"renkei/internal/handbook"
)

// Bounds of one look at a page.
const (
	checkTime    = 15 * time.Second
	maxRedirects = 5
	maxHeaders   = 64 << 10
)

// userAgent says who asks, and that nobody reads.
const userAgent = "Renkei-link-check/1"

// Checker looks whether pages are there. It is safe for use by many goroutines.
type Checker struct{ client *http.Client }

// NewChecker returns one that connects to public addresses only.
func NewChecker() *Checker { return newChecker(control) }

func newChecker(control func(network, address string, c syscall.RawConn) error) *Checker {
	dialer := &net.Dialer{Timeout: checkTime, Control: control}
	return &Checker{&http.Client{
		Timeout: checkTime,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, DisableKeepAlives: true, MaxResponseHeaderBytes: maxHeaders,
			TLSHandshakeTimeout: checkTime, ResponseHeaderTimeout: checkTime,
		}, // no proxy: it would connect in our place
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > maxRedirects || !followed(r.URL) {
				return errRedirect
			}
			return nil
		},
	}}
}

var errRedirect = errors.New("linkcheck: it leads elsewhere too often, or to no page")

func followed(u *url.URL) bool {
	return (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil
}

// Check looks whether a page is there. What went wrong is in the result.
func (c *Checker) Check(ctx context.Context, link string, now time.Time) handbook.LinkCheck {
	result := handbook.LinkCheck{URL: link, At: now}
	status, err := c.ask(ctx, http.MethodHead, link)
	if err == nil && (status == http.StatusMethodNotAllowed || status == http.StatusNotImplemented || status == http.StatusForbidden || status == http.StatusNotFound) {
		status, err = c.ask(ctx, http.MethodGet, link) // some answer HEAD with nothing of use
	}
	result.Status = status
	switch {
	case errors.Is(err, ErrPrivate):
		result.Why = handbook.LinkPrivate
	case errors.Is(err, errRedirect):
		result.Why = handbook.LinkRedirect
	case err != nil:
		result.Why = handbook.LinkUnreachable
	case status >= http.StatusBadRequest:
		result.Why = handbook.LinkRefused
	}
	return result
}

// ask returns the status with which a page answers. Nothing of its body is read.
func (c *Checker) ask(ctx context.Context, method, link string) (int, error) {
	u, err := url.Parse(link)
	if err != nil || !followed(u) {
		return 0, errRedirect
	}
	r, err := http.NewRequestWithContext(ctx, method, link, http.NoBody)
	if err != nil {
		return 0, err
	}
	r.Header.Set("User-Agent", userAgent)
	res, err := c.client.Do(r)
	if err != nil {
		return 0, err
	}
	_ = res.Body.Close() // its status is all that was wanted
	return res.StatusCode, nil
}
