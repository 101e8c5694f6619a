package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"renkei/internal/exercise/rehearsal"
	tablerehearsal "renkei/internal/tabletop/rehearsal"
)

var update = flag.Bool("update", false, "write golden files anew")

// starter is the small pack of `scenario new`.
func starter(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "pack")
	var out, errOut bytes.Buffer
	if code := run(t.Context(), []string{"scenario", "new", dir}, &out, &errOut, nil); code != exitDone {
		t.Fatalf("exit %d: %s", code, errOut.String())
	}
	return dir
}

// TestRehearseTable: what the author of a small pack reads, in both languages.
func TestRehearseTable(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ja"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			var out, errOut bytes.Buffer
			args := []string{"exercise", "rehearse", starter(t), "--runs", "50", "--teams", "3", "--lang", lang}
			if code := run(t.Context(), args, &out, &errOut, nil); code != exitDone || errOut.Len() > 0 {
				t.Fatalf("exit %d: %s", code, errOut.String())
			}
			golden := "testdata/rehearse." + lang + ".txt"
			if *update {
				if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(out.Bytes(), want) {
				t.Errorf("%s differs; run with -update and read the difference", golden)
			}
		})
	}
}

// TestRehearseFiles: JSON on standard output, the page in its file, and what is
// wrong told with what to do.
func TestRehearseFiles(t *testing.T) {
	t.Parallel()
	pack, page := starter(t), filepath.Join(t.TempDir(), "page.html")
	var out, errOut bytes.Buffer
	if code := run(t.Context(), []string{"exercise", "rehearse", pack, "--runs", "3", "--json", "--html", page}, &out, &errOut, nil); code != exitDone {
		t.Fatalf("exit %d: %s", code, errOut.String())
	}
	var f rehearsal.Figures
	if err := json.Unmarshal(out.Bytes(), &f); err != nil || f.Runs != 3 || f.Format != rehearsal.Format {
		t.Errorf("%v: %d runs, format %q", err, f.Runs, f.Format)
	}
	if raw, err := os.ReadFile(page); err != nil || !bytes.Contains(raw, []byte("</html>")) {
		t.Errorf("the page: %v, %d bytes", err, len(raw))
	}
	for what, args := range map[string][]string{
		"--runs 0": {pack, "--runs", "0"}, "no-such-pack": {"no-such-pack"}, "--pace": {pack, "--pace", "2"},
	} {
		var wrong bytes.Buffer
		if code := run(t.Context(), append([]string{"exercise", "rehearse"}, args...), &out, &wrong, nil); code == exitDone || !strings.Contains(wrong.String(), what) {
			t.Errorf("%v: exit %d, %q", args, code, wrong.String())
		}
	}
}

// TestRehearseTabletop: what the author of a tabletop reads, in both languages,
// as a page and as figures.
func TestRehearseTabletop(t *testing.T) {
	t.Parallel()
	page := filepath.Join(t.TempDir(), "page.html")
	for lang, want := range map[string][]string{
		"en": {"50 runs with 11 simulated delegations", "What to look at", "How long each module takes", "Saturday morning", "Silent on"},
		"ja": {"模擬代表団11団による50回の試行", "確認を要する点", "各モジュールの所要時間", "土曜日の朝", "最長の沈黙"},
	} {
		var out, errOut bytes.Buffer
		args := []string{"exercise", "rehearse", "payment", "--runs", "50", "--lang", lang, "--html", page}
		if code := run(t.Context(), args, &out, &errOut, nil); code != exitDone || !strings.Contains(errOut.String(), page) {
			t.Fatalf("exit %d: %s", code, errOut.String())
		}
		raw, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(out.String(), w) || w != "Silent on" && !bytes.Contains(raw, []byte(w)) {
				t.Errorf("%s: %q is missing:\n%s", lang, w, out.String())
			}
		}
	}
	var out, errOut bytes.Buffer
	if code := run(t.Context(), []string{"exercise", "rehearse", "two-sentences", "--runs", "3", "--teams", "5", "--json"}, &out, &errOut, nil); code != exitDone {
		t.Fatalf("exit %d: %s", code, errOut.String())
	}
	var f tablerehearsal.Figures
	if err := json.Unmarshal(out.Bytes(), &f); err != nil || f.Runs != 3 || f.Teams != 5 || f.Format != tablerehearsal.Format || len(f.Modules) != 3 {
		t.Errorf("%v: %+v", err, f)
	}
}
