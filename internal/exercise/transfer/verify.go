package transfer

import (
	"context"
	"errors"
	"io"

	"renkei/internal/database"
	"renkei/internal/exercise/archive"
	"renkei/internal/exercise/scenario"
	"renkei/internal/journal"
)

// KnownHead is a head that a user has from elsewhere: a printed report, a mail.
type KnownHead struct {
	Chain journal.Hash
	Seq   uint64 // 0 where only the chain is known
}

// HeadMatch is how a log stands to a known head.
type HeadMatch int

// Answers to whether a log is unchanged.
const (
	HeadUnknown HeadMatch = iota // no head was given
	HeadSame                     // the log is, up to there, the one that had this head
	HeadShort                    // the log ends before that event
	HeadOther                    // another log, or one that was changed
)

// TailError is a stored log that ends before an event which a key of a command
// names: its end was taken away.
type TailError struct {
	Exercise  string
	Last, Key uint64
}

// Error names both events.
func (e *TailError) Error() string { return "the end of the log of " + e.Exercise + " is missing" }

// CutError is a log file without its last line.
type CutError struct{ Last uint64 }

// Error says that it was cut off.
func (e *CutError) Error() string { return errCutOff.Error() }

// VerifyOptions say what is verified, and against which head.
type VerifyOptions struct {
	At       string // archive, log file, folder, database file or URL
	Exercise string // "" for all
	Known    *KnownHead
	Meter    Meter           // may be nil
	Areas    []database.Area // what is stored; nil for storage.Areas
}

// Verified is what is known of an exercise after its log was read whole. With
// Err, the result tells what came before it.
type Verified struct {
	journal.Result
	Clearance scenario.TLP // for which events were left out, where that is known
	Match     HeadMatch
	Matched   journal.Head // the head that was given
	Err       error
}

// Verify reads exercises whole and says of each whether its log holds, and
// whether it is the one that had a known head. The error is that nothing could
// be read; what is wrong with a log is in its Verified.
func Verify(ctx context.Context, o VerifyOptions) ([]Verified, error) {
	at, err := FindLocation(o.At)
	if err != nil {
		return nil, err
	}
	if at.Kind == inArchive {
		return verifyArchive(at.At, o)
	}
	src, err := OpenSource(ctx, at, o.Meter, o.Areas...)
	if err != nil {
		return nil, err
	}
	defer src.Close() //nolint:errcheck // only read
	all, err := src.list(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	wanted, err := o.wanted(ids)
	var out []Verified
	for _, i := range wanted {
		out = append(out, src.verify(ctx, ids[i], o.Known))
	}
	return out, err
}

// wanted is which exercises are verified. A head is that of one.
func (o *VerifyOptions) wanted(ids []string) ([]int, error) {
	if o.Exercise != "" || o.Known != nil {
		i, err := pick(ids, o.Exercise)
		return []int{i}[:min(1, len(ids))], err
	}
	all := make([]int, len(ids))
	for i := range all {
		all[i] = i
	}
	return all, nil
}

func (s *source) verify(ctx context.Context, id string, known *KnownHead) Verified {
	m := &matcher{known: known}
	v := Verified{Result: journal.Result{Exercise: id}}
	log, err := s.log(ctx, id, StepCheck)
	if err == nil {
		v.Result, err = journal.VerifyEach(log, m.seen)
		err = errors.Join(err, log.Close())
	}
	switch {
	case err != nil:
	case !v.Complete:
		err = &CutError{Last: v.Head.Seq}
	case s.db != nil:
		err = s.verifyTail(ctx, id, v.Head)
	}
	return m.finish(v, err)
}

// verifyTail looks for keys of events behind the end of a stored log.
func (s *source) verifyTail(ctx context.Context, id string, head journal.Head) error {
	for k, err := range s.db.Keys(ctx, id, 0) {
		if err != nil {
			return err
		}
		if k.Last > head.Seq {
			return &TailError{Exercise: id, Last: head.Seq, Key: k.Last}
		}
	}
	return nil
}

func verifyArchive(path string, o VerifyOptions) ([]Verified, error) {
	r, err := archive.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // only read
	wanted, err := o.wanted(ids(r))
	if err != nil {
		return nil, err
	}
	through := (&importer{Reader: r, meter: o.Meter}).through(StepCheck)
	var out []Verified
	for _, i := range wanted {
		out = append(out, verifyOne(r, i, through, o.Known))
	}
	return out, r.VerifyPeople()
}

func verifyOne(r *archive.Reader, i int, through func(io.Reader) io.Reader, known *KnownHead) Verified {
	m, e := &matcher{known: known}, r.Manifest().Exercises[i]
	res, err := r.Verify(i, through, m.seen)
	res.Exercise = e.ID
	return m.finish(Verified{Result: res, Clearance: e.Clearance}, err)
}

// matcher looks for a known head among those of a log.
type matcher struct {
	known *KnownHead
	found *journal.Head
}

func (m *matcher) seen(h journal.Head) {
	if m.known != nil && h.Chain == m.known.Chain && (m.known.Seq == 0 || m.known.Seq == h.Seq) {
		m.found = &h
	}
}

func (m *matcher) finish(v Verified, err error) Verified {
	v.Err = err
	switch {
	case m.known == nil:
	case m.found != nil:
		v.Match, v.Matched = HeadSame, *m.found
	case m.known.Seq > v.Head.Seq:
		v.Match, v.Matched = HeadShort, journal.Head{Seq: m.known.Seq, Chain: m.known.Chain}
	default:
		v.Match, v.Matched = HeadOther, journal.Head{Seq: m.known.Seq, Chain: m.known.Chain}
	}
	return v
}
