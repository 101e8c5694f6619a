package archive

import (
	"errors"
	"io"

	"renkei/internal/journal"
)

// Verify reads exercise i of the archive whole: that its log holds, that the
// manifest tells the truth about it, and that its keys can be right. through
// wraps the log, to follow how far it was read, and seen is told every head, as
// by journal.VerifyEach; both may be nil.
func (r *Reader) Verify(i int, through func(io.Reader) io.Reader, seen func(journal.Head)) (journal.Result, error) {
	log, err := r.Log(i)
	if err != nil {
		return journal.Result{}, err
	}
	defer log.Close() //nolint:errcheck // only read
	if through == nil {
		through = func(log io.Reader) io.Reader { return log }
	}
	if seen == nil {
		seen = func(journal.Head) {}
	}
	res, err := journal.VerifyEach(through(log), seen)
	if err != nil {
		return res, InLog(LogFile(i), err)
	}
	if err := r.Matches(i, res); err != nil {
		return res, err
	}
	for _, err := range r.Keys(i) {
		if err != nil {
			return res, err
		}
	}
	return res, nil
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
