// Package area registers the handbook with the program: its pages, its place in
// the navigation, its tables and its texts.
package area

import (
	"context"
	"time"

	communitystore "renkei/internal/community/store"
	"renkei/internal/database"
	"renkei/internal/handbook"
	handbookapi "renkei/internal/handbook/api"
	"renkei/internal/handbook/demo"
	"renkei/internal/handbook/linkcheck"
	handbookpages "renkei/internal/handbook/pages"
	"renkei/internal/handbook/store"
	"renkei/internal/handbook/texts"
	"renkei/internal/web"
)

// Area returns the wing of the handbook, kept in a database; nil is enough to
// ask for its routes, tables and texts. With checkLinks it looks now and then
// whether the evidence of what was published is still there.
func Area(db *database.DB, checkLinks bool) web.Area {
	words := Vocabulary()
	if db == nil {
		db = &database.DB{}
	}
	kept, listings := store.New(db, words), store.NewNeeds(db, words)
	pages := handbookpages.New(handbookpages.Deps{
		Store: kept, Needs: listings, Members: communitystore.New(db), Words: words, Now: time.Now,
	})
	operations := &handbookapi.API{Store: kept, Needs: listings, Now: time.Now}
	area := web.Area{
		Name:       "handbook",
		Routes:     pages.Routes(),
		Nav:        handbookpages.Section,
		Home:       pages.Home,
		Demo:       func(ctx context.Context) error { return Demo(ctx, db) },
		Migrations: store.Migrations(),
		Tables:     store.Tables(),
		Operations: operations.Register,
		Texts:      texts.Area(),
	}
	if checkLinks {
		checks := &linkcheck.Service{Store: kept, Checker: linkcheck.NewChecker(), Now: time.Now}
		area.Minute = checks.Advance
	}
	return area
}

// Vocabulary is that of the program.
func Vocabulary() *handbook.Vocabulary {
	words, err := handbook.DefaultVocabulary()
	if err != nil {
		panic(err) // the vocabulary is part of the program
	}
	return words
}

// Demo publishes the editions of a demonstration in a database that has none, and
// enters its needs and offers.
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
	changes, err := demo.Needs(time.Now().Year())
	if err != nil {
		return err
	}
	_, err = store.NewNeeds(db, words).Apply(ctx, time.Now(), changes...)
	return err
}
