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

	"github.com/google/uuid"

	"renkei/internal/config"
	"renkei/internal/database"
	"renkei/internal/handbook"
	handbookarea "renkei/internal/handbook/area"
	"renkei/internal/handbook/exchange"
	"renkei/internal/handbook/store"
	"renkei/internal/i18n"
	"renkei/internal/server"
	"renkei/internal/sheet"
	"renkei/internal/storage"
)

// handbookPlace is where a handbook is kept.
type handbookPlace struct {
	data, db string
	demo     bool
	place    string                                    // key of what to say where none is named
	fill     func(context.Context, *database.DB) error // enters the demonstration
}

// handbookFlags are those of all commands of the handbook.
func handbookFlags(f *flags) *handbookPlace {
	p := &handbookPlace{place: "cli.handbook.place", fill: handbookarea.Demo}
	f.stringVar(&p.data, "data", "")
	f.value("db", func(s string) string { return readDB(s, &p.db) })
	f.boolVar(&p.demo, "demo")
	return p
}

// location is the database that the flags name. cleanup takes away what was made
// for a demonstration.
func (p *handbookPlace) location(ctx context.Context, e *env, f *flags) (at string, cleanup func(), err error) {
	named := 0
	for _, is := range []bool{p.data != "", p.db != "", p.demo} {
		if is {
			named++
		}
	}
	switch {
	case named != 1:
		return "", nil, f.wrong(e.p.T(p.place))
	case p.db != "":
		return p.db, func() {}, nil
	case p.data != "":
		return filepath.Join(p.data, config.FileDB), func() {}, nil
	}
	dir, err := os.MkdirTemp("", "renkei-demo-")
	if err != nil {
		return "", nil, fmt.Errorf("make folder: %w", err)
	}
	cleanup = func() { _ = os.RemoveAll(dir) } // a demonstration leaves nothing
	at = filepath.Join(dir, config.FileDB)
	db, err := storage.Open(ctx, at, storage.Options{Areas: server.Stored()})
	if err == nil {
		err = errors.Join(p.fill(ctx, db.Database), db.Close())
	}
	if err != nil {
		cleanup()
	}
	return at, cleanup, err
}

// read calls do with the handbook as it is at one moment, beside a server that
// has it open.
func (p *handbookPlace) read(ctx context.Context, e *env, f *flags, do func(*store.Reader) error) error {
	return p.readAll(ctx, e, f, func(r *database.Reader) error {
		return e.handbookError(do(store.NewReader(r, handbookarea.Vocabulary())))
	})
}

// write calls do with the database open for writing. It has to be there: one that
// was mistyped is not made.
func (p *handbookPlace) write(ctx context.Context, e *env, f *flags, do func(*database.DB) error) error {
	at, cleanup, err := p.location(ctx, e, f)
	if err != nil {
		return err
	}
	defer cleanup()
	if !strings.Contains(at, "://") {
		if _, err := os.Stat(at); err != nil {
			return err
		}
	}
	db, err := storage.Open(ctx, at, storage.Options{Areas: server.Stored()})
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // what was written is committed
	return do(db.Database)
}

// readAll calls do with the database as it is at one moment.
func (p *handbookPlace) readAll(ctx context.Context, e *env, f *flags, do func(*database.Reader) error) error {
	at, cleanup, err := p.location(ctx, e, f)
	if err != nil {
		return err
	}
	defer cleanup()
	r, err := storage.OpenReader(ctx, at, server.Stored()...)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // it was only read
	return do(r.Database)
}

// handbookError words what is not there and what cannot be kept.
func (e *env) handbookError(err error) error {
	if errors.Is(err, exchange.ErrColumns) {
		return &plainError{e.p.T("cli.handbook.import.columns")}
	}
	return err
}

// present checks that there are the editions and the member that were named, ""
// for none, and says which there are.
func (e *env) present(ctx context.Context, r *store.Reader, member string, editions ...string) error {
	all, err := r.Contents(ctx, "")
	if err != nil {
		return err
	}
	var ids, members []string
	for _, c := range all {
		ids = append(ids, c.Edition.ID)
		for i := range c.Profiles {
			members = append(members, strings.ToUpper(c.Profiles[i].Member))
		}
	}
	for _, id := range editions {
		if id != "" && !slices.Contains(ids, id) {
			return &plainError{e.p.T("cli.handbook.no_edition", i18n.Args{"Edition": id, "Known": e.p.List(ids)})}
		}
	}
	slices.Sort(members)
	members = slices.Compact(members)
	if code := strings.ToUpper(member); code != "" && !slices.Contains(members, code) {
		_, err := r.Working(ctx, member)
		if !errors.Is(err, handbook.ErrAbsent) {
			return err
		}
		return &plainError{e.p.T("cli.handbook.no_member", i18n.Args{"Member": code, "Known": e.p.List(members)})}
	}
	return nil
}

// handbookExport writes a member's working copy as a spreadsheet, or an edition
// as JSON.
func handbookExport(ctx context.Context, e *env, args []string) error {
	f := e.flags("handbook export", "")
	p := handbookFlags(f)
	var member, edition, out string
	f.stringVar(&member, "member", "")
	f.stringVar(&edition, "edition", "")
	f.stringVar(&out, "out", "")
	if _, done, err := f.parse(args, 0, 0); done || err != nil {
		return err
	}
	kind := strings.ToLower(filepath.Ext(out))
	if kind != ".xlsx" && kind != ".csv" && kind != ".json" || member == "" && kind != ".json" || member == "" && edition == "" {
		return f.wrong(e.p.T("cli.handbook.export.what"))
	}
	member = strings.ToLower(member)
	return p.read(ctx, e, f, func(r *store.Reader) error {
		if err := e.present(ctx, r, member, edition); err != nil {
			return err
		}
		c, err := exported(ctx, r, edition, member)
		if err != nil {
			return err
		}
		raw, err := encodeHandbook(c, kind, member)
		if err != nil {
			return err
		}
		if err := os.WriteFile(out, raw, 0o600); err != nil {
			return fmt.Errorf("write %s: %w", out, err)
		}
		fmt.Fprintln(e.out, e.p.T("cli.handbook.export.done", i18n.Args{"Path": out, "N": len(c.Items)}))
		return nil
	})
}

// exported is an edition, of all members or of one; without one a working copy.
func exported(ctx context.Context, r *store.Reader, edition, member string) (*handbook.Content, error) {
	switch {
	case edition == "":
		return r.Working(ctx, member)
	case member == "":
		return r.Content(ctx, edition)
	}
	return r.Member(ctx, edition, member)
}

func encodeHandbook(c *handbook.Content, kind, member string) ([]byte, error) {
	var b bytes.Buffer
	table := exchange.Table(strings.ToUpper(member), c.Items)
	switch kind {
	case ".xlsx":
		err := sheet.WriteXLSX(&b, table)
		return b.Bytes(), err
	case ".csv":
		err := table.WriteCSV(&b, true)
		return b.Bytes(), err
	}
	err := exchange.WriteJSON(&b, c)
	return b.Bytes(), err
}

// handbookImport takes a spreadsheet into a member's working copy.
func handbookImport(ctx context.Context, e *env, args []string) error {
	f := e.flags("handbook import", "FILE")
	p := handbookFlags(f)
	var member, reason string
	var dry bool
	f.stringVar(&member, "member", "")
	f.stringVar(&reason, "reason", "")
	f.boolVar(&dry, "dry-run")
	pos, done, err := f.parse(args, 1, 1)
	if done || err != nil {
		return err
	}
	if member == "" {
		return f.wrong(e.p.T("cli.handbook.import.member"))
	}
	raw, err := readBounded(pos[0])
	if err != nil {
		return err
	}
	return e.importHandbook(ctx, p, f, file{pos[0], raw}, strings.ToLower(member), reason, dry)
}

// readBounded reads a file that may be a spreadsheet.
func readBounded(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > sheet.MaxFile {
		return nil, fmt.Errorf("%s: %w", path, sheet.ErrLarge)
	}
	return os.ReadFile(path)
}

// file is what is imported.
type file struct {
	path string
	raw  []byte
}

func (e *env) importHandbook(ctx context.Context, p *handbookPlace, f *flags, in file, member, reason string, dry bool) error {
	if dry {
		return p.read(ctx, e, f, func(r *store.Reader) error {
			_, err := e.planImport(ctx, r, in, member)
			return err
		})
	}
	return p.write(ctx, e, f, func(db *database.DB) error {
		s := store.New(db, handbookarea.Vocabulary())
		plan, err := e.planImport(ctx, s.Reader, in, member)
		if err != nil || plan.Changes() == 0 {
			return e.handbookError(err)
		}
		head, err := s.Head(ctx, member)
		if err != nil {
			return err
		}
		operator := handbook.Actor{Owns: []string{member}}
		return e.handbookError(s.Save(ctx, operator, store.Change{
			Member: member, Version: head.Version, Reason: reason, Put: plan.Put, Drop: plan.Drop, At: time.Now(),
		}))
	})
}

// fileError words why a file cannot be read.
func (e *env) fileError(path string, err error) error {
	for _, known := range []error{sheet.ErrLarge, sheet.ErrWorkbook, sheet.ErrOld, sheet.ErrText, exchange.ErrJSON, exchange.ErrMember, exchange.ErrMany} {
		if errors.Is(err, known) {
			return &plainError{e.p.T("cli.handbook.import.file", i18n.Args{"Path": path, "Cause": err})}
		}
	}
	return err
}

// planImport says what a file changes, or all that is wrong with it.
func (e *env) planImport(ctx context.Context, r *store.Reader, in file, member string) (exchange.Plan, error) {
	if err := e.present(ctx, r, member); err != nil {
		return exchange.Plan{}, err
	}
	c, err := r.Working(ctx, member)
	if err != nil {
		return exchange.Plan{}, err
	}
	plan, err := exchange.Open(r.Vocabulary(), in.raw, member, c.Items, func() string { return member + "-" + uuid.Must(uuid.NewV7()).String() })
	if err != nil {
		return plan, e.fileError(in.path, err)
	}
	for _, problem := range plan.Problems {
		fmt.Fprintln(e.err, e.p.T("cli.handbook.import.problem", i18n.Args{
			"Cell": problem.Cell, "Text": problem.Text, "Why": e.p.T("cli.handbook.problem." + exchange.Key(&problem)), "Field": problem.Field,
		}))
	}
	if len(plan.Problems) > 0 {
		return plan, errFailed
	}
	for i := range plan.Put {
		text, _ := plan.Put[i].Text.In(e.p.Lang(), "en")
		fmt.Fprintln(e.out, "+ "+plan.Put[i].ID+"  "+text)
	}
	for _, id := range plan.Drop {
		fmt.Fprintln(e.out, "- "+id)
	}
	fmt.Fprintln(e.out, e.p.T("cli.handbook.import.changes", i18n.Args{"N": plan.Changes()}))
	return plan, nil
}

// handbookCompare says what changed between two editions.
func handbookCompare(ctx context.Context, e *env, args []string) error {
	f := e.flags("handbook compare", "EDITION EDITION")
	p := handbookFlags(f)
	var member string
	f.stringVar(&member, "member", "")
	pos, done, err := f.parse(args, 2, 2)
	if done || err != nil {
		return err
	}
	return p.read(ctx, e, f, func(r *store.Reader) error {
		if err := e.present(ctx, r, member, pos...); err != nil {
			return err
		}
		before, err := r.Content(ctx, pos[0])
		if err != nil {
			return err
		}
		after, err := r.Content(ctx, pos[1])
		if err != nil {
			return err
		}
		if member = strings.ToLower(member); member != "" {
			before, after = before.Only(member), after.Only(member)
		}
		e.compared(handbook.Compare(before, after))
		return nil
	})
}

// compared writes a line for each item that changed, and how many there are.
func (e *env) compared(c *handbook.Comparison) {
	for i := range c.Diffs {
		d := &c.Diffs[i]
		words := make([]string, len(d.Changes))
		for n, change := range d.Changes {
			words[n] = e.p.T("web.handbook.change." + string(change))
		}
		text, _ := d.Item().Text.In(e.p.Lang(), "en")
		fmt.Fprintf(e.out, "%s  %s: %s\n", strings.ToUpper(d.Member), strings.Join(words, ", "), text)
	}
	for _, change := range handbook.Changes() {
		if n := c.Count[change]; n > 0 {
			fmt.Fprintf(e.out, "%6d  %s\n", n, e.p.T("web.handbook.change."+string(change)))
		}
	}
	fmt.Fprintf(e.out, "%6d  %s\n", c.Same, e.p.T("web.handbook.same"))
}

// handbookSchema writes the JSON Schema of what is exported and imported.
func handbookSchema(_ context.Context, e *env, args []string) error {
	f := e.flags("handbook schema", "")
	if _, done, err := f.parse(args, 0, 0); done || err != nil {
		return err
	}
	_, err := e.out.Write(exchange.Schema())
	return err
}
