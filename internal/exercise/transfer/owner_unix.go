//go:build unix

package transfer

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// ownerOf returns who owns a file.
func ownerOf(path string) (uid, gid int, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, 0, err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, fmt.Errorf("owner of %s: %w", path, errors.ErrUnsupported)
	}
	return int(stat.Uid), int(stat.Gid), nil
}
