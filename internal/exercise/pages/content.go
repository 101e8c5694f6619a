package pages

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"renkei/internal/exercise"
	"renkei/internal/journal"
	"renkei/internal/lru"
	"renkei/internal/markdown"
	"renkei/internal/web"
)

// maxContents bounds how many contents are kept at hand.
const maxContents = 4096

// exerciseCaches are what pages keep beside an exercise while it is open.
type exerciseCaches struct {
	fragments web.Fragments
	contents  contentCache

	newsMu sync.Mutex // guards news
	news   map[string]*newsCounter
}

type cachesKey struct{}

// caches are those of the exercise.
func (r *Request) caches() *exerciseCaches {
	v := r.Exercise.Value(cachesKey{}, func() any {
		return &exerciseCaches{contents: contentCache{
			texts: lru.New[string, RenderedText](maxContents, nil), sizes: lru.New[string, int](maxContents, nil),
		}}
	})
	return v.(*exerciseCaches) //nolint:forcetypeassert // nobody else has the key
}

// contentCache keeps what pages show of contents, by their hash: a desk lists
// the subjects of all that a unit has received, and every unit looks at its
// desk.
type contentCache struct {
	mu    sync.Mutex
	texts *lru.Cache[string, RenderedText]
	sizes *lru.Cache[string, int]
}

// RenderedText is the text of an inject, rendered.
type RenderedText struct{ Subject, HTML string }

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
func (r *Request) content(hash string) (journal.Content, error) {
	var h journal.Hash
	if err := h.UnmarshalText([]byte(hash)); err != nil {
		return journal.Content{}, fmt.Errorf("hash of a content: %w", err)
	}
	return r.Exercise.Content(r.Context(), h)
}

// RenderedText reads the text of an inject. It is not for a look: it may ask the
// database.
func (r *Request) RenderedText(hash string) (RenderedText, error) {
	c := &r.caches().contents
	return cachedContent(c, c.texts, hash, func() (RenderedText, error) {
		content, err := r.content(hash)
		if err != nil {
			return RenderedText{}, err
		}
		subject, body, _ := strings.Cut(string(content.Data), "\n")
		html, err := markdown.HTML(body)
		if err != nil {
			return RenderedText{}, fmt.Errorf("text of an inject: %w", err)
		}
		return RenderedText{Subject: strings.TrimPrefix(subject, "# "), HTML: html}, nil
	})
}

// Letter reads the text of an inject, by its key and its release, in a language
// or else in the one that the unit has, and says in which; of an inject without a
// text its key stands as the subject. It is not for a look.
func (r *Request) Letter(key string, b *exercise.InjectReleased, lang string) (RenderedText, string, error) {
	if b == nil || len(b.Texts) == 0 {
		return RenderedText{Subject: key}, "", nil
	}
	if b.Texts[lang] == "" {
		lang = b.Lang
	}
	if b.Texts[lang] == "" {
		lang = slices.Sorted(maps.Keys(b.Texts))[0]
	}
	l, err := r.RenderedText(b.Texts[lang])
	return l, lang, err
}

// size is that of a content, in bytes.
func (r *Request) size(hash string) (int, error) {
	c := &r.caches().contents
	return cachedContent(c, c.sizes, hash, func() (int, error) {
		content, err := r.content(hash)
		return len(content.Data), err
	})
}
