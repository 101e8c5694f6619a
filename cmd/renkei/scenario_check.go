package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/library"
	"renkei/internal/i18n"
	"renkei/internal/server"
	"renkei/internal/tabletop"
)

// scenarioCheck finds every error of a pack at once.
func scenarioCheck(_ context.Context, e *env, args []string) error {
	f := e.flags("scenario check", "PACK")
	asJSON := f.Bool("json", false, e.p.T("cli.scenario.check.flag.json", nil))
	pos, done, err := f.parse(args, 1, 1)
	if done || err != nil {
		return err
	}
	pack, ds, err := library.Load(pos[0], server.Kinds().Packs()...)
	if err != nil {
		return err
	}
	failed := pack == nil || scenario.Failed(ds)
	if *asJSON {
		return e.diagnosticsJSON(ds, failed)
	}
	e.diagnostics(e.out, ds)
	if failed {
		fmt.Fprintln(e.err, e.p.T("cli.scenario.check.failed", i18n.Args{"Count": len(ds)}))
		return errFailed
	}
	if pack.Kind == scenario.KindTTX {
		table, _ := tabletop.Read(pack) // checked just now
		fmt.Fprintln(e.out, e.p.T("cli.scenario.check.passed_ttx", i18n.Args{
			"Title": pack.Title.In(e.p.Lang(), pack.Languages[0]), "Modules": len(table.Modules),
			"Questions": table.Count(), "Warnings": len(ds),
		}))
		return nil
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

// finding is a diagnostic for editors and programs. Line and column count from
// 1; 0 stands for the file as a whole.
type finding struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Severity string `json:"severity"` // error or warning
	Code     string `json:"code"`
	Message  string `json:"message"`
	Hint     string `json:"hint"`
}

// diagnosticsJSON prints findings as one JSON document.
func (e *env) diagnosticsJSON(ds []scenario.Diagnostic, failed bool) error {
	all := make([]finding, 0, len(ds))
	for _, d := range ds {
		severity := "error"
		if d.Warning {
			severity = "warning"
		}
		all = append(all, finding{
			File: d.Pos.File, Line: d.Pos.Line, Column: d.Pos.Col, Severity: severity, Code: d.Code,
			Message: e.p.T("check."+d.Code, d.Args), Hint: e.p.T("check."+d.Code+".hint", d.Args),
		})
	}
	enc := json.NewEncoder(e.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(map[string]any{"passed": !failed, "findings": all}); err != nil {
		return err
	}
	if failed {
		return errFailed
	}
	return nil
}
