package web

import (
	"errors"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"renkei/internal/bounds"
)

// A body may be waited for so long, and longer by what has come: a poor link is
// ten times as fast.
const (
	bodyGrace = 10 * time.Second
	bodyRate  = 1 << 10 // bytes a second
)

// errSlow means that a body came too slowly.
var errSlow = errors.New("web: the request came too slowly")

// arriving is a body that has a place until all of it is here.
type arriving struct {
	io.ReadCloser
	control *http.ResponseController
	until   time.Time     // when it must be here in any case
	left    time.Duration // for which it may be waited; the reader's alone
	free    func()

	mu   sync.Mutex
	over bool // nothing is waited for any more; guarded by mu
	cut  bool // it gave way to another; guarded by mu
}

// receive takes a place for the body of a request.
func (a *Admission) receive(w http.ResponseWriter, r *http.Request, who bounds.Who) (*arriving, error) {
	now := time.Now()
	b := &arriving{ReadCloser: r.Body, control: http.NewResponseController(w), until: now.Add(a.BodyTime), left: bodyGrace}
	free, err := a.bodies.Take(who, b.giveWay)
	if err != nil {
		return nil, err
	}
	b.free = free
	b.wait(now) // also for what is left of it when the handler has not read it
	return b, nil
}

// wait sets the time at which waiting ends. It returns false where the body has
// given way.
func (b *arriving) wait(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.cut {
		return false
	}
	at := now.Add(b.left)
	if at.After(b.until) {
		at = b.until
	}
	_ = b.control.SetReadDeadline(at) // a connection that has none is a test's
	return true
}

// Read reads what has come. It returns errSlow when it was waited for too long,
// and a bounds.FullError when another took the place.
func (b *arriving) Read(p []byte) (int, error) {
	begun := time.Now()
	if !b.wait(begun) {
		return 0, &bounds.FullError{Of: "address"}
	}
	n, err := b.ReadCloser.Read(p)
	b.left += time.Duration(n)*time.Second/bodyRate - time.Since(begun)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.cut {
			return n, &bounds.FullError{Of: "address"}
		}
		return n, errSlow
	case errors.Is(err, io.EOF):
		b.arrived()
	}
	return n, err
}

// giveWay ends the waiting, for another took the place.
func (b *arriving) giveWay() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over {
		return
	}
	b.cut = true
	_ = b.control.SetReadDeadline(time.Unix(1, 0)) // as above
}

// arrived gives the place back, for all of the body is here.
func (b *arriving) arrived() {
	b.mu.Lock()
	if !b.over && !b.cut { // what bounded the body would now end the answer
		_ = b.control.SetReadDeadline(b.until) // as above
	}
	b.mu.Unlock()
	b.finish()
}

// finish gives the place back. What has not arrived is not waited for longer
// than before.
func (b *arriving) finish() {
	b.mu.Lock()
	b.over = true
	b.mu.Unlock()
	b.free()
}
