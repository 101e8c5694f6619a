package runner_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/runner"
	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/exercise/transfer"
	"renkei/internal/i18n"
)

// testdata/older was written by the program of commit 023d85f, before events
// said whether they are the last of their command. Its pack sends I02 and I04
// to those who answered T01 and T02 wrong; as such logs fold, they also come to
// those who were right. whole is played to its end, cut stopped between T01 and
// T02. replay is what that program told of whole at four times.

// older unpacks a file of testdata/older.
func older(t *testing.T, name string) []byte {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "older", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := io.Reader(f)
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// keep writes a file of testdata/older where a program finds it.
func keep(t *testing.T, name, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, older(t, name), 0o600); err != nil {
		t.Fatal(err)
	}
}

// goOn lets an exercise go on to its end and gives its log file.
func goOn(t *testing.T, dir string, bots bool) string {
	t.Helper()
	texts, err := i18n.New(exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	out, err := runner.RunExercise(t.Context(), runner.RunOptions{
		Out: dir, Bots: bots, Seed: 7, Texts: texts, Printer: texts.For("en"),
		Log: slog.New(slog.DiscardHandler), Progress: stopper{func() {}},
	})
	if err != nil || !out.Ended {
		t.Fatalf("go on: %v, ended %v", err, out.Ended)
	}
	return filepath.Join(dir, transfer.FileLog)
}

// TestOlderOpens: a log, database, archive and backup of the older program
// verify, open, and hold the log byte for byte.
func TestOlderOpens(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	for name, open := range map[string]func(t *testing.T, dir string) (verified, log string){
		"whole.db.gz": func(t *testing.T, dir string) (string, string) {
			t.Helper()
			db := filepath.Join(dir, transfer.FileDB)
			keep(t, "whole.db.gz", db)
			return db, goOn(t, dir, true)
		},
		"whole.archive": func(t *testing.T, dir string) (string, string) {
			t.Helper()
			file := filepath.Join(dir, "x.archive")
			keep(t, "whole.archive", file)
			got, err := transfer.Import(t.Context(), transfer.ImportOptions{Archive: file, Out: filepath.Join(dir, "in"), Log: log})
			if err != nil {
				t.Fatal(err)
			}
			return file, got.Log
		},
		"whole.backup": func(t *testing.T, dir string) (string, string) {
			t.Helper()
			file, to := filepath.Join(dir, "x.backup"), filepath.Join(dir, "in")
			keep(t, "whole.backup", file)
			if _, err := transfer.Restore(t.Context(), transfer.RestoreOptions{Archive: file, Out: to, Log: log}); err != nil {
				t.Fatal(err)
			}
			return file, goOn(t, to, true)
		},
		"whole.jsonl.gz": func(t *testing.T, dir string) (string, string) {
			t.Helper()
			file := filepath.Join(dir, transfer.FileLog)
			keep(t, "whole.jsonl.gz", file)
			return file, file
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, file := open(t, t.TempDir())
			found, err := transfer.Verify(t.Context(), transfer.VerifyOptions{At: at})
			if err != nil || len(found) != 1 || found[0].Err != nil {
				t.Fatalf("verify: %v, %+v", err, found)
			}
			got, err := os.ReadFile(file)
			if err != nil || !bytes.Equal(got, older(t, "whole.jsonl.gz")) {
				t.Errorf("%v: the log is no longer the one that was written", err)
			}
		})
	}
}

// TestOlderFoldsAsItWasWritten: replay tells what the older program told, and
// what its clock did is owed at that moment.
func TestOlderFoldsAsItWasWritten(t *testing.T) {
	t.Parallel()
	texts, err := i18n.New(exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), transfer.FileLog)
	keep(t, "whole.jsonl.gz", file)
	log, err := runner.ReadLog(file)
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]any
	if err := json.Unmarshal(older(t, "replay.json.gz"), &want); err != nil {
		t.Fatal(err)
	}
	for name, scene := range want {
		at := exercise.Never
		if name != "never" {
			if at, err = exercise.ParseTime(name); err != nil {
				t.Fatal(err)
			}
		}
		var out bytes.Buffer
		if err := review.Replay(&out, log, at, review.ReplayOptions{Format: "json"}, texts.For("en")); err != nil {
			t.Fatal(err)
		}
		var got any
		if err := json.Unmarshal(out.Bytes(), &got); err != nil || !reflect.DeepEqual(got, scene) {
			t.Errorf("%s: replay tells something else: %v\n%s", name, err, out.Bytes())
		}
	}
	owedAsWritten(t, log)
}

// owedAsWritten folds a log and checks each thing that the clock did.
func owedAsWritten(t *testing.T, log *review.Log) {
	t.Helper()
	s := exercise.New(log.Play)
	for i := range log.Events {
		e := &log.Events[i]
		if b, ok := e.Body.(*exercise.InjectReleased); ok {
			cmd, owed := s.Due(e.At)
			if want := "due/" + b.Inject + "/" + b.Unit + "/"; !owed || !strings.HasPrefix(cmd.Key, want) {
				t.Errorf("event %d releases %s to %s, owed is %q", e.Seq, b.Inject, b.Unit, cmd.Key)
			}
		}
		if err := s.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
}

// TestOlderGoesOn: an exercise that was interrupted before the update goes on.
// What it does from then on is folded in the new way: I04 comes only to those
// who answered wrong.
func TestOlderGoesOn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	keep(t, "cut.db.gz", filepath.Join(dir, transfer.FileDB))
	log, err := runner.ReadLog(goOn(t, dir, true))
	if err != nil {
		t.Fatal(err)
	}
	wrong, came := map[string]bool{}, map[string]int{}
	for _, e := range log.Events {
		switch b := e.Body.(type) {
		case *exercise.Scored:
			wrong[b.Task+b.Unit] = wrong[b.Task+b.Unit] || !b.Correct
		case *exercise.InjectReleased:
			came[b.Inject]++
			if b.Inject == "I04" && !wrong["T02"+b.Unit] {
				t.Errorf("I04 comes to %s, which answered right", b.Unit)
			}
		}
	}
	if came["I02"] != 3 || came["I04"] == 0 || came["I04"] == 3 {
		t.Errorf("I02 came to %d units, I04 to %d", came["I02"], came["I04"])
	}
	first, last := log.Events[0].Place, log.Events[len(log.Events)-1].Place
	if first != exercise.Unmarked || last != exercise.Last {
		t.Errorf("the log begins with place %d and ends with %d", first, last)
	}
	owedAsWritten(t, log)
	if found, err := transfer.Verify(t.Context(), transfer.VerifyOptions{At: filepath.Join(dir, transfer.FileDB)}); err != nil || found[0].Err != nil {
		t.Errorf("verify: %v, %+v", err, found)
	}
}
