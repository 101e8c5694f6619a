-- When an exercise is to take place in the real world, in unix µs; both are 0
-- where that was taken back. sequence counts the changes: calendars go by it.
CREATE TABLE schedule_dates (
	exercise TEXT NOT NULL PRIMARY KEY,
	begins BIGINT NOT NULL,
	ends BIGINT NOT NULL,
	zone TEXT NOT NULL,
	sequence BIGINT NOT NULL,
	changed BIGINT NOT NULL
) /*STRICT, WITHOUT ROWID*/;
