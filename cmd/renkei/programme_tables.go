package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"renkei/internal/database"
	"renkei/internal/i18n"
	"renkei/internal/programme/exchange"
	"renkei/internal/programme/store"
	"renkei/internal/server"
	"renkei/internal/sheet"
)

// programmeExport writes the tables of an event: its record, papers and people.
func programmeExport(ctx context.Context, e *env, args []string) error {
	f := e.flags("programme export", "")
	p := handbookFlags(f)
	p.place, p.fill = "cli.programme.place", server.FillDemo
	var event, list, out string
	f.stringVar(&event, "event", "")
	f.stringVar(&list, "list", "")
	f.stringVar(&out, "out", "")
	if _, done, err := f.parse(args, 0, 0); done || err != nil {
		return err
	}
	kind := strings.ToLower(filepath.Ext(out))
	i := slices.IndexFunc(exchange.Lists(), func(l exchange.List) bool { return strings.EqualFold(string(l), list) })
	if event == "" || kind != ".xlsx" && kind != ".csv" || kind == ".csv" && i < 0 || list != "" && i < 0 {
		return f.wrong(e.p.T("cli.programme.export.what"))
	}
	return p.readAll(ctx, e, f, func(r *database.Reader) error {
		b, lists, err := e.tablesOf(ctx, r, event)
		if err != nil {
			return err
		}
		if list != "" {
			lists = exchange.Lists()[i : i+1]
		}
		if b.Event.Session == nil {
			lists = slices.DeleteFunc(slices.Clone(lists), func(l exchange.List) bool { return l != exchange.People })
		}
		if len(lists) == 0 {
			return &plainError{e.p.T("cli.programme.export.no_meeting", i18n.Args{"Event": event})}
		}
		return e.writeTables(exchange.Tables(b, lists...), out, kind)
	})
}

func (e *env) writeTables(tables []sheet.Table, out, kind string) error {
	var b bytes.Buffer
	err := error(nil)
	if kind == ".csv" {
		err = tables[0].WriteCSV(&b, true)
	} else {
		err = sheet.WriteXLSX(&b, tables...)
	}
	if err != nil {
		return err
	}
	if err := os.WriteFile(out, b.Bytes(), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", out, err)
	}
	fmt.Fprintln(e.out, e.p.T("cli.programme.export.done", i18n.Args{"Path": out}))
	return nil
}

// tablesOf is everything of an event, named by its id or its number.
func (e *env) tablesOf(ctx context.Context, r *database.Reader, name string) (*exchange.Book, []exchange.List, error) {
	records, err := store.ReadMoment(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	event := records.Event(name)
	for _, m := range records.Meetings("") {
		if strings.EqualFold(m.Session.Code, name) {
			event = m
		}
	}
	if event == nil {
		return nil, nil, &plainError{e.p.T("cli.programme.export.absent", i18n.Args{"Event": name})}
	}
	people, err := store.ReadAttendance(ctx, r, event.ID)
	return &exchange.Book{Records: records, Event: event, People: people}, exchange.Lists(), err
}

// programmeImport takes tables back.
func programmeImport(ctx context.Context, e *env, args []string) error {
	f := e.flags("programme import", "FILE")
	p := handbookFlags(f)
	p.place, p.fill = "cli.programme.place", server.FillDemo
	var event, reason string
	var dry bool
	f.stringVar(&event, "event", "")
	f.stringVar(&reason, "reason", "")
	f.boolVar(&dry, "dry-run")
	pos, done, err := f.parse(args, 1, 1)
	if done || err != nil {
		return err
	}
	if event == "" {
		return f.wrong(e.p.T("cli.programme.import.event"))
	}
	raw, err := readBounded(pos[0])
	if err != nil {
		return err
	}
	in := tableFile{file{pos[0], raw}, event, reason}
	if dry {
		return p.readAll(ctx, e, f, func(r *database.Reader) error {
			_, _, err := e.planTables(ctx, r, in)
			return err
		})
	}
	return p.write(ctx, e, f, func(db *database.DB) error {
		plan, b, err := e.planTables(ctx, db.Reader, in)
		if err != nil || plan.N() == 0 {
			return err
		}
		return store.New(db).TakeTables(ctx, time.Now(), "", b.Event.ID, plan.Changes, plan.People)
	})
}

// tableFile is what is imported, and of which event.
type tableFile struct {
	file

	event, reason string
}

// planTables says what a file changes, or all that is wrong with it.
func (e *env) planTables(ctx context.Context, r *database.Reader, in tableFile) (exchange.Plan, *exchange.Book, error) {
	b, _, err := e.tablesOf(ctx, r, in.event)
	if err != nil {
		return exchange.Plan{}, nil, err
	}
	members, err := server.Chapters(r).Directory(ctx)
	if err != nil {
		return exchange.Plan{}, nil, err
	}
	may := exchange.May{Now: time.Now(), Conducts: true, Reason: in.reason}
	if may.Reason == "" {
		may.Reason = e.p.T("programme.done.tables")
	}
	for _, m := range members {
		may.Members = append(may.Members, m.ID)
	}
	plan, err := exchange.Open(in.raw, b, may)
	for _, known := range []error{sheet.ErrLarge, sheet.ErrWorkbook, sheet.ErrOld, sheet.ErrText, exchange.ErrColumns} {
		if errors.Is(err, known) {
			return plan, b, &plainError{e.p.T("cli.programme.import.file", i18n.Args{"Path": in.path, "Cause": err})}
		}
	}
	if err != nil {
		return plan, b, err
	}
	for i := range plan.Problems {
		problem := &plan.Problems[i]
		fmt.Fprintln(e.err, e.p.T("cli.handbook.import.problem", i18n.Args{
			"Cell": problem.Cell, "Text": problem.Text, "Why": exchange.Why(e.p, problem), "Field": problem.Field,
		}))
	}
	if len(plan.Problems) > 0 {
		return plan, b, errFailed
	}
	for i := range plan.Changes {
		fmt.Fprintln(e.out, "+ "+string(plan.Changes[i].Of)+" "+plan.Changes[i].ID+"  "+plan.Changes[i].Record.Name().In(e.p.Lang()))
	}
	for i := range plan.People {
		fmt.Fprintln(e.out, "+ "+strings.ToUpper(plan.People[i].Member)+"  "+plan.People[i].Name)
	}
	fmt.Fprintln(e.out, e.p.T("cli.handbook.import.changes", i18n.Args{"N": plan.N()}))
	return plan, b, nil
}
