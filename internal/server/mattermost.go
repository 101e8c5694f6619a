package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"renkei/internal/auth"
	"renkei/internal/channel/mattermost"
	mattermoststore "renkei/internal/channel/mattermost/store"
	mattermosttexts "renkei/internal/channel/mattermost/texts"
	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/chat"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/outbox"
	"renkei/internal/storage"
	"renkei/internal/web"
)

// mattermostArea registers what is kept of Mattermost servers.
func mattermostArea() web.Area {
	return web.Area{
		Name: "mattermost", Migrations: mattermoststore.Migrations(), Tables: mattermoststore.Tables(), Texts: mattermosttexts.Area(),
	}
}

// openMattermost adds the channel to Mattermost, and what captures from there,
// where setting up has left tokens in the data folder.
func (s *server) openMattermost(ctx context.Context) []outbox.Channel {
	path := filepath.Join(s.o.data, mattermost.FileTokens)
	if _, err := os.Stat(path); err != nil && !s.o.mattermost {
		if !errors.Is(err, fs.ErrNotExist) {
			s.o.Log.WarnContext(ctx, "mattermost_tokens", "error", err)
		}
		return s.o.channels
	}
	kept, tokens := mattermoststore.New(s.db.Database), mattermost.NewTokens(path)
	s.chatTokens = tokens
	s.bridge = &chat.Bridge{
		Service: &mattermostChat{kept, tokens}, Host: s.host, People: s.auth, Texts: s.o.Texts, Log: s.o.Log, Now: time.Now, Base: s.o.public,
	}
	s.chatMade = [2]chan struct{}{make(chan struct{}, 1), make(chan struct{}, 1)}
	s.bridge.Again = s.chatMade[1]
	s.capture = &mattermost.Capture{
		Again: s.chatMade[0], Keeper: kept, Tokens: tokens, Sink: &chatSink{s.bridge, kept}, Log: s.o.Log, Now: time.Now,
	}
	mark := func(lang string) string { return s.o.Texts.For(lang).T("outbox.mark") }
	return append(slices.Clone(s.o.channels), mattermost.New(mattermost.Options{Places: kept, Tokens: tokens, Mark: mark}))
}

// captureChat hears what is said on Mattermost, and tells there what happens,
// until ctx ends.
func (s *server) captureChat(ctx context.Context) error {
	defer s.sending.Done()
	if s.capture != nil {
		var both sync.WaitGroup
		both.Go(func() { s.capture.Run(ctx) })
		both.Go(func() { s.bridge.Run(ctx) })
		both.Wait()
	}
	<-ctx.Done()
	return nil
}

// setUpChat sets an exercise up while the server runs.
func (s *server) setUpChat(ctx context.Context, o *MattermostOptions, token func() (string, error)) (*mattermost.Report, error) {
	client, err := mattermost.NewClient(o.URL, token)
	if err != nil {
		return nil, err
	}
	r, err := setUp(ctx, s.db, o, client)
	for _, made := range s.chatMade {
		select {
		case made <- struct{}{}:
		default:
		}
	}
	return r, err
}

// MattermostOptions say what is to be set up, and where.
type MattermostOptions struct {
	Do        string // plan, apply or archive
	Data      string // data folder of the server, which gets the tokens
	Database  string // file or URL
	Exercise  string
	URL       string // of the Mattermost server
	TokenFile string
	// People are mail addresses or user names by unit, beside those who have an
	// account here; "excon" for EXCON.
	People map[string][]string
	// Callback is how the chat server reaches ours, https://exercise.example.org;
	// "" where it does not, and there is no /renkei.
	Callback string
	// Pairs are rooms of two units, "asteria+borealis", beside those that there are.
	Pairs []string
	Texts *i18n.Catalogue
	// Mark is as in mattermost.Blueprint.
	Mark string
}

// ErrNoExercise means that there is no such exercise.
var ErrNoExercise = i18n.NewError("there is no such exercise", "mattermost.setup.no_exercise")

// ErrCallback means that the address for callbacks is none.
var ErrCallback = i18n.NewError("the address for callbacks is none", "mattermost.setup.callback")

// UnknownUnitError is a unit that the exercise does not have.
type UnknownUnitError struct {
	Unit  string
	Known []string
}

// Error names the unit.
func (e *UnknownUnitError) Error() string { return "no unit " + e.Unit }

// UserText names it, and those that there are.
func (e *UnknownUnitError) UserText(...string) (key string, args map[string]any) {
	return "mattermost.setup.no_unit", map[string]any{"Unit": e.Unit, "Known": i18n.Names(e.Known)}
}

// SetUpMattermost plans, makes or archives the team and the channels of an
// exercise on a Mattermost server. A server of ours on a database file has to be
// stopped meanwhile.
func SetUpMattermost(ctx context.Context, o *MattermostOptions) (r *mattermost.Report, err error) {
	client, err := mattermost.NewClient(o.URL, mattermost.TokenFile(o.TokenFile))
	if err != nil {
		return nil, err
	}
	at, err := databaseAt(o.Database)
	if err != nil {
		return nil, err
	}
	db, err := storage.Open(ctx, at, storage.Options{Areas: Stored()})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return setUp(ctx, db, o, client)
}

// setUp plans, makes or archives with a client that may.
func setUp(ctx context.Context, db *storage.DB, o *MattermostOptions, client *mattermost.Client) (*mattermost.Report, error) {
	setup := &mattermost.Setup{
		Client: client, Places: mattermoststore.New(db.Database), Tokens: mattermost.NewTokens(filepath.Join(o.Data, mattermost.FileTokens)),
	}
	if o.Do == "archive" {
		return setup.Archive(ctx, o.Exercise)
	}
	b, err := blueprintOf(ctx, db, o)
	if err != nil {
		return nil, err
	}
	if o.Do != "apply" {
		return setup.Plan(ctx, b)
	}
	r, err := setup.Apply(ctx, b)
	if r != nil {
		err = errors.Join(err, assignPeople(ctx, db, o, r))
	}
	return r, err
}

// assignPeople notes whose the accounts are that were found. Who was given for a
// unit and has no account here becomes a person with that role.
func assignPeople(ctx context.Context, db *storage.DB, o *MattermostOptions, r *mattermost.Report) error {
	kept, people := mattermoststore.New(db.Database), auth.New(db, time.Now, Rules()...)
	holders, err := db.GrantsIn(ctx, access.In(o.Exercise, ""))
	if err != nil {
		return fmt.Errorf("people of the exercise: %w", err)
	}
	known := map[string]string{}
	for _, h := range holders {
		if h.Login != "" {
			known[strings.ToLower(h.Login)] = h.Person
		}
	}
	for who, account := range r.Found {
		person := known[who]
		if person == "" {
			old, err := kept.Account(ctx, o.Exercise, account.ID)
			if err != nil {
				return err
			}
			if old.Person != "" {
				continue
			}
			if person, err = newPlayer(ctx, people, "", o.Exercise, unitGiven(o.People, who), account.Name); err != nil {
				return err
			}
		}
		if err := kept.Assign(ctx, o.Exercise, account.ID, account.Name, person); err != nil {
			return err
		}
	}
	return nil
}

// unitGiven is the unit for which somebody was given.
func unitGiven(all map[string][]string, who string) string {
	for _, unit := range slices.Sorted(maps.Keys(all)) {
		if slices.Contains(all[unit], who) {
			return unit
		}
	}
	return ""
}

// newPlayer makes a person who plays a unit, or of EXCON a controller, without an
// account here.
func newPlayer(ctx context.Context, people *auth.Service, by, id, unit, name string) (string, error) {
	g := auth.Grant{Scope: access.In(id, unit), Role: string(access.Player)}
	if unit == excon {
		g = auth.Grant{Scope: access.In(id, ""), Role: string(access.Controller)}
	}
	link, err := people.Invite(ctx, by, g, time.Hour)
	if err != nil {
		return "", err
	}
	session, taken, err := people.Take(ctx, link, name, "Mattermost")
	if err != nil {
		return "", err
	}
	return taken.Person, people.SignOut(ctx, session)
}

// blueprintOf is how an exercise should be on a server: a channel for each unit,
// those of all, and a bot for each simulated contact.
func blueprintOf(ctx context.Context, db *storage.DB, o *MattermostOptions) (*mattermost.Blueprint, error) {
	x, err := follow.Open(ctx, db, o.Exercise)
	if errors.Is(err, follow.ErrEmpty) || errors.Is(err, database.ErrNotFound) {
		return nil, ErrNoExercise
	}
	if err != nil {
		return nil, err
	}
	play := x.Play()
	people, err := peopleOf(ctx, db, o, play)
	if err != nil {
		return nil, err
	}
	langs := play.Pack.Languages
	p := o.Texts.For(langs...)
	b := &mattermost.Blueprint{
		Exercise: o.Exercise, Mark: o.Mark, Title: p.T("outbox.mark") + " " + play.Pack.Title.In(langs...), About: p.T("mattermost.room.about_bot"),
	}
	if o.Callback != "" {
		address, err := url.Parse(o.Callback)
		if err != nil || address.Host == "" || address.Scheme != "https" && address.Scheme != "http" {
			return nil, ErrCallback
		}
		b.Callback, b.CommandHint = strings.TrimRight(o.Callback, "/")+commandPath+o.Exercise, p.T("mattermost.command.hint")
	}
	var all []string
	control := people[excon]
	for i := range play.Cast.Units {
		u := &play.Cast.Units[i]
		own := people[u.Key]
		all = append(all, own...)
		b.Rooms = append(b.Rooms, mattermost.RoomPlan{
			Kind: mattermost.ForUnit, Unit: u.Key, Display: unitDisplay(play, u, langs), People: union(own, control),
			Header: o.Texts.For(u.Locale).T("mattermost.room.header"), Purpose: o.Texts.For(u.Locale).T("mattermost.room.unit"),
		})
	}
	for _, k := range []mattermost.Kind{mattermost.ForLiaison, mattermost.ForHelp, mattermost.ForControl} {
		room := mattermost.RoomPlan{
			Kind: k, Display: p.T("mattermost.room.name." + string(k)), Header: p.T("mattermost.room.header"), Purpose: p.T("mattermost.room." + string(k)),
			People: union(all, control),
		}
		if k == mattermost.ForControl {
			room.People = control
		}
		b.Rooms = append(b.Rooms, room)
	}
	pairs, err := pairsOf(ctx, db, o, play)
	if err != nil {
		return nil, err
	}
	for _, pair := range pairs {
		one, other, _ := exercise.PairOf(exercise.RoomPair + pair)
		x, _ := play.Cast.Index(one)
		y, _ := play.Cast.Index(other)
		b.Rooms = append(b.Rooms, mattermost.RoomPlan{
			Kind: mattermost.ForPair, Unit: pair, Display: unitDisplay(play, &play.Cast.Units[x], langs) + " + " + unitDisplay(play, &play.Cast.Units[y], langs),
			People: union(union(people[one], people[other]), control), Header: p.T("mattermost.room.header"), Purpose: p.T("mattermost.room.pair"),
		})
	}
	for _, c := range play.Pack.Personas {
		b.Contacts = append(b.Contacts, contactOf(c, langs))
	}
	return b, nil
}

// pairsOf are the rooms of two units that there are, and those that are asked for.
func pairsOf(ctx context.Context, db *storage.DB, o *MattermostOptions, play *exercise.Play) (all []string, err error) {
	for _, text := range o.Pairs {
		one, other, ok := strings.Cut(text, "+")
		for _, key := range []string{one, other} {
			if _, known := play.Cast.Index(key); !known {
				return nil, unknownUnit(play, key)
			}
		}
		if !ok || one == other {
			return nil, unknownUnit(play, text)
		}
		all = append(all, strings.TrimPrefix(exercise.PairRoom(one, other), exercise.RoomPair))
	}
	place, err := mattermoststore.New(db.Database).Place(ctx, o.Exercise)
	if errors.Is(err, mattermost.ErrAbsent) {
		return union(all, nil), nil
	}
	if err != nil {
		return nil, err
	}
	for _, l := range place.Links {
		if l.Kind == mattermost.ForPair {
			all = append(all, l.Unit)
		}
	}
	return union(all, nil), nil
}

// unknownUnit is the error of a key that no unit has.
func unknownUnit(play *exercise.Play, key string) error {
	e := &UnknownUnitError{Unit: key}
	for _, u := range play.Cast.Units {
		e.Known = append(e.Known, u.Key)
	}
	return e
}

// excon stands for EXCON where a unit could.
const excon = "excon"

// unitDisplay is the name of a unit, of a cell after that of its team.
func unitDisplay(play *exercise.Play, u *scenario.Unit, langs []string) string {
	name := u.Name.In(append([]string{u.Locale}, langs...)...)
	if i, ok := play.Cast.Index(u.Parent); ok && !u.IsTeam() {
		team := &play.Cast.Units[i]
		name = team.Name.In(append([]string{u.Locale}, langs...)...) + " / " + name
	}
	return name
}

// contactOf is a simulated contact, with its names in all languages.
func contactOf(c *scenario.Persona, langs []string) mattermost.ContactPlan {
	plan := mattermost.ContactPlan{Key: c.Key, Display: c.Name.In(langs...)}
	if role := c.Role.In(langs...); role != "" {
		plan.Display += " (" + role + ")"
	}
	for _, lang := range append(slices.Clone(langs), "") {
		if name := c.Name.In(lang); name != "" && !slices.Contains(plan.Names, name) {
			plan.Names = append(plan.Names, name)
		}
	}
	return plan
}

// union is both lists, each once, in order.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// peopleOf are the addresses of people by unit: those who have a role and an
// account, and those that were given.
func peopleOf(ctx context.Context, db *storage.DB, o *MattermostOptions, play *exercise.Play) (map[string][]string, error) {
	holders, err := db.GrantsIn(ctx, access.In(o.Exercise, ""))
	if err != nil {
		return nil, fmt.Errorf("people of the exercise: %w", err)
	}
	all := map[string][]string{}
	for _, h := range holders {
		key := ""
		switch {
		case h.Login == "":
		case h.Role == string(access.Director), h.Role == string(access.Controller):
			key = excon
		case h.Role == string(access.Player), h.Role == string(access.National):
			key = h.Part
		}
		if key != "" {
			all[key] = append(all[key], strings.ToLower(h.Login))
		}
	}
	for unit, who := range o.People {
		if _, ok := play.Cast.Index(unit); !ok && unit != excon {
			return nil, unknownUnit(play, unit)
		}
		all[unit] = append(all[unit], who...)
	}
	for unit, who := range all {
		all[unit] = union(who, nil)
	}
	return all, nil
}
