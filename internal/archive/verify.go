package archive

import (
	"errors"
	"io"

	"renkei/internal/journal"
)

// Verify reads exercise i of the archive whole: that its log holds, that the
// manifest tells the truth about it, and that its keys can be right. It returns
// what journal.VerifyAt does.
func (r *Reader) Verify(i int, seq uint64) (res journal.Result, at journal.Head, err error) {
	log, err := r.Log(i)
	if err != nil {
		return res, at, err
	}
	defer log.Close() //nolint:errcheck // only read
	res, at, err = journal.VerifyAt(log, seq)
	if err != nil {
		return res, at, InLog(LogFile(i), err)
	}
	if err := r.Matches(i, res); err != nil {
		return res, at, err
	}
	for _, err := range r.Keys(i) {
		if err != nil {
			return res, at, err
		}
	}
	return res, at, nil
}

// Matches compares a log that was read with what the manifest says about it.
func (r *Reader) Matches(i int, res journal.Result) error {
	e := &r.manifest.Exercises[i]
	if !res.Complete || res.Exercise != e.ID || res.Head != e.Head || res.Redacted != e.Redacted || res.Contents != e.Contents {
		return &Error{Code: CodeOther, File: LogFile(i)}
	}
	return nil
}

// VerifyPeople reads the people of the archive.
func (r *Reader) VerifyPeople() error {
	for _, err := range r.People() {
		if err != nil {
			return err
		}
	}
	return nil
}

// InLog gives an error of a log the name of its file, and the line.
func InLog(name string, err error) error {
	var damaged *Error
	var broken *journal.CorruptError
	switch {
	case errors.As(err, &damaged):
		return damaged
	case errors.As(err, &broken):
		return &Error{Code: CodeLog, File: name, Line: broken.Line, Err: broken}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &Error{Code: CodeDamaged, File: name, Err: err}
	}
	return err
}
