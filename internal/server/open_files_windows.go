package server

// openFiles is how many connections are taken at once: Windows has no limit of
// its own.
func openFiles() int { return usualFiles }
