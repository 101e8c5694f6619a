package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"renkei/internal/journal"
)

// output is standard output, which may be a file on a disk that is full: it
// keeps the first error, and takes nothing after it.
type output struct {
	w   io.Writer
	err error
}

var errOutput = errors.New("standard output")

// Write writes to standard output.
func (o *output) Write(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.w.Write(p)
	if err != nil {
		o.err = fmt.Errorf("%w: %w", errOutput, err)
	}
	return n, o.err
}

// pathKey returns the key of the sentence for what failed with a path, or "".
func pathKey(err error) string {
	switch {
	case errors.Is(err, errOutput):
		return "cli.no_output"
	case errors.Is(err, fs.ErrNotExist):
		return "cli.not_found"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return "cli.no_permission"
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, os.ErrExist):
		return "cli.not_folder"
	case errors.Is(err, syscall.EISDIR), errors.Is(err, journal.ErrNotFile):
		return "cli.not_file"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return "cli.no_space"
	}
	return ""
}
