-- Pages of the web that evidence names: the last look whether they are there,
-- and until when somebody looks now. Times are unix µs, 0 for never.
CREATE TABLE handbook_links (
	link TEXT NOT NULL PRIMARY KEY,
	claimed BIGINT NOT NULL,
	at BIGINT NOT NULL,
	status BIGINT NOT NULL, -- of HTTP, 0 for no answer
	why TEXT NOT NULL       -- why it was not there; '' where it was
) /*STRICT, WITHOUT ROWID*/;

-- All looks that are kept.
CREATE TABLE handbook_link_checks (
	link TEXT NOT NULL,
	at BIGINT NOT NULL,
	status BIGINT NOT NULL,
	why TEXT NOT NULL,
	PRIMARY KEY (link, at)
) /*STRICT, WITHOUT ROWID*/;
