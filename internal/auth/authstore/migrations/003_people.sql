-- People: what they read in, how they came, and by what they may be named.

-- "" leaves the language to the browser.
ALTER TABLE people ADD COLUMN language TEXT NOT NULL DEFAULT '';

ALTER TABLE accounts ADD COLUMN signed_in BIGINT NOT NULL DEFAULT 0;

-- Whom a link is meant for; all of it may be empty. person is one who is known
-- already, and account says that whoever takes the link may make an account.
ALTER TABLE links ADD COLUMN for_name TEXT NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN for_login TEXT NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN for_organisation TEXT NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN for_language TEXT NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN for_person TEXT NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN account BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE sessions ADD COLUMN seen BIGINT NOT NULL DEFAULT 0;

CREATE INDEX sessions_by_end ON sessions (expires);

-- What a program reads with, in a person's name.
CREATE TABLE api_tokens (
	token BYTEA NOT NULL PRIMARY KEY,
	person TEXT NOT NULL,
	name TEXT NOT NULL,
	made BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	used BIGINT NOT NULL
) /*STRICT, WITHOUT ROWID*/;

CREATE INDEX api_tokens_by_person ON api_tokens (person);

-- The person to whom something was done, "" for nobody.
ALTER TABLE audit ADD COLUMN person TEXT NOT NULL DEFAULT '';
