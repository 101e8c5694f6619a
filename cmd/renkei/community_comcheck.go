package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"renkei/internal/community"
	"renkei/internal/community/comcheck"
	communitydemo "renkei/internal/community/demo"
	"renkei/internal/community/store"
	"renkei/internal/config"
	"renkei/internal/database"
	"renkei/internal/i18n"
	"renkei/internal/server"
	"renkei/internal/storage"
)

// communityPlace is where a command finds the community.
type communityPlace struct {
	data, db string
	demo     bool
}

// flags adds --data, --db and --demo, one of which is to be given.
func (p *communityPlace) flags(f *flags) {
	f.stringVar(&p.data, "data", "")
	f.value("db", func(s string) string { return readDB(s, &p.db) })
	f.boolVar(&p.demo, "demo")
}

// location is the database; "" where not exactly one place was given.
func (p *communityPlace) location() string {
	switch {
	case p.data != "" && p.db == "" && !p.demo:
		return filepath.Join(p.data, config.FileDB)
	case p.data == "" && !p.demo:
		return p.db
	}
	return ""
}

// open opens the community for writing; close ends it.
func (p *communityPlace) open(ctx context.Context, e *env, f *flags) (kept *store.Store, closed func() error, err error) {
	at, remove := p.location(), func() error { return nil }
	switch {
	case p.demo && p.data == "" && p.db == "":
		dir, err := os.MkdirTemp("", "renkei-demo-")
		if err != nil {
			return nil, nil, fmt.Errorf("make folder: %w", err)
		}
		at, remove = filepath.Join(dir, config.FileDB), func() error { return os.RemoveAll(dir) }
	case at == "":
		return nil, nil, f.wrong(e.p.T("cli.community.place"))
	case p.data != "":
		if _, err := os.Stat(at); err != nil {
			return nil, nil, err
		}
	}
	db, err := storage.Open(ctx, at, storage.Options{Areas: server.Stored()})
	if err != nil {
		return nil, nil, errors.Join(err, remove())
	}
	kept = store.New(db.Database)
	closed = func() error { return errors.Join(db.Close(), remove()) }
	if p.demo {
		records, err := communitydemo.Records()
		if err == nil {
			_, err = kept.Apply(ctx, time.Now(), communitydemo.Changes(records, "", "demo data")...)
		}
		if err != nil {
			return nil, nil, errors.Join(err, closed())
		}
	}
	return kept, closed, nil
}

// comcheckStart begins a round and prints the links to hand out.
func comcheckStart(ctx context.Context, e *env, args []string) (err error) {
	f := e.flags("community comcheck start", "--data DIR | --db URL | --demo")
	var place communityPlace
	place.flags(f)
	plan, all, url := comcheck.DefaultPlan(), false, "http://localhost:8080"
	f.boolVar(&all, "all")
	f.stringVar(&url, "url", url)
	f.value("member", func(s string) string {
		plan.Members = append(plan.Members, strings.ToLower(s))
		return ""
	})
	for name, to := range map[string]*time.Duration{"remind": &plan.Remind, "escalate": &plan.Escalate, "due": &plan.Due} {
		f.value(name, func(s string) string { return readHours(s, to) })
	}
	if _, done, err := f.parse(args, 0, 0); done || err != nil {
		return err
	}
	if all {
		plan.Scope = comcheck.All
	}
	kept, closed, err := place.open(ctx, e, f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closed()) }()
	reg, err := kept.Registry(ctx)
	if err != nil {
		return err
	}
	for _, m := range plan.Members {
		if reg.Member(m) == nil {
			return f.wrong(e.p.T("community.refused.no_member", i18n.Args{"Value": m}))
		}
	}
	rounds := &comcheck.Service{Store: kept, Now: time.Now}
	round, asks, err := rounds.Start(ctx, plan, "")
	if err != nil {
		return e.comcheckError(f, err)
	}
	fmt.Fprintln(e.err, e.p.T("cli.community.comcheck.begun", i18n.Args{
		"Round": round.ID, "N": len(asks), "Until": round.Begun.Add(plan.Due).Format("2006-01-02 15:04 UTC"),
	}))
	e.links(reg, round, asks, strings.TrimSuffix(url, "/"))
	return nil
}

// readHours reads a number of hours.
func readHours(s string, to *time.Duration) string {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 60*24 {
		return "cli.community.bad_hours"
	}
	*to = time.Duration(n) * time.Hour
	return ""
}

func (e *env) comcheckError(f *flags, err error) error {
	switch {
	case errors.Is(err, comcheck.ErrPlan):
		return f.wrong(e.p.T("web.community.comcheck.bad_plan"))
	case errors.Is(err, comcheck.ErrNobody):
		return &plainError{e.p.T("web.community.comcheck.nobody")}
	case errors.Is(err, comcheck.ErrBegun):
		return &plainError{e.p.T("cli.community.comcheck.twice")}
	}
	return err
}

// links prints the table of links.
func (e *env) links(reg *community.Registry, round *comcheck.Round, asks []comcheck.Ask, url string) {
	t := &table{head: []string{e.p.T("web.community.kind.contact"), e.p.T("web.community.column.channel"), e.p.T("web.community.column.address"), e.p.T("web.community.comcheck.link")}}
	for _, a := range asks {
		t.add(e.contactName(reg, a.Contact, a.Organisation), e.p.T("web.community.channel."+string(a.Channel)), a.Address, url+"/check/"+round.Token(a.Key()))
	}
	t.print(e.out, []int{40, 12, 40, 120})
}

func (e *env) contactName(reg *community.Registry, contact, organisation string) string {
	var names []string
	if o := reg.Organisation(organisation); o != nil {
		name := o.Names.At(time.Now())
		if name.Short == "" {
			name.Short = name.Full.In(e.p.Lang())
		}
		names = append(names, name.Short)
	}
	if c := reg.Contact(contact); c != nil {
		names = append(names, c.Role.In(e.p.Lang()))
	}
	return strings.Join(names, ": ")
}

// comcheckStatus tells how a round goes, beside a server that runs.
func comcheckStatus(ctx context.Context, e *env, args []string) (err error) {
	f := e.flags("community comcheck status", "--data DIR | --db URL | --demo")
	var place communityPlace
	place.flags(f)
	id := ""
	f.stringVar(&id, "round", "")
	if _, done, err := f.parse(args, 0, 0); done || err != nil {
		return err
	}
	if place.demo {
		return e.demoStatus(ctx, f, &place, id)
	}
	at := place.location()
	if at == "" {
		return f.wrong(e.p.T("cli.community.place"))
	}
	r, err := database.OpenReader(ctx, at, server.Stored()...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if r.LastMigration(community.Area) < 2 {
		return &plainError{e.p.T("web.community.comcheck.none")}
	}
	reg, err := store.ReadMoment(ctx, r)
	if err != nil {
		return err
	}
	rounds, err := store.RoundsAt(ctx, r)
	if err != nil {
		return err
	}
	for i := range rounds {
		if id == "" || rounds[i].ID == id {
			asks, err := store.AsksAt(ctx, r, rounds[i].ID)
			if err != nil {
				return err
			}
			e.results(reg, &rounds[i], asks)
			return nil
		}
	}
	return e.noRound(id, rounds)
}

// noRound says which rounds there are.
func (e *env) noRound(id string, rounds []comcheck.Round) error {
	if len(rounds) == 0 {
		return &plainError{e.p.T("web.community.comcheck.none")}
	}
	var known []string
	for i := range rounds {
		known = append(known, rounds[i].ID)
	}
	return &plainError{e.p.T("cli.community.comcheck.unknown", i18n.Args{"Round": id, "Known": e.p.List(known)})}
}

// demoStatus begins a round of the demo community and shows it.
func (e *env) demoStatus(ctx context.Context, f *flags, place *communityPlace, id string) (err error) {
	kept, closed, err := place.open(ctx, e, f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closed()) }()
	rounds := &comcheck.Service{Store: kept, Now: time.Now}
	round, asks, err := rounds.Start(ctx, comcheck.DefaultPlan(), "")
	if err != nil {
		return err
	}
	if id != "" && id != round.ID {
		return e.noRound(id, []comcheck.Round{*round})
	}
	reg, err := kept.Registry(ctx)
	if err != nil {
		return err
	}
	e.results(reg, round, asks)
	return nil
}

// results prints a round in numbers, and a line for each contact.
func (e *env) results(reg *community.Registry, round *comcheck.Round, asks []comcheck.Ask) {
	all := round.Results(asks, time.Now())
	n := comcheck.Count(all)
	fmt.Fprintln(e.out, e.p.T("web.community.comcheck.title", i18n.Args{"Round": round.ID}))
	for key, of := range [][2]int{{n.Reached, n.Organisations}, {n.Answered, n.Contacts}, {n.Verified, n.Channels}} {
		name := e.p.T("web.community.comcheck." + []string{"reached", "answered", "verified"}[key])
		fmt.Fprintf(e.out, "  %s: %d / %d\n", name, of[0], of[1])
	}
	fmt.Fprintln(e.out)
	t := &table{head: []string{e.p.T("web.community.column.state"), e.p.T("web.community.kind.contact"), e.p.T("web.community.column.answered")}}
	for _, res := range all {
		answered := ""
		if !res.First.IsZero() {
			answered = res.First.Format("2006-01-02 15:04 UTC")
		}
		t.add(e.p.T("web.community.state."+string(res.State)), e.contactName(reg, res.Contact, res.Organisation), answered)
	}
	t.print(e.out, []int{24, 60, 24})
}
