package hosting_test

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/review/report"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/teamfile"
	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
	"renkei/internal/storage"
	"renkei/internal/testkit/exercisetest"
)

const ransomware = "hospital-ransomware@"

// fixture is a host on a folder, which can be closed and opened again.
type fixture struct {
	*hosting.Host

	t    *testing.T
	dir  string
	rest time.Duration
	db   *storage.DB
	auth *auth.Service
}

func newFixture(t *testing.T, rest time.Duration) *fixture {
	t.Helper()
	l := &fixture{t: t, dir: t.TempDir(), rest: rest}
	l.open()
	t.Cleanup(l.close)
	return l
}

func (l *fixture) open() {
	l.t.Helper()
	texts, err := i18n.New(exercisetexts.Area())
	if err != nil {
		l.t.Fatal(err)
	}
	teams := exercisetest.Teams(l.t, teamfile.DemoSize)
	if l.db, err = storage.Open(l.t.Context(), l.file(), storage.Options{}); err != nil {
		l.t.Fatal(err)
	}
	l.auth = auth.New(l.db, time.Now, access.Rules())
	l.Host = hosting.Open(l.t.Context(), hosting.Options{
		DB: l.db, Auth: l.auth, Texts: texts, Log: slog.New(slog.DiscardHandler), Teams: teams,
		Added: filepath.Join(l.dir, "packs"), IdleTimeout: l.rest,
	})
}

func (l *fixture) file() string { return filepath.Join(l.dir, "renkei.db") }

func (l *fixture) close() {
	l.t.Helper()
	if !l.Close(context.Background()) {
		l.t.Error("not everything was committed")
	}
	if err := l.db.Close(); err != nil {
		l.t.Error(err)
	}
}

// order is for an exercise of four teams.
func (l *fixture) order(key string, bots bool) hosting.CreateOptions {
	l.t.Helper()
	for _, p := range l.Packs() {
		if strings.HasPrefix(p.Key, ransomware) {
			return hosting.CreateOptions{
				Key: key, By: "p1", Title: scenario.Text{"en": "  Autumn \n drill ", "ja": ""}, Pack: p.Key,
				Teams: l.someTeams(), Bots: bots,
			}
		}
	}
	l.t.Fatal("the shipped pack is not there")
	return hosting.CreateOptions{}
}

func (l *fixture) create(key string, bots bool) string {
	l.t.Helper()
	id, err := l.Create(l.t.Context(), l.order(key, bots))
	if err != nil {
		l.t.Fatal(err)
	}
	return id
}

// someTeams are four, not in the order of the community.
func (l *fixture) someTeams() []string {
	all := l.Teams()
	return []string{all[2].Key, all[0].Key, all[3].Key, all[1].Key}
}

func (l *fixture) exercise(id string) *hosting.Exercise {
	l.t.Helper()
	hosted, err := l.Exercise(l.t.Context(), id)
	if err != nil {
		l.t.Fatal(err)
	}
	return hosted
}

func (l *fixture) do(id, key string, action exercise.Action) {
	l.t.Helper()
	hosted := l.exercise(id)
	res, err := hosted.Do(l.t.Context(), exercise.Command{Key: key, Actor: exercise.Excon(), Do: action})
	if err == nil {
		err = hosted.Live.Wait(l.t.Context(), res.Last)
	}
	if err != nil {
		l.t.Fatal(err)
	}
}

// sql changes the database behind the program's back.
func (l *fixture) sql(text string) {
	l.t.Helper()
	db, err := sql.Open("sqlite", "file:"+l.file()+"?_pragma=busy_timeout(10000)")
	if err != nil {
		l.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(l.t.Context(), text); err != nil {
		l.t.Fatal(err)
	}
}

func all(string) bool { return true }

// TestHostKeepsExercises: what was made and begun is there after a restart, and
// the same key makes nothing twice.
func TestHostKeepsExercises(t *testing.T) {
	t.Parallel()
	l := newFixture(t, 0)
	id := l.create("k1", true)
	if again := l.create("k1", true); again != id {
		t.Errorf("the same key made %s and %s", id, again)
	}
	other := l.create("k2", false)
	if other == id || !strings.HasPrefix(id, "hospital-ransomware-2") {
		t.Errorf("the ids are %s and %s", id, other)
	}
	l.do(id, "startex", exercise.Start{Speed: 1})
	var before uint64
	l.exercise(id).Live.Now(func(m *follow.Moment) {
		before = m.State.Seq()
		teams := m.State.Created().Teams()
		if title := m.State.Created().Title["en"]; len(teams) != 4 || teams[0].Key != l.Teams()[2].Key || title != "Autumn drill" {
			t.Errorf("made %q with %v", title, teams)
		}
		for u := range m.State.Play().Cast.Units {
			if v := m.State.Unit(u); !v.Bot || !v.Ready {
				t.Errorf("unit %d: %+v", u, v)
			}
		}
	})
	grants, err := l.db.Grants(t.Context(), "p1")
	if err != nil || len(grants) != 2 || grants[0].Role != string(access.Director) {
		t.Errorf("the maker has %v, %v", grants, err)
	}

	l.close()
	l.open()
	if again := l.create("k1", true); again != id {
		t.Errorf("after a restart the same key made %s, not %s", again, id)
	}
	l.exercise(id).Live.Now(func(m *follow.Moment) {
		if m.State.Seq() < before || m.State.Phase() != exercise.Running {
			t.Errorf("event %d, %s, after %d", m.State.Seq(), m.State.Phase(), before)
		}
	})
	list, err := l.List(t.Context(), all)
	if err != nil || len(list) != 2 || list[0].ID != other || list[1].Title["en"] != "Autumn drill" || list[1].Over {
		t.Errorf("%+v, %v", list, err)
	}
	l.exercise(other) // the last to be opened
	for ok := false; !ok; ok, _ = l.Ready() {
	}
	if _, err := l.Exercise(t.Context(), "nothing"); !errors.Is(err, hosting.ErrNotFound) {
		t.Errorf("no exercise: %v", err)
	}
}

// TestDamagedHurtsNobody: an exercise whose log does not hold stays closed, and
// the others are played.
func TestDamagedHurtsNobody(t *testing.T) {
	t.Parallel()
	l := newFixture(t, 0)
	bad, good := l.create("k1", false), l.create("k2", false)
	l.close()
	l.sql(`UPDATE events SET salt = zeroblob(length(salt)) WHERE exercise = (SELECT number FROM exercises WHERE id = '` + bad + `')`)
	l.open()
	for range 2 {
		_, err := l.Exercise(t.Context(), bad)
		var closed *hosting.ClosedError
		if !errors.As(err, &closed) || closed.Code != hosting.ClosedDamaged {
			t.Errorf("damaged: %v", err)
		}
	}
	l.do(good, "startex", exercise.Start{Speed: 1})
	if list, err := l.List(t.Context(), all); err != nil || len(list) != 2 {
		t.Errorf("%v, %v", list, err)
	}
	for ok := false; !ok; ok, _ = l.Ready() {
	}
}

// TestConductorComesBack: while nothing can be written people can read, and are
// told; then the same command works.
func TestConductorComesBack(t *testing.T) {
	t.Parallel()
	l := newFixture(t, 0)
	id := l.create("k1", false)
	l.do(id, "startex", exercise.Start{Speed: 1})
	hosted := l.exercise(id)
	l.sql(`CREATE TRIGGER broken BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'broken'); END`)
	cmd := exercise.Command{Key: "note", Actor: exercise.Excon(), Do: exercise.AddNote{Text: "Is anybody there?"}}
	var closed *hosting.ClosedError
	if _, err := hosted.Do(t.Context(), cmd); !errors.As(err, &closed) || closed.Code != hosting.ClosedAway {
		t.Fatalf("while nothing can be written: %v", err)
	}
	if now := l.exercise(id); now != hosted || now.Live.Seq() == 0 {
		t.Error("there is nothing to read any more")
	}
	l.sql(`DROP TRIGGER broken`)
	first, err := hosted.Do(t.Context(), cmd)
	if err != nil {
		t.Fatal(err)
	}
	if err := hosted.Live.Wait(t.Context(), first.Last); err != nil {
		t.Fatal(err)
	}
	if again, err := hosted.Do(t.Context(), cmd); err != nil || again != first {
		t.Errorf("the same key gave %v, then %v, %v", first, again, err)
	}
}

// TestOverIsLetGo: an exercise that is over is closed when nobody looks on, and
// opened again for who asks.
func TestOverIsLetGo(t *testing.T) {
	t.Parallel()
	l := newFixture(t, 20*time.Millisecond)
	id := l.create("k1", false)
	l.do(id, "startex", exercise.Start{Speed: 1})
	hosted := l.exercise(id)
	watcher := hosted.Live.Watch(exercise.Viewer{Control: true})
	l.do(id, "endex", exercise.End{})
	l.create("k2", false) // takes longer than the rest
	select {
	case <-hosted.Closed():
		t.Error("closed while somebody looks on")
	default:
	}
	watcher.Close()
	<-hosted.Closed()
	if list, err := l.List(t.Context(), func(x string) bool { return x == id }); err != nil || len(list) != 1 || !list[0].Over {
		t.Errorf("%+v, %v", list, err)
	}
	again := l.exercise(id)
	if again == hosted {
		t.Error("the hosted that was let go is still given")
	}
	for name, h := range map[string]*hosting.Exercise{"before": hosted, "now": again} {
		cmd := exercise.Command{Key: name, Actor: exercise.Excon(), Do: exercise.AddNote{Text: "It went well."}}
		if _, err := h.Do(t.Context(), cmd); err != nil {
			t.Errorf("by the hosted of %s: %v", name, err)
		}
	}
	l.close()
	l.open()
	for ok := false; !ok; ok, _ = l.Ready() {
	}
	if list, err := l.List(t.Context(), func(x string) bool { return x == id }); err != nil || len(list) != 1 || !list[0].Over {
		t.Errorf("after a restart: %+v, %v", list, err)
	}
}

// TestCreateSaysWhatToMend names each mistake.
func TestCreateSaysWhatToMend(t *testing.T) {
	t.Parallel()
	l := newFixture(t, 0)
	for code, spoil := range map[string]func(n *hosting.CreateOptions){
		hosting.CreatePack:     func(n *hosting.CreateOptions) { n.Pack = "nothing@1" },
		hosting.CreateTeam:     func(n *hosting.CreateOptions) { n.Teams[1] = n.Teams[0] },
		hosting.CreateFewTeams: func(n *hosting.CreateOptions) { n.Teams = n.Teams[:1] },
		hosting.CreateTitle:    func(n *hosting.CreateOptions) { n.Title["ja"] = strings.Repeat("長", 201) },
	} {
		n := l.order(code, false)
		spoil(&n)
		_, err := l.Create(t.Context(), n)
		var wrong *hosting.CreateError
		if !errors.As(err, &wrong) || wrong.Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	if list, err := l.List(t.Context(), all); err != nil || len(list) != 0 {
		t.Errorf("made all the same: %v, %v", list, err)
	}
}

// zipped is the shipped pack with another version, and one change more.
func zipped(t *testing.T, version string, change func(name string, data []byte) []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	root := os.DirFS("../../../scenarios/hospital-ransomware")
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		if name == "pack.yaml" {
			lines := strings.Split(string(data), "\n")
			for i, line := range lines {
				if strings.HasPrefix(line, "version:") {
					lines[i] = "version: " + version
				}
			}
			data = []byte(strings.Join(lines, "\n"))
		}
		f, err := w.Create(name)
		if err != nil {
			return err
		}
		_, err = f.Write(change(name, data))
		return err
	})
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestAddPack keeps a pack that passes, once, and no other under its name.
func TestAddPack(t *testing.T) {
	t.Parallel()
	l := newFixture(t, 0)
	same := func(_ string, data []byte) []byte { return data }
	before := len(l.Packs())
	for range 2 {
		got, ds, err := l.AddPack(t.Context(), zipped(t, `"9.9"`, same))
		if err != nil || scenario.Failed(ds) || got.Key != ransomware+"9.9" || got.Shipped {
			t.Fatalf("%+v, %v, %v", got.Key, ds, err)
		}
	}
	var taken *hosting.CreateError
	_, _, err := l.AddPack(t.Context(), zipped(t, `"9.9"`, func(name string, data []byte) []byte {
		if name == "pack.yaml" {
			return append(data, "# changed\n"...)
		}
		return data
	}))
	if !errors.As(err, &taken) || taken.Code != hosting.CreatePackTaken || taken.Args["Version"] != "9.9" {
		t.Errorf("another pack under the same name: %v", err)
	}
	broken := zipped(t, `"9.10"`, func(_ string, data []byte) []byte {
		return bytes.ReplaceAll(data, []byte("phase:"), []byte("fase:"))
	})
	for _, zip := range [][]byte{broken, []byte("no zip at all")} {
		if _, ds, err := l.AddPack(t.Context(), zip); err != nil || !scenario.Failed(ds) {
			t.Errorf("a broken pack: %v, %v", ds, err)
		}
	}
	files, err := os.ReadDir(filepath.Join(l.dir, "packs"))
	if err != nil || len(files) != 1 || files[0].Name() != "hospital-ransomware-9.9.zip" {
		t.Errorf("kept %v, %v", files, err)
	}
	l.close()
	l.open()
	if after := len(l.Packs()); after != before+1 {
		t.Errorf("%d packs, then %d", before, after)
	}
}

// TestHostReports writes log and report from the database.
func TestHostReports(t *testing.T) {
	t.Parallel()
	l := newFixture(t, 0)
	id := l.create("k1", true)
	l.do(id, "startex", exercise.Start{Speed: 1})
	l.do(id, "jump", exercise.Jump{To: 5 * 60 * exercise.Second, Mode: exercise.JumpRelease})
	l.do(id, "endex", exercise.End{})
	hosted := l.exercise(id)
	texts, err := i18n.New(exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ form, reader, lang, want string }{
		{report.HTMLFormat, review.ForExcon, "ja", "<html lang=\"ja\""},
		{report.HTMLFormat, l.Teams()[0].Key, "en", "<html lang=\"en\""},
		{report.JSONFormat, review.ForExcon, "en", "{"},
		{report.CSVFormat, review.ForExcon, "en", ","},
		{report.SummaryFormat, review.ForExcon, "en", "# "},
		{report.XLSXFormat, review.ForExcon, "en", "PK"},
		{report.CSVZipFormat, review.ForExcon, "en", "PK"},
	} {
		o := hosting.ReportOptions{For: tt.reader, Format: tt.form, Printer: texts.For(tt.lang)}
		var one, two bytes.Buffer
		if err := errors.Join(hosted.Report(t.Context(), &one, o), hosted.Report(t.Context(), &two, o)); err != nil {
			t.Errorf("%s: %v", tt.form, err)
		}
		if !strings.Contains(one.String(), tt.want) || !bytes.Equal(one.Bytes(), two.Bytes()) {
			t.Errorf("%s does not hold %q, or changes", tt.form, tt.want)
		}
	}
	for _, o := range []hosting.ReportOptions{{Format: "docx", For: review.ForExcon}, {Format: report.SummaryFormat, For: "asteria"}} {
		if err := hosted.Report(t.Context(), &bytes.Buffer{}, o); !errors.Is(err, report.ErrNoFormat) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	for upTo, want := range map[uint64]int{0: int(hosted.Live.Seq()), 3: 3} {
		var log bytes.Buffer
		if err := hosted.WriteLog(t.Context(), &log, upTo); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(log.String(), `"chain"`); got < want || got > want+2 { // and those of the ends
			t.Errorf("up to %d: %d entries, want %d", upTo, got, want)
		}
		if _, err := review.Load(&log); err != nil {
			t.Errorf("up to %d: %v", upTo, err)
		}
	}
}
