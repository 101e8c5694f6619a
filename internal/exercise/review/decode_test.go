package review_test

import (
	"bytes"
	"reflect"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	"renkei/internal/journal"
)

// TestLoadDecodesAsTheEngine: the loader's own way through an event ends where
// the engine's decoder does, but for what Log says that it leaves out.
func TestLoadDecodesAsTheEngine(t *testing.T) {
	t.Parallel()
	logs := [][]byte{played(t).end(), whispers(t).end(), random(t, 4, 400, 8).end()}
	s := botPlay(t, 3, 5, nil)
	for _, text := range []string{`say "so" \ <b>&`, "tab\there", "日本語「かぎ」", "\u2028 \u0007", "😀]}", "a,\"re\":\"x"} {
		s.do("0:30", player("asteria"), exercise.Send{From: "asteria", Ends: []string{"liaison", "unit:borealis"}, Text: text})
		s.do("0:30", player("asteria"), exercise.Send{From: "asteria", Ends: []string{"excon"}, Text: text, Re: text})
	}
	s.playTo(exercise.Never - 1)
	bodies := exercise.NewBodies()
	for _, log := range append(logs, s.end()) {
		l := load(t, log)
		lines, err := journal.NewReader(bytes.NewReader(log))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for {
			line, err := lines.Next()
			if err != nil {
				break
			}
			if line.Entry == nil {
				continue
			}
			want, err := bodies.Decode(line.Entry.Event)
			if err != nil {
				t.Fatal(err)
			}
			want.Cmd = ""
			if b, ok := want.Body.(*exercise.InjectReleased); ok {
				b.Vars = nil
			}
			if !reflect.DeepEqual(l.Events[n], want) {
				t.Errorf("event %d: %+v %+v, want %+v %+v", want.Seq, l.Events[n], l.Events[n].Body, want, want.Body)
			}
			n++
		}
		if n != len(l.Events) {
			t.Errorf("%d events, want %d", len(l.Events), n)
		}
	}
}

// TestLoadFigures: a log without the texts of the units gives the same report,
// results and summary.
func TestLoadFigures(t *testing.T) {
	t.Parallel()
	log := played(t).end()
	lean, err := review.LoadFigures(bytes.NewReader(log))
	if err != nil {
		t.Fatal(err)
	}
	full := load(t, log)
	if len(lean.Contents) > 0 || len(full.Contents) == 0 {
		t.Errorf("%d and %d contents", len(lean.Contents), len(full.Contents))
	}
	reader := review.Reader{For: review.ForExcon}
	if !bytes.Equal(written(t, report(t, lean, reader, "en").WriteJSON), written(t, report(t, full, reader, "en").WriteJSON)) ||
		!bytes.Equal(summary(t, lean, "ja"), summary(t, full, "ja")) {
		t.Error("they differ")
	}
}
