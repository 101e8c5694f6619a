package mattermost_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"renkei/internal/channel/mattermost"
)

// TestLongAnswer breaks off what is longer than an answer may be.
func TestLongAnswer(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/websocket") {
			conn, err := websocket.Accept(w, r, nil)
			if err == nil {
				_ = conn.Write(r.Context(), websocket.MessageText, []byte(`{"event":"`+strings.Repeat("x", 5<<20)+`"}`)) // it is broken off
				_ = conn.CloseNow()                                                                                      // as above
			}
			return
		}
		_, err := w.Write([]byte(`{"id":"`))
		for part := []byte(strings.Repeat("x", 1<<20)); err == nil; {
			_, err = w.Write(part)
		}
	}))
	defer s.Close()
	c, err := mattermost.NewClient(s.URL, func() (string, error) { return "token", nil })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Me(t.Context()); !errors.Is(err, mattermost.ErrNoAnswer) || !strings.Contains(err.Error(), "too long") {
		t.Error(err)
	}
	if k, err := c.Listen(t.Context()); !errors.Is(err, mattermost.ErrNoAnswer) {
		k.Close()
		t.Error(err)
	}
}

// TestAddresses takes only addresses over which nobody reads the token.
func TestAddresses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		"https://chat.internal/":          nil,
		"https://chat.internal/chat":      nil,
		"http://localhost:8065":           nil,
		"http://[::1]:8065":               nil,
		"http://chat.internal":            mattermost.ErrPlain,
		"http://127.0.0.1.internal":       mattermost.ErrPlain,
		"chat.internal":                   mattermost.ErrURL,
		"https://user:word@chat.internal": mattermost.ErrURL,
		"https://chat.internal?x":         mattermost.ErrURL,
		"ftp://chat.internal":             mattermost.ErrURL,
		"":                                mattermost.ErrURL,
	} {
		if _, err := mattermost.CleanURL(text); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
}

// TestTokens keeps tokens for the owner of the file only.
func TestTokens(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), mattermost.FileTokens)
	tokens := mattermost.NewTokens(path)
	if _, err := tokens.Of("s", "u")(); !errors.Is(err, mattermost.ErrToken) {
		t.Error(err)
	}
	if err := errors.Join(tokens.Set("s", "u", "word"), tokens.Set("s", "v", "other"), tokens.Set("s", "v", "")); err != nil {
		t.Fatal(err)
	}
	word, err := mattermost.NewTokens(path).Of("s", "u")()
	if info, _ := os.Stat(path); err != nil || word != "word" || info.Mode().Perm() != 0o600 || tokens.Has("s", "v") {
		t.Errorf("%q, %v", word, err)
	}
	raw, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(raw), "word") {
		t.Errorf("the tokens are not sealed: %s, %v", raw, err)
	}
	key := filepath.Join(filepath.Dir(path), mattermost.FileKey)
	if err := os.Rename(key, key+".old"); err != nil {
		t.Fatal(err)
	}
	if _, err := tokens.Of("s", "u")(); !errors.Is(err, mattermost.ErrSealed) {
		t.Errorf("without the key: %v", err)
	}
	if err := os.Rename(key+".old", key); err != nil {
		t.Fatal(err)
	}
	// A file of before is read, and sealed with the next token.
	if err := os.WriteFile(path, []byte(`{"s":{"u":"word"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if word, err := tokens.Of("s", "u")(); err != nil || word != "word" {
		t.Errorf("of before: %q, %v", word, err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := tokens.Of("s", "u")(); !errors.Is(err, mattermost.ErrOpen) {
		t.Error(err)
	}
	if err := tokens.Set("s", "u", "new"); !errors.Is(err, mattermost.ErrOpen) {
		t.Error(err)
	}
}
