package review_test

import (
	"bytes"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/journal"
)

// rehash writes events, which may be nonsense, as a log whose hashes hold.
func rehash(tb testing.TB, events []string, contents ...journal.Content) []byte {
	tb.Helper()
	var b bytes.Buffer
	w, err := journal.NewWriter(&b, "ex-1")
	if err != nil {
		tb.Fatal(err)
	}
	for _, c := range contents {
		if err := w.Content(c); err != nil {
			tb.Fatal(err)
		}
	}
	head := journal.Head{Chain: journal.Genesis("ex-1")}
	for _, e := range events {
		if err := w.Entry(next(&head, []byte(e))); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// FuzzLoad: no bytes make Load panic.
func FuzzLoad(f *testing.F) {
	whole, p := played(f).end(), printer(f, "ja")
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add(rehash(f, []string{`{"seq":1,"type":"exercise.created","body":null}`}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if l, err := review.Load(bytes.NewReader(b)); err == nil {
			reviewAll(t, l, p)
		}
	})
}

// FuzzEvents: no events make a review panic, though their hashes hold. They
// follow a true beginning.
func FuzzEvents(f *testing.F) {
	l, p := played(f).load(), printer(f, "ja")
	contents := slices.Collect(maps.Values(l.Contents))
	var seed []string
	for i := range l.Events {
		b, err := l.Events[i].Encode()
		if err != nil {
			f.Fatal(err)
		}
		seed = append(seed, string(b))
	}
	f.Add(strings.Join(seed[1:], "\n"))
	f.Add(`{"seq":2,"type":"task.scored","body":{"task":"T1","unit":"asteria","again":true}}`)
	f.Add(`{"seq":2,"type":"inject.armed","body":{"inject":"I01","unit":"asteria"}}`)
	f.Fuzz(func(t *testing.T, text string) {
		events := append([]string{seed[0]}, strings.Split(text, "\n")...)
		for _, e := range events {
			if !journal.ValidEvent([]byte(e)) {
				return
			}
		}
		if l, err := review.Load(bytes.NewReader(rehash(t, events, contents...))); err == nil {
			reviewAll(t, l, p)
		}
	})
}

// reviewAll does everything with a log; errors are fine.
func reviewAll(t *testing.T, l *review.Log, p *i18n.Printer) {
	t.Helper()
	if r, err := review.Results(l); err == nil {
		if err := review.Summary(io.Discard, l, r, p); err != nil {
			t.Error(err)
		}
	}
	for _, who := range []string{review.ForExcon, review.ForPublic, l.Play.Cast.Units[0].Key} {
		if r, err := review.MakeReport(l, review.Reader{For: who, TLP: scenario.TLPAmber}, p); err == nil {
			if err := r.WriteJSON(io.Discard); err != nil {
				t.Error(err)
			}
		}
	}
	for _, opt := range []review.ReplayOptions{{Full: true}, {Format: "json"}} {
		_ = review.Replay(io.Discard, l, exercise.Never, opt, p) // an error is fine
	}
}
