package review_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"slices"
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/bots"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/teamfile"
	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
	"renkei/internal/journal"
)

// epoch is the wall time of the first event.
var epoch = time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC)

// stage plays an exercise with the engine alone and writes its log.
type stage struct {
	tb    testing.TB
	state *exercise.State
	out   bytes.Buffer
	log   *journal.Writer
	head  journal.Head
	drift time.Duration // wall time that passed while the clock stood
	n     int
	bots  *bots.Bots // nil: nobody plays by itself
}

// newStage casts the starter pack, its files changed by edit.
func newStage(tb testing.TB, teams []scenario.Unit, edit func(files map[string][]byte)) *stage {
	tb.Helper()
	dir := tb.TempDir()
	if _, err := scenario.New(dir, func(string) string { return "" }); err != nil {
		tb.Fatal(err)
	}
	files, ds, err := scenario.Read(dir)
	if err != nil || len(ds) > 0 {
		tb.Fatal(err, ds)
	}
	if edit != nil {
		edit(files)
	}
	return stageOf(tb, files, teams, nil)
}

// stageOf casts any pack; out takes the log, or nil keeps it in memory.
func stageOf(tb testing.TB, files map[string][]byte, teams []scenario.Unit, out io.Writer) *stage {
	tb.Helper()
	pack, ds := scenario.Parse(files)
	if scenario.Failed(ds) {
		tb.Fatal(ds)
	}
	cast, err := scenario.NewCast(pack, teams)
	if err != nil {
		tb.Fatal(err)
	}
	play, err := exercise.NewPlay(pack, cast)
	if err != nil {
		tb.Fatal(err)
	}
	s := &stage{tb: tb, state: exercise.New(play), head: journal.Head{Chain: journal.Genesis("ex-1")}}
	if out == nil {
		out = &s.out
	}
	if s.log, err = journal.NewWriter(out, "ex-1"); err != nil {
		tb.Fatal(err)
	}
	s.create(pack, cast)
	return s
}

func (s *stage) create(pack *scenario.Pack, cast *scenario.Cast) {
	created := &exercise.Created{
		ID: "ex-1", Title: scenario.Text{"en": "Autumn drill | A", "ja": "秋季演習｜A"}, Kind: pack.Kind,
		Pack: pack.Key, Version: pack.Version, Hash: pack.Hash(), Files: map[string]string{},
		Startex: pack.Startex.UnixMicro(), Seed: 7, Units: cast.Units,
	}
	paths := make([]string, 0, len(pack.Files))
	for path := range pack.Files {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		created.Files[path] = s.keep(scenario.MediaType(path), pack.Files[path])
	}
	s.take(&exercise.Event{Seq: 1, Wall: epoch.UnixMicro(), Actor: "clock", To: exercise.Audience{exercise.ToControl}, Cmd: "create", Body: created})
}

func (s *stage) keep(media string, data []byte) string {
	c := journal.Content{Hash: journal.HashOf(data), Media: media, Data: data}
	if err := s.log.Content(c); err != nil {
		s.tb.Fatal(err)
	}
	return c.Hash.String()
}

// take renders, applies and writes one event.
func (s *stage) take(e *exercise.Event) {
	if b, ok := e.Body.(*exercise.InjectReleased); ok {
		s.render(e, b)
	}
	raw, err := e.Encode()
	if err != nil {
		s.tb.Fatal(err)
	}
	if err := s.state.Apply(e); err != nil {
		s.tb.Fatal(err)
	}
	if err := s.log.Entry(next(&s.head, raw)); err != nil {
		s.tb.Fatal(err)
	}
	if s.bots != nil {
		s.bots.React(s.state, e)
	}
}

func next(head *journal.Head, raw []byte) journal.Entry {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, head.Seq))
	e := journal.Entry{Seq: head.Seq + 1, Event: raw, Salt: sum[:journal.SaltSize]}
	e.Leaf = journal.LeafOf(e.Salt, raw)
	e.Chain = journal.Link(head.Chain, e.Leaf)
	*head = journal.Head{Seq: e.Seq, Chain: e.Chain}
	return e
}

func (s *stage) render(e *exercise.Event, b *exercise.InjectReleased) {
	i, _ := s.state.InjectIndex(b.Inject)
	cast := s.state.Play().Cast
	u, _ := cast.Index(b.Unit)
	render := func(tmpl, lang string) string {
		text, _, err := cast.Render(tmpl, u, lang, s.state.Play().Pack.Startex.Add(e.At.Duration()))
		if err != nil {
			s.tb.Fatal(err)
		}
		return text
	}
	b.Texts = map[string]string{}
	for _, lang := range s.state.Play().Pack.Languages {
		tmpl, _ := s.state.Text(i, u, lang)
		b.Texts[lang] = s.keep("text/markdown", []byte(render(tmpl, lang)))
	}
	s.attach(b, render)
}

func (s *stage) wall(at exercise.Time) int64 {
	return epoch.Add(10 * time.Minute).Add(s.drift).Add(at.Duration()).UnixMicro()
}

// until does what the clock owes up to a time.
func (s *stage) until(at exercise.Time) {
	for {
		c, ok := s.state.Due(at)
		if !ok {
			return
		}
		c.Wall = s.wall(c.At)
		if err := s.decide(&c); err != nil {
			s.tb.Fatalf("%s: %v", c.Key, err)
		}
	}
}

func (s *stage) decide(c *exercise.Command) error {
	events, err := s.state.Decide(c, nil)
	for i := range events {
		s.take(&events[i])
	}
	return err
}

// try gives a command at a time and returns its refusal.
func (s *stage) try(at exercise.Time, who exercise.Actor, do exercise.Action) error {
	s.until(at)
	s.n++
	return s.decide(&exercise.Command{Key: "c", Actor: who, At: at, Wall: s.wall(at), Do: do})
}

// do gives a command that must not be refused; at is "mm:ss".
func (s *stage) do(at string, who exercise.Actor, do exercise.Action) {
	s.tb.Helper()
	if err := s.try(clock(s.tb, at), who, do); err != nil {
		s.tb.Fatalf("%s %T: %v", at, do, err)
	}
}

func clock(tb testing.TB, at string) exercise.Time {
	tb.Helper()
	t, err := exercise.ParseTime(at)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

// end closes the log and gives its bytes.
func (s *stage) end() []byte {
	if err := s.log.Close(); err != nil {
		s.tb.Fatal(err)
	}
	return s.out.Bytes()
}

// load closes the log and loads it.
func (s *stage) load() *review.Log {
	s.tb.Helper()
	return load(s.tb, s.end())
}

func load(tb testing.TB, b []byte) *review.Log {
	tb.Helper()
	l, err := review.Load(bytes.NewReader(b))
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

func results(tb testing.TB, l *review.Log) *review.Result {
	tb.Helper()
	r, err := review.Results(l)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func printer(tb testing.TB, lang string) *i18n.Printer {
	tb.Helper()
	c, err := i18n.New(exercisetexts.Area())
	if err != nil {
		tb.Fatal(err)
	}
	return c.For(lang)
}

// demo gives teams of the demo community by their numbers.
func demo(tb testing.TB, numbers ...int) []scenario.Unit {
	tb.Helper()
	all, err := teamfile.Demo(slices.Max(numbers))
	if err != nil {
		tb.Fatal(err)
	}
	teams := make([]scenario.Unit, len(numbers))
	for i, n := range numbers {
		teams[i] = all[n-1]
	}
	return teams
}

func player(unit string) exercise.Actor {
	return exercise.Actor{ID: "p-" + unit, Role: exercise.RolePlayer, Unit: unit}
}

func evaluator(id string) exercise.Actor {
	return exercise.Actor{ID: id, Role: exercise.RoleEvaluator}
}

func points(p float64) *float64 { return &p }
