package main

import (
	"context"
	"fmt"

	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/library"
	"renkei/internal/i18n"
	"renkei/internal/server"
)

// scenarioNew writes a small pack that passes the check.
func scenarioNew(_ context.Context, e *env, args []string) error {
	f := e.flags("scenario new", "DIR")
	pos, done, err := f.parse(args, 1, 1)
	if done || err != nil {
		return err
	}
	files, err := scenario.New(pos[0], e.say)
	if err != nil {
		return err
	}
	for _, file := range files {
		fmt.Fprintln(e.out, file)
	}
	fmt.Fprintln(e.out, e.p.T("cli.scenario.new.next", i18n.Args{"Dir": pos[0]}))
	return nil
}

// scenarioList names the packs that are part of the program.
func scenarioList(_ context.Context, e *env, args []string) error {
	f := e.flags("scenario list", "")
	if _, done, err := f.parse(args, 0, 0); done || err != nil {
		return err
	}
	names, err := library.Shipped()
	if err != nil {
		return err
	}
	for _, name := range names {
		pack, _, err := library.Load(name, server.Kinds().Packs()...)
		if err != nil {
			return err
		}
		lang := e.p.Lang()
		fmt.Fprintf(e.out, "%s  %s  %s\n", i18n.Fit(name, 24), clock(pack.Duration), pack.Title.In(lang, pack.Languages[0]))
	}
	return nil
}
