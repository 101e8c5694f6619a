package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"renkei/internal/community"
	"renkei/internal/conduct"
	"renkei/internal/conduct/crew"
	"renkei/internal/exercise"
	"renkei/internal/i18n"
	"renkei/internal/journal"
	"renkei/internal/review"
	"renkei/internal/scenario"
	"renkei/internal/store"
)

// Files of a run's folder.
const (
	fileDB      = "exercise.db"
	FileLog     = "log.jsonl"
	FileResults = "results.json"
	FileSummary = "summary.md"
)

// RunOptions say which exercise is run and how.
type RunOptions struct {
	Pack      string
	Community string // file; "" for the fictional one
	Teams     int    // 0: all of the community
	Bots      bool   // simulated teams play every unit
	Seed      uint64
	Speed     float64 // exercise time per wall time; 0 is as fast as it goes
	Out       string  // folder
	Texts     *i18n.Catalogue
	Printer   *i18n.Printer
	Log       *slog.Logger
	Progress  Progress
}

// Progress watches a run. Its methods are called from one goroutine at a time
// and must not block.
type Progress interface {
	// Begin is called before the first event, with what is played.
	Begin(play *exercise.Play, from *exercise.State)
	// Seen is called with events right after they became durable.
	Seen(events []exercise.Event)
	// Stop is called once nothing more comes.
	Stop()
}

// PackError is a pack that cannot be played.
type PackError struct {
	Path        string
	Diagnostics []scenario.Diagnostic
}

// Error names the pack and how many findings there are.
func (e *PackError) Error() string {
	return fmt.Sprintf("scenario pack %s: %d findings", e.Path, len(e.Diagnostics))
}

// OtherError is a folder that holds another exercise than the one asked for.
type OtherError struct{ Dir, Has, Want string }

// Error names both exercises.
func (e *OtherError) Error() string {
	return fmt.Sprintf("%s holds exercise %s, not %s", e.Dir, e.Has, e.Want)
}

// ForeignError is a file that a run would overwrite and did not write.
type ForeignError struct{ Path string }

// Error names the file.
func (e *ForeignError) Error() string { return "not written by a run: " + e.Path }

// TeamsError is a number of teams that pack or community does not allow.
type TeamsError struct{ Want, Min, Max int }

// Error gives the bounds.
func (e *TeamsError) Error() string {
	return fmt.Sprintf("%d teams: between %d and %d are possible", e.Want, e.Min, e.Max)
}

// Outcome is how a run ended.
type Outcome struct {
	Ended  bool // ENDEX was reached; else the same command goes on
	At     exercise.Time
	Events uint64
	Dir    string
}

// RunExercise plays an exercise from its pack, or goes on with it, until ENDEX
// or until ctx ends; then it writes log, results, summary and report. Everything
// that happened until then is in the folder, whatever the error.
func RunExercise(ctx context.Context, o RunOptions) (Outcome, error) {
	setup, err := prepare(o)
	if err != nil {
		return Outcome{}, err
	}
	if err := journal.MakeFolder(o.Out, 0o755); err != nil {
		return Outcome{}, fmt.Errorf("make folder: %w", err)
	}
	if err := foreign(o.Out); err != nil {
		return Outcome{}, err
	}
	db, err := store.Open(ctx, filepath.Join(o.Out, fileDB), store.Options{Logger: o.Log})
	if err != nil {
		return Outcome{}, err
	}
	r := &run{o: o, db: db, setup: setup, ended: make(chan struct{})}
	out, err := r.play(ctx)
	if writeErr := r.write(context.WithoutCancel(ctx)); writeErr != nil && err == nil {
		err = writeErr
	}
	return out, errors.Join(err, db.Close())
}

// prepare loads the pack and casts the teams.
func prepare(o RunOptions) (conduct.Setup, error) {
	pack, ds, err := LoadPack(o.Pack)
	if err != nil {
		return conduct.Setup{}, err
	}
	if pack == nil || scenario.Failed(ds) {
		return conduct.Setup{}, &PackError{Path: o.Pack, Diagnostics: ds}
	}
	teams, err := cast(o, pack.Units.Min)
	if err != nil {
		return conduct.Setup{}, err
	}
	id := pack.Key + "-" + strconv.FormatUint(o.Seed, 10)
	return conduct.Setup{ID: id, Title: pack.Title, Seed: o.Seed, Pack: pack, Teams: teams}, nil
}

func cast(o RunOptions, least int) ([]scenario.Unit, error) {
	if o.Community == "" {
		n := o.Teams
		if n == 0 {
			n = community.DemoSize
		}
		if n < least || n > maxTeams {
			return nil, &TeamsError{Want: n, Min: least, Max: maxTeams}
		}
		return community.Demo(n)
	}
	raw, err := os.ReadFile(o.Community)
	if err != nil {
		return nil, fmt.Errorf("open community: %w", err)
	}
	teams, err := community.Read(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.Community, err)
	}
	n := o.Teams
	if n == 0 {
		n = len(teams)
	}
	if n < least || n > len(teams) {
		return nil, &TeamsError{Want: n, Min: least, Max: len(teams)}
	}
	return teams[:n], nil
}

// maxTeams bounds what one run casts from the fictional community.
const maxTeams = 1000

type run struct {
	o     RunOptions
	db    *store.DB
	setup conduct.Setup

	once  sync.Once
	ended chan struct{} // closed when ENDEX is durable
}

func (r *run) deps() conduct.Deps {
	return conduct.Deps{
		Store: r.db, Clock: conduct.SystemClock(), Log: r.o.Log, Seen: r.seen,
		Crew: func(play *exercise.Play, seed uint64) conduct.Crew {
			return crew.New(play, seed, phrases{r.o.Texts})
		},
	}
}

// seen passes committed events on and notices ENDEX.
func (r *run) seen(events []exercise.Event) {
	r.o.Progress.Seen(events)
	for i := range events {
		if _, ok := events[i].Body.(*exercise.Ended); ok {
			r.once.Do(func() { close(r.ended) })
		}
	}
}

// play creates the exercise where it does not exist yet, and conducts it.
func (r *run) play(ctx context.Context) (Outcome, error) {
	deps := r.deps()
	c, err := r.open(ctx, deps)
	if err != nil {
		return Outcome{}, err
	}
	r.o.Progress.Begin(c.State().Play(), c.State().Clone())
	defer r.o.Progress.Stop()
	if c.State().Phase() == exercise.Over {
		return r.outcome(c), nil
	}
	return r.conduct(ctx, c)
}

func (r *run) conduct(ctx context.Context, c *conduct.Conductor) (Outcome, error) {
	phase, speed := c.State().Phase(), c.State().Speed()
	units := c.State().Play().Cast.Units
	loop, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	failed := make(chan error, 1)
	go func() { failed <- c.Run(loop) }()

	err := r.begin(ctx, c, phase, speed, units)
	if err == nil {
		select {
		case <-r.ended:
		case <-ctx.Done():
			err = r.hold(ctx, c)
		case err = <-failed:
			return r.outcome(c), err
		}
	}
	stop()
	return r.outcome(c), errors.Join(ignoreCanceled(err), <-failed)
}

// ignoreCanceled drops the error of being interrupted, which is how a run is
// meant to be stopped.
func ignoreCanceled(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

func (r *run) outcome(c *conduct.Conductor) Outcome {
	s := c.State()
	return Outcome{Ended: s.Phase() == exercise.Over, At: s.At(), Events: s.Seq(), Dir: r.o.Out}
}

// open finds the exercise in the folder, or creates it.
func (r *run) open(ctx context.Context, deps conduct.Deps) (*conduct.Conductor, error) {
	known, err := r.db.Exercises(ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range known {
		if e.ID != r.setup.ID {
			return nil, &OtherError{Dir: r.o.Out, Has: e.ID, Want: r.setup.ID}
		}
	}
	c, err := r.openKnown(ctx, deps, len(known) > 0)
	if err != nil {
		return nil, err
	}
	return c, r.sameSetup(c.State())
}

// sameSetup sees that the folder's exercise is the one that was asked for.
func (r *run) sameSetup(s *exercise.State) error {
	created := s.Created()
	if hash := r.setup.Pack.Hash(); created.Hash != hash {
		return &OtherError{Dir: r.o.Out, Has: created.Pack + " #" + created.Hash[:12], Want: r.setup.Pack.Key + " #" + hash[:12]}
	}
	if teams := created.Teams(); !reflect.DeepEqual(teams, r.setup.Teams) {
		return &OtherError{Dir: r.o.Out, Has: teamNames(teams), Want: teamNames(r.setup.Teams)}
	}
	return nil
}

// teamNames lists who plays, to tell two casts apart.
func teamNames(teams []scenario.Unit) string {
	names := make([]string, 0, len(teams))
	for _, u := range teams {
		names = append(names, u.Key)
	}
	const most = 12
	if len(names) > most {
		names = append(names[:most], fmt.Sprintf("… (%d)", len(teams)))
	}
	return strings.Join(names, ", ")
}

// foreign finds a file that a run would write in a folder that holds no
// exercise: somebody else's.
func foreign(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, fileDB)); err == nil {
		return nil
	}
	for _, name := range []string{FileLog, FileResults, FileSummary, FileReport} {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err == nil {
			return &ForeignError{Path: path}
		}
	}
	return nil
}

// openKnown opens the exercise; one that was killed between being named and
// being written down is written now.
func (r *run) openKnown(ctx context.Context, deps conduct.Deps, known bool) (*conduct.Conductor, error) {
	if known {
		c, err := conduct.Open(ctx, deps, r.setup.ID)
		if !errors.Is(err, conduct.ErrEmpty) {
			return c, err
		}
	}
	if err := conduct.Create(ctx, deps, r.setup); err != nil {
		return nil, err
	}
	return conduct.Open(ctx, deps, r.setup.ID)
}

// begin brings the exercise to run: simulated teams in their places, ready,
// STARTEX. After an interruption it only goes on. Every command has a key, so
// what was done before is not done twice.
func (r *run) begin(
	ctx context.Context, c *conduct.Conductor, phase exercise.Phase, speed float64, units []scenario.Unit,
) error {
	excon := exercise.Excon()
	if r.o.Bots {
		for _, u := range units {
			cmds := append([]exercise.Command{
				{Key: "standin/" + u.Key, Actor: excon, Do: exercise.SetStandIn{Unit: u.Key, Bot: true}},
			}, crew.Ready(u.Key)...)
			for _, cmd := range cmds {
				if err := r.do(ctx, c, cmd, phase); err != nil {
					return err
				}
			}
		}
	}
	if phase == exercise.Preparing {
		return r.do(ctx, c, exercise.Command{Key: "startex", Actor: excon, Do: exercise.Start{Speed: r.o.Speed}}, phase)
	}
	seq := strconv.FormatUint(c.Seq(), 10)
	if speed != r.o.Speed {
		cmd := exercise.Command{Key: "speed/" + seq, Actor: excon, Do: exercise.SetSpeed{Speed: r.o.Speed}}
		if err := r.do(ctx, c, cmd, phase); err != nil {
			return err
		}
	}
	return r.goOn(ctx, c, seq)
}

// goOn resumes a paused exercise: whoever runs the command again wants that.
func (r *run) goOn(ctx context.Context, c *conduct.Conductor, seq string) error {
	_, err := c.Do(ctx, exercise.Command{Key: "resume/" + seq, Actor: exercise.Excon(), Do: exercise.Resume{}})
	if refusal := (*exercise.Refusal)(nil); errors.As(err, &refusal) && refusal.Code == exercise.WrongClock {
		return nil // it runs
	}
	return err
}

// do gives a command of the beginning. Ready and attendance are of before
// STARTEX only.
func (r *run) do(ctx context.Context, c *conduct.Conductor, cmd exercise.Command, phase exercise.Phase) error {
	if _, ready := cmd.Do.(exercise.SetReady); ready && phase != exercise.Preparing {
		return nil
	}
	_, err := c.Do(ctx, cmd)
	return err
}

// hold pauses the clock on the way out, so that going on later loses no time.
func (r *run) hold(ctx context.Context, c *conduct.Conductor) error {
	cmd := exercise.Command{
		Key: "pause/" + strconv.FormatUint(c.Seq(), 10), Actor: exercise.Excon(), Do: exercise.Pause{Reason: "interrupted"},
	}
	_, err := c.Do(context.WithoutCancel(ctx), cmd)
	if refusal := (*exercise.Refusal)(nil); errors.As(err, &refusal) {
		return nil // it stands already
	}
	return err
}

// write exports the log and what follows from it.
func (r *run) write(ctx context.Context) error {
	head, err := r.db.Head(ctx, r.setup.ID)
	if errors.Is(err, store.ErrNotFound) || err == nil && head.Seq == 0 {
		return nil // nothing was played
	}
	if err != nil {
		return err
	}
	logPath := filepath.Join(r.o.Out, FileLog)
	err = journal.WriteFile(logPath, func(w io.Writer) error {
		jw, err := journal.NewWriter(w, r.setup.ID)
		if err != nil {
			return err
		}
		return errors.Join(r.db.Export(ctx, r.setup.ID, jw), jw.Close())
	})
	if err != nil {
		return fmt.Errorf("write log: %w", err)
	}
	return WriteResults(r.o.Out, r.o.Printer)
}

// WriteResults reads DIR/log.jsonl and writes results, summary and the report
// for EXCON beside it.
func WriteResults(dir string, p *i18n.Printer) error {
	log, err := ReadLog(filepath.Join(dir, FileLog))
	if err != nil {
		return err
	}
	res, err := review.Results(log)
	if err != nil {
		return err
	}
	err = journal.WriteFile(filepath.Join(dir, FileResults), func(w io.Writer) error { return res.WriteJSON(w) })
	if err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	err = journal.WriteFile(filepath.Join(dir, FileSummary), func(w io.Writer) error {
		return review.Summary(w, log, res, p)
	})
	if err != nil {
		return fmt.Errorf("write summary: %w", err)
	}
	return writePage(dir, log, p)
}

// ReadLog reads a log.jsonl whole, verifying it on the way.
func ReadLog(path string) (*review.Log, error) { return readLog(path, review.Load) }

// readFigures reads a log without the texts that units got, which no figure
// needs.
func readFigures(path string) (*review.Log, error) { return readLog(path, review.LoadFigures) }

func readLog(path string, load func(io.Reader) (*review.Log, error)) (*review.Log, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	log, err := load(f)
	if err != nil {
		return nil, fmt.Errorf("read log %s: %w", path, err)
	}
	return log, nil
}

// phrases gives simulated teams their words from the interface catalogue.
type phrases struct{ texts *i18n.Catalogue }

func (p phrases) Say(lang, key string, args map[string]any) string {
	return p.texts.For(lang).T(key, args)
}
