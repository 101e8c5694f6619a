// Package area registers the handbook with the program: its pages, its place in
// the navigation, its tables and its texts.
package area

import (
	"context"
	"time"

	"renkei/internal/database"
	"renkei/internal/handbook"
	"renkei/internal/handbook/demo"
	"renkei/internal/handbook/store"
	"renkei/internal/handbook/texts"
	"renkei/internal/web"

	handbookpages "renkei/internal/handbook/pages"
)

// Area returns the wing of the handbook, kept in a database; nil is enough to
// ask for its routes, tables and texts.
func Area(db *database.DB) web.Area {
	words := Vocabulary()
	if db == nil {
		db = &database.DB{}
	}
	return web.Area{
		Name:       "handbook",
		Routes:     handbookpages.New(store.New(db, words), words, time.Now).Routes(),
		Nav:        handbookpages.Section,
		Demo:       func(ctx context.Context) error { return Demo(ctx, db) },
		Migrations: store.Migrations(),
		Tables:     store.Tables(),
		Texts:      texts.Files(),
	}
}

// Vocabulary is that of the program.
func Vocabulary() *handbook.Vocabulary {
	words, err := handbook.DefaultVocabulary()
	if err != nil {
		panic(err) // the vocabulary is part of the program
	}
	return words
}

// Demo publishes the editions of a demonstration in a database that has none.
func Demo(ctx context.Context, db *database.DB) error {
	words := Vocabulary()
	editions, err := demo.Editions(words)
	if err != nil {
		return err
	}
	s := store.New(db, words)
	for _, c := range editions {
		if err := s.Load(ctx, c); err != nil {
			return err
		}
	}
	return nil
}
