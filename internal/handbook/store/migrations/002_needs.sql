-- What members need and others offer, and what came of it. Every row of
-- handbook_needs is what a listing or a deal was from then on, as JSON. Times
-- are unix µs.
CREATE TABLE handbook_needs (
	number BIGINT NOT NULL PRIMARY KEY,
	at BIGINT NOT NULL,
	author TEXT NOT NULL,
	reason TEXT NOT NULL,
	kind TEXT NOT NULL,
	object TEXT NOT NULL,
	body TEXT NOT NULL
) /*STRICT*/;

CREATE INDEX handbook_needs_by_object ON handbook_needs (object, number);

-- The number of the last row, in one row. Who writes holds it, so that numbers
-- become visible in their order.
CREATE TABLE handbook_needs_head (
	id BIGINT NOT NULL PRIMARY KEY,
	number BIGINT NOT NULL
) /*STRICT*/;
