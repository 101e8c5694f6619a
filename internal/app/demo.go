package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"time"

	"renkei/internal/auth"
	"renkei/internal/conduct"
	"renkei/internal/exercise"
	"renkei/internal/i18n"
	"renkei/internal/journal"
	"renkei/internal/live"
	"renkei/internal/scenario"
	"renkei/internal/store"
	"renkei/internal/web"
)

// DemoOptions say what a demonstration plays and where it listens.
type DemoOptions struct {
	Pack  string
	Teams int
	Seed  uint64
	Speed float64
	Dir   string // folder of its database
	Addr  string
	Texts *i18n.Catalogue
	Log   *slog.Logger
	// Ready is called once pages are served, with a link for each role.
	Ready func(links []DemoLink)
}

// DemoLink leads somebody into a demonstration, once.
type DemoLink struct {
	Role auth.Role
	Unit string
	URL  string
}

// demoLinks last as long as anybody looks at a demonstration.
const demoLinks = 24 * time.Hour

// Demo plays an exercise between simulated teams and serves its pages until
// ctx ends. Whoever takes the link of a unit takes it over from its simulated
// team, and then the clock runs as in life.
func Demo(ctx context.Context, o DemoOptions) error {
	setup, err := prepare(RunOptions{Pack: o.Pack, Teams: o.Teams, Seed: o.Seed})
	if err != nil {
		return err
	}
	if err := journal.MakeFolder(o.Dir, 0o700); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	db, err := store.Open(ctx, filepath.Join(o.Dir, FileDB), store.Options{Logger: o.Log})
	if err != nil {
		return err
	}
	d := &demo{o: o, db: db, setup: setup, auth: auth.New(db, time.Now), closing: make(chan struct{})}
	return errors.Join(d.play(ctx), db.Close())
}

type demo struct {
	o       DemoOptions
	db      *store.DB
	setup   conduct.Setup
	auth    *auth.Service
	hall    *web.Hall
	runner  *conduct.Conductor
	closing chan struct{}
}

// play conducts the exercise, follows it, and serves it; the first that fails
// ends all.
func (d *demo) play(ctx context.Context) error {
	r := &run{o: RunOptions{Texts: d.o.Texts, Log: d.o.Log, Progress: unwatched{}, Bots: true, Speed: d.o.Speed, DB: "demo"}, db: d.db, setup: d.setup, ended: make(chan struct{})}
	deps := r.deps()
	if err := conduct.Create(ctx, deps, d.setup); err != nil && !errors.Is(err, store.ErrExists) {
		return err
	}
	shown, err := live.Open(ctx, d.db, d.setup.ID)
	if err != nil {
		return err
	}
	deps.Seen = shown.Seen
	if d.runner, err = conduct.Open(ctx, deps, d.setup.ID); err != nil {
		return err
	}
	d.hall = &web.Hall{ID: d.setup.ID, Live: shown, Do: d.runner.Do, Content: d.db.Content}
	NewReports(d.db).Furnish(d.hall)
	return d.together(ctx, r, shown)
}

func (d *demo) together(ctx context.Context, r *run, shown *live.Exercise) error {
	phase, speed := d.runner.State().Phase(), d.runner.State().Speed()
	units := d.runner.State().Play().Cast.Units
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	parts := []func(context.Context) error{d.runner.Run, shown.Run, func(ctx context.Context) error {
		if phase != exercise.Over {
			if err := r.begin(ctx, d.runner, phase, speed, units); err != nil {
				return err
			}
		}
		return d.serve(ctx)
	}}
	ended := make(chan error, len(parts))
	for _, part := range parts {
		go func() { ended <- part(ctx) }()
	}
	var errs []error
	for range parts {
		errs = append(errs, ignoreCanceled(<-ended))
		cancel()
	}
	return errors.Join(errs...)
}

// serve answers until ctx ends.
func (d *demo) serve(ctx context.Context) error {
	handler, err := web.New(web.Deps{
		Auth: d.auth, House: d, Texts: d.o.Texts, Log: d.o.Log, Closing: d.closing, Joined: d.joined,
	})
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", d.o.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	links, err := d.links(ctx, "http://"+listener.Addr().String())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	go func() {
		<-ctx.Done()
		close(d.closing)
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(limited) // whoever is still connected then is cut off
	}()
	d.o.Ready(links)
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// links invites one of each kind.
func (d *demo) links(ctx context.Context, base string) ([]DemoLink, error) {
	team := d.setup.Teams[0].Key
	all := []DemoLink{{Role: auth.Director}, {Role: auth.Player, Unit: team}, {Role: auth.Evaluator, Unit: team}, {Role: auth.Observer}}
	if cells := d.setup.Pack.Units.Cells; len(cells) > 0 {
		all = append(all, DemoLink{Role: auth.Player, Unit: team + "/" + cells[0].Key})
	}
	for i := range all {
		g := store.Grant{Exercise: d.setup.ID, Unit: all[i].Unit, Role: string(all[i].Role)}
		secret, err := d.auth.Invite(ctx, "demo", g, demoLinks)
		if err != nil {
			return nil, err
		}
		all[i].URL = base + "/in/" + secret
	}
	return all, nil
}

// joined takes a unit over from its simulated team when somebody comes to play
// it, and lets the clock run as in life.
func (d *demo) joined(ctx context.Context, role auth.Role, _, unit string) error {
	if role != auth.Player {
		return nil
	}
	seq := strconv.FormatUint(d.runner.Seq(), 10)
	for key, action := range map[string]exercise.Action{
		"takeover/" + seq: exercise.SetStandIn{Unit: unit}, "speed/" + seq: exercise.SetSpeed{Speed: 1},
	} {
		_, err := d.runner.Do(ctx, exercise.Command{Key: key, Actor: exercise.Excon(), Do: action})
		if refusal := (*exercise.Refusal)(nil); err != nil && !errors.As(err, &refusal) { // it may be over
			return err
		}
	}
	return nil
}

// unwatched is the progress of what is watched on pages.
type unwatched struct{}

func (unwatched) Begin(*exercise.Play, *exercise.State) {}
func (unwatched) Seen([]exercise.Event)                 {}
func (unwatched) Stop()                                 {}

var _ web.House = (*demo)(nil)

// Hall finds the exercise of the demonstration.
func (d *demo) Hall(_ context.Context, id string) (*web.Hall, error) {
	if id != d.hall.ID {
		return nil, web.ErrNoHall
	}
	return d.hall, nil
}

// Halls lists it.
func (d *demo) Halls() []*web.Hall { return []*web.Hall{d.hall} }

// Ready is true: it is open before anybody can ask.
func (d *demo) Ready() (ok bool, waiting int) { return true, 0 }

// Packs lists none.
func (d *demo) Packs() []web.Pack { return nil }

// AddPack keeps none.
func (d *demo) AddPack(context.Context, []byte) (web.Pack, []scenario.Diagnostic, error) {
	return web.Pack{}, nil, errors.ErrUnsupported
}

// Teams lists none.
func (d *demo) Teams() []scenario.Unit { return nil }

// Create makes none.
func (d *demo) Create(context.Context, web.NewExercise) (string, error) {
	return "", errors.ErrUnsupported
}
