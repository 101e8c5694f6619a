package journal_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"renkei/internal/journal"
)

var update = flag.Bool("update", false, "write the golden files anew")

// next makes the entry of event after head and moves head there. The salt is
// made from the seq, so that files come out the same every time.
func next(head *journal.Head, event []byte) journal.Entry {
	sum := sha256.Sum256([]byte{byte(head.Seq), byte(head.Seq >> 8)})
	e := journal.Entry{Seq: head.Seq + 1, Event: event, Salt: sum[:journal.SaltSize]}
	e.Leaf = journal.LeafOf(e.Salt, event)
	e.Chain = journal.Link(head.Chain, e.Leaf)
	*head = journal.Head{Seq: e.Seq, Chain: e.Chain}
	return e
}

func redact(e journal.Entry) journal.Entry {
	e.Event, e.Salt = nil, nil
	return e
}

func content(media, data string) journal.Content {
	return journal.Content{Hash: journal.HashOf([]byte(data)), Media: media, Data: []byte(data)}
}

// sample returns what the golden file holds.
func sample() []any {
	head := journal.Head{Chain: journal.Genesis("0198-sample")}
	return []any{
		content("text/markdown", "**「侵入」**を確認 <b>&\r\n\u2028\x00\n"),
		next(&head, []byte(`{"type":"inject.released","at":1.50,"z":[ 1,"\u00e9\/<&>" ]}`)),
		content("application/octet-stream", "\xff\xfe\x00"),
		content("text/plain", ""),
		redact(next(&head, []byte(`{"type":"note","text":"control only"}`))),
		next(&head, []byte(`{}`)),
	}
}

func write(tb testing.TB, w io.Writer, exercise string, lines []any) {
	tb.Helper()
	lw, err := journal.NewWriter(w, exercise)
	if err != nil {
		tb.Fatal(err)
	}
	for _, l := range lines {
		switch l := l.(type) {
		case journal.Content:
			err = lw.Content(l)
		case journal.Entry:
			err = lw.Entry(l)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := lw.Close(); err != nil {
		tb.Fatal(err)
	}
}

func sampleFile(tb testing.TB) []byte {
	tb.Helper()
	var b bytes.Buffer
	write(tb, &b, "0198-sample", sample())
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	t.Parallel()
	path := filepath.Join("testdata", "log.jsonl")
	got := sampleFile(t)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the file form changed; got\n%s\nwant\n%s", got, want)
	}
}

// TestRoundTrip reads back all that was written, byte for byte.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	r, err := journal.NewReader(bytes.NewReader(sampleFile(t)))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for number := 2; ; number++ {
		l, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || l.Number != number {
			t.Fatalf("line %d: numbered %d, error %v", number, l.Number, err)
		}
		switch {
		case l.Entry != nil:
			got = append(got, fmt.Sprintf("%+v", *l.Entry))
		case l.Content != nil:
			got = append(got, fmt.Sprintf("%+v", *l.Content))
		}
	}
	var want []string
	for _, l := range sample() {
		want = append(want, fmt.Sprintf("%+v", l))
	}
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("read\n%s\nwrote\n%s", g, w)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	file := sampleFile(t)
	res, err := journal.Verify(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	head := journal.Head{Chain: journal.Genesis("0198-sample")}
	for _, l := range sample() {
		if e, ok := l.(journal.Entry); ok {
			head = journal.Head{Seq: e.Seq, Chain: e.Chain}
		}
	}
	want := journal.Result{Exercise: "0198-sample", Events: 3, Redacted: 1, Contents: 3, Head: head, Complete: true}
	if res != want {
		t.Errorf("Verify = %+v, want %+v", res, want)
	}
	// Without the head line the same is found, except that it is complete.
	want.Complete = false
	cut := file[:bytes.LastIndexByte(file[:len(file)-1], '\n')+1]
	if res, err = journal.Verify(bytes.NewReader(cut)); err != nil || res != want {
		t.Errorf("Verify without head = %+v, %v; want %+v", res, err, want)
	}
}

// TestTornTail cuts the file at every byte: what is before the cut stands.
func TestTornTail(t *testing.T) {
	t.Parallel()
	file := sampleFile(t)
	header := bytes.IndexByte(file, '\n')
	for n := range file {
		_, err := journal.Verify(bytes.NewReader(file[:n]))
		want := journal.CodeTornTail
		switch {
		case n < header:
			want = journal.CodeNoHeader
		case n == header || file[n-1] == '\n':
			want = "" // cut between lines
		}
		if got := code(err); got != want {
			t.Errorf("cut at %d: code %q, want %q", n, got, want)
		}
	}
}

// code returns the code of a CorruptError, "" of nil, and else the error.
func code(err error) string {
	var bad *journal.CorruptError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &bad):
		return bad.Code
	}
	return err.Error()
}

func TestCorrupt(t *testing.T) {
	t.Parallel()
	lines := strings.SplitAfter(string(sampleFile(t)), "\n")
	edit := func(i int, old, new string) string {
		edited := append([]string{}, lines...)
		if !strings.Contains(edited[i], old) {
			t.Fatalf("line %d has no %q", i+1, old)
		}
		edited[i] = strings.Replace(edited[i], old, new, 1)
		return strings.Join(edited, "")
	}
	tests := []struct {
		name, file string
		code       string
		line       int
	}{
		{"empty", "", journal.CodeNoHeader, 1},
		{"other format", edit(0, "log/1", "log/2"), journal.CodeNoHeader, 1},
		{"other exercise", edit(0, "0198", "0199"), journal.CodeBadChain, 3},
		{"header spelt otherwise", edit(0, ":", ": "), journal.CodeNoHeader, 1},
		{"event left out", strings.Join(append(lines[:2:2], lines[3:]...), ""), journal.CodeBadSeq, 5},
		{"event twice", strings.Join(append(lines[:3:3], lines[2:]...), ""), journal.CodeBadSeq, 4},
		{"event changed", edit(2, "1.50", "1.51"), journal.CodeBadLeaf, 3},
		{"event not JSON", edit(2, "1.50", "1.5."), journal.CodeBadJSON, 3},
		{"event re-encoded", edit(2, "1.50", "1.5"), journal.CodeBadLeaf, 3},
		{"two values as event", edit(2, `{"type"`, `{},"x":{"type"`), journal.CodeBadJSON, 3},
		{"content changed", edit(1, "侵入", "侵出"), journal.CodeBadContent, 2},
		{"content both ways", edit(1, `"text"`, `"base64":"","text"`), journal.CodeBadJSON, 2},
		{"content neither way", edit(4, `,"text":""`, ``), journal.CodeBadJSON, 5},
		{"content unknown field", edit(1, `"media"`, `"medium"`), journal.CodeBadJSON, 2},
		{"blank line", edit(1, "{", "\n{"), journal.CodeBadJSON, 2},
		{"head seq", edit(7, `"seq":3`, `"seq":4`), journal.CodeBadHead, 8},
		{"line after head", strings.Join(lines, "") + "{}\n", journal.CodeBadHead, 9},
		{"seq with zero", edit(2, `"seq":1`, `"seq":01`), journal.CodeBadJSON, 3},
		{"seq too large", edit(2, `"seq":1`, `"seq":18446744073709551617`), journal.CodeBadJSON, 3},
		{"too long", edit(1, "侵入", strings.Repeat("x", journal.MaxLine)), journal.CodeTooLong, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := journal.Verify(strings.NewReader(tt.file))
			var bad *journal.CorruptError
			if !errors.As(err, &bad) || bad.Code != tt.code || bad.Line != tt.line {
				t.Errorf("got %v, want %s in line %d", err, tt.code, tt.line)
			}
		})
	}
}
