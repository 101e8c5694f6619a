package authstore

import (
	"context"
	"embed"
	"io/fs"

	"renkei/internal/database"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Area is what this package stores in a database.
func Area() database.Area {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return database.Area{
		Name:       "auth",
		Migrations: files,
		Tables:     []string{"accounts", "api_tokens", "audit", "device_codes", "devices", "factors", "grants", "links", "people", "recovery_codes", "sessions", "steps"},
		Sessions:   []string{"device_codes", "sessions", "steps"},
		ReadFrom:   1, // ReadNames is all that reads a moment
		Inherited: []database.Inherited{
			{Shared: "b0ee15622d64c51e274490d6aab77c350316b0aea80948af9920592633ce7a83", Number: 1}, // 002_portable.sql
			{Shared: "10ed54d8f3ac9e831c039581a0d3ec69239d7d2d1ce4db22a4f555aadfcb7b49", Number: 2}, // 003_access.sql
			{Shared: "0f9abc63aedac7ec15e91656a5b125a4a1331aed7ec78177b039896d86dec54b", Number: 3}, // 004_people.sql
		},
	}
}

// Store keeps who people are and what they may do. It is safe for use by many
// goroutines.
type Store struct {
	*Names
	db *database.DB
	q  queries
}

// New returns the store of a database that has the migrations of Area.
func New(ctx context.Context, db *database.DB) (*Store, error) {
	names, err := ReadNames(ctx, db.Reader)
	if err != nil {
		return nil, err
	}
	s := &Store{Names: names, db: db}
	return s, db.Prepare(ctx, s.q.texts())
}
