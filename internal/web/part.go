package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
)

// freshFor is how long a part is good while nothing happens: what is late, and
// by how much, is told by the clock alone.
const freshFor = 5 * time.Second

// maxFragments and maxFragmentBytes bound what an exercise keeps: anybody may
// ask for the same page under many addresses.
const (
	maxFragments     = 2048
	maxFragmentBytes = 64 << 20
)

// fragments keeps the parts of pages that change, as bytes. All who see the
// same get the same bytes, so a fragment is made once for a unit of ten people,
// and the hundredth who asks costs a copy.
type fragments struct {
	mu    sync.Mutex
	all   map[string]*fragment
	bytes int // of all that was made since it was empty
}

// fragment is what a group of people sees of a page.
type fragment struct {
	mu       sync.Mutex
	making   chan struct{} // closed when it has been made; nil while nobody makes it
	position uint64        // of its viewer
	at       time.Time
	made
}

// get finds a fragment, or makes room for it.
func (f *fragments) get(key string) *fragment {
	f.mu.Lock()
	defer f.mu.Unlock()
	got := f.all[key]
	if got == nil {
		if len(f.all) >= maxFragments || f.bytes >= maxFragmentBytes || f.all == nil {
			f.all, f.bytes = map[string]*fragment{}, 0
		}
		got = &fragment{}
		f.all[key] = got
	}
	return got
}

// addSize counts what is kept more than before.
func (f *fragments) addSize(more int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.bytes += more
}

// begin returns the fragment where it is fresh. Otherwise it returns a channel
// to wait on while another makes it, or, with neither, leaves it to the caller
// to make it and to call finish.
func (f *fragment) begin(position uint64) (fresh *made, wait <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.plain != nil && f.position >= position && time.Since(f.at) < freshFor:
		got := f.made
		return &got, nil
	case f.making != nil:
		return nil, f.making
	}
	f.making = make(chan struct{})
	return nil, nil
}

// finish keeps what was made, nil where that failed, and wakes who waits. It
// returns by how much more is kept than before.
func (f *fragment) finish(got *made, position uint64, at time.Time) (more int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.making)
	f.making = nil
	if got != nil {
		more = got.size() - f.size()
		f.position, f.at, f.made = position, at, *got
	}
	return more
}

// view is a page of an exercise with a part that changes while play goes on.
type view struct {
	// key names everything on which the part depends beside the exercise, the
	// address, the language and what the viewer may see: such as whether the
	// reader acts for the unit. It must not name the reader: others get it too.
	key string
	// viewer is as whom the part is filled.
	viewer exercise.Viewer
	// part makes what changes, page the page with it inside.
	part func() (templ.Component, error)
	page func(part templ.Component) templ.Component
}

// showView answers with a page, or with its part when htmx asks for that.
func (r *request) showView(v *view) error {
	got, err := r.partOf(v)
	if err != nil {
		return err
	}
	if !r.isPart() {
		return r.show(r.status(), v.page(templ.Raw(string(got.plain))))
	}
	h, data := r.w.Header(), got.plain
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Vary", "Accept-Encoding, HX-Request")
	if r.takesGzip() {
		h.Set("Content-Encoding", "gzip")
		data = got.packed
	}
	_, err = r.w.Write(data)
	return err
}

// made is a part as it was at one moment.
type made struct{ plain, packed []byte }

func (m *made) size() int { return len(m.plain) + len(m.packed) }

// partOf returns a part that shows everything that its viewer may see by now.
// It waits while another makes it, and no longer than its reader does.
func (r *request) partOf(v *view) (made, error) {
	position := r.hall.Live.Position(v.viewer)
	if r.URL.Query().Has("at") || r.typed != nil {
		return r.makePart(v) // seldom seen twice, or nobody else's
	}
	all := &r.caches().fragments
	f := all.get(strings.Join([]string{r.URL.RequestURI(), r.p.Lang(), v.key}, "\x00"))
	for {
		fresh, wait := f.begin(position)
		switch {
		case fresh != nil:
			return *fresh, nil
		case wait == nil:
			return r.makeFragment(v, f, all)
		}
		select {
		case <-wait:
		case <-r.Context().Done():
			return made{}, r.Context().Err()
		}
	}
}

// makeFragment makes a part for all who wait for it.
func (r *request) makeFragment(v *view, f *fragment, all *fragments) (made, error) {
	position, now := r.hall.Live.Position(v.viewer), time.Now()
	var got *made
	defer func() { all.addSize(f.finish(got, position, now)) }() // also when a template panics
	m, err := r.makePart(v)
	if err == nil {
		got = &m
	}
	return m, err
}

func (r *request) makePart(v *view) (made, error) {
	c, err := v.part()
	if err != nil {
		return made{}, err
	}
	var plain, packed bytes.Buffer
	// Others wait for the part too: it is made even when this reader has gone.
	if err := c.Render(context.WithoutCancel(r.Context()), &plain); err != nil {
		return made{}, fmt.Errorf("make part: %w", err)
	}
	z := r.s.packer()
	defer r.s.packers.Put(z)
	z.Reset(&packed)
	if _, err := z.Write(plain.Bytes()); err != nil {
		return made{}, fmt.Errorf("pack part: %w", err)
	}
	if err := z.Close(); err != nil {
		return made{}, fmt.Errorf("pack part: %w", err)
	}
	return made{plain.Bytes(), packed.Bytes()}, nil
}

// packer gives a packer to reuse, for one is a quarter of a megabyte.
func (s *server) packer() *gzip.Writer {
	if z, ok := s.packers.Get().(*gzip.Writer); ok {
		return z
	}
	return gzip.NewWriter(io.Discard)
}
