-- What use adds to the end of a session, 0 for nothing, and how it was begun.
ALTER TABLE sessions ADD COLUMN slides BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN begun_by TEXT NOT NULL DEFAULT '';

-- A lasting link is good as long as what it leads to goes on. One that was taken
-- opens on further devices of its taker, until it is closed.
ALTER TABLE links ADD COLUMN lasting BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE links ADD COLUMN closed BOOLEAN NOT NULL DEFAULT FALSE;

CREATE INDEX links_by_taker ON links (taken_by);

-- The code with which a person's link opens on one more device. tries counts the
-- wrong ones.
CREATE TABLE device_codes (
	person TEXT NOT NULL PRIMARY KEY,
	code BYTEA NOT NULL,
	expires BIGINT NOT NULL,
	tries BIGINT NOT NULL
) /*STRICT, WITHOUT ROWID*/;
