-- What a community does together. Every row of programme_revisions is what a
-- record was from then on, as JSON; '' where it was removed. Times are unix µs.
CREATE TABLE programme_revisions (
	number BIGINT NOT NULL PRIMARY KEY,
	at BIGINT NOT NULL,
	author TEXT NOT NULL,
	reason TEXT NOT NULL,
	kind TEXT NOT NULL,
	object TEXT NOT NULL,
	body TEXT NOT NULL
) /*STRICT*/;

CREATE INDEX programme_revisions_by_object ON programme_revisions (kind, object, number);

-- The number of the last revision, in one row. Who writes holds it, so that
-- numbers become visible in their order.
CREATE TABLE programme_head (
	id BIGINT NOT NULL PRIMARY KEY,
	number BIGINT NOT NULL
) /*STRICT*/;

-- Reports as they were frozen, by edition and language: what was published stays
-- as it was, whatever becomes of the records.
CREATE TABLE programme_frozen (
	edition TEXT NOT NULL,
	language TEXT NOT NULL,
	at BIGINT NOT NULL,
	author TEXT NOT NULL,
	hash TEXT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (edition, language)
) /*STRICT*/;
