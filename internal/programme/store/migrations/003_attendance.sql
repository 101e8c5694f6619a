-- Who is on the list of an event. Every row is what somebody's entry was from
-- then on, as JSON; '' from when it was erased, in all rows before too.
CREATE TABLE programme_attendance (
	number BIGINT NOT NULL PRIMARY KEY,
	event TEXT NOT NULL,
	attendee TEXT NOT NULL,
	at BIGINT NOT NULL,
	author TEXT NOT NULL,
	body TEXT NOT NULL
) /*STRICT*/;

CREATE INDEX programme_attendance_by_event ON programme_attendance (event, number);
