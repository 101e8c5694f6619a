-- Rounds in which contacts are asked whether they can be reached. Times are unix
-- µs, 0 for not yet; durations are µs.
CREATE TABLE community_rounds (
	id TEXT NOT NULL PRIMARY KEY,
	begun BIGINT NOT NULL,
	author TEXT NOT NULL,
	scope TEXT NOT NULL,
	members TEXT NOT NULL,
	remind BIGINT NOT NULL,
	escalate BIGINT NOT NULL,
	due BIGINT NOT NULL,
	secret BYTEA NOT NULL
) /*STRICT*/;

-- A question to a contact on one channel. token is the SHA-256 of the link's.
CREATE TABLE community_asks (
	round TEXT NOT NULL REFERENCES community_rounds (id),
	contact TEXT NOT NULL,
	channel TEXT NOT NULL,
	address TEXT NOT NULL,
	organisation TEXT NOT NULL,
	place BIGINT NOT NULL,
	token BYTEA NOT NULL UNIQUE,
	asked BIGINT NOT NULL,
	answered BIGINT NOT NULL,
	how TEXT NOT NULL,
	word TEXT NOT NULL,
	noted TEXT NOT NULL,
	bounced BOOLEAN NOT NULL,
	PRIMARY KEY (round, contact, channel, address)
) /*STRICT*/;

CREATE INDEX community_asks_by_contact ON community_asks (contact, answered);

-- When a round begins by itself, in one row.
CREATE TABLE community_schedule (
	id BIGINT NOT NULL PRIMARY KEY,
	active BOOLEAN NOT NULL,
	day BIGINT NOT NULL,
	hour BIGINT NOT NULL,
	scope TEXT NOT NULL,
	remind BIGINT NOT NULL,
	escalate BIGINT NOT NULL,
	due BIGINT NOT NULL
) /*STRICT*/;
