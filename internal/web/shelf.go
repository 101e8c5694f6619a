package web

import (
	"fmt"
	"strings"
	"sync"

	"renkei/internal/journal"
	"renkei/internal/markdown"
)

// maxShelf bounds how many contents are kept at hand.
const maxShelf = 4096

// shelf keeps what pages show of contents, by their hash: a desk lists the
// subjects of all that a unit has received, and every unit looks at its desk.
type shelf struct {
	mu    sync.Mutex
	texts map[string]letter
	sizes map[string]int
}

// letter is the text of an inject.
type letter struct{ subject, html string }

func keep[T any](s *shelf, in *map[string]T, hash string, v T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if *in == nil || len(*in) >= maxShelf {
		*in = map[string]T{}
	}
	(*in)[hash] = v
}

func kept[T any](s *shelf, in *map[string]T, hash string) (T, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := (*in)[hash]
	return v, ok
}

// content reads what an event cites by hash.
func (r *request) content(hash string) (journal.Content, error) {
	var h journal.Hash
	if err := h.UnmarshalText([]byte(hash)); err != nil {
		return journal.Content{}, fmt.Errorf("hash of a content: %w", err)
	}
	return r.hall.Content(r.Context(), h)
}

// letter reads the text of an inject. It is not for a look: it may ask the
// database.
func (r *request) letter(hash string) (letter, error) {
	shelf := &r.hall.shelf
	if l, ok := kept(shelf, &shelf.texts, hash); ok {
		return l, nil
	}
	content, err := r.content(hash)
	if err != nil {
		return letter{}, err
	}
	subject, body, _ := strings.Cut(string(content.Data), "\n")
	html, err := markdown.HTML(body)
	l := letter{subject: strings.TrimPrefix(subject, "# "), html: html}
	if err != nil {
		return letter{}, fmt.Errorf("text of an inject: %w", err)
	}
	keep(shelf, &shelf.texts, hash, l)
	return l, nil
}

// size is that of a content, in bytes.
func (r *request) size(hash string) (int, error) {
	shelf := &r.hall.shelf
	if n, ok := kept(shelf, &shelf.sizes, hash); ok {
		return n, nil
	}
	content, err := r.content(hash)
	if err != nil {
		return 0, err
	}
	keep(shelf, &shelf.sizes, hash, len(content.Data))
	return len(content.Data), nil
}
