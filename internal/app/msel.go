package app

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/msel"
	"renkei/internal/i18n"
	"renkei/internal/journal"
	"renkei/internal/sheet"
)

// FolderError is a pack that cannot be written into.
type FolderError struct{ Path string }

// Error names the path.
func (e *FolderError) Error() string { return e.Path + " is no folder" }

// ExportMSEL writes the MSEL of a pack as a spreadsheet and returns the number
// of its injects. The form follows the ending of out: .csv, or "-" for w, is
// CSV, anything else a workbook.
func ExportMSEL(pack, out string, bom bool, p *i18n.Printer, w io.Writer) (int, error) {
	files, err := packFiles(pack)
	if err != nil {
		return 0, err
	}
	t, err := msel.Export(files, p)
	if err != nil {
		return 0, err
	}
	write := func(w io.Writer) error { return sheet.WriteXLSX(w, t) }
	if out != "-" && !strings.EqualFold(filepath.Ext(out), ".csv") {
		if err := msel.Fits(t); err != nil {
			return 0, err
		}
	} else {
		write = func(w io.Writer) error { return t.WriteCSV(w, bom) }
	}
	if out == "-" {
		return len(t.Rows), write(w)
	}
	if err := journal.WriteFile(out, write); err != nil {
		return 0, fmt.Errorf("write MSEL: %w", err)
	}
	return len(t.Rows), nil
}

// packFiles reads the files of a pack, wherever it is.
func packFiles(name string) (map[string][]byte, error) {
	pack, ds, err := LoadPack(name)
	if err != nil {
		return nil, err
	}
	if pack == nil {
		return nil, &PackError{Path: name, Diagnostics: ds}
	}
	return pack.Files, nil
}

// MSELOptions say what is imported into which pack.
type MSELOptions struct {
	File     string
	Pack     string // folder; one that does not exist is made
	Mapping  msel.Mapping
	Ask      msel.Asker // nil: nobody is asked
	Keep     bool       // unknown columns become notes
	Remove   bool       // injects that the file lacks are removed
	DryRun   bool
	Language string // of a new pack's texts, where nothing tells
}

// MSELChange is what an import did, or would do.
type MSELChange struct {
	*msel.Plan
	Worse   []scenario.Diagnostic // errors that the pack would have and had not; nothing was written then
	Written bool
}

// ImportMSEL takes the MSEL from a spreadsheet. It writes only files that
// change, and nothing where a cell cannot be read or the pack would no longer
// pass its check.
func ImportMSEL(o MSELOptions) (MSELChange, error) {
	raw, err := os.ReadFile(o.File)
	if err != nil {
		return MSELChange{}, fmt.Errorf("open spreadsheet: %w", err)
	}
	grids, err := sheet.Open(raw)
	if err != nil {
		return MSELChange{}, err
	}
	before, err := folderFiles(o.Pack)
	if err != nil {
		return MSELChange{}, err
	}
	name := strings.TrimSuffix(filepath.Base(o.File), filepath.Ext(o.File))
	plan, err := msel.Import(msel.Input{
		Grids: grids, Files: before, Mapping: o.Mapping, Ask: o.Ask, KeepRest: o.Keep, Remove: o.Remove,
		Name: name, Language: o.Language,
	})
	if err != nil {
		return MSELChange{}, err
	}
	out := MSELChange{Plan: plan}
	if plan.Files == nil {
		return out, nil
	}
	if before != nil {
		if out.Worse = worse(before, plan.Files); len(out.Worse) > 0 {
			return out, nil
		}
	}
	if o.DryRun || len(plan.Changes) == 0 {
		return out, nil
	}
	out.Written = true
	return out, writeFolder(o.Pack, before, plan.Files)
}

// folderFiles reads the pack in a folder; nil, and no error, for a folder that
// is not there or is empty.
func folderFiles(dir string) (map[string][]byte, error) {
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // no pack yet is what a new one starts from
	}
	if err != nil {
		return nil, fmt.Errorf("open scenario pack: %w", err)
	}
	if !info.IsDir() {
		return nil, &FolderError{dir}
	}
	held, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("open scenario pack: %w", err)
	}
	if len(held) == 0 {
		return nil, nil //nolint:nilnil // as above
	}
	files, _, err := scenario.Read(dir)
	return files, err
}

// worse lists the errors that a pack has after a change and had not before.
func worse(before, after map[string][]byte) []scenario.Diagnostic {
	had := map[string]bool{}
	for _, d := range findings(before) {
		had[d.Code+fmt.Sprint(d.Args)] = true
	}
	return slices.DeleteFunc(findings(after), func(d scenario.Diagnostic) bool {
		return d.Warning || had[d.Code+fmt.Sprint(d.Args)]
	})
}

func findings(files map[string][]byte) []scenario.Diagnostic {
	pack, ds := scenario.Parse(files)
	if pack != nil {
		ds = append(ds, scenario.Check(pack)...)
	}
	return ds
}

// writeFolder writes the files that differ, each whole or not at all.
func writeFolder(dir string, before, after map[string][]byte) error {
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if old, had := before[name]; had && bytes.Equal(old, after[name]) {
			continue
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("write scenario pack: %w", err)
		}
		err := journal.WriteFile(path, func(w io.Writer) error {
			_, err := w.Write(after[name])
			return err
		})
		if err != nil {
			return fmt.Errorf("write scenario pack: %w", err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if _, kept := after[name]; !kept {
			if err := os.Remove(filepath.Join(dir, filepath.FromSlash(name))); err != nil {
				return fmt.Errorf("write scenario pack: %w", err)
			}
		}
	}
	return nil
}
