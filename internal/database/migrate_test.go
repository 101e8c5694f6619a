package database

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"
)

// area is one whose migrations have these texts.
func area(name string, texts ...string) Area {
	files := fstest.MapFS{}
	for i, text := range texts {
		files[fmt.Sprintf("%03d_step.sql", i+1)] = &fstest.MapFile{Data: []byte(text)}
	}
	return Area{Name: name, Migrations: files}
}

func sumOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// countIn returns how many rows a table has.
func countIn(t *testing.T, db *DB, table string) (n int) {
	t.Helper()
	if err := db.pool.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	testMigrate(t, openDB(t, filepath.Join(t.TempDir(), "renkei.db")))
}

func testMigrate(t *testing.T, db *DB) {
	t.Helper()
	first := `CREATE TABLE a (x BIGINT NOT NULL) /*STRICT*/; INSERT INTO a VALUES (1);`
	second := `CREATE TABLE b (y BYTEA) /*STRICT*/; INSERT INTO a VALUES (2);`
	other := area("other", `CREATE TABLE c (z TEXT) /*STRICT*/;`)
	for _, tt := range []struct {
		name  string
		areas []Area
		fails bool
		want  error
		rows  int
	}{
		{"first", []Area{area("one", first)}, false, nil, 1},
		{"again", []Area{area("one", first)}, false, nil, 1},
		{"fails half way", []Area{area("one", first, second+"INSERT INTO nowhere VALUES (3);")}, true, nil, 1},
		{"second", []Area{area("one", first, second)}, false, nil, 2},
		{"another area", []Area{area("one", first, second), other}, false, nil, 2},
		{"older program", []Area{area("one", first), other}, true, ErrSchema, 2},
		{"program without the area", []Area{area("one", first, second)}, true, ErrSchema, 2},
		{"other wording", []Area{area("one", first+" ", second), other}, true, ErrSchema, 2},
	} {
		err := db.Migrate(t.Context(), tt.areas...)
		if (err != nil) != tt.fails || !errors.Is(err, tt.want) && tt.want != nil {
			t.Errorf("%s: error %v, want %v", tt.name, err, tt.want)
		}
		if rows := countIn(t, db, "a"); rows != tt.rows {
			t.Errorf("%s: %d rows, want %d", tt.name, rows, tt.rows)
		}
	}
	if names, err := db.TableNames(t.Context()); err != nil || !slices.Equal(names, []string{"a", "b", "c"}) {
		t.Errorf("the tables are %v, %v", names, err)
	}
	gap := Area{Name: "gap", Migrations: fstest.MapFS{"002_gap.sql": {}}}
	if err := db.Migrate(t.Context(), gap); err == nil {
		t.Error("a gap in the numbers is not noticed")
	}
}

// TestTakeOver turns the list that all areas shared into lists of their own.
func TestTakeOver(t *testing.T) {
	t.Parallel()
	const both, later = `CREATE TABLE a (x BIGINT); CREATE TABLE b (x BIGINT);`, `CREATE TABLE d (x BIGINT);`
	one, two := area("one", `CREATE TABLE a (x BIGINT);`), area("two", `CREATE TABLE b (x BIGINT);`, later)
	one.Inherited = []Inherited{{Shared: sumOf(both), Number: 1}}
	two.Inherited = []Inherited{{Shared: sumOf(both), Number: 1}, {Shared: sumOf(later), Number: 2}}
	two.ReadFrom = 1
	for name, tt := range map[string]struct {
		taken []string // of the shared list
		read  error    // of OpenReader before it is taken over
		want  error
	}{
		"up to date":      {[]string{both, later}, nil, nil},
		"of before":       {[]string{both}, nil, nil},
		"of another line": {[]string{both, later + " "}, ErrSchema, ErrSchema},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "renkei.db")
			db := openDB(t, path)
			err := db.Write(t.Context(), func(tx *Tx) error {
				_, err := tx.Exec(`CREATE TABLE migrations (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)`)
				for i, text := range tt.taken {
					_, steps := tx.Exec(text)
					_, noted := tx.Exec(`INSERT INTO migrations VALUES ($1, 'step', $2)`, i+1, sumOf(text))
					err = errors.Join(err, steps, noted)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := reads(t.Context(), path, one, two); !errors.Is(err, tt.read) {
				t.Errorf("read before: %v, want %v", err, tt.read)
			}
			for range 2 {
				if err := db.Migrate(t.Context(), one, two); !errors.Is(err, tt.want) {
					t.Fatalf("Migrate: %v, want %v", err, tt.want)
				}
			}
			if tt.want != nil {
				return
			}
			if n := countIn(t, db, "migrations"); n != 3 {
				t.Errorf("%d migrations are taken, want 3", n)
			}
			if err := reads(t.Context(), path, one, two); err != nil {
				t.Errorf("read afterwards: %v", err)
			}
			if err := reads(t.Context(), path, one); !errors.Is(err, ErrSchema) {
				t.Errorf("read without an area: %v", err)
			}
		})
	}
}

// reads opens a Reader of a database.
func reads(ctx context.Context, path string, areas ...Area) error {
	r, err := OpenReader(ctx, path, areas...)
	if err != nil {
		return err
	}
	return r.Close()
}
