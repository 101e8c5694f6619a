package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"renkei/internal/app"
)

// demo plays an exercise between simulated teams and serves its pages.
func demo(ctx context.Context, e *env, args []string) error {
	f := e.flags("demo", "[PACK]")
	o := app.DemoOptions{
		Pack: "hospital-ransomware", Teams: 11, Seed: 7, Speed: 60, Addr: "127.0.0.1:8080",
		Texts: e.texts, Log: slog.New(slog.NewTextHandler(e.err, nil)),
	}
	f.stringVar(&o.Addr, "addr", o.Addr)
	f.value("teams", func(s string) string { return readNumber(s, &o.Teams) })
	f.value("speed", func(s string) string { return readSpeed(s, &o.Speed) })
	pos, done, err := f.parse(args, 0, 1)
	if done || err != nil {
		return err
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
	o.Ready = e.demoReady
	if err := app.Demo(ctx, o); err != nil {
		return e.runError(err)
	}
	return nil
}

// demoReady tells where to look.
func (e *env) demoReady(links []app.DemoLink) {
	fmt.Fprintln(e.out, e.p.T("cli.demo.ready"))
	for _, l := range links {
		fmt.Fprintf(e.out, "\n  %s %s\n  %s\n", e.p.T("web.role."+string(l.Role)), l.Unit, l.URL)
	}
	fmt.Fprintln(e.out, "\n"+e.p.T("cli.demo.stop"))
}
