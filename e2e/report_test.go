package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Bounds of a report. The times are three times those that hold on a quiet
// machine, because the tests share one.
const (
	reportSize  = 20 << 20
	quickReport = 900 * time.Millisecond // of the 30-minute pack
	largeReport = 30 * time.Second       // of 500 units and more
)

func TestReport(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if r := renkei(t, runArgs(dir, 7, "max")...); r.code != 0 {
		t.Fatalf("exit %d: %s", r.code, r.errOut)
	}
	written := mustRead(t, filepath.Join(dir, "report.html"))
	log := filepath.Join(dir, "log.jsonl")
	out := filepath.Join(dir, "out")
	cases := []struct {
		name string
		args []string
		code int
		say  string // on standard error
		file string // "" for standard output
		has  string // in the file
	}{
		{"beside the log", []string{log}, 0, "TLP:", "report.html", "Full report for EXCON"},
		{"of a folder", []string{dir, "--lang", "ja"}, 0, "TLP:", "report.html", "EXCON向け"},
		{"for a unit", []string{dir, "--for", "borealis", "--out", out}, 0, "TLP:", "out", "Report for Borealis alone"},
		{"for the public", []string{dir, "--for", "public", "--out", out}, 0, "TLP:CLEAR", "out", "no member, person or unit"},
		{"for a clearance", []string{dir, "--tlp", "green", "--out", out}, 0, "TLP:GREEN", "out", "above TLP:GREEN"},
		{"json", []string{dir, "--format", "json"}, 0, "TLP:", "report.json", `"format": "renkei/report/1"`},
		{"json by its ending", []string{dir, "--out", out + ".json"}, 0, "TLP:", "out.json", `"findings"`},
		{"csv", []string{dir, "--format", "csv"}, 0, "TLP:", "report.csv", "asteria"},
		{"csv, all tables", []string{dir, "--out", out + ".zip"}, 0, "TLP:", "out.zip", "tasks.csv"},
		{"xlsx", []string{dir, "--format", "xlsx"}, 0, "TLP:", "report.xlsx", "xl/workbook.xml"},
		{"standard output", []string{dir, "--out", "-"}, 0, "", "", "<!doctype html>"},
		{"unknown unit", []string{dir, "--for", "atlantis"}, 1, "borealis", "", ""},
		{"unknown label", []string{dir, "--tlp", "PINK"}, 2, "AMBER+STRICT", "", ""},
		{"unknown form", []string{dir, "--format", "rtf"}, 2, "rtf", "", ""},
		{"form of a tabletop", []string{dir, "--format", "docx"}, 1, "There is no docx", "", ""},
		{"no log", []string{filepath.Join(dir, "nowhere")}, 1, "nowhere", "", ""},
		{"no folder", []string{dir, "--out", "/nowhere/report.html"}, 1, "/nowhere", "", ""},
		{"nothing", nil, 2, "exercise report", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := renkei(t, append([]string{"exercise", "report"}, c.args...)...)
			if r.code != c.code || !strings.Contains(r.errOut, c.say) {
				t.Fatalf("exit %d, want %d and %q: %s", r.code, c.code, c.say, r.errOut)
			}
			got := []byte(r.out)
			if c.file != "" {
				got = mustRead(t, filepath.Join(dir, c.file))
			}
			if !bytes.Contains(got, []byte(c.has)) {
				t.Errorf("no %q in %d bytes", c.has, len(got))
			}
			if c.name == "beside the log" && !bytes.Equal(got, written) {
				t.Error("the report written again differs from that of the run")
			}
		})
	}
}

// TestReportWithoutNames: nothing of the public report tells who took part.
func TestReportWithoutNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if r := renkei(t, runArgs(dir, 7, "max")...); r.code != 0 {
		t.Fatalf("exit %d: %s", r.code, r.errOut)
	}
	for _, form := range []string{"html", "json", "csv"} {
		r := renkei(t, "exercise", "report", dir, "--for", "public", "--tlp", "RED", "--format", form, "--out", "-")
		if r.code != 0 || r.out == "" {
			t.Fatalf("exit %d: %s", r.code, r.errOut)
		}
		for _, name := range []string{"asteria", "borealis", "hinomoto", "kestrelia"} {
			if strings.Contains(strings.ToLower(r.out), name) {
				t.Errorf("%s names %s", form, name)
			}
		}
	}
}

// TestReportOfACutLog: a log that was cut off gives a report that says so.
func TestReportOfACutLog(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if r := renkei(t, runArgs(dir, 7, "max")...); r.code != 0 {
		t.Fatalf("exit %d: %s", r.code, r.errOut)
	}
	log := filepath.Join(dir, "log.jsonl")
	raw := mustRead(t, log)
	if err := os.WriteFile(log, raw[:len(raw)*2/3], 0o600); err != nil {
		t.Fatal(err)
	}
	r := renkei(t, "exercise", "report", dir, "--out", "-")
	if r.code != 0 || !strings.Contains(r.out, "Cut off within a line") || !strings.Contains(r.out, "before ENDEX") {
		t.Errorf("exit %d: %s", r.code, r.errOut)
	}
}

func TestReportIsQuick(t *testing.T) {
	dir := t.TempDir()
	if r := renkei(t, runArgs(dir, 7, "max")...); r.code != 0 {
		t.Fatalf("exit %d: %s", r.code, r.errOut)
	}
	best := time.Hour
	for range 3 {
		begun := time.Now()
		if r := renkei(t, "exercise", "report", dir); r.code != 0 {
			t.Fatalf("exit %d: %s", r.code, r.errOut)
		}
		best = min(best, time.Since(begun))
	}
	if best > quickReport {
		t.Errorf("the report of the 30-minute pack took %v", best)
	}
	t.Logf("report of 11 teams: %v", best)
}

// TestReportOfALargeExercise: 500 teams with a cell each.
func TestReportOfALargeExercise(t *testing.T) {
	if testing.Short() {
		t.Skip("plays 500 teams")
	}
	dir := t.TempDir()
	args := runArgs(dir, 7, "max")
	for i := range args {
		if args[i] == "--teams" {
			args[i+1] = "500"
		}
	}
	if r := renkei(t, args...); r.code != 0 {
		t.Fatalf("exit %d: %s", r.code, r.errOut)
	}
	begun := time.Now()
	if r := renkei(t, "exercise", "report", dir); r.code != 0 {
		t.Fatalf("exit %d: %s", r.code, r.errOut)
	}
	took := time.Since(begun)
	page := mustRead(t, filepath.Join(dir, "report.html"))
	if took > largeReport || len(page) > reportSize {
		t.Errorf("%d bytes in %v", len(page), took)
	}
	t.Logf("report of 1,000 units: %d bytes in %v", len(page), took)
	if r := renkei(t, "exercise", "report", dir, "--format", "json"); r.code != 0 {
		t.Fatalf("exit %d: %s", r.code, r.errOut)
	}
	var report struct {
		Result struct{ Units []struct{} }
	}
	if err := json.Unmarshal(mustRead(t, filepath.Join(dir, "report.json")), &report); err != nil || len(report.Result.Units) != 1000 {
		t.Errorf("%d units: %v", len(report.Result.Units), err)
	}
}

func mustRead(tb testing.TB, path string) []byte {
	tb.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}
