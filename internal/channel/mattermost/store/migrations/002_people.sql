-- When an exercise was set up, unix µs: what is older was not meant for it.
ALTER TABLE mattermost_places ADD COLUMN since BIGINT NOT NULL DEFAULT 0;

-- Whose the accounts are that were met in the channels of an exercise; person is
-- '' for one of which nobody has said so.
CREATE TABLE mattermost_people (
	exercise TEXT NOT NULL,
	account TEXT NOT NULL,
	name TEXT NOT NULL,
	person TEXT NOT NULL,
	PRIMARY KEY (exercise, account)
) /*STRICT*/;

-- Up to which event of its log an exercise was told in its channels.
CREATE TABLE mattermost_told (
	exercise TEXT NOT NULL PRIMARY KEY,
	seq BIGINT NOT NULL
) /*STRICT*/;
