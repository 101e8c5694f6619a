package main

import (
	"context"
	"fmt"
	"io"

	"renkei/internal/app"
	"renkei/internal/i18n"
	"renkei/internal/scenario"
)

// scenarioCheck finds every error of a pack at once.
func scenarioCheck(_ context.Context, e *env, args []string) error {
	f := e.flags("scenario check", "PACK")
	pos, done, err := f.parse(args, 1, 1)
	if done || err != nil {
		return err
	}
	pack, ds, err := app.LoadPack(pos[0])
	if err != nil {
		return err
	}
	e.diagnostics(e.out, ds)
	if pack == nil || scenario.Failed(ds) {
		fmt.Fprintln(e.err, e.p.T("cli.scenario.check.failed", i18n.Args{"Count": len(ds)}))
		return errFailed
	}
	fmt.Fprintln(e.out, e.p.T("cli.scenario.check.passed", i18n.Args{
		"Title": pack.Title.In(e.p.Lang(), pack.Languages[0]), "Injects": len(pack.Injects),
		"Flows": len(pack.Flows), "Warnings": len(ds),
	}))
	return nil
}

// diagnostics prints findings, each with its place and its mend.
func (e *env) diagnostics(w io.Writer, ds []scenario.Diagnostic) {
	for _, d := range ds {
		place := d.Pos.File
		if d.Pos.Line > 0 {
			place = fmt.Sprintf("%s:%d:%d", d.Pos.File, d.Pos.Line, d.Pos.Col)
		}
		kind := e.p.T("cli.error_word")
		if d.Warning {
			kind = e.p.T("cli.warning_word")
		}
		fmt.Fprintf(w, "%s: %s: %s\n    %s\n", place, kind, e.p.T("check."+d.Code, d.Args), e.p.T("check."+d.Code+".hint", d.Args))
	}
}
