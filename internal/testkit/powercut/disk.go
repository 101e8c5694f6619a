package powercut

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// sector is what a disk writes whole or not at all.
const sector = 512

// Disk holds the files below a folder as a power cut would find them. What
// POSIX does not promise, it does not give: to sync a file makes its bytes
// durable and not its name; for that its folder must be synced.
type Disk struct {
	root    string
	durable map[string]*file    // what is named for sure; a folder has no bytes
	visible map[string]*file    // what the program sees
	names   map[string][]naming // of each folder, not yet synced
}

type file struct {
	folder bool
	synced []byte
	writes []Op // not yet synced
}

// naming is one change of a folder: an old name that goes, a new one that comes.
type naming struct {
	gone, come string
	file       *file
}

// New returns a disk with nothing below the folder root, which is there for sure.
func New(root string) *Disk {
	return &Disk{
		root: root, durable: map[string]*file{}, visible: map[string]*file{}, names: map[string][]naming{},
	}
}

// Do carries out an operation below the root; others pass it by.
func (d *Disk) Do(op Op) {
	if op.Path != d.root && !strings.HasPrefix(op.Path, d.root+string(filepath.Separator)) {
		return
	}
	switch op.Kind {
	case Write, Truncate:
		f := d.visible[op.Path]
		f.writes = append(f.writes, op)
	case Create, Mkdir:
		if d.visible[op.Path] == nil {
			d.name(naming{come: op.Path, file: &file{folder: op.Kind == Mkdir}})
		}
	case Rename:
		d.name(naming{gone: op.Path, come: op.To, file: d.visible[op.Path]})
	case Remove:
		d.name(naming{gone: op.Path})
	case Sync:
		d.sync(op.Path)
	case Told:
	}
}

func (d *Disk) name(n naming) {
	n.in(d.visible)
	folder := filepath.Dir(cmp.Or(n.gone, n.come))
	d.names[folder] = append(d.names[folder], n)
}

func (n naming) in(names map[string]*file) {
	delete(names, n.gone)
	if n.come != "" {
		names[n.come] = n.file
	}
}

func (d *Disk) sync(path string) {
	if f := d.visible[path]; f != nil && !f.folder {
		for _, w := range f.writes {
			f.synced = w.on(f.synced)
		}
		f.writes = nil
		return
	}
	for _, n := range d.names[path] {
		n.in(d.durable)
	}
	delete(d.names, path)
}

// on returns data with a write or a truncation done to it.
func (op *Op) on(data []byte) []byte {
	if op.Kind == Truncate {
		return append(data, make([]byte, max(0, op.Off-int64(len(data))))...)[:op.Off]
	}
	if end := op.Off + int64(len(op.Data)); end > int64(len(data)) {
		data = append(data, make([]byte, end-int64(len(data)))...)
	}
	copy(data[op.Off:], op.Data)
	return data
}

// Cut writes to the folder into what one power cut leaves: everything that was
// synced; of each folder's changes the first few; and of what was written to a
// file some sectors and others not, in any order. keep is the share of unsynced
// writes that survive, from 0 (none) to 1 (all).
func (d *Disk) Cut(chance *rand.Rand, keep float64, into string) error {
	left := maps.Clone(d.durable)
	for _, folder := range slices.Sorted(maps.Keys(d.names)) {
		for _, n := range d.names[folder] {
			if chance.Float64() >= keep {
				break
			}
			n.in(left)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(left)) { // folders before what is in them
		if up := filepath.Dir(path); up != d.root && left[up] == nil {
			delete(left, path) // nobody finds it any more
			continue
		}
		if err := left[path].lay(into+strings.TrimPrefix(path, d.root), chance, keep); err != nil {
			return err
		}
	}
	return nil
}

func (f *file) lay(path string, chance *rand.Rand, keep float64) error {
	if f.folder {
		return os.Mkdir(path, 0o700)
	}
	data := slices.Clone(f.synced)
	for _, w := range f.writes {
		if w.Kind == Truncate {
			if chance.Float64() < keep {
				data = w.on(data)
			}
			continue
		}
		for part := range w.sectors() {
			if chance.Float64() < keep {
				data = part.on(data)
			}
		}
	}
	return os.WriteFile(path, data, 0o600)
}

// sectors yields a write in the parts that reach the disk each by itself.
func (op *Op) sectors() func(yield func(Op) bool) {
	return func(yield func(Op) bool) {
		for at := 0; at < len(op.Data); {
			n := min(sector-int(op.Off+int64(at))%sector, len(op.Data)-at)
			if !yield(Op{Kind: Write, Path: op.Path, Off: op.Off + int64(at), Data: op.Data[at : at+n]}) {
				return
			}
			at += n
		}
	}
}
