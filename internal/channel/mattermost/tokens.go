package mattermost

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// FileTokens is the name of the file with the tokens of bots, in the data folder.
const FileTokens = "mattermost-tokens.json"

// ErrOpen is a file with a token that others on the machine may read.
var ErrOpen = errors.New("mattermost: others may read the file with the token")

// maxTokenFile bounds what is read of a file.
const maxTokenFile = 4 << 20

// Tokens are those of our bots, in a file that nobody else may read: the
// database and its backups never have them. The file is read each time, so that
// a new token needs no restart. It is safe for use by many goroutines.
type Tokens struct {
	path string
	mu   sync.Mutex
}

// NewTokens returns those in a file, which need not be there yet.
func NewTokens(path string) *Tokens { return &Tokens{path: path} }

// all are tokens by server and user.
type allTokens map[string]map[string]string

// Of returns a source of a user's token for NewClient. It gives ErrToken where
// there is none.
func (t *Tokens) Of(server, user string) func() (string, error) {
	return func() (string, error) {
		t.mu.Lock()
		defer t.mu.Unlock()
		all, err := t.read()
		if err != nil {
			return "", err
		}
		if word := all[server][user]; word != "" {
			return word, nil
		}
		return "", ErrToken
	}
}

// Has reports whether a user has a token.
func (t *Tokens) Has(server, user string) bool {
	word, err := t.Of(server, user)()
	return err == nil && word != ""
}

// Writable returns why nothing could be written; nil where it could.
func (t *Tokens) Writable() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	all, err := t.read()
	if err != nil {
		return err
	}
	return t.write(all)
}

// Set keeps the token of a user; "" forgets it.
func (t *Tokens) Set(server, user, word string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	all, err := t.read()
	if err != nil {
		return err
	}
	if all[server] == nil {
		all[server] = map[string]string{}
	}
	if all[server][user] == word {
		return nil
	}
	all[server][user] = word
	if word == "" {
		delete(all[server], user)
	}
	return t.write(all)
}

func (t *Tokens) read() (allTokens, error) {
	all := allTokens{}
	raw, err := readSecret(t.path)
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, fmt.Errorf("read %s: %w", t.path, err)
	}
	return all, nil
}

// write replaces the file: who is killed meanwhile leaves the old one.
func (t *Tokens) write(all allTokens) error {
	raw, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("write tokens: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(t.path), ".mattermost-tokens-") // for its owner only
	if err != nil {
		return fmt.Errorf("write tokens: %w", err)
	}
	_, err = f.Write(append(raw, '\n'))
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), t.path)
	}
	if err != nil {
		return fmt.Errorf("write tokens: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}

// TokenFile returns a source of the token that stands in a file. It gives ErrOpen
// for a file that others may read.
func TokenFile(path string) func() (string, error) {
	return func() (string, error) {
		raw, err := readSecret(path)
		if err != nil {
			return "", err
		}
		word := strings.TrimSpace(string(raw))
		if word == "" || strings.ContainsAny(word, " \r\n\t") || len(word) > 1000 {
			return "", ErrToken
		}
		return word, nil
	}
}

// readSecret reads a file that others on the machine cannot read.
func readSecret(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fmt.Errorf("token: %w", err)
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o007 != 0:
		return nil, ErrOpen
	case info.Size() > maxTokenFile || !info.Mode().IsRegular():
		return nil, ErrToken
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	return raw, nil
}
