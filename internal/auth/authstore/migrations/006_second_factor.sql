-- What somebody shows beside the password: the secret of an authenticator app, or
-- the record of a passkey, which has no secret. step is that of the last code
-- that was taken.
CREATE TABLE factors (
	id TEXT NOT NULL PRIMARY KEY,
	person TEXT NOT NULL,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	made BIGINT NOT NULL,
	used BIGINT NOT NULL,
	step BIGINT NOT NULL,
	data BYTEA NOT NULL
) /*STRICT, WITHOUT ROWID*/;

CREATE INDEX factors_by_person ON factors (person);

-- Codes for who has lost all of these; each counts once.
CREATE TABLE recovery_codes (
	token BYTEA NOT NULL PRIMARY KEY,
	person TEXT NOT NULL
) /*STRICT, WITHOUT ROWID*/;

CREATE INDEX recovery_codes_by_person ON recovery_codes (person);

-- Who has given a password and is asked for more, and who adds a passkey.
CREATE TABLE steps (
	token BYTEA NOT NULL PRIMARY KEY,
	kind TEXT NOT NULL,
	person TEXT NOT NULL,
	expires BIGINT NOT NULL,
	data BYTEA NOT NULL
) /*STRICT, WITHOUT ROWID*/;

CREATE INDEX steps_by_end ON steps (expires);

-- When all of a person's were taken away by somebody else; 0 once they know.
ALTER TABLE accounts ADD COLUMN second_reset BIGINT NOT NULL DEFAULT 0;
