package powercut

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A trace as strace writes it: a thread's call cut in two by another thread's.
const trace = `7 mkdir("\x2f\x72\x2f\x64", 0755) = 0
7 openat(AT_FDCWD<\x2f>, "\x2f\x72\x2f\x64\x2f\x61", O_RDWR|O_CREAT|O_CLOEXEC, 0600) = 5<\x2f\x72\x2f\x64\x2f\x61>
7 pwrite64(5<\x2f\x72\x2f\x64\x2f\x61>, "\x68\x65\x6c\x6c\x6f", 5, 0) = 5
7 fsync(5<\x2f\x72\x2f\x64\x2f\x61> <unfinished ...>
8 write(1<\x70\x69\x70\x65>, "\x68\x69\x0a", 3 <unfinished ...>
7 <... fsync resumed>)              = 0
8 <... write resumed>)              = 3
7 write(5<\x2f\x72\x2f\x64\x2f\x61>, "\x48", 1) = 1
7 rename("\x2f\x72\x2f\x64\x2f\x61", "\x2f\x72\x2f\x64\x2f\x62") = 0
7 open("\x2f\x72\x2f\x64", O_RDONLY) = -1 ENOENT (No such file or directory)
7 +++ exited with 0 +++
`

func TestParse(t *testing.T) {
	t.Parallel()
	ops, err := parse(strings.NewReader(trace), "/r")
	if err != nil {
		t.Fatal(err)
	}
	want := []Op{
		{Kind: Mkdir, Path: "/r/d"},
		{Kind: Create, Path: "/r/d/a"},
		{Kind: Write, Path: "/r/d/a", Data: []byte("hello")},
		{Kind: Told, Data: []byte("hi\n")},
		{Kind: Sync, Path: "/r/d/a"},
		{Kind: Write, Path: "/r/d/a", Data: []byte("H")},
		{Kind: Rename, Path: "/r/d/a", To: "/r/d/b"},
	}
	if len(ops) != len(want) {
		t.Fatalf("%d operations, want %d: %+v", len(ops), len(want), ops)
	}
	for i, op := range ops {
		w := want[i]
		if op.Kind != w.Kind || op.Path != w.Path || op.To != w.To || op.Off != w.Off || string(op.Data) != string(w.Data) {
			t.Errorf("operation %d is %+v, want %+v", i, op, w)
		}
	}
}

func TestParseRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		`7 fallocate(5<\x2f\x72\x2f\x61>, 0, 0, 4096) = 0`,
		`7 pwrite64(5<\x2f\x72\x2f\x61>, "\x68"..., 5, 0) = 5`,
		`7 open("\x2f\x72\x2f\x61", O_WRONLY|O_CREAT|O_APPEND, 0600) = 5<\x2f\x72\x2f\x61>`,
	} {
		if ops, err := parse(strings.NewReader(line+"\n"), "/r"); err == nil {
			t.Errorf("%s gives %+v", line, ops)
		}
	}
}

// TestCut goes through what a disk owes: nothing of a name or of bytes until
// they were synced, each for itself.
func TestCut(t *testing.T) {
	t.Parallel()
	write := func(path string, off int64, data string) Op {
		return Op{Kind: Write, Path: path, Off: off, Data: []byte(data)}
	}
	made := []Op{{Kind: Create, Path: "/r/a"}, write("/r/a", 0, "old")}
	synced := slices.Concat(made, []Op{{Kind: Sync, Path: "/r/a"}, {Kind: Sync, Path: "/r"}})
	cases := []struct {
		name string
		ops  []Op
		keep float64
		want map[string]string
	}{
		{"nothing synced", made, 0, map[string]string{}},
		{"nothing synced and all kept", made, 1, map[string]string{"a": "old"}},
		{"a name without bytes", append(made[:2:2], Op{Kind: Sync, Path: "/r"}), 0, map[string]string{"a": ""}},
		{"bytes without a name", append(made[:2:2], Op{Kind: Sync, Path: "/r/a"}), 0, map[string]string{}},
		{"both", synced, 0, map[string]string{"a": "old"}},
		{"written over", append(synced[:4:4], write("/r/a", 1, "XY")), 0, map[string]string{"a": "old"}},
		{"written over and kept", append(synced[:4:4], write("/r/a", 1, "XY")), 1, map[string]string{"a": "oXY"}},
		{"cut short", append(synced[:4:4], Op{Kind: Truncate, Path: "/r/a", Off: 1}, Op{Kind: Sync, Path: "/r/a"}), 0, map[string]string{"a": "o"}},
		{"renamed", append(synced[:4:4], Op{Kind: Rename, Path: "/r/a", To: "/r/b"}), 0, map[string]string{"a": "old"}},
		{"renamed and synced", append(synced[:4:4], Op{Kind: Rename, Path: "/r/a", To: "/r/b"}, Op{Kind: Sync, Path: "/r"}), 0, map[string]string{"b": "old"}},
		{"removed", append(synced[:4:4], Op{Kind: Remove, Path: "/r/a"}), 0, map[string]string{"a": "old"}},
		{"in a lost folder", []Op{
			{Kind: Mkdir, Path: "/r/d"}, {Kind: Create, Path: "/r/d/a"}, {Kind: Sync, Path: "/r/d"},
		}, 0, map[string]string{}},
		{"elsewhere", []Op{{Kind: Create, Path: "/else/a"}, {Kind: Sync, Path: "/else"}}, 1, map[string]string{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, into := New("/r"), t.TempDir()
			for _, op := range c.ops {
				d.Do(op)
			}
			if err := d.Cut(rand.New(rand.NewPCG(1, 1)), c.keep, into); err != nil {
				t.Fatal(err)
			}
			left, err := filepath.Glob(filepath.Join(into, "*"))
			if err != nil || len(left) != len(c.want) {
				t.Errorf("left: %v, want %v; %v", left, c.want, err)
			}
			for name, want := range c.want {
				if got, err := os.ReadFile(filepath.Join(into, name)); err != nil || string(got) != want {
					t.Errorf("%s holds %q, want %q; %v", name, got, want, err)
				}
			}
		})
	}
}

// TestSectors sees that a long write may survive in part, in whole sectors.
func TestSectors(t *testing.T) {
	t.Parallel()
	d := New("/r")
	d.Do(Op{Kind: Create, Path: "/r/a"})
	d.Do(Op{Kind: Sync, Path: "/r"})
	d.Do(Op{Kind: Write, Path: "/r/a", Off: 100, Data: []byte(strings.Repeat("x", 4096))})
	into := t.TempDir()
	if err := d.Cut(rand.New(rand.NewPCG(1, 2)), 0.5, into); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(into, "a"))
	if err != nil {
		t.Fatal(err)
	}
	whole, none := 0, 0
	for at := 0; at+sector <= len(got); at += sector {
		part := strings.Trim(string(got[max(at, 100):at+sector]), "\x00")
		switch {
		case part == "":
			none++
		case strings.Trim(part, "x") == "" && len(part) == at+sector-max(at, 100):
			whole++
		default:
			t.Errorf("the sector at %d is torn: %q", at, part)
		}
	}
	if whole == 0 || none == 0 {
		t.Errorf("%d sectors survived and %d did not", whole, none)
	}
}
