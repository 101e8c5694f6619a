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

// maxParts and maxPartBytes bound what an exercise keeps: anybody may ask for
// the same page under many addresses.
const (
	maxParts     = 2048
	maxPartBytes = 64 << 20
)

// parts keeps the parts of pages that change, as bytes. All who see the same
// get the same bytes, so a part is made once for a unit of ten people, and the
// hundredth who asks costs a copy.
type parts struct {
	mu    sync.Mutex
	all   map[string]*part
	bytes int // of all that was made since it was empty
}

// part is what a group of people sees of a page.
type part struct {
	mu       sync.Mutex // held while it is made: the others wait for it
	position uint64     // of its viewer
	at       time.Time
	made
}

// of finds a part, or makes room for it.
func (p *parts) of(key string) *part {
	p.mu.Lock()
	defer p.mu.Unlock()
	got := p.all[key]
	if got == nil {
		if len(p.all) >= maxParts || p.bytes >= maxPartBytes || p.all == nil {
			p.all, p.bytes = map[string]*part{}, 0
		}
		got = &part{}
		p.all[key] = got
	}
	return got
}

// weigh counts what is kept more than before.
func (p *parts) weigh(more int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bytes += more
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

// partOf gives a part that shows everything that its viewer may see by now.
func (r *request) partOf(v *view) (made, error) {
	position := r.hall.Live.Position(v.viewer)
	if r.URL.Query().Has("at") || r.typed != nil {
		return r.makePart(v) // seldom seen twice, or nobody else's
	}
	p := r.hall.parts.of(strings.Join([]string{r.URL.RequestURI(), r.p.Lang(), v.key}, "\x00"))
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.plain != nil && p.position >= position && time.Since(p.at) < freshFor {
		return p.made, nil
	}
	now := time.Now()
	got, err := r.makePart(v)
	if err == nil {
		r.hall.parts.weigh(got.size() - p.size())
		p.position, p.at, p.made = position, now, got
	}
	return got, err
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
