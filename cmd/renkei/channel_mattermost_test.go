package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"renkei/internal/config"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/scenario/library"
	"renkei/internal/exercise/scenario/teamfile"
	"renkei/internal/server"
	"renkei/internal/storage"
	fake "renkei/internal/testkit/mattermost"
)

// chatFolder is a data folder with an exercise, and a file with a token.
func chatFolder(t *testing.T, token string) (dir, file string) {
	t.Helper()
	dir = t.TempDir()
	db, err := storage.Open(t.Context(), filepath.Join(dir, config.FileDB), storage.Options{Areas: server.Stored()})
	if err != nil {
		t.Fatal(err)
	}
	pack, _, err := library.Load("hospital-ransomware")
	if err != nil {
		t.Fatal(err)
	}
	teams, err := teamfile.Demo(3)
	if err != nil {
		t.Fatal(err)
	}
	setup := conduct.Setup{ID: "x", Title: pack.Title, Pack: pack, Teams: teams}
	if err := conduct.Create(t.Context(), conduct.Deps{Store: db, Clock: conduct.SystemClock()}, setup); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(dir, "token")
	if err := os.WriteFile(file, []byte(token), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, file
}

// TestChannelMattermost plans, does it and archives it, and says in both languages
// what is missing.
func TestChannelMattermost(t *testing.T) {
	t.Parallel()
	s := fake.Start(t)
	s.Join("bo", "bo@desk.internal")
	dir, token := chatFolder(t, s.Admin)
	people := filepath.Join(dir, "people")
	if err := os.WriteFile(people, []byte("\ufeff# who\r\nasteria, bo\r\nexcon @nobody\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	use := func(do string, more ...string) (string, int) {
		t.Helper()
		var out bytes.Buffer
		args := append([]string{"channel", "mattermost", do, "--data", dir, "--exercise", "x", "--url", s.URL, "--token-file", token}, more...)
		code := run(t.Context(), args, &out, &out, nil)
		t.Logf("%s:\n%s", strings.Join(args, " "), out.String())
		return out.String(), code
	}
	for _, x := range []struct {
		do   string
		more []string
		code int
		want []string
	}{
		{"plan", []string{"--people", people, "--lang", "ja"}, 0, []string{"非公開チャンネル「Liaison」を作成", "サーバー上に見つからない人：nobody"}},
		{"plan", []string{"--people", people}, 0, []string{"To be done:", "create the private channel", "Not found on the server: nobody"}},
		{"apply", []string{"--people", people}, 0, []string{"Done:", "create the team [EXERCISE]", "create a token for the bot renkei"}},
		{"apply", []string{"--people", people}, 0, []string{"There is nothing to do."}},
		{"archive", nil, 0, []string{"archive the channel", "switch off the bot"}},
		{"apply", []string{"--url", "http://chat.internal"}, 2, []string{"begins with https://"}},
		{"apply", []string{"--exercise", "y"}, 1, []string{"There is no exercise with this id."}},
		{"archive", []string{"--exercise", "y"}, 1, []string{"not set up on a Mattermost server"}},
		{"apply", []string{"--people", token}, 1, []string{"line 1: a line is a unit and an address"}},
		{"plan", []string{"--url", "http://127.0.0.1:1"}, 1, []string{"http://127.0.0.1:1 does not answer"}},
	} {
		out, code := use(x.do, x.more...)
		for _, want := range x.want {
			if !strings.Contains(out, want) || code != x.code {
				t.Errorf("%s %v: exit code %d, %q is missing in\n%s", x.do, x.more, code, want, out)
			}
		}
	}
	if err := os.Chmod(token, 0o604); err != nil {
		t.Fatal(err)
	}
	if out, code := use("plan"); code != 1 || !strings.Contains(out, "chmod 600") {
		t.Errorf("a token in the open: %d\n%s", code, out)
	}
	if code := run(t.Context(), []string{"channel", "mattermost", "plan"}, io.Discard, io.Discard, nil); code != exitUsage {
		t.Errorf("without anything: %d", code)
	}
}
