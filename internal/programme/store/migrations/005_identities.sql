-- What people have decided of two entries on lists of events: that they are one
-- person, or are not; '' from when the decision was taken back. The last row of a
-- pair counts.
CREATE TABLE programme_identities (
	number BIGINT NOT NULL PRIMARY KEY,
	a TEXT NOT NULL,
	b TEXT NOT NULL,
	at BIGINT NOT NULL,
	author TEXT NOT NULL,
	says TEXT NOT NULL
) /*STRICT*/;
