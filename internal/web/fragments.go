package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/a-h/templ"
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

// Fragments keeps the parts of pages that change, as bytes. All who see the
// same get the same bytes, so a fragment is made once for a unit of ten people,
// and the hundredth who asks costs a copy.
type Fragments struct {
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
	Made
}

// get finds a fragment, or makes room for it.
func (f *Fragments) get(key string) *fragment {
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
func (f *Fragments) addSize(more int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.bytes += more
}

// Render returns what was made under a key while it shows everything up to a
// position, else makes it. It waits while another makes it, no longer than ctx.
func (f *Fragments) Render(ctx context.Context, key string, position func() uint64, create func() (Made, error)) (Made, error) {
	wanted := position()
	g := f.get(key)
	for {
		fresh, wait := g.begin(wanted)
		switch {
		case fresh != nil:
			return *fresh, nil
		case wait == nil:
			return f.create(g, position(), create)
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return Made{}, ctx.Err()
		}
	}
}

// create makes a fragment for all who wait for it.
func (f *Fragments) create(g *fragment, position uint64, create func() (Made, error)) (Made, error) {
	now := time.Now()
	var got *Made
	defer func() { f.addSize(g.finish(got, position, now)) }() // also when a template panics
	m, err := create()
	if err == nil {
		got = &m
	}
	return m, err
}

// begin returns the fragment where it is fresh. Otherwise it returns a channel
// to wait on while another makes it, or, with neither, leaves it to the caller
// to make it and to call finish.
func (f *fragment) begin(position uint64) (fresh *Made, wait <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.Plain != nil && f.position >= position && time.Since(f.at) < freshFor:
		got := f.Made
		return &got, nil
	case f.making != nil:
		return nil, f.making
	}
	f.making = make(chan struct{})
	return nil, nil
}

// finish keeps what was made, nil where that failed, and wakes who waits. It
// returns by how much more is kept than before.
func (f *fragment) finish(got *Made, position uint64, at time.Time) (more int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.making)
	f.making = nil
	if got != nil {
		more = got.size() - f.size()
		f.position, f.at, f.Made = position, at, *got
	}
	return more
}

// packer gives a packer to reuse, for one is a quarter of a megabyte.
func (s *server) packer() *gzip.Writer {
	if z, ok := s.packers.Get().(*gzip.Writer); ok {
		return z
	}
	return gzip.NewWriter(io.Discard)
}

// Made is a part as it was at one moment.
type Made struct{ Plain, packed []byte }

func (m *Made) size() int { return len(m.Plain) + len(m.packed) }

// Render makes a fragment, packed too.
func (r *Request) Render(c templ.Component) (Made, error) {
	var plain, packed bytes.Buffer
	// Others wait for it too: it is made even when this reader has gone.
	if err := c.Render(context.WithoutCancel(r.Context()), &plain); err != nil {
		return Made{}, fmt.Errorf("make part: %w", err)
	}
	z := r.Server.packer()
	defer r.Server.packers.Put(z)
	z.Reset(&packed)
	if _, err := z.Write(plain.Bytes()); err != nil {
		return Made{}, fmt.Errorf("pack part: %w", err)
	}
	if err := z.Close(); err != nil {
		return Made{}, fmt.Errorf("pack part: %w", err)
	}
	return Made{plain.Bytes(), packed.Bytes()}, nil
}

// SendFragment answers htmx with the part of a page.
func (r *Request) SendFragment(m *Made) error {
	h, data := r.Writer.Header(), m.Plain
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Vary", "Accept-Encoding, HX-Request")
	if r.takesGzip() {
		h.Set("Content-Encoding", "gzip")
		data = m.packed
	}
	_, err := r.Writer.Write(data)
	return err
}
