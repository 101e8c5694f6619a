package runner

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

	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/library"
	"renkei/internal/exercise/scenario/teamfile"
	"renkei/internal/exercise/transfer"
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

// TeamsError is a number of teams that pack or community does not allow.
type TeamsError struct{ Want, Min, Max int }

// Error gives the bounds.
func (e *TeamsError) Error() string {
	return fmt.Sprintf("%d teams: between %d and %d are possible", e.Want, e.Min, e.Max)
}

// find says what is played: the pack, or what is there to go on with.
func find(ctx context.Context, o RunOptions) (conduct.Setup, error) {
	if o.Pack != "" {
		return Prepare(o)
	}
	id, err := o.known(ctx)
	return conduct.Setup{ID: id}, err
}

// Prepare loads the pack and casts the teams.
func Prepare(o RunOptions) (conduct.Setup, error) {
	pack, ds, err := library.Load(o.Pack, o.Kinds.Packs()...)
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
	at := transfer.Location{Kind: transfer.InDatabase, At: o.DB}
	if o.DB == "" || !strings.Contains(o.DB, "://") {
		var err error
		if at, err = transfer.FindLocation(cmp.Or(o.DB, o.Out)); err != nil {
			return "", err
		}
	}
	if at.Kind != transfer.InDatabase {
		return "", logOnly(at.At)
	}
	src, err := transfer.OpenSource(ctx, at, nil, o.Areas...)
	if err != nil {
		return "", err
	}
	defer src.Close() //nolint:errcheck // only read
	e, err := src.One(ctx, o.Exercise)
	if many := (*transfer.ManyError)(nil); errors.As(err, &many) && o.Exercise == "" {
		if log := transfer.LogOf(filepath.Join(o.Out, transfer.FileLog)); log != "" {
			e, err = src.One(ctx, log)
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
	return &transfer.NotWholeError{Path: path}
}

func cast(o RunOptions, least int) ([]scenario.Unit, error) {
	if o.Community == "" {
		n := o.Teams
		if n == 0 {
			n = teamfile.DemoSize
		}
		if n < least || n > teamfile.MaxTeams {
			return nil, &TeamsError{Want: n, Min: least, Max: teamfile.MaxTeams}
		}
		return teamfile.Demo(n)
	}
	raw, err := os.ReadFile(o.Community)
	if err != nil {
		return nil, fmt.Errorf("open community: %w", err)
	}
	teams, err := teamfile.Read(raw)
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

// sameSetup sees that the folder's exercise is the one that was asked for.
func (r *run) sameSetup(s *exercise.State) error {
	created, place := s.Created(), r.o.Out
	if r.o.DB != "" {
		place = database.Name(r.o.DB)
	}
	if hash := r.setup.Pack.Hash(); created.Hash != hash {
		return &transfer.OtherError{Dir: place, Has: created.Pack + " #" + created.Hash[:12], Want: r.setup.Pack.Key + " #" + hash[:12]}
	}
	if teams := created.Teams(); !reflect.DeepEqual(teams, r.setup.Teams) {
		return &transfer.OtherError{Dir: place, Has: teamNames(teams), Want: teamNames(r.setup.Teams)}
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
