package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"

	"renkei/internal/community"
	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/scenario"
	"renkei/internal/journal"
)

// PackError is a pack that cannot be played.
type PackError struct {
	Path        string
	Diagnostics []scenario.Diagnostic
}

// Error names the pack and how many findings there are.
func (e *PackError) Error() string {
	return fmt.Sprintf("scenario pack %s: %d findings", e.Path, len(e.Diagnostics))
}

// OtherError is a folder or database that holds another exercise than the one
// asked for.
type OtherError struct{ Dir, Has, Want string }

// Error names both exercises.
func (e *OtherError) Error() string {
	return fmt.Sprintf("%s holds exercise %s, not %s", e.Dir, e.Has, e.Want)
}

// ForeignError is a file that a run would overwrite and did not write. Own says
// that it is the database of an exercise which the folder keeps, while another
// database was named.
type ForeignError struct {
	Path string
	Own  bool
}

// Error names the file.
func (e *ForeignError) Error() string { return "not written by a run: " + e.Path }

// TeamsError is a number of teams that pack or community does not allow.
type TeamsError struct{ Want, Min, Max int }

// Error gives the bounds.
func (e *TeamsError) Error() string {
	return fmt.Sprintf("%d teams: between %d and %d are possible", e.Want, e.Min, e.Max)
}

// find says what is played: the pack, or what is there to go on with.
func find(ctx context.Context, o RunOptions) (conduct.Setup, error) {
	if o.Pack != "" {
		return prepare(o)
	}
	id, err := o.known(ctx)
	return conduct.Setup{ID: id}, err
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

// known is the exercise to go on with: the one that was named, the only one, or
// the one whose log the folder has.
func (o *RunOptions) known(ctx context.Context) (string, error) {
	at := place{inDatabase, o.DB}
	if o.DB == "" || !strings.Contains(o.DB, "://") {
		var err error
		if at, err = findPlace(cmp.Or(o.DB, o.Out)); err != nil {
			return "", err
		}
	}
	if at.kind != inDatabase {
		return "", logOnly(at.at)
	}
	src, err := openSource(ctx, at, nil)
	if err != nil {
		return "", err
	}
	defer src.close() //nolint:errcheck // only read
	e, err := src.one(ctx, o.Exercise)
	if many := (*ManyError)(nil); errors.As(err, &many) && o.Exercise == "" {
		if log := logOf(filepath.Join(o.Out, FileLog)); log != "" {
			e, err = src.one(ctx, log)
		}
	}
	return e.ID, err
}

// logOnly says why a log alone cannot go on.
func logOnly(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	if res, err := journal.Verify(f); err == nil && res.Redacted > 0 {
		return fmt.Errorf("go on with %s: %w", path, conduct.ErrRedacted)
	}
	return &NotWholeError{Path: path}
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

// sameSetup sees that the folder's exercise is the one that was asked for.
func (r *run) sameSetup(s *exercise.State) error {
	created, place := s.Created(), r.o.Out
	if r.o.DB != "" {
		place = database.Name(r.o.DB)
	}
	if hash := r.setup.Pack.Hash(); created.Hash != hash {
		return &OtherError{Dir: place, Has: created.Pack + " #" + created.Hash[:12], Want: r.setup.Pack.Key + " #" + hash[:12]}
	}
	if teams := created.Teams(); !reflect.DeepEqual(teams, r.setup.Teams) {
		return &OtherError{Dir: place, Has: teamNames(teams), Want: teamNames(r.setup.Teams)}
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

// foreign finds a file that a run would overwrite in a folder that does not
// hold this exercise: somebody else's.
func foreign(dir, db, id string) error {
	own := filepath.Join(dir, FileDB)
	switch {
	case !exists(own):
		if db != "" && logOf(filepath.Join(dir, FileLog)) == id {
			return nil
		}
	case db == "" || sameFile(db, own):
		return nil
	default:
		return &ForeignError{Path: own, Own: true}
	}
	for _, name := range []string{FileLog, FileResults, FileSummary, FileReport} {
		if path := filepath.Join(dir, name); exists(path) {
			return &ForeignError{Path: path}
		}
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func sameFile(a, b string) bool {
	one, err := os.Stat(a)
	two, err2 := os.Stat(b)
	return err == nil && err2 == nil && os.SameFile(one, two)
}

// logOf is whose log a file is, "" where it is none.
func logOf(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close() //nolint:errcheck // only read
	log, err := journal.NewReader(f)
	if err != nil {
		return ""
	}
	return log.Exercise()
}
