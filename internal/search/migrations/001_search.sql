-- All of this is derived from what the areas store.
CREATE TABLE search_indexes (
	name TEXT NOT NULL PRIMARY KEY,
	last BIGINT NOT NULL -- number of a document
) /*STRICT, WITHOUT ROWID*/;

CREATE TABLE search_documents (
	name TEXT NOT NULL,   -- of the index
	number BIGINT NOT NULL,
	id TEXT NOT NULL,     -- to its area
	folded TEXT NOT NULL,
	facets TEXT NOT NULL, -- one a line
	PRIMARY KEY (name, number)
) /*STRICT, WITHOUT ROWID*/;

CREATE UNIQUE INDEX search_documents_id ON search_documents (name, id);

-- Which documents of a block of 4096 numbers have a token: a gram, or # and a
-- facet.
CREATE TABLE search_postings (
	name TEXT NOT NULL,
	token TEXT NOT NULL,
	block BIGINT NOT NULL,
	documents BYTEA NOT NULL,
	PRIMARY KEY (name, token, block)
) /*STRICT, WITHOUT ROWID*/;
