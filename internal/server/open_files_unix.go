//go:build unix

package server

import "syscall"

// openFiles is how many files and connections the system lets this process have
// open at once.
func openFiles() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return usualFiles
	}
	return int(min(uint64(limit.Cur), mostFiles)) //nolint:unconvert // it is signed on some systems
}
