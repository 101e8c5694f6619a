package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"filippo.io/age"

	"renkei/internal/exercise/archive"
	"renkei/internal/exercise/transfer"
	"renkei/internal/i18n"
	"renkei/internal/server"
)

// backup writes a whole installation into one archive.
func backup(ctx context.Context, e *env, args []string) error {
	f := e.flags("backup", "DIR|FILE.db|URL --out FILE | --dir DIR")
	o := transfer.BackupOptions{Areas: server.Stored()}
	var series transfer.Series
	var keep *transfer.Keep
	e.archiveFlags(f, &o.ArchiveOptions)
	f.stringVar(&series.Dir, "dir", "")
	f.stringVar(&series.Name, "name", "")
	f.value("keep", func(s string) string {
		k, err := transfer.ParseKeep(s)
		if err != nil {
			return "cli.backup.bad_keep"
		}
		keep = &k
		return ""
	})
	f.stringVar(&o.Data, "data", "")
	f.boolVar(&o.Sessions, "sessions")
	f.value("to", func(s string) string { return readRecipient(s, &o.To) })
	pos, done, err := f.parse(args, 1, 1)
	if done || err != nil {
		return err
	}
	switch {
	case (o.Out == "") == (series.Dir == ""), series.Dir == "" && (keep != nil || series.Name != ""), series.Dir != "" && o.Force:
		return f.wrong(e.p.T("cli.backup.no_out"))
	case readDB(pos[0], &o.From) != "":
		return f.wrong(e.p.T("cli.place.bad_url"))
	}
	if series.Dir != "" {
		if series, err = named(series, o.From); err != nil {
			return err
		}
		o.Out = series.Path(o.Now, len(o.To) > 0)
	}
	m, err := transfer.Backup(ctx, o)
	e.endMeter()
	if err != nil {
		return err
	}
	fmt.Fprintln(e.err, e.p.T("cli.backup.done", i18n.Args{"Path": o.Out, "Exercises": len(m.Exercises), "People": *m.People, "Files": len(m.Files)}))
	e.exercises(m)
	fmt.Fprintln(e.err, e.p.T("cli.backup.holds"))
	if keep == nil {
		return nil
	}
	removed, err := series.Prune(*keep)
	for _, path := range removed {
		fmt.Fprintln(e.err, e.p.T("cli.backup.removed", i18n.Args{"Path": path}))
	}
	return err
}

// named is a series with its name, and its folder made.
func named(s transfer.Series, from string) (transfer.Series, error) {
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return s, fmt.Errorf("make folder: %w", err)
	}
	if s.Name != "" {
		return s, nil
	}
	return transfer.NewSeries(s.Dir, from)
}

// readRecipient reads a public key of age. Keys of two kinds do not mix.
func readRecipient(s string, to *[]age.Recipient) string {
	var key age.Recipient
	key, err := age.ParseX25519Recipient(s)
	if err != nil {
		key, err = age.ParseHybridRecipient(s)
	}
	if err != nil || len(*to) > 0 && fmt.Sprintf("%T", (*to)[0]) != fmt.Sprintf("%T", key) {
		return "cli.backup.bad_to"
	}
	*to = append(*to, key)
	return ""
}

// exercises lists those of a backup with their heads.
func (e *env) exercises(m archive.Manifest) {
	for _, ex := range m.Exercises {
		fmt.Fprintln(e.err, "  "+e.p.T("cli.backup.exercise", i18n.Args{"Exercise": ex.ID, "Title": ex.Title, "Head": head(ex.Head)}))
	}
}

// restore brings a backup back.
func restore(ctx context.Context, e *env, args []string) error {
	f := e.flags("restore", "FILE --data DIR | --db FILE.db|URL | --out DIR")
	o := transfer.RestoreOptions{Log: slog.New(slog.NewTextHandler(e.err, nil)), Meter: e.meter(), Areas: server.Stored()}
	identity := ""
	f.stringVar(&o.Data, "data", "")
	f.stringVar(&o.Out, "out", "")
	f.value("db", func(s string) string { return readDB(s, &o.DB) })
	f.boolVar(&o.Merge, "merge")
	f.stringVar(&identity, "identity", "")
	pos, done, err := f.parse(args, 1, 1)
	if done || err != nil {
		return err
	}
	if (o.Out != "") == (o.DB != "" || o.Data != "") || o.Merge && o.Data != "" {
		return f.wrong(e.p.T("cli.restore.no_out"))
	}
	if o.Keys, err = e.identities(identity); err != nil {
		return err
	}
	o.Archive = pos[0]
	out, err := transfer.Restore(ctx, o)
	e.endMeter()
	if err != nil {
		return err
	}
	fmt.Fprintln(e.err, e.p.T("cli.restore.done", i18n.Args{
		"Path": o.Archive, "Place": out.Stored, "Exercises": len(out.Exercises), "Already": out.Already,
		"Rows": out.Rows, "Files": out.Files,
	}))
	e.exercises(out.Manifest)
	e.afterRestore(o, out)
	return nil
}

// afterRestore says what to do next.
func (e *env) afterRestore(o transfer.RestoreOptions, out transfer.Restored) {
	args := i18n.Args{"Place": out.Stored, "Data": o.Data, "Files": len(out.Manifest.Files)}
	switch {
	case o.Data != "" && o.DB != "":
		fmt.Fprintln(e.err, e.p.T("cli.restore.next_data_db", args))
	case o.Data != "":
		fmt.Fprintln(e.err, e.p.T("cli.restore.next_data", args))
	default:
		fmt.Fprintln(e.err, e.p.T("cli.restore.next", args))
		if len(out.Manifest.Files) > 0 {
			fmt.Fprintln(e.err, e.p.T("cli.restore.no_files", args))
		}
	}
}

// identities reads the file of an age key; "" is none.
func (e *env) identities(path string) ([]age.Identity, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read
	keys, err := age.ParseIdentities(file)
	if err != nil {
		return nil, &usageError{command: "restore", text: e.p.T("cli.restore.bad_identity", i18n.Args{"Path": path})}
	}
	return keys, nil
}
