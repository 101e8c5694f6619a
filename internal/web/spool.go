package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"renkei/internal/bounds"
)

// spoolFrom is from how many bytes on an answer waits on the disk for its
// reader, who may be slow: memory is for those for whom something is made.
const spoolFrom = 256 << 10

// HeavyExport is what a file takes that is made of a log, while it is made.
const HeavyExport = 64 << 20

// Answer is a file that is made for somebody.
type Answer struct {
	Name  string // of the file to be saved; "" for a page
	Media string
	// Heavy is how much memory it takes while it is made; 0 for little.
	Heavy int64
	// Write makes it.
	Write func(w io.Writer) error
}

// spool keeps what is written: the first bytes in memory, more of it in a file
// that nobody else can name.
type spool struct {
	memory bytes.Buffer
	file   *os.File
	size   int64
}

// Write keeps more.
func (s *spool) Write(p []byte) (n int, err error) {
	if s.file == nil && s.memory.Len()+len(p) <= spoolFrom {
		n, err = s.memory.Write(p)
		s.size += int64(n)
		return n, err
	}
	if s.file == nil {
		if err := s.open(); err != nil {
			return 0, err
		}
	}
	n, err = s.file.Write(p)
	s.size += int64(n)
	return n, err
}

// open begins the file with what is in memory.
func (s *spool) open() (err error) {
	if s.file, err = os.CreateTemp("", "renkei-answer-"); err != nil {
		return fmt.Errorf("keep an answer: %w", err)
	}
	_ = os.Remove(s.file.Name()) // where the system refuses, close does it
	_, err = s.file.Write(s.memory.Bytes())
	s.memory = bytes.Buffer{}
	return err
}

// head returns the first bytes, as many as there are up to so many.
func (s *spool) head(most int) ([]byte, error) {
	if s.file == nil {
		return s.memory.Bytes()[:min(most, s.memory.Len())], nil
	}
	b := make([]byte, min(int64(most), s.size))
	_, err := s.file.ReadAt(b, 0)
	return b, err
}

// reader reads all of it from its beginning.
func (s *spool) reader() (io.Reader, error) {
	if s.file == nil {
		return bytes.NewReader(s.memory.Bytes()), nil
	}
	_, err := s.file.Seek(0, io.SeekStart)
	return s.file, err
}

func (s *spool) close() {
	if s.file != nil {
		_ = s.file.Close()
		_ = os.Remove(s.file.Name()) // it is gone already but for some systems
	}
}

// Send makes a file and answers with it, packed where that helps. Somebody has
// few of them at once; while it is sent it takes no memory.
func (r *Request) Send(a Answer) error {
	return r.send(a, func([]byte) {})
}

// SendPage is Send with headers of its own; headers is called with the beginning
// of the file once it is made.
func (r *Request) SendPage(a Answer, headers func(beginning []byte)) error {
	return r.send(a, headers)
}

func (r *Request) send(a Answer, headers func([]byte)) error {
	free, err := r.Server.Admission.downloads.Take(r.Server.Admission.whoIs(r.Access, r.RemoteAddr), nil)
	if err != nil {
		r.Server.Admission.told.fullError("downloads", err, r.RemoteAddr)
		return err
	}
	defer free()
	s := &spool{}
	defer s.close()
	if err := r.fill(s, a); err != nil {
		return err
	}
	beginning, err := s.head(spoolFrom)
	if err != nil {
		return fmt.Errorf("read an answer: %w", err)
	}
	headers(beginning)
	if a.Name != "" {
		r.Attach(a.Name)
	}
	return r.sendSpool(s, a.Media)
}

// fill makes the file while its share of memory is free.
func (r *Request) fill(s *spool, a Answer) error {
	done := func() {}
	if a.Heavy > 0 {
		var err error
		if done, err = r.takeHeavy(a.Heavy); err != nil {
			return err
		}
	}
	defer done()
	return a.Write(s)
}

func (r *Request) sendSpool(s *spool, media string) error {
	in, err := s.reader()
	if err != nil {
		return fmt.Errorf("read an answer: %w", err)
	}
	h := r.Writer.Header()
	h.Set("Content-Type", media)
	h.Set("Vary", "Accept-Encoding")
	if !r.takesGzip() || !packs(media) {
		h.Set("Content-Length", strconv.FormatInt(s.size, 10))
		_, err = io.Copy(r.Writer, in)
		return err
	}
	h.Set("Content-Encoding", "gzip")
	packed := r.Server.packer()
	defer r.Server.packers.Put(packed)
	packed.Reset(r.Writer)
	_, err = io.Copy(packed, in)
	return errors.Join(err, packed.Close())
}

// packs reports whether a kind of file becomes smaller by being packed.
func packs(media string) bool {
	return strings.HasPrefix(media, "text/") || strings.HasPrefix(media, "application/json")
}

// takeHeavy waits until so much memory is free, and returns the function that
// gives it back.
func (r *Request) takeHeavy(size int64) (free func(), err error) {
	ctx, cancel := context.WithTimeout(r.Context(), heavyWait)
	defer cancel()
	free, err = r.Server.heavy.Take(ctx, size)
	if errors.Is(err, bounds.ErrBusy) {
		return nil, &tooOften{heavyWait / 2}
	}
	return free, err
}
