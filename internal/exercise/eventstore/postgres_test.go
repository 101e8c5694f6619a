//go:build unix

package eventstore_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"renkei/internal/database"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/exercise/eventstore/eventstoretest"
	"renkei/internal/journal"
	"renkei/internal/testkit/postgres"
)

// TestPostgres has one server, and a database for each case.
func TestPostgres(t *testing.T) {
	t.Parallel()
	server := postgres.Start(t)
	for name, test := range map[string]func(*testing.T, *postgres.Server){
		"Suite": testSuite, "Nodes": testNodes, "Import": testImportOfOther, "Reader": testReader,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, server)
		})
	}
}

func testSuite(t *testing.T, server *postgres.Server) {
	t.Helper()
	var databases sync.Map // URLs by the dir of the case
	eventstoretest.Run(t, func(t *testing.T, dir string) eventstoretest.Store {
		t.Helper()
		at, ok := databases.Load(dir)
		if !ok {
			at = server.Database(t)
			databases.Store(dir, at)
		}
		return opened(t, at.(string), database.Options{})
	})
}

func create(t *testing.T, db store, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if err := db.Create(t.Context(), eventstore.Exercise{ID: id}); err != nil {
			t.Fatal(err)
		}
	}
}

func one(exercise string, first uint64) eventstore.Batch {
	return eventstore.Batch{
		Exercise: exercise, First: first, Events: [][]byte{fmt.Appendf(nil, `{"n":%d}`, first)},
		Keys: []eventstore.Key{{Actor: "p", Key: fmt.Sprint(first), First: first, Last: first}},
	}
}

// testNodes has two nodes open an empty database at once, and then write the
// same exercises: for each seq one of them wins, and the other hears
// ErrConflict; exercises that only one of them writes do not suffer.
func testNodes(t *testing.T, server *postgres.Server) {
	t.Helper()
	at := server.Database(t)
	nodes := make([]store, 2)
	var opening sync.WaitGroup
	for i := range nodes {
		opening.Go(func() { nodes[i], _ = open(t.Context(), at, database.Options{}) })
	}
	opening.Wait()
	for _, db := range nodes {
		if db.DB == nil {
			t.Fatal("a node did not open")
		}
		t.Cleanup(func() { _ = db.Close() })
	}
	create(t, nodes[0], "both", "own0", "own1")
	const rounds = 300
	var won [2]uint64
	var writing sync.WaitGroup
	for i, db := range nodes {
		writing.Go(func() {
			for next := uint64(1); next <= rounds; next++ {
				switch _, err := db.Append(t.Context(), one("both", next)); {
				case err == nil:
					won[i]++
				case !errors.Is(err, database.ErrConflict):
					t.Errorf("node %d at %d: %v", i, next, err)
				}
			}
		})
		writing.Go(func() {
			for next := uint64(1); next <= rounds; next++ {
				if _, err := db.Append(t.Context(), one(fmt.Sprint("own", i), next)); err != nil {
					t.Errorf("node %d alone at %d: %v", i, next, err)
				}
			}
		})
	}
	writing.Wait()
	if won[0]+won[1] != rounds {
		t.Errorf("%d and %d of %d events are acknowledged", won[0], won[1], rounds)
	}
	for _, id := range []string{"both", "own0", "own1"} {
		if head := verified(t, nodes[0], id); head.Seq != rounds {
			t.Errorf("%s ends at %d, want %d", id, head.Seq, rounds)
		}
	}
}

func verified(t *testing.T, db store, id string) journal.Head {
	t.Helper()
	var file bytes.Buffer
	w, err := journal.NewWriter(&file, id)
	if err := errors.Join(err, db.Export(t.Context(), id, w), w.Close()); err != nil {
		t.Fatal(err)
	}
	res, err := journal.Verify(&file)
	if err != nil {
		t.Fatal(err)
	}
	return res.Head
}

// testImportOfOther opens a second node while the first imports: it takes
// nothing for a leftover, but does once the first is gone.
func testImportOfOther(t *testing.T, server *postgres.Server) {
	t.Helper()
	at := server.Database(t)
	first := opened(t, at, database.Options{})
	salt := make([]byte, journal.SaltSize)
	err := first.Import(t.Context(), eventstore.Exercise{ID: "x"}, func(im *eventstore.Importer) error {
		if err := opened(t, at, database.Options{}).Import(t.Context(), eventstore.Exercise{ID: "y"}, func(*eventstore.Importer) error { return nil }); err != nil {
			return err
		}
		e := journal.Entry{Seq: 1, Event: []byte("{}"), Salt: salt, Leaf: journal.LeafOf(salt, []byte("{}"))}
		e.Chain = journal.Link(journal.Genesis("x"), e.Leaf)
		return im.Entry(e)
	})
	if err != nil {
		t.Fatal(err)
	}
	if head := verified(t, first, "x"); head.Seq != 1 {
		t.Errorf("head %v", head)
	}
}

// testReader reads one moment beside a node that goes on.
func testReader(t *testing.T, server *postgres.Server) {
	t.Helper()
	at := server.Database(t)
	if _, err := database.OpenReader(t.Context(), at, eventstore.Area()); err == nil {
		t.Error("an empty database was read")
	}
	db := opened(t, at, database.Options{})
	create(t, db, "x")
	head := appendOne(t, db, 1)
	r := reader(t, at)
	appendOne(t, db, 2)
	if got := exported(t, r); got != head {
		t.Errorf("it reads up to %v, want %v", got, head)
	}
}

// records keeps what is logged.
type records struct {
	mu   sync.Mutex
	text bytes.Buffer // guarded by mu
}

func (r *records) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *records) count(message string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Count(r.text.String(), "msg="+message)
}

func (r *records) options(patience time.Duration) database.Options {
	return database.Options{Logger: slog.New(slog.NewTextHandler(r, nil)), Patience: patience}
}

// TestPostgresAway has a server that goes away.
func TestPostgresAway(t *testing.T) {
	t.Parallel()
	server := postgres.Start(t, postgres.Durable)
	t.Run("again and again", func(t *testing.T) { testAway(t, server) })
	t.Run("for too long", func(t *testing.T) { testImpatient(t, server) })
}

// testAway takes the server away in the midst of appends, again and
// again, each way that it can go: all that was sent is there once, in order,
// and nobody hears of it but the log.
func testAway(t *testing.T, server *postgres.Server) {
	t.Helper()
	at := server.Database(t)
	var log records
	db := opened(t, at, log.options(2*time.Minute))
	create(t, db, "x", "y")
	stop := make(chan struct{})
	var writing sync.WaitGroup
	var last [2]uint64
	for i, id := range []string{"x", "y"} {
		writing.Go(func() {
			for running := true; running; {
				select {
				case <-stop:
					running = false
				default:
				}
				h, err := db.Append(t.Context(), one(id, last[i]+1))
				if err != nil || h.Seq != last[i]+1 {
					t.Errorf("%s at %d: %v, %v", id, last[i]+1, h, err)
					return
				}
				last[i]++
			}
		})
	}
	for round := range 3 {
		for _, end := range []func(testing.TB){server.Crash, server.Stop} {
			end(t)
			server.Start(t)
		}
		// A commit whose answer is lost is what is hard to tell apart.
		server.Exec(t, at, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'renkei'`)
		if _, err := db.Head(t.Context(), "x"); err != nil {
			t.Errorf("a read in round %d: %v", round, err)
		}
	}
	close(stop)
	writing.Wait()
	for i, id := range []string{"x", "y"} {
		if head := verified(t, db, id); head.Seq != last[i] || last[i] == 0 {
			t.Errorf("%s ends at %d, %d were acknowledged", id, head.Seq, last[i])
		}
	}
	if away, back := log.count("database_away"), log.count("database_back"); away == 0 || away != back {
		t.Errorf("the log says %d times that the server is away and %d times that it is back", away, back)
	}
}

// testImpatient gives up after its patience, and closes at once.
func testImpatient(t *testing.T, server *postgres.Server) {
	t.Helper()
	at := server.Database(t)
	var log records
	db := opened(t, at, log.options(300*time.Millisecond))
	patient := opened(t, at, database.Options{Patience: time.Hour})
	create(t, db, "x", "y")
	server.Stop(t)
	for _, id := range []string{"x", "y"} {
		if _, err := db.Append(t.Context(), one(id, 1)); !errors.Is(err, database.ErrUnreachable) {
			t.Errorf("append: %v, want ErrUnreachable", err)
		}
	}
	if _, err := db.Head(t.Context(), "x"); !errors.Is(err, database.ErrUnreachable) {
		t.Errorf("read: %v, want ErrUnreachable", err)
	}
	if n := log.count("database_away"); n != 1 {
		t.Errorf("the log says %d times that the server is away", n)
	}
	waiting := make(chan error, 1)
	patient.Enqueue(one("x", 1), func(_ eventstore.Head, err error) { waiting <- err })
	_ = patient.Close()
	if err := <-waiting; err == nil {
		t.Error("committed without a server")
	}
	server.Start(t)
	if h, err := db.Append(t.Context(), one("x", 1)); err != nil || h.Seq != 1 {
		t.Errorf("afterwards: %v, %v", h, err)
	}
}
