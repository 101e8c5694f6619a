-- Sealed answers to questions that are not revealed yet: one row for each
-- question, round and unit, all equally long, without any time. A reveal deletes
-- them.
CREATE TABLE ballots (
	exercise TEXT NOT NULL,
	poll TEXT NOT NULL,
	round BIGINT NOT NULL,
	slot TEXT NOT NULL,
	sealed BYTEA NOT NULL,
	PRIMARY KEY (exercise, poll, round, slot)
) /*STRICT*/;
