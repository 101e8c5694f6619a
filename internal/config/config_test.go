package config_test

import (
	"errors"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/config"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "renkei.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestLaterGoesFirst: defaults, file, environment, flags.
func TestLaterGoesFirst(t *testing.T) {
	t.Parallel()
	file := write(t, "addr: 0.0.0.0:1\ndata: from-file\nlog: json\ntrusted_proxies: [10.1.2.3/8, 192.0.2.7]\n")
	got, err := config.Load(config.Sources{
		File: file, Environ: []string{"RENKEI_ADDR=0.0.0.0:2", "RENKEI_DATA=from-env", "RENKEI_LANG=ja", "RENKEI_PATIENCE="},
		Flags: map[string]string{"addr": "0.0.0.0:3", "public-url": "https://x.example/", "db": "postgres://u:hunter2@h/d?password=hunter3"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got.Addr != "0.0.0.0:3" || got.Data != "from-env" || got.Log != "json" || got.Patience != 20*time.Second {
		t.Errorf("got %+v", got.Config)
	}
	if got.PublicURL != "https://x.example" || !got.Secure() || got.Database() != got.DB {
		t.Errorf("got %+v", got.Config)
	}
	var out strings.Builder
	if err := got.Print(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"10.0.0.0/8, 192.0.2.7/32"`, "# " + file + ":4", "# RENKEI_DATA", "# --addr", "# default", `"postgres://h/d"`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("does not print %s:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "hunter") {
		t.Errorf("prints a password:\n%s", out.String())
	}
}

// TestPrintedCanBeRead: what is printed gives the same again.
func TestPrintedCanBeRead(t *testing.T) {
	t.Parallel()
	one, err := config.Load(config.Sources{Flags: map[string]string{"log-level": "debug", "trusted-networks": "2001:db8::/32", "patience": "3s", "public-url": "http://h:81"}})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := one.Print(&out); err != nil {
		t.Fatal(err)
	}
	var set []string
	for line := range strings.Lines(out.String()) { // an empty text is how a default is printed
		if !strings.Contains(line, `""`) {
			set = append(set, line)
		}
	}
	two, err := config.Load(config.Sources{File: write(t, strings.Join(set, ""))})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(one.Config, two.Config) {
		t.Errorf("%+v\n%+v", one.Config, two.Config)
	}
}

// TestEveryMistakeAtOnce, each with its place, and no secret with it.
func TestEveryMistakeAtOnce(t *testing.T) {
	t.Parallel()
	file := write(t, "adr: x\npatience: 5\npatience: 6s\ndata: {a: b}\ncommunity: /nowhere\ntrusted_networks: 0.0.0.0/0\n")
	_, err := config.Load(config.Sources{
		File: file, Environ: []string{"RENKEI_LOG=xml", "RENKEI_TRUSTED_PROXIES=10.0.0.0/8 proxy", "RENKEI_DB=mysql://u:hunter2@h/d"},
		Flags: map[string]string{"addr": "8080", "public-url": "https://h/path", "log-level": "all", "packs": "config_test.go", "tls-key": file},
	})
	var got config.Problems
	if !errors.As(err, &got) {
		t.Fatal(err)
	}
	want := map[string]string{
		file + ":1": "unknown", file + ":2": "time", file + ":3": "twice", file + ":4": "kind", file + ":5": "file", file + ":6": "prefix_all",
		"RENKEI_LOG": "log", "RENKEI_TRUSTED_PROXIES": "prefix", "RENKEI_DB": "db",
		"--addr": "addr", "--public-url": "public_url", "--log-level": "log_level", "--packs": "folder", "--tls-key": "no_cert",
	}
	for _, p := range got {
		if want[p.Place] != p.Code {
			t.Errorf("%s: %s, want %q", p.Place, p.Code, want[p.Place])
		}
		delete(want, p.Place)
		if strings.Contains(p.Value, "hunter") {
			t.Errorf("tells a password: %+v", p)
		}
	}
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	for text, code := range map[string]string{
		"": "", "# nothing\n": "", "- a\n": "not_mapping", "addr: [": "yaml", "tls_cert: " + "config_test.go": "no_key",
		"tls_cert: config_test.go\ntls_key: config_test.go": "pair", "data: ''": "empty",
	} {
		_, err := config.Load(config.Sources{File: write(t, text)})
		var got config.Problems
		if errors.As(err, &got); code == "" && err != nil || code != "" && (len(got) != 1 || got[0].Code != code) {
			t.Errorf("%q: %v, want %q", text, err, code)
		}
	}
	if _, err := config.Load(config.Sources{File: "/nowhere"}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// TestMail refuses what no mail could be sent with.
func TestMail(t *testing.T) {
	t.Parallel()
	open, closed := write(t, "word"), write(t, "word")
	for path, mode := range map[string]os.FileMode{open: 0o644, closed: 0o600} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	good := map[string]string{
		"mail-server": "smtp.internal:587", "mail-from": "Büro <office@sender.internal>", "public-url": "https://x.internal",
		"mail-user": "renkei", "mail-password-file": closed, "mail-reply-to": "office@sender.internal", "mail-rate": "600",
	}
	for _, c := range []struct{ name, value, code string }{
		{"", "", ""},
		{"mail-tls", "tls", ""},
		{"mail-rate", "0", "mail_rate"},
		{"mail-tls", "ssl", "mail_tls"},
		{"mail-tls", "none", "mail_plain"},
		{"mail-server", "smtp.internal", "mail_server"},
		{"mail-server", "", "mail_no_server"},
		{"mail-from", "", "mail_no_from"},
		{"mail-from", "a@b\r\nBcc: c@d", "mail_address"},
		{"mail-reply-to", "Büro <office@sender.internal>", "mail_address"},
		{"public-url", "", "mail_no_url"},
		{"mail-user", "", "mail_no_user"},
		{"mail-password-file", "", "mail_no_password"},
		{"mail-password-file", "/nowhere", "file"},
		{"mail-password-file", open, "secret_open"},
		{"mail-ca", closed, "mail_ca"},
		{"mail-inbox", "imap.internal:993", ""},
		{"mail-inbox", "imap.internal", "mail_server"},
		{"mail-inbox-tls", "ssl", "mail_tls"},
		{"mail-inbox-user", "renkei", "mail_no_inbox"},
		{"mail-inbox-password-file", open, "secret_open"},
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

func TestWarnings(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]config.Config{
		"":                     {Addr: "127.0.0.1:80"},
		"no_tls no_public_url": {Addr: ":80"},
		"no_tls":               {Addr: ":80", PublicURL: "http://x.example"},
		"no_public_url":        {Addr: "127.0.0.1:80", TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}},
		"no_proxy":             {Addr: "[::1]:80", PublicURL: "https://x.example"},
	} {
		if got := strings.Join(c.Warnings(), " "); got != want {
			t.Errorf("%+v: %q, want %q", c, got, want)
		}
	}
}
