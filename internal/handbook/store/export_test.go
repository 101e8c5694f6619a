package store

// Fresh returns a reader of the same database that has read nothing yet.
func (s *Store) Fresh() *Reader { return NewReader(s.r, s.words) }

// Needs returns the needs of the same database, of which nothing was read yet.
func (s *Store) Needs() *Needs { return NewNeeds(s.db, s.words) }
