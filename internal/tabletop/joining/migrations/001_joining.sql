-- Tabletops that let people in with the code on their projector; one that is
-- locked has no row. person opened it, at in unix µs.
CREATE TABLE tabletop_joining (
	exercise TEXT NOT NULL PRIMARY KEY,
	code TEXT NOT NULL UNIQUE,
	person TEXT NOT NULL,
	at BIGINT NOT NULL
) /*STRICT, WITHOUT ROWID*/;

-- Who heads a delegation: where somebody does, nobody else confirms its answers.
CREATE TABLE tabletop_heads (
	exercise TEXT NOT NULL,
	unit TEXT NOT NULL,
	person TEXT NOT NULL,
	PRIMARY KEY (exercise, unit)
) /*STRICT, WITHOUT ROWID*/;
