-- A role counts in an area of the program, in an object of it, and in a part of
-- that: of exercises the object is the exercise and the part the unit. All three
-- are empty for the community.

CREATE TABLE grants_by_scope (
	person TEXT NOT NULL,
	area TEXT NOT NULL,
	object TEXT NOT NULL,
	part TEXT NOT NULL,
	role TEXT NOT NULL,
	PRIMARY KEY (person, area, object, part, role)
) /*STRICT, WITHOUT ROWID*/;

INSERT INTO grants_by_scope (person, area, object, part, role)
	SELECT person, CASE WHEN exercise = '' THEN '' ELSE 'exercise' END, exercise, unit, role FROM grants;

DROP TABLE grants;

ALTER TABLE grants_by_scope RENAME TO grants;

CREATE INDEX grants_by_object ON grants (area, object, part);

ALTER TABLE links ADD COLUMN area TEXT NOT NULL DEFAULT '';

UPDATE links SET area = 'exercise' WHERE exercise <> '';

ALTER TABLE links RENAME COLUMN exercise TO object;

ALTER TABLE links RENAME COLUMN unit TO part;

DROP INDEX links_by_exercise;

CREATE INDEX links_by_object ON links (area, object, part);
