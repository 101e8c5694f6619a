package follow

// Watched reports whether anybody looks on.
func (x *Exercise) Watched() bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	for _, t := range x.topics {
		if len(t.streams) > 0 {
			return true
		}
	}
	return false
}
