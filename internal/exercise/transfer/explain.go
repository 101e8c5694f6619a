package transfer

import "renkei/internal/i18n"

// What people read of the errors of this package.

// UserText says where nothing is.
func (e *NoExerciseError) UserText(...string) (string, i18n.Args) {
	return "cli.place.no_exercise", i18n.Args{"Dir": e.Dir}
}

// UserText says what to do about two databases.
func (e *TwoError) UserText(...string) (string, i18n.Args) {
	return "cli.place.two", i18n.Args{"Dir": e.Dir}
}

// UserText says what a file should be.
func (e *UnknownFileError) UserText(...string) (string, i18n.Args) {
	return "cli.place.unknown", i18n.Args{"Path": e.Path}
}

// UserText says what is not there.
func (e *NotHereError) UserText(...string) (string, i18n.Args) {
	return "cli.not_found", i18n.Args{"Path": e.Path}
}

// UserText says which exercises there are.
func (e *ManyError) UserText(...string) (string, i18n.Args) {
	args := i18n.Args{"Want": e.Want, "Known": i18n.Names(e.Known)}
	switch {
	case len(e.Known) == 0:
		return "cli.place.empty", args
	case e.Want == "":
		return "cli.place.many", args
	}
	return "cli.place.not_in", args
}

// UserText says what a log alone cannot give.
func (e *NotWholeError) UserText(...string) (string, i18n.Args) {
	return "cli.place.log_only", i18n.Args{"Path": e.Path}
}

// UserText says which exercise the folder keeps.
func (e *OtherError) UserText(...string) (string, i18n.Args) {
	return "cli.exercise.run.other", i18n.Args{"Dir": e.Dir, "Has": e.Has, "Want": e.Want}
}

// UserText says what would be overwritten.
func (e *ForeignError) UserText(...string) (string, i18n.Args) {
	if e.Own {
		return "cli.exercise.run.own", i18n.Args{"Path": e.Path}
	}
	return "cli.exercise.run.foreign", i18n.Args{"Path": e.Path}
}

// UserText says that the backup does not hold, and why.
func (e *NotReadableError) UserText(...string) (string, i18n.Args) {
	return "cli.backup.unreadable", i18n.Args{"Cause": e.Err}
}

// UserText says what stands in the way.
func (e *OccupiedError) UserText(...string) (string, i18n.Args) {
	return "cli.restore.occupied", i18n.Args{"Path": e.Path}
}

// UserText says that a backup belongs elsewhere.
func (e *InsideError) UserText(...string) (string, i18n.Args) {
	return "cli.backup.inside", i18n.Args{"Dir": e.Dir}
}

// UserText says what is wrong with a stored log.
func (e *StoredError) UserText(...string) (string, i18n.Args) {
	return "cli.stored." + e.Err.Code, i18n.Args{"Seq": e.Err.Seq}
}

// UserText says how much of a log is missing.
func (e *TailError) UserText(...string) (string, i18n.Args) {
	return "cli.stored.tail", i18n.Args{"Last": e.Last, "Key": e.Key}
}

// UserText says after which event a file was cut off.
func (e *CutError) UserText(...string) (string, i18n.Args) {
	return "cli.log.cut", i18n.Args{"Seq": e.Last}
}

// UserText says whose keys are missing.
func (e *KeylessError) UserText(...string) (string, i18n.Args) {
	return "cli.exercise.import.keyless", i18n.Args{"Exercise": e.Exercise}
}

// UserText says how the two exercises of one id differ.
func (e *ExistsError) UserText(...string) (string, i18n.Args) {
	key := "there_other"
	switch {
	case e.Redacted:
		key = "there_redacted"
	case e.Older:
		key = "there_newer"
	}
	return "cli.exercise.import." + key, i18n.Args{
		"Exercise": e.Exercise, "Place": e.Place, "Here": e.Here.Seq, "There": e.There.Seq,
	}
}

// UserText says what the database holds.
func (e *NotEmptyError) UserText(...string) (string, i18n.Args) {
	key := "cli.restore.not_empty"
	if e.Tables {
		key = "cli.restore.has_rows"
	}
	return key, i18n.Args{"Place": e.Place, "Known": i18n.Names(e.Holds)}
}
