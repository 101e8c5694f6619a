package archive_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/exercise/archive"
	"renkei/internal/journal"
)

const exerciseID = "drill-7"

// logOf is a log of n events, each citing a content of its own.
func logOf(tb testing.TB, id string, n int) []byte {
	tb.Helper()
	var buf bytes.Buffer
	w, err := journal.NewWriter(&buf, id)
	if err != nil {
		tb.Fatal(err)
	}
	chain := journal.Genesis(id)
	for i := range n {
		data := []byte(fmt.Sprintf("text %d of %s", i+1, id))
		if err := w.Content(journal.Content{Hash: journal.HashOf(data), Media: "text/plain", Data: data}); err != nil {
			tb.Fatal(err)
		}
		e := journal.Entry{
			Seq: uint64(i + 1), Salt: bytes.Repeat([]byte{byte(i)}, journal.SaltSize), Event: []byte(fmt.Sprintf(`{"n":%d}`, i+1)),
		}
		e.Leaf = journal.LeafOf(e.Salt, e.Event)
		e.Chain = journal.Link(chain, e.Leaf)
		chain = e.Chain
		if err := w.Entry(e); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return buf.Bytes()
}

func rows[T any](all ...T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range all {
			if !yield(v, nil) {
				return
			}
		}
	}
}

func keys() []archive.Key {
	return []archive.Key{
		{Actor: "clock", Key: "create", Hash: journal.HashOf([]byte("create")), First: 1, Last: 1},
		{Actor: "excon", Key: "nothing", First: 2, Last: 1},
		{Actor: "bot/asteria", Key: "ack/I01/0", First: 2, Last: 5},
	}
}

func people() []archive.Person {
	return []archive.Person{{ID: "p-1", Name: "秋山 はるか", Organisation: "Asteria <CSIRT>"}, {ID: "p-2", Name: "B"}}
}

// sample is an archive of two exercises, one with keys and one without.
func sample(tb testing.TB) []byte {
	tb.Helper()
	var buf bytes.Buffer
	w := archive.NewWriter(&buf, time.UnixMicro(1_800_000_000_000_000), "renkei test")
	tick := &archive.Tick{At: 5, Wall: 6}
	_, err := w.Exercise(archive.Exercise{ID: exerciseID, Title: "Drill", Created: 9, Tick: tick}, bytes.NewReader(logOf(tb, exerciseID, 5)))
	late := archive.Key{Actor: "excon", Key: "late", First: 6, Last: 6}
	err = errors.Join(err, w.Keys(rows(append(keys(), late)...)))
	_, err2 := w.Exercise(archive.Exercise{ID: "other"}, bytes.NewReader(logOf(tb, "other", 2)))
	if err := errors.Join(err, err2, w.People(rows(people()...)), w.Close()); err != nil {
		tb.Fatal(err)
	}
	return buf.Bytes()
}

// contents is everything in an archive, verified, as one value.
func contents(raw []byte) (string, error) {
	r, err := archive.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return "", err
	}
	all := map[string]any{"manifest": r.Manifest()}
	for i := range r.Manifest().Exercises {
		if _, err := r.Verify(i, nil, nil); err != nil {
			return "", err
		}
		log, err := r.Log(i)
		if err != nil {
			return "", err
		}
		text, err := io.ReadAll(log)
		if err := errors.Join(err, log.Close()); err != nil {
			return "", err
		}
		all[archive.LogFile(i)] = string(text)
		var ks []archive.Key
		for k, err := range r.Keys(i) {
			if err != nil {
				return "", err
			}
			ks = append(ks, k)
		}
		all[archive.KeysFile(i)] = ks
	}
	var ps []archive.Person
	for p, err := range r.People() {
		if err != nil {
			return "", err
		}
		ps = append(ps, p)
	}
	all["people"] = ps
	out, err := json.Marshal(all)
	return string(out), err
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	raw := sample(t)
	r, err := archive.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	m := r.Manifest()
	if len(m.Exercises) != 2 || !m.Exercises[0].Whole() || m.Exercises[1].Whole() || m.By != "renkei test" {
		t.Fatalf("manifest: %+v", m)
	}
	if e := m.Exercises[0]; e.Head.Seq != 5 || e.Contents != 5 || *e.Tick != (archive.Tick{At: 5, Wall: 6}) || e.Title != "Drill" || e.Created != 9 {
		t.Errorf("exercise: %+v", e)
	}
	log, err := r.Log(0)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(log)
	if err != nil || !bytes.Equal(text, logOf(t, exerciseID, 5)) {
		t.Errorf("the log is not the same: %v", err)
	}
	for i, want := range [][]archive.Key{keys(), nil} {
		var got []archive.Key
		for k, err := range r.Keys(i) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, k)
		}
		if !slices.Equal(got, want) {
			t.Errorf("keys of %d: %v, want %v", i, got, want)
		}
	}
	var got []archive.Person
	for p, err := range r.People() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, p)
	}
	if !slices.Equal(got, people()) {
		t.Errorf("people: %v", got)
	}
	var heads []uint64
	res, err := r.Verify(0, nil, func(h journal.Head) { heads = append(heads, h.Seq) })
	if err != nil || res.Head.Seq != 5 || !slices.Equal(heads, []uint64{0, 1, 2, 3, 4, 5}) {
		t.Errorf("verify: %+v, heads %v, %v", res, heads, err)
	}
}

// TestWriterRefuses shows that what does not verify never becomes an archive.
func TestWriterRefuses(t *testing.T) {
	t.Parallel()
	whole := logOf(t, exerciseID, 3)
	cases := map[string]struct {
		id  string
		log []byte
	}{
		"of another exercise": {"other", whole},
		"without its head":    {exerciseID, whole[:bytes.LastIndex(whole, []byte(`{"head"`))]},
		"flipped":             {exerciseID, bytes.Replace(whole, []byte(`{"n":2}`), []byte(`{"n":7}`), 1)},
		"no log":              {exerciseID, []byte("hello")},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := archive.NewWriter(io.Discard, time.Time{}, "")
			if _, err := w.Exercise(archive.Exercise{ID: c.id}, bytes.NewReader(c.log)); err == nil {
				t.Error("was written")
			}
		})
	}
}

// unpack gives the files of an archive.
func unpack(tb testing.TB, raw []byte) map[string][]byte {
	tb.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		tb.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			tb.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(in); err != nil {
			tb.Fatal(err)
		}
	}
	return files
}

// repack makes a zip of files; twice is written once more.
func repack(tb testing.TB, files map[string][]byte, twice ...string) []byte {
	tb.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, name := range append(slices.Sorted(maps.Keys(files)), twice...) {
		w, err := z.Create(name)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := w.Write(files[name]); err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return buf.Bytes()
}

// TestHostile gives the reader archives that were tampered with: each is
// refused with the place.
func TestHostile(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		change func(files map[string][]byte)
		twice  string
		code   string
		file   string
		line   int
	}{
		{name: "climbing name", change: put("../../etc/cron.d/x", "x"), code: archive.CodeForeign, file: "../../etc/cron.d/x"},
		{name: "absolute name", change: put("/etc/passwd", "x"), code: archive.CodeForeign, file: "/etc/passwd"},
		{name: "another exercise's log", change: put("3/log.jsonl", "x"), code: archive.CodeForeign, file: "3/log.jsonl"},
		{name: "twice", twice: "1/log.jsonl", code: archive.CodeTwice, file: "1/log.jsonl"},
		{name: "no log", change: drop("1/log.jsonl"), code: archive.CodeMissing, file: "1/log.jsonl"},
		{name: "no keys", change: drop("1/keys.jsonl"), code: archive.CodeMissing, file: "1/keys.jsonl"},
		{name: "no people", change: drop("people.jsonl"), code: archive.CodeMissing, file: "people.jsonl"},
		{name: "no manifest", change: drop("manifest.json"), code: archive.CodeMissing, file: "manifest.json"},
		{name: "newer", change: edit("manifest.json", "archive/1", "archive/3"), code: archive.CodeVersion, file: "manifest.json"},
		{name: "no JSON", change: put("manifest.json", "{"), code: archive.CodeManifest, file: "manifest.json"},
		{name: "two of one id", change: edit("manifest.json", `"other"`, `"drill-7"`), code: archive.CodeManifest, file: "manifest.json"},
		{name: "wrong head", change: edit("manifest.json", `"seq": 5`, `"seq": 4`), code: archive.CodeOther, file: "1/log.jsonl"},
		{name: "fewer keys", change: edit("manifest.json", `"keys": 3`, `"keys": 4`), code: archive.CodeOther, file: "1/keys.jsonl", line: 3},
		{name: "key beyond the log", change: edit("1/keys.jsonl", `"last":5`, `"last":6`), code: archive.CodeRow, file: "1/keys.jsonl", line: 3},
		{name: "key without a name", change: edit("1/keys.jsonl", `"nothing"`, `""`), code: archive.CodeRow, file: "1/keys.jsonl", line: 2},
		{name: "endless row", change: put("people.jsonl", strings.Repeat("x", 2<<20)), code: archive.CodeRow, file: "people.jsonl", line: 1},
		{name: "person without id", change: edit("people.jsonl", `"p-2"`, `""`), code: archive.CodeRow, file: "people.jsonl", line: 2},
		{name: "changed event", change: edit("1/log.jsonl", `{"n":2}`, `{"n":3}`), code: archive.CodeLog, file: "1/log.jsonl", line: 5},
		{name: "changed content", change: edit("2/log.jsonl", `"text 2`, `"text 3`), code: archive.CodeLog, file: "2/log.jsonl", line: 4},
		{name: "log of another", change: edit("1/log.jsonl", exerciseID, "other-7"), code: archive.CodeLog, file: "1/log.jsonl", line: 3},
	}
	whole := sample(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files := unpack(t, whole)
			if c.change != nil {
				c.change(files)
			}
			var twice []string
			if c.twice != "" {
				twice = []string{c.twice}
			}
			wantError(t, repack(t, files, twice...), c.code, c.file, c.line)
		})
	}
}

func wantError(t *testing.T, raw []byte, code, file string, line int) {
	t.Helper()
	_, err := contents(raw)
	var bad *archive.Error
	if !errors.As(err, &bad) || bad.Code != code || bad.File != file || bad.Line != line {
		t.Errorf("%v; want %s in %q line %d", err, code, file, line)
	}
}

func put(name, text string) func(map[string][]byte) {
	return func(files map[string][]byte) { files[name] = []byte(text) }
}

func drop(name string) func(map[string][]byte) {
	return func(files map[string][]byte) { delete(files, name) }
}

func edit(name, from, to string) func(map[string][]byte) {
	return func(files map[string][]byte) {
		files[name] = bytes.Replace(files[name], []byte(from), []byte(to), 1)
	}
}

// TestCutOff cuts an archive everywhere.
func TestCutOff(t *testing.T) {
	t.Parallel()
	whole := sample(t)
	for n := range whole {
		_, err := contents(whole[:n])
		var bad *archive.Error
		if !errors.As(err, &bad) || bad.Code != archive.CodeCutOff && bad.Code != archive.CodeNoArchive {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
}

// TestFlip flips every bit of an archive: it is noticed, or nothing that the
// archive says has changed.
func TestFlip(t *testing.T) {
	t.Parallel()
	whole := sample(t)
	want, err := contents(whole)
	if err != nil {
		t.Fatal(err)
	}
	noticed := 0
	for i := range len(whole) * 8 {
		flipped := bytes.Clone(whole)
		flipped[i/8] ^= 1 << (i % 8)
		got, err := contents(flipped)
		var bad *archive.Error
		switch {
		case err == nil && got != want:
			t.Fatalf("bit %d: reads otherwise", i)
		case err != nil && !errors.As(err, &bad):
			t.Fatalf("bit %d: %v has no place", i, err)
		case err != nil:
			noticed++
		}
	}
	if noticed*10 < len(whole)*8*7 {
		t.Errorf("only %d of %d flips noticed", noticed, len(whole)*8)
	}
}

// TestBomb shows that little that grows to much is told apart from a log.
func TestBomb(t *testing.T) {
	t.Parallel()
	whole := sample(t)
	r, err := archive.NewReader(bytes.NewReader(whole), int64(len(whole)))
	if err != nil || r.Bomb() != nil {
		t.Fatalf("a sound archive: %v, %v", err, r.Bomb())
	}
	files := unpack(t, whole)
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(files[name]); err != nil {
			t.Fatal(err)
		}
		if name == archive.LogFile(1) {
			blank := make([]byte, 1<<20)
			for range 1500 {
				if _, err := w.Write(blank); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	r, err = archive.NewReader(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var bad *archive.Error
	if err := r.Bomb(); !errors.As(err, &bad) || bad.Code != archive.CodeBomb {
		t.Errorf("%d bytes that grow to %d: %v", buf.Len(), r.Size(), err)
	}
	wantError(t, buf.Bytes(), archive.CodeLog, archive.LogFile(1), 7) // and no memory is taken for it
}

func FuzzReader(f *testing.F) {
	whole := sample(f)
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add(repack(f, unpack(f, whole)))
	f.Add(repack(f, map[string][]byte{"manifest.json": []byte(`{"format":"renkei/archive/1"}`)}))
	f.Add(repack(f, map[string][]byte{"manifest.json": []byte(`{"format":"renkei/archive/1","exercises":[` + strings.Repeat("{},", 1000) + `{}]}`)}))
	f.Add(repack(f, map[string][]byte{"manifest.json": []byte(strings.Repeat("[", 10_000))}))
	f.Add(manyFiles(f, 1000))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := contents(raw)
		var bad *archive.Error
		if err != nil && !errors.As(err, &bad) {
			t.Fatalf("%v has no place", err)
		}
		if err == nil && got == "" {
			t.Fatal("neither contents nor an error")
		}
	})
}
