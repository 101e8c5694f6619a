package activecontent

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"

	"renkei/internal/bounds"
)

// maxDirectory bounds the list of files of a zip, in bytes.
const maxDirectory = 2 << 20

// packed looks into an archive; false means that the file is none.
func (l *look) packed(name string, data []byte) bool {
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		l.zip(data)
	case bytes.HasPrefix(data, []byte("\x1f\x8b")):
		l.stream(strings.TrimSuffix(path.Base(name), ".gz"), "gzip", func() (io.Reader, error) { return gzip.NewReader(bytes.NewReader(data)) })
	case bytes.HasPrefix(data, []byte("BZh")) && len(data) > 10 && bytes.HasPrefix(data[4:], []byte("1AY&SY")):
		l.stream(strings.TrimSuffix(path.Base(name), ".bz2"), "bzip2", func() (io.Reader, error) { return bzip2.NewReader(bytes.NewReader(data)), nil })
	case len(data) > 262 && string(data[257:262]) == "ustar":
		l.tar(data)
	default:
		what := sealed(data)
		if what != "" {
			l.add(Opaque, what, 0)
		}
		return what != ""
	}
	return true
}

// sealed names an archive that is not looked into.
func sealed(data []byte) string {
	for _, s := range [][2]string{
		{"7z\xbc\xaf\x27\x1c", "7z"},
		{"Rar!\x1a\x07", "RAR"},
		{"\xfd7zXZ\x00", "xz"},
		{"\x28\xb5\x2f\xfd", "zstd"},
		{"MSCF\x00\x00\x00\x00", "CAB"},
		{"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "OneNote"},
	} {
		if bytes.HasPrefix(data, []byte(s[0])) {
			return s[1]
		}
	}
	if len(data) > 0x8006 && string(data[0x8001:0x8006]) == "CD001" {
		return "ISO"
	}
	return ""
}

// enter looks at what an archive holds under a name, unless that goes too
// deep.
func (l *look) enter(name string, do func()) {
	if len(l.inside) >= maxDepth {
		l.add(Bomb, "depth", 0)
		return
	}
	l.inside = append(l.inside, strings.ToValidUTF8(name, "?"))
	do()
	l.inside = l.inside[:len(l.inside)-1]
}

// unpack reads what is left of the room; false means that there was more.
func (l *look) unpack(r io.Reader) ([]byte, bool, error) {
	data, err := io.ReadAll(io.LimitReader(r, int64(l.room)+1))
	if len(data) > l.room {
		l.room = 0
		return nil, false, nil
	}
	l.room -= len(data)
	return data, true, err
}

// content looks at one unpacked file; false means that it is enough.
func (l *look) content(name string, open func() (io.Reader, error)) bool {
	if l.entries++; l.entries > maxEntries {
		l.add(Bomb, "entries", 0)
		return false
	}
	r, err := open()
	var data []byte
	whole := true
	if err == nil {
		data, whole, err = l.unpack(r)
	}
	switch {
	case !whole:
		l.add(Bomb, "size", 0)
		return false
	case err != nil:
		l.enter(name, func() { l.add(Opaque, "damaged", 0) })
	}
	l.enter(name, func() { l.file(name, data) })
	return true
}

func (l *look) stream(name, what string, open func() (io.Reader, error)) {
	if name == "" || name == "." {
		name = what
	}
	l.content(name, open)
}

func (l *look) zip(data []byte) {
	z, err := bounds.Zip(bytes.NewReader(data), int64(len(data)), maxDirectory)
	if errors.Is(err, bounds.ErrDirectory) {
		l.add(Bomb, "entries", 0)
		return
	}
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		l.add(Opaque, "zip", 0)
		return
	}
	const encrypted = 1
	for _, f := range z.File {
		l.path(f.Name, f.Mode())
		switch {
		case strings.HasSuffix(f.Name, "/"):
			continue
		case f.Flags&encrypted != 0:
			l.add(Opaque, "encrypted zip", 0)
			continue
		}
		if part := officePart(f.Name); part != "" {
			l.add(Macro, part, 0)
		}
		if !l.content(f.Name, func() (io.Reader, error) { return f.Open() }) {
			return
		}
	}
}

// officePart names a part of an office document that runs or embeds
// something.
func officePart(name string) string {
	lower := strings.ToLower(name)
	for _, part := range []string{"vbaproject.bin", "xl/macrosheets/", "/activex/", "/embeddings/oleobject"} {
		if strings.Contains(lower, part) {
			return part
		}
	}
	return ""
}

func (l *look) path(name string, mode fs.FileMode) {
	clean := strings.TrimSuffix(strings.ReplaceAll(name, `\`, "/"), "/")
	if clean == "" || !fs.ValidPath(clean) || len(clean) > 1 && clean[1] == ':' {
		l.enter(name, func() { l.add(Climbs, "path", 0) })
	} else if mode&fs.ModeSymlink != 0 {
		l.enter(name, func() { l.add(Climbs, "link", 0) })
	}
}

func (l *look) tar(data []byte) {
	r := tar.NewReader(bytes.NewReader(data))
	for {
		h, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return
		case err != nil && !errors.Is(err, tar.ErrInsecurePath):
			l.add(Opaque, "damaged", 0)
			return
		}
		l.path(strings.TrimPrefix(h.Name, "./"), h.FileInfo().Mode())
		if h.Typeflag == tar.TypeReg && !l.content(h.Name, func() (io.Reader, error) { return r, nil }) {
			return
		}
	}
}
