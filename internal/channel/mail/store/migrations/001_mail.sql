-- Exercises that are played by mail too. since, unix µs: what is older is not told.
-- told is up to which event its people were told.
CREATE TABLE mail_places (
	exercise TEXT NOT NULL PRIMARY KEY,
	since BIGINT NOT NULL,
	told BIGINT NOT NULL
) /*STRICT*/;

-- The units of them whose people get mail.
CREATE TABLE mail_units (
	exercise TEXT NOT NULL,
	unit TEXT NOT NULL,
	PRIMARY KEY (exercise, unit)
) /*STRICT*/;

-- Addresses of people who have none as their login.
CREATE TABLE mail_addresses (
	exercise TEXT NOT NULL,
	person TEXT NOT NULL,
	address TEXT NOT NULL,
	PRIMARY KEY (exercise, person)
) /*STRICT*/;

-- Addresses from which somebody wrote to an exercise; person is '' for one of which
-- nobody has said whose it is. The log knows the account alone.
CREATE TABLE mail_accounts (
	exercise TEXT NOT NULL,
	account TEXT NOT NULL,
	name TEXT NOT NULL,
	person TEXT NOT NULL,
	PRIMARY KEY (exercise, account)
) /*STRICT*/;

-- Up to where a mailbox was read.
CREATE TABLE mail_inbox (
	mailbox TEXT NOT NULL PRIMARY KEY,
	validity BIGINT NOT NULL,
	uid BIGINT NOT NULL
) /*STRICT*/;
