package storage_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/auth/authstore"
	"renkei/internal/database"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
	"renkei/internal/storage"
)

func opened(t *testing.T, at string) *storage.DB {
	t.Helper()
	db, err := storage.Open(t.Context(), at, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() }) // some tests have closed it
	return db
}

// TestTables wants every table of a database to belong to an area, so that none
// is forgotten where tables are gone through.
func TestTables(t *testing.T) {
	t.Parallel()
	testTables(t, filepath.Join(t.TempDir(), "renkei.db"))
}

func testTables(t *testing.T, at string) {
	t.Helper()
	db := opened(t, at)
	var named []string
	for _, a := range storage.Areas() {
		named = append(named, a.Tables...)
	}
	slices.Sort(named)
	if got, err := db.Database.TableNames(t.Context()); err != nil || !slices.Equal(got, named) {
		t.Errorf("the tables are %v, %v; the areas name %v", got, err, named)
	}
}

// sharedDB is a database that the commit 023d85f made, the last with one list of
// migrations and grants of an exercise and a unit, as people used it: the
// secrets are of its sessions, tokens and links.
type sharedDB struct {
	link, community, taken, session, token string
}

const (
	sharedExercise = "0198c0de-0000-7000-8000-000000000001"
	sharedPassword = "correct horse battery"
)

// TestSharedMigrations opens such a database: it is read as it is, and taken
// over once. testdata/shared_migrations.db.gz is the file.
func TestSharedMigrations(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/shared_migrations.db.gz")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(unzipped)
	at := filepath.Join(t.TempDir(), "renkei.db")
	if err := errors.Join(err, os.WriteFile(at, raw, 0o600)); err != nil {
		t.Fatal(err)
	}
	testShared(t, at, sharedDB{
		link: "vVd5O0SXEj96nHgZD6XohvSsJu-ju8ll2vcs93RQaV0", community: "iPE78lbXxBKQ-Xfnp0doB96YRprtIGPYiUD2rwggr20",
		taken: "Uc7xxU158TMYZwbVX4pAGVHYTjfIPftts7l8FBobsr8", session: "5wEpmPf-QZ_AGGF6WvdUmX_qsGrHn6yumlNukgOD-dY",
		token: "renkei_Z_PA1WwyiRWENJCPCpEriLP854MROOvZhxQmeV_X1uE",
	})
}

func testShared(t *testing.T, at string, shared sharedDB) {
	t.Helper()
	r, err := storage.OpenReader(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	people, err := r.AllPeople(t.Context())
	if err != nil || len(people) != 3 {
		t.Errorf("read as it is, it has the people %v, %v", people, err)
	}
	sharedLog(t, r.Reader)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		db := opened(t, at)
		sharedLog(t, db.Reader)
		now := time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)
		s := auth.New(db, func() time.Time { return now }, access.Rules())
		shared.grants(t, s)
		shared.links(t, s)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	testTables(t, at)
	if r, err = storage.OpenReader(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
}

// sharedLog sees that the log is there, with all that belongs to it.
func sharedLog(t *testing.T, r *eventstore.Reader) {
	t.Helper()
	var file bytes.Buffer
	w, err := journal.NewWriter(&file, sharedExercise)
	if err := errors.Join(err, r.Export(t.Context(), sharedExercise, w), w.Close()); err != nil {
		t.Fatal(err)
	}
	res, err := journal.Verify(&file)
	if err != nil || res.Head.Seq != 3 {
		t.Errorf("the log ends at %v, %v", res.Head, err)
	}
	if tick, ok, err := r.Tick(t.Context(), sharedExercise); err != nil || !ok || tick.At != 5 {
		t.Errorf("the tick is %v, %v, %v", tick, ok, err)
	}
	if snap, ok, err := r.Snapshot(t.Context(), sharedExercise); err != nil || !ok || string(snap.Data) != "state" || snap.Chain != res.Head.Chain {
		t.Errorf("the snapshot is %v, %v, %v", snap, ok, err)
	}
	for k, err := range r.Keys(t.Context(), sharedExercise, 0) {
		if err != nil || k.Key != "begin" || k.Last != 3 {
			t.Errorf("the key is %v, %v", k, err)
		}
	}
}

// grants sees that sessions, tokens and roles are what they were.
func (d sharedDB) grants(t *testing.T, s *auth.Service) {
	t.Helper()
	for what, get := range map[string]func() (*auth.Access, error){
		"session": func() (*auth.Access, error) { return s.Access(t.Context(), d.session) },
		"token":   func() (*auth.Access, error) { return s.AccessByToken(t.Context(), d.token) },
	} {
		got, err := get()
		a := access.Of(got)
		if err != nil || a.Name != "Dir" || a.Lang != "ja" || a.Secretary() {
			t.Fatalf("the owner of the %s is %+v, %v", what, got, err)
		}
		if !a.Directs(sharedExercise) || !a.Has(access.National, sharedExercise, "asteria") || a.Plays(sharedExercise, "asteria/hospital") || len(a.Grants) != 2 {
			t.Errorf("with a %s they have %v", what, a.Grants)
		}
	}
	secret, err := s.SignIn(t.Context(), "sec@example.org", sharedPassword, "")
	if err != nil {
		t.Fatal(err)
	}
	if a, err := s.Access(t.Context(), secret); err != nil || !a.Secretary() {
		t.Errorf("the secretary is %+v, %v", a, err)
	}
	holders, err := s.GrantsIn(t.Context(), access.In(sharedExercise, ""))
	if err != nil || len(holders) != 3 {
		t.Errorf("in the exercise are %v, %v", holders, err)
	}
	for _, h := range holders {
		if h.Role == string(access.Director) && !errors.Is(s.Revoke(t.Context(), "test", h.Grant), auth.ErrLast) {
			t.Error("the last director could be revoked")
		}
	}
}

// links sees that those open and taken are what they were.
func (d sharedDB) links(t *testing.T, s *auth.Service) {
	t.Helper()
	if g, err := s.Look(t.Context(), d.link); err != nil || g != (auth.Grant{Scope: access.In(sharedExercise, "asteria"), Role: string(access.Player)}) {
		t.Errorf("the link gives %v, %v", g, err)
	}
	if i, err := s.LookAt(t.Context(), d.community); err != nil || i.Scope != (auth.Scope{}) || i.For.Name != "New" || !i.For.Account {
		t.Errorf("the community's link is %+v, %v", i, err)
	}
	if _, err := s.Look(t.Context(), d.taken); !errors.Is(err, auth.ErrLink) {
		t.Errorf("the link that was taken: %v", err)
	}
	for scope, want := range map[auth.Scope]int{access.In(sharedExercise, ""): 2, {}: 1} {
		if all, err := s.Links(t.Context(), scope); err != nil || len(all) != want {
			t.Errorf("the links of %v are %v, %v", scope, all, err)
		}
	}
}

// TestOtherFile leaves no lock behind.
func TestOtherFile(t *testing.T) {
	t.Parallel()
	at := filepath.Join(t.TempDir(), "renkei.db")
	if err := os.WriteFile(at, bytes.Repeat([]byte("no database "), 100), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := storage.Open(t.Context(), at, storage.Options{}); !errors.Is(err, database.ErrDamaged) {
		t.Errorf("a file of another kind: %v", err)
	}
	if err := os.Remove(at); err != nil {
		t.Fatal(err)
	}
	db := opened(t, at)
	if err := db.PutPeople(t.Context(), []authstore.Person{{ID: "p"}}); err != nil {
		t.Error(err)
	}
}
