package ballot_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"renkei/internal/exercise/ballot"
)

func idOf(poll string, round int) ballot.ID {
	return ballot.ID{Exercise: "x", Poll: poll, Round: round}
}

// TestSealed: all sealed answers are of one length, none is like another, and
// each opens in its place alone.
func TestSealed(t *testing.T) {
	t.Parallel()
	ring := ballot.NewKeyring("")
	key, err := ring.Create(idOf("q", 1))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, n := range []int{0, 1, 17, ballot.MaxContents} {
		contents := bytes.Repeat([]byte("x"), n)
		for range 2 {
			sealed, err := key.Seal("asteria", contents)
			if err != nil || len(sealed) != ballot.Size || seen[string(sealed)] {
				t.Fatalf("%d bytes become %d, %v", n, len(sealed), err)
			}
			seen[string(sealed)] = true
			if got, err := key.Open("asteria", sealed); err != nil || !bytes.Equal(got, contents) {
				t.Errorf("%d bytes come back as %d, %v", n, len(got), err)
			}
			if _, err := key.Open("borealis", sealed); !errors.Is(err, ballot.ErrBroken) {
				t.Errorf("opened for another unit: %v", err)
			}
			sealed[len(sealed)/2] ^= 1
			if _, err := key.Open("asteria", sealed); !errors.Is(err, ballot.ErrBroken) {
				t.Errorf("opened though it was changed: %v", err)
			}
		}
	}
	if _, err := key.Seal("asteria", make([]byte, ballot.MaxContents+1)); err == nil {
		t.Error("sealed what does not fit")
	}
	other, err := ring.Create(idOf("q", 2))
	if err != nil {
		t.Fatal(err)
	}
	sealed, _ := key.Seal("asteria", []byte("x"))
	if _, err := other.Open("asteria", sealed); !errors.Is(err, ballot.ErrBroken) {
		t.Errorf("opened with the key of another round: %v", err)
	}
	if key.Hash([]byte("x")) == other.Hash([]byte("x")) {
		t.Error("one command has one hash under two keys")
	}
}

// TestKeyring: keys in a folder outlive the process, and are gone for good once
// they are destroyed; keys of a process end with it.
func TestKeyring(t *testing.T) {
	t.Parallel()
	for name, dir := range map[string]string{"folder": t.TempDir(), "process": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ring := ballot.NewKeyring(dir)
			for _, id := range []ballot.ID{idOf("q", 1), idOf("q", 2), idOf("r", 1), {Exercise: "y", Poll: "q", Round: 1}} {
				if _, err := ring.Create(id); err != nil {
					t.Fatal(err)
				}
			}
			again := ballot.NewKeyring(dir)
			if _, found := again.Find(idOf("q", 1)); found != ring.Lasting() {
				t.Errorf("after a restart the key is there: %v", found)
			}
			if err := ring.Destroy(idOf("q", 1)); err != nil {
				t.Fatal(err)
			}
			if err := ring.Sweep("x", []ballot.ID{idOf("r", 1)}); err != nil {
				t.Fatal(err)
			}
			for id, want := range map[ballot.ID]bool{
				idOf("q", 1): false, idOf("q", 2): false, idOf("r", 1): true, {Exercise: "y", Poll: "q", Round: 1}: true,
			} {
				if _, found := ring.Find(id); found != want {
					t.Errorf("%v is there: %v", id, found)
				}
			}
			if err := ring.Destroy(idOf("q", 1)); err != nil {
				t.Errorf("destroyed twice: %v", err)
			}
		})
	}
}

// TestKeysArePrivate: nobody else on the machine reads a key.
func TestKeysArePrivate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := ballot.NewKeyring(dir).Create(idOf("q", 1)); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	info, err := os.Stat(files[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// TestRuntimeFolder: keys never go to a disk.
func TestRuntimeFolder(t *testing.T) {
	t.Parallel()
	shm := "/dev/shm"
	if _, err := os.Stat(shm); err != nil {
		shm = ""
	}
	disk := t.TempDir()
	for _, tc := range []struct{ systemd, xdg, want string }{
		{"", "", ""}, {"relative", "", ""}, {"", shm, shm}, {shm, "/nowhere", shm}, {"/nowhere", shm, shm},
	} {
		got := ballot.RuntimeFolder(func(name string) string {
			return map[string]string{"RUNTIME_DIRECTORY": tc.systemd, "XDG_RUNTIME_DIR": tc.xdg}[name]
		})
		if got != tc.want {
			t.Errorf("%q and %q give %q", tc.systemd, tc.xdg, got)
		}
	}
	if a, b := ballot.FolderFor(disk, "/srv/a"), ballot.FolderFor(disk, "/srv/b"); a == b || ballot.FolderFor("", "/srv/a") != "" {
		t.Error("two installations share a folder")
	}
}
