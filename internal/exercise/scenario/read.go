package scenario

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"renkei/internal/bounds"
)

// Limits of a pack.
const (
	maxFiles    = 2_000
	maxFileSize = 8 << 20
	maxPackSize = 64 << 20
	maxPath     = 200 // characters

	maxDirectory = 2 << 20 // bytes of a zip's list of files
)

// Read reads a pack from a folder or a zip into memory, path to bytes. Names
// that begin with a dot are passed over. A file that breaks a limit, is a
// link or has a path that leaves the folder is refused with a diagnostic; if
// its path is sound it stays in files with nil bytes. The error is for a path
// that cannot be opened.
func Read(name string) (files map[string][]byte, ds []Diagnostic, err error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, nil, fmt.Errorf("open scenario pack: %w", err)
	}
	r := reader{files: map[string][]byte{}}
	if info.IsDir() {
		err = r.folder(name)
	} else {
		err = r.zip(name, info.Size())
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read scenario pack %q: %w", name, err)
	}
	sortDiagnostics(r.ds)
	return r.files, r.ds, nil
}

// Load reads, parses and checks a pack: every error at once, sorted by place.
// The pack is nil when it cannot be used at all; otherwise it may be played
// only if no diagnostic is an error (see Failed). Kinds are those of which packs
// may be beside exercises. The error is for a path that
// cannot be opened.
func Load(name string, kinds ...Kind) (*Pack, []Diagnostic, error) {
	files, ds, err := Read(name)
	if err != nil {
		return nil, nil, err
	}
	if slices.ContainsFunc(ds, func(d Diagnostic) bool {
		return d.Code == codeFileNotZip || d.Code == codeFileTooMany || d.Code == codeFileTotal
	}) {
		return nil, ds, nil // what was not read cannot be judged
	}
	p, found := Parse(files)
	ds = append(ds, found...)
	if p != nil {
		ds = append(ds, CheckAs(p, kinds)...)
	}
	sortDiagnostics(ds)
	return p, ds, nil
}

// Hash returns the hex SHA-256 of the pack: over its paths in order, each with
// the SHA-256 of its content. A folder and its zip have the same hash.
func (p *Pack) Hash() string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(p.Files)) {
		_, _ = fmt.Fprintf(h, "%s\x00%x\n", name, sha256.Sum256(p.Files[name])) // a hash never fails
	}
	return hex.EncodeToString(h.Sum(nil))
}

// errEnough ends reading after a limit of the whole pack.
var errEnough = errors.New("limit of the pack reached")

type reader struct {
	files map[string][]byte
	ds    []Diagnostic
	total int64
}

func (r *reader) refuse(name, code string, args map[string]any) {
	r.ds = append(r.ds, Diagnostic{Pos: Pos{File: clip(strings.ToValidUTF8(name, "?"))}, Code: code, Args: args})
}

func (r *reader) folder(name string) (err error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	err = fs.WalkDir(root.FS(), ".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			r.refuse(file, codeFileBroken, map[string]any{"Cause": err.Error()})
			return nil
		case file != "." && hidden(file) && d.IsDir():
			return fs.SkipDir
		case d.IsDir() || hidden(file):
			return nil
		}
		return r.add(file, d.Type(), func() (io.ReadCloser, error) { return root.Open(file) })
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return err
}

func hidden(name string) bool {
	return strings.HasPrefix(name, ".") || strings.Contains(name, "/.")
}

func (r *reader) zip(name string, size int64) (err error) {
	if size > 2*maxPackSize {
		r.refuse(path.Base(name), codeFileTotal, map[string]any{"Limit": maxPackSize >> 20})
		return nil
	}
	in, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	z, err := bounds.Zip(in, size, maxDirectory)
	switch {
	case errors.Is(err, bounds.ErrDirectory):
		r.refuse("", codeFileTooMany, map[string]any{"Limit": maxFiles})
		return nil
	case err != nil && !errors.Is(err, zip.ErrInsecurePath):
		if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
			return err
		}
		r.refuse(path.Base(name), codeFileNotZip, nil)
		return nil
	}
	// What macOS adds to a zip is none of the pack's.
	files := slices.DeleteFunc(slices.Clone(z.File), func(f *zip.File) bool { return strings.HasPrefix(f.Name, "__MACOSX/") })
	top := commonFolder(files)
	for _, f := range files {
		file := strings.TrimPrefix(f.Name, top)
		if strings.HasSuffix(file, "/") || file == "" || !climbs(file) && hidden(file) {
			continue
		}
		if err := r.add(file, f.Mode().Type(), f.Open); err != nil {
			break // errEnough
		}
	}
	return nil
}

// commonFolder returns the folder, with its slash, that a zip holds instead of
// the pack's files, or "".
func commonFolder(files []*zip.File) string {
	top := ""
	for _, f := range files {
		dir, _, ok := strings.Cut(f.Name, "/")
		if f.Name == packFile || !ok || dir == "" || climbs(dir+"/x") || top != "" && top != dir+"/" {
			return ""
		}
		top = dir + "/"
	}
	return top
}

// climbs reports whether a path is not the plain path of a file below the
// folder.
func climbs(name string) bool {
	return !fs.ValidPath(name) || name == "." || strings.ContainsAny(name, `\:`) ||
		strings.ContainsFunc(name, unicode.IsControl)
}

// add reads one file under the limits.
func (r *reader) add(name string, mode fs.FileMode, open func() (io.ReadCloser, error)) error {
	switch {
	case len(r.files) >= maxFiles:
		r.refuse("", codeFileTooMany, map[string]any{"Limit": maxFiles})
		return errEnough
	case climbs(name):
		r.refuse(name, codeFilePathBad, nil)
		return nil
	case utf8.RuneCountInString(name) > maxPath:
		r.refuse(name, codeFilePathLong, map[string]any{"Limit": maxPath})
		return nil
	}
	if _, dup := r.files[name]; dup {
		r.refuse(name, codeFileDuplicate, nil)
		return nil
	}
	r.files[name] = nil
	switch {
	case mode&fs.ModeSymlink != 0:
		r.refuse(name, codeFileLink, nil)
		return nil
	case !mode.IsRegular():
		r.refuse(name, codeFileSpecial, nil)
		return nil
	}
	data, err := readLimited(open)
	if err != nil {
		r.refuse(name, codeFileBroken, map[string]any{"Cause": err.Error()})
		return nil
	}
	r.total += int64(len(data))
	switch {
	case r.total > maxPackSize:
		r.refuse("", codeFileTotal, map[string]any{"Limit": maxPackSize >> 20})
		return errEnough
	case len(data) > maxFileSize:
		r.refuse(name, codeFileTooLarge, map[string]any{"Limit": maxFileSize >> 20})
		return nil
	}
	r.files[name] = data
	return nil
}

// readLimited reads at most one byte more than a file may have.
func readLimited(open func() (io.ReadCloser, error)) (data []byte, err error) {
	f, err := open()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	data, err = io.ReadAll(io.LimitReader(f, maxFileSize+1))
	if data == nil {
		data = []byte{}
	}
	return data, err
}
