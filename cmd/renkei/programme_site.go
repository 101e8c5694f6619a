package main

import (
	"context"
	"fmt"
	"path/filepath"

	"renkei/internal/database"
	"renkei/internal/i18n"
	"renkei/internal/programme/publication"
	"renkei/internal/programme/store"
	"renkei/internal/server"
)

// programmeSite writes a copy of what everybody may read of the programme.
func programmeSite(ctx context.Context, e *env, args []string) error {
	f := e.flags("programme site", "")
	p := handbookFlags(f)
	p.place, p.fill = "cli.programme.place", server.FillDemo
	var out string
	f.stringVar(&out, "out", "")
	if _, done, err := f.parse(args, 0, 0); done || err != nil {
		return err
	}
	if out == "" {
		return f.wrong(e.p.T("cli.handbook.site.what"))
	}
	if err := freshFolder(out); err != nil {
		return e.siteError(out, err)
	}
	return p.readAll(ctx, e, f, func(r *database.Reader) error {
		records, err := store.ReadMoment(ctx, r)
		if err != nil {
			return err
		}
		members, err := server.Chapters(r).Members(ctx)
		if err != nil {
			return err
		}
		site := &publication.Site{Texts: e.texts, Members: members}
		n, err := site.Write(records, out)
		if err != nil {
			return err
		}
		fmt.Fprintln(e.out, e.p.T("cli.handbook.site.done", i18n.Args{"Path": filepath.Join(out, "index.html"), "N": n}))
		return nil
	})
}
