package bounds

import (
	"archive/zip"
	"errors"
	"io"
	"sync/atomic"
)

// ErrDirectory means that a zip lists more files than it may.
var ErrDirectory = errors.New("the list of files is too long")

// Zip opens a zip, of whose list of files at most so many bytes are read: a
// listed file takes five times as much memory. The other errors are those of
// zip.NewReader; beside zip.ErrInsecurePath the reader is good.
func Zip(at io.ReaderAt, size, directory int64) (*zip.Reader, error) {
	m := &metered{at: at}
	m.left.Store(directory)
	z, err := zip.NewReader(m, size)
	m.left.Store(-1)
	if err != nil && m.spent.Load() {
		return nil, ErrDirectory
	}
	return z, err
}

// metered bounds how much is read while the end of a zip is looked for.
type metered struct {
	at    io.ReaderAt
	left  atomic.Int64 // below 0: no bound
	spent atomic.Bool
}

func (m *metered) ReadAt(p []byte, off int64) (int, error) {
	if left := m.left.Load(); left >= 0 {
		if left < int64(len(p)) {
			m.spent.Store(true)
			return 0, ErrDirectory
		}
		m.left.Store(left - int64(len(p)))
	}
	return m.at.ReadAt(p, off)
}
