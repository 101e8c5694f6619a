-- Who the person ids are that all areas keep. This can be erased.
CREATE TABLE people (
	id TEXT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	organisation TEXT NOT NULL
) /*STRICT, WITHOUT ROWID*/;
