package config_test

import (
	"errors"
	"maps"
	"os"
	"slices"
	"testing"

	"renkei/internal/config"
)

// TestChat refuses a server that nobody could be asked on.
func TestChat(t *testing.T) {
	t.Parallel()
	open, closed := write(t, "token"), write(t, "token")
	for path, mode := range map[string]os.FileMode{open: 0o644, closed: 0o600} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	good := map[string]string{"mattermost-url": "https://chat.internal/", "mattermost-token-file": closed, "public-url": "https://x.internal"}
	for _, c := range []struct{ name, value, code string }{
		{"", "", ""},
		{"mattermost-url", "http://localhost:8065", ""},
		{"mattermost-url", "http://chat.internal", "mattermost_url"},
		{"mattermost-url", "https://user@chat.internal", "mattermost_url"},
		{"mattermost-url", "chat.internal", "mattermost_url"},
		{"mattermost-url", "", "mattermost_no_server"},
		{"mattermost-token-file", "", "mattermost_no_token"},
		{"mattermost-token-file", open, "secret_open"},
		{"mattermost-token-file", "/nowhere", "file"},
		{"public-url", "", "mail_no_url"},
	} {
		flags := maps.Clone(good)
		if flags[c.name] = c.value; c.value == "" {
			delete(flags, c.name)
		}
		_, err := config.Load(config.Sources{Flags: flags})
		var got config.Problems
		if errors.As(err, &got); c.code == "" && err != nil || c.code != "" && !slices.ContainsFunc(got, func(p config.Problem) bool { return p.Code == c.code }) {
			t.Errorf("%s=%q: %v, want %q", c.name, c.value, err, c.code)
		}
	}
}
