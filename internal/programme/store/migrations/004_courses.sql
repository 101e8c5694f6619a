-- Who is nominated for a course. Every row is what somebody's nomination was from
-- then on, as JSON; '' from when it was erased, in all rows before too.
CREATE TABLE programme_nominations (
	number BIGINT NOT NULL PRIMARY KEY,
	event TEXT NOT NULL,
	item TEXT NOT NULL,
	at BIGINT NOT NULL,
	author TEXT NOT NULL,
	body TEXT NOT NULL
) /*STRICT*/;

CREATE INDEX programme_nominations_by_event ON programme_nominations (event, number);

-- Certificates of courses, in the same way; item is the code on it.
CREATE TABLE programme_certificates (
	number BIGINT NOT NULL PRIMARY KEY,
	event TEXT NOT NULL,
	item TEXT NOT NULL,
	at BIGINT NOT NULL,
	author TEXT NOT NULL,
	body TEXT NOT NULL
) /*STRICT*/;

CREATE INDEX programme_certificates_by_event ON programme_certificates (event, number);
CREATE INDEX programme_certificates_by_item ON programme_certificates (item, number);
