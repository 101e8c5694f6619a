//go:build unix

package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"filippo.io/age"

	"renkei/internal/testkit/postgres"
)

// TestRunbook goes from "the disk is gone" to "players are back", as
// docs/operations.md has it: in another folder, and on another engine. Who was
// signed in stays so where that was asked for, and everybody has what was
// theirs.
func TestRunbook(t *testing.T) {
	t.Parallel()
	server := postgres.Start(t)
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	identity := filepath.Join(t.TempDir(), "key.txt")
	if err := os.WriteFile(identity, []byte(key.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	secret := []string{"--to", key.Recipient().String()}
	for _, c := range []struct {
		name       string
		serve      func(*testing.T) *keptStore
		toPostgres bool
		backup     []string // more flags
		restore    []string
	}{
		{"sqlite to sqlite", serveStore, false, secret, []string{"--identity", identity}},
		{"sqlite to postgres", serveStore, true, nil, nil},
		{"postgres to sqlite", servePostgres, false, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := c.serve(t)
			pack := []byte("some pack")
			if err := os.MkdirAll(filepath.Join(s.data, "packs"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(s.data, "packs", "ours.zip"), pack, 0o600); err != nil {
				t.Fatal(err)
			}
			from := []string{s.data}
			if s.db != "" {
				from = []string{s.db, "--data", s.data}
			}
			backups := t.TempDir()
			args := append([]string{"backup"}, from...)
			well(t, "1 files", append(append(args, "--dir", backups, "--sessions", "--keep", "hourly=24"), c.backup...)...)
			files, err := filepath.Glob(filepath.Join(backups, "*.zip*"))
			if err != nil || len(files) != 1 {
				t.Fatalf("the backups are %v, %v", files, err)
			}
			if err := s.program.cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			if err := os.RemoveAll(s.data); err != nil {
				t.Fatal(err)
			}

			data := filepath.Join(t.TempDir(), "new", "data")
			restore := append([]string{"restore", files[0], "--data", data}, c.restore...)
			again := []string{"--data", data}
			if c.toPostgres {
				db := server.Database(t)
				restore, again = append(restore, "--db", db), append(again, "--db", db)
			}
			well(t, "serve --data", restore...)
			if got, err := os.ReadFile(filepath.Join(data, "packs", "ours.zip")); err != nil || string(got) != string(pack) {
				t.Errorf("the pack is %q, %v", got, err)
			}
			if !c.toPostgres {
				if r := renkei(t, restore...); r.code != 2 || !strings.Contains(r.errOut, "there already") {
					t.Errorf("over what is there: exit %d: %s", r.code, r.errOut)
				}
			} else {
				well(t, "2 were there already; rows of other tables: 0", restore...)
			}
			s.serve(again...)
			s.sessions()
			s.signIn()
			s.grants()
			s.links()
		})
	}
}

// TestBackupWithoutSessions has everybody sign in again.
func TestBackupWithoutSessions(t *testing.T) {
	t.Parallel()
	s := serveStore(t)
	file, data := filepath.Join(t.TempDir(), "all.zip"), filepath.Join(t.TempDir(), "data")
	well(t, "2 exercises", "backup", s.data, "--out", file)
	well(t, "serve --data", "restore", file, "--data", data)
	s.serve("--data", data)
	if got := s.as("director", "en").fetch(s.at + "/me"); got.status != http.StatusSeeOther {
		t.Errorf("a session of before: %d", got.status)
	}
	s.signIn()
}

// TestBackupRefuses what makes no sense, and says so.
func TestBackupRefuses(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	in := func(name string) string { return filepath.Join(top, name) }
	db := unpackStore(t, top)
	if err := os.Mkdir(in("none"), 0o700); err != nil {
		t.Fatal(err)
	}
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	well(t, "exercises", "backup", db, "--data", in("none"), "--out", in("a.zip"))
	well(t, "exercises", "backup", db, "--data", in("none"), "--out", in("a.zip.age"), "--to", key.Recipient().String())
	for _, c := range []struct {
		say  string
		args []string
	}{
		{"those before it", []string{"backup", top, "--out", in("b.zip")}},
		{"--identity", []string{"restore", in("a.zip.age"), "--data", in("new")}},
		{"people, accounts", []string{"restore", in("a.zip"), "--db", changed(t)}},
		{"public key", []string{"backup", db, "--out", in("b.zip"), "--to", "age1nonsense"}},
		{"hourly=24", []string{"backup", db, "--dir", top, "--keep", "sometimes=1"}},
		{"--out FILE", []string{"backup", db, "--out", in("b.zip"), "--keep", "daily=1"}},
	} {
		if r := renkei(t, c.args...); r.code != 2 || !strings.Contains(r.errOut, c.say) {
			t.Errorf("%v: exit %d, want 2 and %q: %s", c.args, r.code, c.say, r.errOut)
		}
	}
	if _, err := os.Stat(in("new")); err == nil {
		t.Error("what was refused left something")
	}
}

// changed is the stored database in which somebody has another name.
func changed(t *testing.T) string {
	t.Helper()
	db := unpackStore(t, t.TempDir())
	execute(t, db, `UPDATE people SET name = name || '!'`)
	return db
}

// TestRestoreOwner has what root restores belong to the server's user.
func TestRestoreOwner(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root gives files away")
	}
	top := t.TempDir()
	db := unpackStore(t, t.TempDir())
	file := filepath.Join(t.TempDir(), "all.zip")
	well(t, "exercises", "backup", db, "--out", file)
	const nobody = 65534
	if err := os.Chown(top, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(top, "server")
	well(t, "serve --data", "restore", file, "--data", data)
	for path, mode := range map[string]os.FileMode{data: 0o700, filepath.Join(data, "renkei.db"): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if stat, ok := info.Sys().(*syscall.Stat_t); !ok || stat.Uid != nobody || stat.Gid != nobody || info.Mode().Perm() != mode {
			t.Errorf("%s has %v, %v", path, info.Mode(), info.Sys())
		}
	}
	files, err := os.ReadDir(data)
	if err != nil || len(files) != 1 {
		t.Errorf("the folder has %v, %v", files, err)
	}
}
