-- What members hand in for meetings, by the SHA-256 of its bytes.
CREATE TABLE programme_files (
	hash TEXT NOT NULL PRIMARY KEY,
	at BIGINT NOT NULL,
	data BYTEA NOT NULL
) /*STRICT*/;

-- Links to calendars: the SHA-256 of the secret in the link, whose link it is,
-- and what is in the calendar. Somebody has one link for each.
CREATE TABLE programme_feeds (
	token BYTEA NOT NULL PRIMARY KEY,
	person TEXT NOT NULL,
	feed TEXT NOT NULL,
	at BIGINT NOT NULL,
	UNIQUE (person, feed)
) /*STRICT*/;
