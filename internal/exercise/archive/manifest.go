package archive

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"time"

	"renkei/internal/exercise/scenario"
	"renkei/internal/journal"
)

// Names of the form of an archive, with its version.
const (
	Format      = "renkei/archive/1"
	FormatWhole = "renkei/archive/2" // also with tables and files, of a whole installation
)

// Files of an archive. Those of an exercise stand in a folder that is its
// number in the manifest, from 1.
const (
	FileManifest = "manifest.json"
	FilePeople   = "people.jsonl"
	fileLog      = "log.jsonl"
	fileKeys     = "keys.jsonl"
)

// LogFile names the log of the exercise at index i of the manifest.
func LogFile(i int) string { return strconv.Itoa(i+1) + "/" + fileLog }

// KeysFile names its idempotency keys.
func KeysFile(i int) string { return strconv.Itoa(i+1) + "/" + fileKeys }

// Manifest says what is in an archive.
type Manifest struct {
	Format    string     `json:"format"`
	Made      time.Time  `json:"made"`
	By        string     `json:"by"` // the program and its version
	Exercises []Exercise `json:"exercises"`
	People    *int       `json:"people,omitempty"` // how many; nil: the archive names nobody
	Areas     []Area     `json:"areas,omitempty"`  // whose tables are here
	Files     []File     `json:"files,omitempty"`  // of the data folder
}

// Area is an area of the program whose tables are in the archive.
type Area struct {
	Name      string  `json:"name"`
	Migration int64   `json:"migration"` // the last that its tables had taken
	Tables    []Table `json:"tables"`    // in the order in which they are to be filled
}

// Table is a table of an area. Its lines are as package database writes them.
type Table struct {
	Name string `json:"name"`
	Rows int64  `json:"rows"`
	Sum  string `json:"sum"` // of the rows, in whatever order
}

// File is a file of the data folder.
type File struct {
	Name string       `json:"name"` // below the folder, with slashes
	Size int64        `json:"size"`
	Hash journal.Hash `json:"sha256"`
}

// TableFile names the file of a table.
func TableFile(area, table string) string { return "tables/" + area + "/" + table + ".jsonl" }

// FolderFile names a file of the data folder in the archive.
func FolderFile(name string) string { return "files/" + name }

// ValidFile reports whether a file of that name may be in an archive: one that
// leads nowhere else on any system, and that no part of hides.
func ValidFile(name string) bool {
	return fs.ValidPath(name) && name != "." && !strings.HasPrefix(name, ".") &&
		!strings.Contains(name, "/.") && !strings.ContainsAny(name, "\\:\x00")
}

// validName is that of an area or a table.
var validName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Exercise is an exercise of the archive. Its head is that of the whole log,
// redacted or not.
type Exercise struct {
	ID        string       `json:"id"`
	Title     string       `json:"title,omitempty"`
	Created   int64        `json:"created,omitempty"` // unix microseconds
	Head      journal.Head `json:"head"`
	Contents  int          `json:"contents"`
	Clearance scenario.TLP `json:"clearance,omitzero"` // what is above it was left out; none: nothing was
	Redacted  uint64       `json:"redacted,omitempty"` // events without their bytes
	Keys      *int         `json:"keys,omitempty"`     // how many; nil: none are here
	Tick      *Tick        `json:"tick,omitempty"`     // nil: none was durable
}

// Whole reports whether the exercise can go on from this archive: nothing is
// redacted, and what was done once is not done again.
func (e *Exercise) Whole() bool { return e.Redacted == 0 && e.Keys != nil }

// Tick is how far the exercise's clock had durably come.
type Tick struct {
	At   int64 `json:"at"`   // exercise time in microseconds
	Wall int64 `json:"wall"` // unix microseconds
}

// Key is the idempotency key of a command, with the events it gave.
type Key struct {
	Actor string       `json:"actor"`
	Key   string       `json:"key"`
	Hash  journal.Hash `json:"hash"` // of the command
	First uint64       `json:"first"`
	Last  uint64       `json:"last"` // below first when it gave none
}

// within reports whether the key is of the log up to head. One without events
// is when the events before it are.
func (k *Key) within(head journal.Head) bool {
	return k.First > 0 && k.First <= head.Seq+1 && k.Last <= head.Seq
}

// Person is somebody whom the logs name by id.
type Person struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Organisation string `json:"organisation,omitempty"`
}

// maxObjects bounds how many exercises, tables and files a manifest names: each
// takes a hundred times as much memory as its shortest form has bytes.
const maxObjects = 200_000

// parseManifest reads a manifest. A newer version is told apart from what is
// none at all.
func parseManifest(raw []byte) (Manifest, error) {
	var m Manifest
	var format struct {
		Format string `json:"format"`
	}
	if bytes.Count(raw, []byte("{")) > maxObjects || json.Unmarshal(raw, &format) != nil {
		return m, &Error{Code: CodeManifest, File: FileManifest}
	}
	if format.Format != Format && format.Format != FormatWhole {
		return m, &Error{Code: CodeVersion, File: FileManifest, Name: format.Format}
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		return m, &Error{Code: CodeManifest, File: FileManifest, Err: err}
	}
	seen := map[string]bool{}
	for _, e := range m.Exercises {
		if e.ID == "" || seen[e.ID] || e.Redacted > e.Head.Seq {
			return m, &Error{Code: CodeManifest, File: FileManifest, Name: e.ID}
		}
		seen[e.ID] = true
	}
	return m, m.checkWhole()
}

// checkWhole looks at the names of tables and files, which become those of
// other things.
func (m *Manifest) checkWhole() error {
	if m.Format == Format && len(m.Areas)+len(m.Files) > 0 {
		return &Error{Code: CodeManifest, File: FileManifest, Name: m.Format}
	}
	seen := map[string]bool{}
	for _, a := range m.Areas {
		if seen[a.Name] || !validName.MatchString(a.Name) {
			return &Error{Code: CodeManifest, File: FileManifest, Name: a.Name}
		}
		seen[a.Name] = true
		for _, t := range a.Tables {
			name := TableFile(a.Name, t.Name)
			if seen[name] || !validName.MatchString(t.Name) {
				return &Error{Code: CodeManifest, File: FileManifest, Name: t.Name}
			}
			seen[name] = true
		}
	}
	for _, f := range m.Files {
		name := FolderFile(f.Name)
		if seen[name] || !ValidFile(f.Name) {
			return &Error{Code: CodeManifest, File: FileManifest, Name: f.Name}
		}
		seen[name] = true
	}
	return nil
}

// files names every file that an archive of this manifest has.
func (m *Manifest) files() map[string]bool {
	names := map[string]bool{FileManifest: true}
	for i := range m.Exercises {
		names[LogFile(i)] = true
		if m.Exercises[i].Keys != nil {
			names[KeysFile(i)] = true
		}
	}
	if m.People != nil {
		names[FilePeople] = true
	}
	for _, a := range m.Areas {
		for _, t := range a.Tables {
			names[TableFile(a.Name, t.Name)] = true
		}
	}
	for _, f := range m.Files {
		names[FolderFile(f.Name)] = true
	}
	return names
}
