package journal

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Line is one line of a log file after the first. Exactly one of Entry,
// Content and Head is set.
type Line struct {
	Number  int // from 2; the first line is the reader's own
	Entry   *Entry
	Content *Content
	Head    *Head
}

// Reader reads a log file line by line and verifies it on the way: that no seq
// is left out, that every leaf, chain and content holds, and that the head, if
// there is one, is that of the lines before it. It holds one line in memory,
// of at most MaxLine bytes. It is for one goroutine.
type Reader struct {
	in       *bufio.Reader
	long     []byte // a line that does not fit the buffer of in
	exercise string
	head     Head
	number   int  // of the line read last
	ended    bool // the head line was read
	err      error
	entry    Entry // of the line read last, aliasing the line
	salt     [SaltSize]byte
}

// NewReader reads the first line of a log file. Where that is not the first
// line of one, it returns a [CorruptError] with CodeNoHeader.
func NewReader(r io.Reader) (*Reader, error) {
	lr := &Reader{in: bufio.NewReaderSize(r, 1<<16)}
	line, _, err := lr.readLine()
	var bad *CorruptError
	switch {
	case errors.Is(err, io.EOF) || errors.As(err, &bad):
		return nil, lr.corrupt(CodeNoHeader, 0)
	case err != nil:
		return nil, err
	}
	var h header
	if json.Unmarshal(line, &h) != nil || h.Format != Format {
		return nil, lr.corrupt(CodeNoHeader, 0)
	}
	// The one spelling, so that no byte of the line can change unnoticed.
	want, err := headerLine(h.Exercise)
	if err != nil || !bytes.Equal(line, want) {
		return nil, lr.corrupt(CodeNoHeader, 0)
	}
	lr.exercise, lr.head = h.Exercise, Head{Chain: Genesis(h.Exercise)}
	return lr, nil
}

// Exercise returns the id in the first line.
func (r *Reader) Exercise() string { return r.exercise }

// Next returns the next line, io.EOF at the end, or a [CorruptError]. What it
// returned before an error is verified; CodeTornTail says that the file was
// cut off within its last line and that nothing else is wrong with it. The
// line is the caller's to keep. After an error, Next returns that error again.
func (r *Reader) Next() (Line, error) {
	l, err := r.scan()
	if err != nil {
		return Line{}, err
	}
	if l.Entry != nil && !l.Entry.Redacted() {
		e := *l.Entry
		own := append(append(make([]byte, 0, SaltSize+len(e.Event)), e.Salt...), e.Event...)
		e.Salt, e.Event = own[:SaltSize:SaltSize], own[SaltSize:]
		l.Entry = &e
	} else if l.Entry != nil {
		e := *l.Entry
		l.Entry = &e
	}
	return l, nil
}

// scan is Next with an entry that is valid only until the next call.
func (r *Reader) scan() (Line, error) {
	if r.err != nil {
		return Line{}, r.err
	}
	line, whole, err := r.readLine()
	if err != nil {
		r.err = err
		return Line{}, err
	}
	l := Line{Number: r.number}
	if code := r.take(&l, line, whole); code != "" {
		r.err = r.corrupt(code, r.entry.Seq)
		return Line{}, r.err
	}
	return l, nil
}

// take parses and verifies line into l; it returns the code of what is wrong.
func (r *Reader) take(l *Line, line []byte, whole bool) string {
	r.entry = Entry{}
	switch {
	case !whole: // a newline ends every line, the last one too
		return CodeTornTail
	case r.ended:
		return CodeBadHead
	case bytes.HasPrefix(line, []byte(entryOpen)):
		return r.takeEntry(l, line)
	case bytes.HasPrefix(line, []byte(contentOpen)):
		return r.takeContent(l, line)
	case bytes.HasPrefix(line, []byte(headOpen)):
		return r.takeHead(l, line)
	}
	return CodeBadJSON
}

func (r *Reader) takeEntry(l *Line, line []byte) string {
	e, ok := parseEntry(line, r.salt[:])
	if !ok {
		return CodeBadJSON
	}
	r.entry = e
	if code := check(r.head, &r.entry); code != "" {
		return code
	}
	r.head = Head{Seq: e.Seq, Chain: e.Chain}
	l.Entry = &r.entry
	return ""
}

func (r *Reader) takeContent(l *Line, line []byte) string {
	c, ok := parseContent(line)
	if !ok {
		return CodeBadJSON
	}
	if !c.Valid() {
		return CodeBadContent
	}
	l.Content = &c
	return ""
}

func (r *Reader) takeHead(l *Line, line []byte) string {
	h, ok := parseHead(line)
	if !ok {
		return CodeBadJSON
	}
	if h != r.head {
		return CodeBadHead
	}
	r.ended = true
	l.Head = &h
	return ""
}

// readLine returns the next line without its newline, good until the next
// call, and whether it had one; or io.EOF where there is no further byte.
func (r *Reader) readLine() (line []byte, whole bool, err error) {
	line, err = r.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		line, err = r.readLong(line)
	}
	r.number++
	switch {
	case len(line) > MaxLine+1 || len(line) == MaxLine+1 && err != nil:
		return nil, false, r.corrupt(CodeTooLong, 0)
	case err == nil:
		return line[:len(line)-1], true, nil
	case !errors.Is(err, io.EOF):
		return nil, false, fmt.Errorf("read log line %d: %w", r.number, err)
	case len(line) == 0:
		return nil, false, io.EOF
	}
	return line, false, nil
}

// readLong collects a line whose beginning fills the buffer.
func (r *Reader) readLong(start []byte) ([]byte, error) {
	r.long = append(r.long[:0], start...)
	for len(r.long) <= MaxLine {
		part, err := r.in.ReadSlice('\n')
		r.long = append(r.long, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return r.long, err
		}
	}
	return r.long, bufio.ErrBufferFull
}

func (r *Reader) corrupt(code string, seq uint64) error {
	return &CorruptError{Line: r.number, Code: code, Seq: seq}
}
