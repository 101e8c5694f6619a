package archive

import (
	"encoding/json"
	"strconv"
	"time"

	"renkei/internal/exercise/scenario"
	"renkei/internal/journal"
)

// Format names the form of an archive and its version.
const Format = "renkei/archive/1"

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
}

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

// parseManifest reads a manifest. A newer version is told apart from what is
// none at all.
func parseManifest(raw []byte) (Manifest, error) {
	var m Manifest
	var format struct {
		Format string `json:"format"`
	}
	if json.Unmarshal(raw, &format) != nil {
		return m, &Error{Code: CodeManifest, File: FileManifest}
	}
	if format.Format != Format {
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
	return m, nil
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
	return names
}
