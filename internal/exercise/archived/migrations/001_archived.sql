-- Exercises that are archived: since when, in unix µs, and by whom.
CREATE TABLE archived_exercises (
	exercise TEXT NOT NULL PRIMARY KEY,
	at BIGINT NOT NULL,
	person TEXT NOT NULL
) /*STRICT, WITHOUT ROWID*/;
