package mattermost

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
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

// FileKey is the name of the file with the key by which they are sealed, beside
// it.
const FileKey = "mattermost.key"

// Tokens are those of our bots, sealed in a file that nobody else may read, by a
// key in another: the database and its backups never have them. The file is read
// each time, so that a new token needs no restart. It is safe for use by many
// goroutines.
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
	var s sealed
	if json.Unmarshal(raw, &s) == nil && s.Sealed != nil {
		key, err := t.key(false)
		if err == nil {
			raw, err = s.open(key)
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", t.path, err)
		}
	} // a file of before is not sealed; it is with the next token
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, fmt.Errorf("read %s: %w", t.path, err)
	}
	return all, nil
}

// sealed is what stands in the file: a nonce, and the tokens by AES-256-GCM.
type sealed struct {
	Sealed []byte `json:"sealed"`
}

// ErrSealed means that the tokens cannot be opened: the key is gone, or another.
var ErrSealed = errors.New("mattermost: the tokens do not open with the key in " + FileKey + "; set up again to make others")

func (s *sealed) open(key cipher.AEAD) ([]byte, error) {
	n := key.NonceSize()
	if len(s.Sealed) < n {
		return nil, ErrSealed
	}
	raw, err := key.Open(nil, s.Sealed[:n], s.Sealed[n:], nil)
	if err != nil {
		return nil, ErrSealed
	}
	return raw, nil
}

func seal(key cipher.AEAD, raw []byte) (sealed, error) {
	nonce := make([]byte, key.NonceSize())
	_, err := rand.Read(nonce)
	return sealed{key.Seal(nonce, nonce, raw, nil)}, err
}

// Sign returns a code of some words that only who has the key can make: 128 bits, as
// 32 hexadecimal digits.
func (t *Tokens) Sign(words ...string) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	key, err := t.keyBytes(true)
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, key)
	for _, word := range append([]string{"sign"}, words...) {
		_, _ = fmt.Fprintf(mac, "%d:%s", len(word), word) // a hash takes everything
	}
	return hex.EncodeToString(mac.Sum(nil)[:16]), nil
}

// Signed reports whether a code is that of some words.
func (t *Tokens) Signed(code string, words ...string) bool {
	want, err := t.Sign(words...)
	return err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1
}

// key is that by which tokens are sealed.
func (t *Tokens) key(create bool) (cipher.AEAD, error) {
	key, err := t.keyBytes(create)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("key of tokens: %w", err)
	}
	return cipher.NewGCM(block)
}

// keyBytes reads the key, or makes it.
func (t *Tokens) keyBytes(create bool) ([]byte, error) {
	path := filepath.Join(filepath.Dir(t.path), FileKey)
	raw, err := readSecret(path)
	if errors.Is(err, fs.ErrNotExist) && create {
		raw = make([]byte, 32)
		if _, err = rand.Read(raw); err == nil {
			raw = []byte(hex.EncodeToString(raw))
			err = replaceFile(path, raw)
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrSealed
	}
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(raw)))
	if err != nil || len(key) != 32 {
		return nil, ErrSealed
	}
	return key, nil
}

// write replaces the file: who is killed meanwhile leaves the old one.
func (t *Tokens) write(all allTokens) error {
	key, err := t.key(true)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(all)
	if err != nil {
		return fmt.Errorf("write tokens: %w", err)
	}
	s, err := seal(key, raw)
	if err != nil {
		return fmt.Errorf("write tokens: %w", err)
	}
	if raw, err = json.Marshal(s); err != nil {
		return fmt.Errorf("write tokens: %w", err)
	}
	return replaceFile(t.path, raw)
}

// replaceFile writes a file that only its owner may read.
func replaceFile(path string, raw []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".mattermost-") // for its owner only
	if err != nil {
		return fmt.Errorf("write tokens: %w", err)
	}
	_, err = f.Write(append(raw, '\n'))
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
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
