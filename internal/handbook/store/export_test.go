package store

// Fresh returns a reader of the same database that has read nothing yet.
func (s *Store) Fresh() *Reader { return NewReader(s.r, s.words) }
