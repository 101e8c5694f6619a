package web

import (
	"fmt"
	"strings"
	"sync"

	"renkei/internal/journal"
	"renkei/internal/lru"
	"renkei/internal/markdown"
)

// maxContents bounds how many contents are kept at hand.
const maxContents = 4096

// exerciseCaches are what pages keep beside an exercise while it is open.
type exerciseCaches struct {
	fragments fragments
	contents  contentCache
}

type cachesKey struct{}

// caches are those of the exercise.
func (r *request) caches() *exerciseCaches {
	v := r.hall.Value(cachesKey{}, func() any {
		return &exerciseCaches{contents: contentCache{
			texts: lru.New[string, renderedText](maxContents, nil), sizes: lru.New[string, int](maxContents, nil),
		}}
	})
	return v.(*exerciseCaches) //nolint:forcetypeassert // nobody else has the key
}

// contentCache keeps what pages show of contents, by their hash: a desk lists
// the subjects of all that a unit has received, and every unit looks at its
// desk.
type contentCache struct {
	mu    sync.Mutex
	texts *lru.Cache[string, renderedText]
	sizes *lru.Cache[string, int]
}

// renderedText is the text of an inject, rendered.
type renderedText struct{ subject, html string }

// cachedContent returns what was kept under a hash, or makes and keeps it.
func cachedContent[T any](c *contentCache, in *lru.Cache[string, T], hash string, create func() (T, error)) (T, error) {
	c.mu.Lock()
	v, ok := in.Get(hash)
	c.mu.Unlock()
	if ok {
		return v, nil
	}
	v, err := create()
	if err != nil {
		return v, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	in.Put(hash, v)
	return v, nil
}

// content reads what an event cites by hash.
func (r *request) content(hash string) (journal.Content, error) {
	var h journal.Hash
	if err := h.UnmarshalText([]byte(hash)); err != nil {
		return journal.Content{}, fmt.Errorf("hash of a content: %w", err)
	}
	return r.hall.Content(r.Context(), h)
}

// renderedText reads the text of an inject. It is not for a look: it may ask the
// database.
func (r *request) renderedText(hash string) (renderedText, error) {
	c := &r.caches().contents
	return cachedContent(c, c.texts, hash, func() (renderedText, error) {
		content, err := r.content(hash)
		if err != nil {
			return renderedText{}, err
		}
		subject, body, _ := strings.Cut(string(content.Data), "\n")
		html, err := markdown.HTML(body)
		if err != nil {
			return renderedText{}, fmt.Errorf("text of an inject: %w", err)
		}
		return renderedText{subject: strings.TrimPrefix(subject, "# "), html: html}, nil
	})
}

// size is that of a content, in bytes.
func (r *request) size(hash string) (int, error) {
	c := &r.caches().contents
	return cachedContent(c, c.sizes, hash, func() (int, error) {
		content, err := r.content(hash)
		return len(content.Data), err
	})
}
