-- The last invitation to an event that went to a mailbox, as JSON.
CREATE TABLE programme_invitations (
	event TEXT NOT NULL,
	box TEXT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (event, box)
) /*STRICT*/;
