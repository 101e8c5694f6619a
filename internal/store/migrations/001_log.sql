-- The event log. Times are in µs: "at" is exercise time, "created" and "wall"
-- are unix time. Seqs run from 1 without a gap in each exercise.

CREATE TABLE exercises (
	id TEXT NOT NULL PRIMARY KEY,
	created BIGINT NOT NULL,
	title TEXT NOT NULL
) /*STRICT*/;

-- salt and bytes are null in a redacted event; leaf and chain stay.
CREATE TABLE events (
	exercise TEXT NOT NULL REFERENCES exercises (id),
	seq BIGINT NOT NULL,
	type TEXT NOT NULL,
	at BIGINT NOT NULL,
	salt BYTEA,
	bytes BYTEA,
	leaf BYTEA NOT NULL,
	chain BYTEA NOT NULL,
	PRIMARY KEY (exercise, seq)
) /*STRICT*/;

-- One idempotency key of one actor, with the events its command gave.
CREATE TABLE command_keys (
	exercise TEXT NOT NULL REFERENCES exercises (id),
	actor TEXT NOT NULL,
	name TEXT NOT NULL,
	hash BYTEA NOT NULL,
	first_seq BIGINT NOT NULL,
	last_seq BIGINT NOT NULL,
	PRIMARY KEY (exercise, actor, name)
) /*STRICT, WITHOUT ROWID*/;

-- How far the clock of an exercise had durably come.
CREATE TABLE ticks (
	exercise TEXT NOT NULL PRIMARY KEY REFERENCES exercises (id),
	at BIGINT NOT NULL,
	wall BIGINT NOT NULL
) /*STRICT*/;

-- Texts and attachments, named by their SHA-256 and shared by all exercises.
CREATE TABLE contents (
	hash BYTEA NOT NULL PRIMARY KEY,
	media TEXT NOT NULL,
	data BYTEA NOT NULL
) /*STRICT*/;

-- The event of each exercise that cites a content first.
CREATE TABLE cites (
	exercise TEXT NOT NULL REFERENCES exercises (id),
	hash BYTEA NOT NULL REFERENCES contents (hash),
	seq BIGINT NOT NULL,
	PRIMARY KEY (exercise, hash)
) /*STRICT, WITHOUT ROWID*/;

CREATE INDEX cites_by_seq ON cites (exercise, seq);
