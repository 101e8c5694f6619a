package server

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"renkei/internal/auth"
	"renkei/internal/channel/mattermost"
	"renkei/internal/community"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/runner"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/library"
	"renkei/internal/exercise/transfer"
	"renkei/internal/i18n"
)

// DemoOptions say what a demonstration plays and where it listens.
type DemoOptions struct {
	Pack  string
	Teams int
	Speed float64
	Dir   string // folder of its database
	Addr  string
	Texts *i18n.Catalogue
	Log   *slog.Logger
	// Ready is called once pages are served, with a link for each role.
	Ready func(links []DemoLink)
	// Taken is called when somebody has taken a unit over from its simulated
	// team.
	Taken func(unit scenario.Text)
	// Mattermost is the address of a chat server on which it is played too, with a
	// Token of somebody who may set it up; "" for none. People are as in
	// MattermostOptions; SetUp is told what was made there.
	Mattermost, Token string
	// Callback is how that server reaches ours, for buttons and /renkei; "" where it
	// does not.
	Callback string
	People   map[string][]string
	SetUp    func(*mattermost.Report)
}

// DemoLink leads somebody into a demonstration.
type DemoLink struct {
	Tabletop bool // it leads to a screen of a tabletop
	Area     string
	Role     auth.Role
	Unit     scenario.Text // its name; nil for the whole exercise
	URL      string
}

const (
	// demoLinks last as long as anybody looks at a demonstration.
	demoLinks = 24 * time.Hour
	// demoDelegations are as many as answers without names need, and one more.
	demoDelegations = 6
	// demoClosing is how long a demonstration takes to stop: nothing of it is
	// kept.
	demoClosing = 3 * time.Second
)

// Demo plays an exercise between simulated teams and serves its pages until
// ctx ends. Whoever takes the link of a unit takes it over from its simulated
// team, and then the clock runs as in life.
func Demo(ctx context.Context, o DemoOptions) error {
	setup, err := runner.Prepare(runner.RunOptions{Pack: o.Pack, Teams: o.Teams, Kinds: Kinds()})
	if err != nil {
		return err
	}
	d := &demo{o: o, teams: setup.Teams, pack: setup.Pack}
	return serveSite(ctx, siteOptions{
		Options: hosting.Options{Texts: o.Texts, Log: o.Log, Teams: setup.Teams, Pack: setup.Pack, Added: filepath.Join(o.Dir, "packs")},
		addr:    o.Addr, data: o.Dir, db: filepath.Join(o.Dir, transfer.FileDB), closing: demoClosing,
		joined: d.joined, mattermost: o.Mattermost != "",
	}, d.begin)
}

type demo struct {
	o     DemoOptions
	teams []scenario.Unit
	pack  *scenario.Pack
}

// begin makes the exercise, invites, and gives STARTEX.
func (d *demo) begin(ctx context.Context, s *server) error {
	var keys []string
	for _, u := range d.teams {
		keys = append(keys, u.Key)
	}
	id, err := s.host.Create(ctx, hosting.CreateOptions{Key: "demo", Pack: library.KeyOf(d.pack), Teams: keys, Bots: true})
	if err != nil {
		return err
	}
	if err := fillDemo(ctx, s.areas); err != nil {
		return err
	}
	x, err := s.host.Exercise(ctx, id)
	if err != nil {
		return err
	}
	links, err := d.links(ctx, s, x)
	if err != nil {
		return err
	}
	if d.o.Mattermost != "" {
		r, err := s.setUpChat(ctx, &MattermostOptions{
			Do: "apply", Data: d.o.Dir, Exercise: id, URL: d.o.Mattermost, Callback: d.o.Callback, Texts: d.o.Texts, People: d.o.People,
			Mark: "demo-" + strconv.FormatInt(time.Now().Unix(), 36), // each demonstration has channels of its own
		}, func() (string, error) { return d.o.Token, nil })
		if err != nil {
			return err
		}
		d.o.SetUp(r)
	}
	if d.pack.Kind == scenario.KindTTX { // the facilitator begins
		d.o.Ready(links)
		return nil
	}
	cmd := exercise.Command{Key: "startex", Actor: exercise.Excon(), Do: exercise.Start{Speed: d.o.Speed}}
	if _, err := x.Do(ctx, cmd); err != nil {
		return err
	}
	d.o.Ready(links)
	return nil
}

// links invites one of each kind.
func (d *demo) links(ctx context.Context, s *server, x *hosting.Exercise) ([]DemoLink, error) {
	var links []DemoLink
	for _, g := range d.grants(x.ID) {
		secret, err := s.auth.Invite(ctx, "demo", g, demoLinks)
		if err != nil {
			return nil, err
		}
		links = append(links, DemoLink{Tabletop: d.pack.Kind == scenario.KindTTX && g.Area == access.Area, Area: g.Area, Role: auth.Role(g.Role), Unit: nameOf(x, g.Part), URL: s.url() + "/in/" + secret})
	}
	return links, nil
}

// grants are those of a demonstration: a player of the first team and of one
// more, and of a cell where the pack has cells; of a tabletop its facilitator,
// its projector and delegations.
func (d *demo) grants(id string) []auth.Grant {
	grant := func(r auth.Role, unit string) auth.Grant {
		return auth.Grant{Scope: access.In(id, unit), Role: string(r)}
	}
	if d.pack.Kind == scenario.KindTTX {
		grants := []auth.Grant{grant(access.Director, ""), grant(access.Observer, "")}
		for _, t := range d.teams[:min(len(d.teams), demoDelegations)] {
			grants = append(grants, grant(access.Player, t.Key))
		}
		return grants
	}
	first := d.teams[0].Key
	grants := []auth.Grant{grant(access.Director, ""), grant(access.Controller, ""), grant(access.Player, first)}
	if len(d.teams) > 1 {
		grants = append(grants, grant(access.Player, d.teams[1].Key))
	}
	if cells := d.pack.Units.Cells; len(cells) > 0 {
		grants = append(grants, grant(access.Player, first+"/"+cells[0].Key), grant(access.National, first))
	}
	return append(grants, grant(access.Evaluator, first), grant(access.Observer, ""),
		auth.Grant{Scope: community.Everywhere(), Role: string(community.Coordinator)},
		auth.Grant{Scope: community.In("kh"), Role: string(community.Owner)},
		auth.Grant{Scope: community.In("ajccbc"), Role: string(community.Partner)})
}

// nameOf is the name of a unit, of a cell with its team; nil for none.
func nameOf(x *hosting.Exercise, unit string) (name scenario.Text) {
	x.Live.Now(func(m *follow.Moment) {
		cast := m.State.Play().Cast
		u, ok := cast.Index(unit)
		if !ok {
			return
		}
		name = maps.Clone(cast.Units[u].Name)
		team, _, below := strings.Cut(unit, "/")
		if t, ok := cast.Index(team); ok && below {
			for lang := range name {
				name[lang] = cast.Units[t].Name.In(lang, "en") + " / " + name[lang]
			}
		}
	})
	return name
}

// joined lets the clock run as in life once somebody plays a unit.
func (d *demo) joined(ctx context.Context, x *hosting.Exercise, unit string) (said string, err error) {
	if d.pack.Kind == scenario.KindTTX {
		return "", nil // its clock always does
	}
	speed := 1.0
	x.Live.Now(func(m *follow.Moment) { speed = m.State.Speed() })
	if speed != 1 {
		key := "joined/" + strconv.FormatUint(x.Live.Seq(), 10)
		res, err := x.Do(ctx, exercise.Command{Key: key, Actor: exercise.Excon(), Do: exercise.SetSpeed{Speed: 1}})
		if refused := (*exercise.Refusal)(nil); errors.As(err, &refused) {
			return "", nil // it is over
		}
		if err == nil {
			err = x.Live.Wait(ctx, res.Last)
		}
		if err != nil {
			return "", err
		}
	}
	d.o.Taken(nameOf(x, unit))
	return "demo.taken", nil
}
