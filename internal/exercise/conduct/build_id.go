package conduct

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"
)

// Program returns a Maker that names the program that runs. It is found out
// once, when it is first asked for.
func Program() func() (string, error) { return sync.OnceValues(program) }

// program names a build from a clean revision by what it was built from, and
// any other by all its bytes.
func program() (string, error) {
	if info, ok := debug.ReadBuildInfo(); ok && isClean(info) {
		return nameOf("build", []byte(info.String())), nil
	}
	name, err := hashProgram()
	if err != nil {
		return "", fmt.Errorf("name the program: %w", err)
	}
	return name, nil
}

func isClean(info *debug.BuildInfo) bool {
	set := map[string]string{}
	for _, s := range info.Settings {
		set[s.Key] = s.Value
	}
	return set["vcs.revision"] != "" && set["vcs.modified"] == "false"
}

func nameOf(kind string, what []byte) string {
	sum := sha256.Sum256(what)
	return kind + "/" + hex.EncodeToString(sum[:])
}

// self is the program's own file on Linux, even after another one has taken its
// place.
const self = "/proc/self/exe"

func hashProgram() (name string, err error) {
	f, err := os.Open(self)
	if errors.Is(err, os.ErrNotExist) {
		var path string
		if path, err = os.Executable(); err == nil {
			f, err = os.Open(path)
		}
	}
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return "file/" + hex.EncodeToString(h.Sum(nil)), nil
}
