package archive

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"filippo.io/age"

	"renkei/internal/bounds"
)

// Bounds of what is read into memory at once.
const (
	maxDirectory = 8 << 20
	maxManifest  = 16 << 20
	maxRow       = 1 << 20
)

// An archive may grow to freely much, and beyond that to so many times its own
// size. A log shrinks to a third or a fifth, because its hashes do not; what
// shrinks to a hundredth was made to fill disks.
const (
	freeGrowth = 1 << 30
	maxGrowth  = 100
)

// How an archive begins, and one that is encrypted with age.
var (
	magic     = []byte("PK\x03\x04")
	encrypted = []byte("age-encryption.o")
)

// IsArchive reports whether a file that begins with these 16 bytes is meant to
// be an archive, encrypted or not.
func IsArchive(start []byte) bool {
	return bytes.HasPrefix(start, magic) || bytes.HasPrefix(start, encrypted)
}

// Reader reads an archive. Nothing in it is trusted: file names are compared
// with those that the manifest implies and lead nowhere, no file is held in
// memory, and none is longer than the archive's end says.
type Reader struct {
	files    map[string]*zip.File
	manifest Manifest
	size     int64 // of the archive
	grown    uint64
	closer   io.Closer
}

// Open opens the archive at path, which may be encrypted to one of the keys. The
// caller closes it.
func Open(path string, keys ...age.Identity) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open archive: %w", err)
	}
	info, err := f.Stat()
	if err == nil {
		var r *Reader
		if r, err = OpenAt(f, info.Size(), keys...); err == nil {
			r.closer = f
			return r, nil
		}
	}
	return nil, fmt.Errorf("open archive %s: %w", path, errors.Join(err, f.Close()))
}

// OpenAt is NewReader of an archive that may be encrypted to one of the keys.
func OpenAt(at io.ReaderAt, size int64, keys ...age.Identity) (*Reader, error) {
	start := make([]byte, len(encrypted))
	if _, err := at.ReadAt(start, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !bytes.Equal(start, encrypted) {
		return NewReader(at, size)
	}
	if len(keys) == 0 {
		return nil, &Error{Code: CodeEncrypted}
	}
	plain, size, err := age.DecryptReaderAt(at, size, keys...)
	var other *age.NoIdentityMatchError
	switch {
	case errors.As(err, &other):
		return nil, &Error{Code: CodeKey}
	case err != nil:
		return nil, &Error{Code: CodeCutOff, Err: err}
	}
	return NewReader(plain, size)
}

// NewReader reads the end and the manifest of an archive of size bytes, and
// sees that exactly the files are there that the manifest names. What is wrong
// is an [Error].
func NewReader(at io.ReaderAt, size int64) (*Reader, error) {
	start := make([]byte, len(magic))
	if _, err := at.ReadAt(start, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !bytes.Equal(start, magic) {
		return nil, &Error{Code: CodeNoArchive}
	}
	z, err := bounds.Zip(at, size, maxDirectory)
	if err != nil {
		return nil, &Error{Code: CodeCutOff, Err: err}
	}
	r := &Reader{files: map[string]*zip.File{}, size: size}
	if err := r.list(z.File); err != nil {
		return nil, err
	}
	if r.manifest, err = r.readManifest(); err != nil {
		return nil, err
	}
	return r, r.compare()
}

// Close closes the file that Open opened.
func (r *Reader) Close() error {
	if r.closer == nil {
		return nil
	}
	return r.closer.Close()
}

// list takes in what the end of the archive lists.
func (r *Reader) list(files []*zip.File) error {
	for _, f := range files {
		if r.files[f.Name] != nil {
			return &Error{Code: CodeTwice, File: f.Name}
		}
		r.files[f.Name] = f
		if r.grown += f.UncompressedSize64; r.grown < f.UncompressedSize64 {
			return &Error{Code: CodeBomb, File: f.Name}
		}
	}
	return nil
}

func (r *Reader) readManifest() (Manifest, error) {
	f, err := r.open(FileManifest)
	if err != nil {
		return Manifest{}, err
	}
	defer f.Close() //nolint:errcheck // only read
	raw, err := io.ReadAll(io.LimitReader(f, maxManifest+1))
	switch {
	case err != nil:
		return Manifest{}, &Error{Code: CodeDamaged, File: FileManifest, Err: err}
	case len(raw) > maxManifest:
		return Manifest{}, &Error{Code: CodeManifest, File: FileManifest}
	}
	return parseManifest(raw)
}

// compare sees that the files are those of the manifest.
func (r *Reader) compare() error {
	want := r.manifest.files()
	for name := range r.files {
		if !want[name] {
			return &Error{Code: CodeForeign, File: name}
		}
	}
	for name := range want {
		if r.files[name] == nil {
			return &Error{Code: CodeMissing, File: name}
		}
	}
	return nil
}

// Manifest says what is in the archive. It is not verified against the logs;
// Verify does that.
func (r *Reader) Manifest() Manifest { return r.manifest }

// Bomb returns an error where the archive would grow out of all proportion to
// its size. To read it is harmless; to import it may fill the disk.
func (r *Reader) Bomb() error {
	if r.grown > freeGrowth+maxGrowth*uint64(r.size) {
		return &Error{Code: CodeBomb, Name: fmt.Sprintf("%d -> %d bytes", r.size, r.grown)}
	}
	return nil
}

// Size is how many bytes the files of the archive have.
func (r *Reader) Size() uint64 { return r.grown }

// Log opens the log of exercise i of the manifest. What it gives is what
// journal.Reader verifies.
func (r *Reader) Log(i int) (io.ReadCloser, error) { return r.open(LogFile(i)) }

// Keys yields the idempotency keys of exercise i, none where there are none.
func (r *Reader) Keys(i int) iter.Seq2[Key, error] {
	e := &r.manifest.Exercises[i]
	return readRows(r, KeysFile(i), e.Keys, func(k *Key) bool {
		return k.Key != "" && k.Actor != "" && k.within(e.Head)
	})
}

// People yields the people that the archive names.
func (r *Reader) People() iter.Seq2[Person, error] {
	return readRows(r, FilePeople, r.manifest.People, func(p *Person) bool { return p.ID != "" })
}

// Table opens a table of an area, as it was written.
func (r *Reader) Table(area, table string) (io.ReadCloser, error) {
	return r.open(TableFile(area, table))
}

// CopyFile copies a file of the data folder, and sees that it is the one that
// the manifest names.
func (r *Reader) CopyFile(f File, to io.Writer) error {
	in, err := r.open(FolderFile(f.Name))
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // only read
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(to, hash), in)
	if err != nil {
		return err
	}
	if n != f.Size || !bytes.Equal(hash.Sum(nil), f.Hash[:]) {
		return &Error{Code: CodeOther, File: FolderFile(f.Name)}
	}
	return nil
}

func (r *Reader) open(name string) (io.ReadCloser, error) {
	f := r.files[name]
	if f == nil {
		return nil, &Error{Code: CodeMissing, File: name}
	}
	in, err := f.Open()
	if err != nil {
		return nil, &Error{Code: CodeDamaged, File: name, Err: err}
	}
	return &file{ReadCloser: in, name: name}, nil
}

// file tells damage by the name of the file.
type file struct {
	io.ReadCloser
	name string
}

func (f *file) Read(b []byte) (int, error) {
	n, err := f.ReadCloser.Read(b)
	if err != nil && !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = &Error{Code: CodeDamaged, File: f.name, Err: err}
	}
	return n, err
}
