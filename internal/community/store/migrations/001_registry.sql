-- Who practises together. Every row of community_revisions is what a record was
-- from then on, as JSON; '' where it was removed. Times are unix µs.
CREATE TABLE community_revisions (
	number BIGINT NOT NULL PRIMARY KEY,
	at BIGINT NOT NULL,
	author TEXT NOT NULL,
	reason TEXT NOT NULL,
	kind TEXT NOT NULL,
	object TEXT NOT NULL,
	body TEXT NOT NULL,
	restores BIGINT NOT NULL
) /*STRICT*/;

CREATE INDEX community_revisions_by_object ON community_revisions (kind, object, number);

-- The number of the last revision, in one row. Who writes holds it, so that
-- numbers become visible in their order.
CREATE TABLE community_head (
	id BIGINT NOT NULL PRIMARY KEY,
	number BIGINT NOT NULL
) /*STRICT*/;
