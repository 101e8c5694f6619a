-- From where something was done; "" once that is forgotten.
ALTER TABLE audit ADD COLUMN address TEXT NOT NULL DEFAULT '';

CREATE INDEX audit_by_address ON audit (at) WHERE address <> '';

-- Browsers with which somebody has signed in: strangers who try passwords do
-- not keep them out. They let nobody in.
CREATE TABLE devices (
	token BYTEA NOT NULL,
	person TEXT NOT NULL,
	expires BIGINT NOT NULL,
	PRIMARY KEY (token, person)
) /*STRICT, WITHOUT ROWID*/;

CREATE INDEX devices_by_person ON devices (person, expires);

CREATE INDEX devices_by_end ON devices (expires);
