package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"renkei/internal/channel/mattermost"
	"renkei/internal/community"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/server"
)

// demo plays an exercise between simulated teams and serves its pages.
func demo(ctx context.Context, e *env, args []string) error {
	f := e.flags("demo", "[PACK]")
	o := server.DemoOptions{
		Pack: "hospital-ransomware", Teams: 11, Speed: 60, Addr: "127.0.0.1:8080",
		Texts: e.texts, Log: e.logger("text", slog.LevelWarn), Ready: e.demoReady, Taken: e.demoTaken,
		SetUp: func(r *mattermost.Report) { e.showSetUp("apply", r) },
	}
	paced, people := false, ""
	f.stringVar(&o.Addr, "addr", o.Addr)
	f.value("teams", func(s string) string { return readNumber(s, &o.Teams) })
	f.value("speed", func(s string) string {
		paced = true
		return readSpeed(s, &o.Speed)
	})
	f.stringVar(&o.Mattermost, "mattermost", "")
	f.stringVar(&o.Token, "token", "")
	f.stringVar(&o.Callback, "callback", "")
	f.stringVar(&people, "people", "")
	pos, done, err := f.parse(args, 0, 1)
	if done || err != nil {
		return err
	}
	if (o.Mattermost == "") != (o.Token == "") || (people != "" || o.Callback != "") && o.Mattermost == "" {
		return f.wrong(e.p.T("cli.demo.mattermost"))
	}
	if o.Mattermost != "" && !paced {
		o.Speed = 1 // people answer there
	}
	if people != "" {
		if o.People, err = e.readChatPeople(people); err != nil {
			return err
		}
	}
	if len(pos) > 0 {
		o.Pack = pos[0]
	}
	dir, err := os.MkdirTemp("", "renkei-demo-")
	if err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // a demonstration leaves nothing
	o.Dir = filepath.Join(dir, "data")
	if err := server.Demo(ctx, o); err != nil {
		return e.runError(e.serveError(err))
	}
	return nil
}

// demoReady tells where to look.
func (e *env) demoReady(links []server.DemoLink) {
	ready := "cli.demo.ready"
	if links[0].Tabletop {
		ready = "cli.demo.tabletop.ready"
	}
	fmt.Fprintln(e.out, e.p.T(ready))
	for _, l := range links {
		who := e.p.T("web.role." + string(l.Role))
		if l.Area == community.Area {
			who = e.p.T("cli.demo.community", i18n.Args{"Role": e.p.T("roster.role." + string(l.Role))})
		}
		if l.Tabletop {
			who = e.p.T("cli.demo.tabletop." + string(l.Role))
		}
		if l.Unit != nil {
			who = e.p.T("cli.demo.who", i18n.Args{"Role": who, "Unit": l.Unit.In(e.p.Lang(), "en")})
		}
		fmt.Fprintf(e.out, "\n  %s\n  %s\n", who, l.URL)
	}
	fmt.Fprintln(e.out, "\n"+e.p.T("cli.demo.stop"))
}

// demoTaken tells why the clock has slowed down.
func (e *env) demoTaken(unit scenario.Text) {
	fmt.Fprintln(e.out, e.p.T("cli.demo.taken", i18n.Args{"Unit": unit.In(e.p.Lang(), "en")}))
}
