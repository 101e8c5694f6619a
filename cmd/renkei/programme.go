package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"renkei/internal/database"
	"renkei/internal/i18n"
	"renkei/internal/journal"
	"renkei/internal/pdf"
	"renkei/internal/programme"
	"renkei/internal/programme/report"
	"renkei/internal/programme/store"
	"renkei/internal/server"
)

// programmeReport writes the yearly report.
func programmeReport(ctx context.Context, e *env, args []string) error {
	f := e.flags("programme report", "")
	p := handbookFlags(f)
	p.place, p.fill = "cli.programme.place", server.FillDemo
	var edition, form, out string
	var check bool
	f.stringVar(&edition, "edition", "")
	f.stringVar(&form, "form", "")
	f.stringVar(&out, "out", "")
	f.boolVar(&check, "check")
	if _, done, err := f.parse(args, 0, 0); done || err != nil {
		return err
	}
	if form == "" {
		form = strings.TrimPrefix(strings.ToLower(filepath.Ext(out)), ".")
	}
	if out == "" && !check || out != "" && !slices.Contains(report.Formats(), form) {
		return f.wrong(e.p.T("cli.programme.form"))
	}
	var made *programme.Report
	err := p.readAll(ctx, e, f, func(r *database.Reader) (err error) {
		made, err = e.reportOf(ctx, r, edition)
		return err
	})
	if err != nil {
		return err
	}
	if out != "" {
		if err := e.writeProgramme(ctx, made, form, out); err != nil {
			return err
		}
	}
	if check {
		return e.checkProgramme(made.Parts)
	}
	return nil
}

// reportOf is the report of an edition, or of the last: frozen, or as it is now,
// with its photographs.
func (e *env) reportOf(ctx context.Context, r *database.Reader, id string) (*programme.Report, error) {
	records, err := store.ReadMoment(ctx, r)
	if err != nil {
		return nil, err
	}
	made, err := e.composed(ctx, r, records, id)
	if err != nil {
		return nil, err
	}
	return made, made.Illustrate(records, func(hash string) ([]byte, error) { return store.FileAt(ctx, r, hash) })
}

func (e *env) composed(ctx context.Context, r *database.Reader, records *programme.Records, id string) (*programme.Report, error) {
	edition, err := e.editionOf(records, id)
	if err != nil {
		return nil, err
	}
	frozen, err := store.ReadFrozen(ctx, r, edition.ID, e.p.Lang())
	if err != nil {
		return nil, err
	}
	if frozen != nil {
		return frozen.Report.Corrected(records.Errata(edition.ID)), nil
	}
	from, err := programme.Gather(ctx, records, server.Chapters(r), edition, e.p)
	if err != nil {
		return nil, err
	}
	if err := store.ReadBefore(ctx, r, edition, &from); err != nil {
		return nil, err
	}
	return programme.Compose(edition, from, e.p)
}

func (e *env) editionOf(records *programme.Records, id string) (*programme.Edition, error) {
	all := records.Editions()
	if id == "" && len(all) > 0 {
		return all[len(all)-1], nil
	}
	if found := records.Edition(id); found != nil {
		return found, nil
	}
	if len(all) == 0 {
		return nil, &plainError{e.p.T("cli.programme.none")}
	}
	var known []string
	for _, one := range all {
		known = append(known, one.ID)
	}
	return nil, &plainError{e.p.T("cli.programme.absent", i18n.Args{"Edition": id, "Known": e.p.List(known)})}
}

func (e *env) writeProgramme(ctx context.Context, made *programme.Report, form, out string) error {
	var b bytes.Buffer
	var err error
	switch form {
	case "pdf":
		err = report.PDF(ctx, &b, made, e.p)
	case "docx":
		err = report.DOCX(&b, made, e.p)
	case "json":
		err = report.JSON(&b, made)
	default:
		err = report.HTML(&b, made, e.p)
	}
	var browser *pdf.BrowserError
	switch {
	case errors.Is(err, pdf.ErrNoBrowser):
		return &plainError{e.p.T("cli.exercise.report.no_browser")}
	case errors.As(err, &browser):
		return e.notPrinted(browser)
	case err != nil:
		return err
	}
	if out == "-" {
		_, err := e.out.Write(b.Bytes())
		return err
	}
	err = journal.WriteFile(out, func(w io.Writer) error {
		_, err := w.Write(b.Bytes())
		return err
	})
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	fmt.Fprintln(e.err, e.p.T("cli.programme.report.done", i18n.Args{
		"Path": out, "Edition": made.Edition, "Checked": made.States[programme.Checked], "Draft": made.States[programme.Draft],
		"Machine": made.States[programme.Machine], "Missing": made.States[programme.Missing], "Hash": made.Hash,
	}))
	return nil
}

// checkProgramme fails where a paragraph is missing, and says which.
func (e *env) checkProgramme(parts []programme.Part) error {
	missing := false
	for _, p := range parts {
		for _, piece := range p.Pieces {
			if piece.State == programme.Missing {
				missing = true
				fmt.Fprintln(e.err, e.p.T("cli.programme.report.missing", i18n.Args{"Section": p.Title}))
			}
		}
		if e.checkProgramme(p.Parts) != nil {
			missing = true
		}
	}
	if missing {
		return errFailed
	}
	return nil
}
