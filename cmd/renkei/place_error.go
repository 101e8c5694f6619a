package main

import (
	"context"
	"errors"
	"os"
	"strings"

	"renkei/internal/database"
	"renkei/internal/exercise/archive"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/transfer"
	"renkei/internal/i18n"
	"renkei/internal/journal"
)

// explainPlace gives the sentence for what is wrong with the place or the
// archive that was named, "" for other errors.
func (e *env) explainPlace(err error) string {
	var none *transfer.NoExerciseError
	var two *transfer.TwoError
	var file *transfer.UnknownFileError
	var gone *transfer.NotHereError
	var many *transfer.ManyError
	var log *transfer.NotWholeError
	var other *transfer.OtherError
	var foreign *transfer.ForeignError
	switch {
	case errors.As(err, &none):
		return e.p.T("cli.place.no_exercise", i18n.Args{"Dir": none.Dir})
	case errors.As(err, &two):
		return e.p.T("cli.place.two", i18n.Args{"Dir": two.Dir})
	case errors.As(err, &file):
		return e.p.T("cli.place.unknown", i18n.Args{"Path": file.Path})
	case errors.As(err, &gone):
		return e.p.T("cli.place.gone", i18n.Args{"Path": gone.Path})
	case errors.As(err, &many):
		return e.manyExercises(many)
	case errors.As(err, &log):
		return e.p.T("cli.place.log_only", i18n.Args{"Path": log.Path})
	case errors.As(err, &other):
		return e.p.T("cli.exercise.run.other", i18n.Args{"Dir": other.Dir, "Has": other.Has, "Want": other.Want})
	case errors.As(err, &foreign) && foreign.Own:
		return e.p.T("cli.exercise.run.own", i18n.Args{"Path": foreign.Path})
	case errors.As(err, &foreign):
		return e.p.T("cli.exercise.run.foreign", i18n.Args{"Path": foreign.Path})
	case errors.Is(err, conduct.ErrRedacted):
		return e.p.T("cli.redacted.play")
	case errors.Is(err, review.ErrRedacted):
		return e.p.T("cli.redacted.report")
	case errors.Is(err, context.Canceled):
		return e.p.T("cli.interrupted")
	}
	return e.explainArchive(err)
}

func (e *env) manyExercises(many *transfer.ManyError) string {
	args := i18n.Args{"Want": many.Want, "Known": e.someOf(many.Known)}
	switch {
	case len(many.Known) == 0:
		return e.p.T("cli.place.empty", args)
	case many.Want == "":
		return e.p.T("cli.place.many", args)
	}
	return e.p.T("cli.place.not_in", args)
}

// explainArchive gives the sentence for what is wrong with what is read, or
// for why it cannot go where it should.
func (e *env) explainArchive(err error) string {
	var bad *archive.Error
	var stored *transfer.StoredError
	var tail *transfer.TailError
	var cut *transfer.CutError
	var keyless *transfer.KeylessError
	var exists *transfer.ExistsError
	var full *transfer.NotEmptyError
	var occupied *transfer.OccupiedError
	var inside *transfer.InsideError
	var unread *transfer.NotReadableError
	var path *os.PathError
	switch {
	case errors.As(err, &unread):
		return e.p.T("cli.backup.unreadable", i18n.Args{"Cause": unread.Err})
	case errors.As(err, &occupied):
		return e.p.T("cli.restore.occupied", i18n.Args{"Path": occupied.Path})
	case errors.As(err, &inside):
		return e.p.T("cli.backup.inside", i18n.Args{"Dir": inside.Dir})
	case errors.As(err, &bad):
		return e.p.T("cli.archive."+bad.Code, i18n.Args{
			"File": bad.File, "Line": bad.Line, "Name": bad.Name, "Cause": e.logCause(bad.Err),
		})
	case errors.As(err, &stored):
		return e.p.T("cli.stored."+stored.Err.Code, i18n.Args{"Seq": stored.Err.Seq})
	case errors.As(err, &tail):
		return e.p.T("cli.stored.tail", i18n.Args{"Last": tail.Last, "Key": tail.Key})
	case errors.As(err, &cut):
		return e.p.T("cli.log.cut", i18n.Args{"Seq": cut.Last})
	case errors.As(err, &keyless):
		return e.p.T("cli.exercise.import.keyless", i18n.Args{"Exercise": keyless.Exercise})
	case errors.As(err, &exists):
		return e.p.T("cli.exercise.import."+existing(exists), i18n.Args{
			"Exercise": exists.Exercise, "Place": exists.Place, "Here": exists.Here.Seq, "There": exists.There.Seq,
		})
	case errors.As(err, &full) && full.Tables:
		return e.p.T("cli.restore.has_rows", i18n.Args{"Place": full.Place, "Known": e.someOf(full.Holds)})
	case errors.As(err, &full):
		return e.p.T("cli.restore.not_empty", i18n.Args{"Place": full.Place, "Known": e.someOf(full.Holds)})
	case errors.Is(err, journal.ErrTaken) && errors.As(err, &path):
		return e.p.T("cli.archive.exists", i18n.Args{"Path": path.Path})
	}
	return ""
}

// logCause says what is wrong with a log within an archive.
func (e *env) logCause(err error) string {
	var broken *journal.CorruptError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &broken):
		cause := e.p.T("cli.log."+broken.Code, i18n.Args{"Line": broken.Line, "Seq": broken.Seq})
		return strings.TrimSuffix(cause, ".")
	}
	return err.Error()
}

// existing is the key of the sentence about an exercise that is there already.
func existing(e *transfer.ExistsError) string {
	switch {
	case e.Redacted:
		return "there_redacted"
	case e.Older:
		return "there_newer"
	}
	return "there_other"
}

// lasting reports whether the same command fails until somebody changes
// something: to try it again is no use.
func lasting(err error) bool {
	var two *transfer.TwoError
	var full *transfer.NotEmptyError
	var occupied *transfer.OccupiedError
	var inside *transfer.InsideError
	var bad *archive.Error
	return errors.As(err, &two) || errors.As(err, &full) || errors.As(err, &occupied) || errors.As(err, &inside) ||
		errors.As(err, &bad) && (bad.Code == archive.CodeEncrypted || bad.Code == archive.CodeKey) ||
		errors.Is(err, database.ErrSchema) || errors.Is(err, database.ErrOldServer)
}
