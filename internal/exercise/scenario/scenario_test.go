package scenario

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestStarterPasses(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "pack")
	say := func(key string) string { return key }
	written, err := New(dir, say)
	if err != nil {
		t.Fatal(err)
	}
	if len(written) != 11 {
		t.Errorf("wrote %d files, want 11: %v", len(written), written)
	}
	p, ds, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range ds {
		t.Error(d)
	}
	if p == nil || len(p.Injects) != 3 || len(p.Flows) != 1 {
		t.Fatalf("starter pack is not whole: %+v", p)
	}
	if _, err := New(dir, say); err == nil {
		t.Error("New wrote into a folder that holds something")
	}
}

// golden compares got with a file under testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, []byte(got)) {
		t.Errorf("%s differs; run with -update and look at the change. Got:\n%s", file, got)
	}
}

func listing(ds []Diagnostic) string {
	var b strings.Builder
	for _, d := range ds {
		level := "error"
		if d.Warning {
			level = "warning"
		}
		fmt.Fprintln(&b, level, d)
	}
	return b.String()
}

func TestBrokenPacks(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"broken", "shape"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, ds, err := Load(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			filled(t, ds)
			golden(t, name+".golden", listing(ds))
		})
	}
}
