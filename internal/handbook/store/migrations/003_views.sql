-- Pages that people have saved, with what they had chosen on them.
CREATE TABLE handbook_views (
	person TEXT NOT NULL,
	id TEXT NOT NULL,
	name TEXT NOT NULL,
	path TEXT NOT NULL,
	PRIMARY KEY (person, id)
) /*STRICT, WITHOUT ROWID*/;
