package review_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/width"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	"renkei/internal/journal"
)

func TestTheSameLogGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	log := random(t, 11, 400, 5).end()
	all := func() []byte {
		l := load(t, log)
		var b bytes.Buffer
		b.Write(written(t, results(t, l).WriteJSON))
		for _, lang := range []string{"en", "ja"} {
			b.Write(summary(t, l, lang))
			b.Write(replay(t, l, exercise.Never, review.ReplayOptions{Full: true}, lang))
			b.Write(replay(t, l, exercise.Never, review.ReplayOptions{Format: "json"}, lang))
		}
		return b.Bytes()
	}
	if first := all(); !bytes.Equal(first, all()) {
		t.Error("two runs over one log differ")
	}
}

// TestReplayIsTheFold compares a replay at many times with the engine's state
// after the events up to then, folded one by one.
func TestReplayIsTheFold(t *testing.T) {
	t.Parallel()
	l := random(t, 4, 500, 9).load()
	s, n := exercise.New(l.Play), 0
	for at := exercise.Time(0); at <= 1900*exercise.Second; at += 97 * exercise.Second {
		for n < len(l.Events) && l.Events[n].At <= at {
			if err := s.Apply(&l.Events[n]); err != nil {
				t.Fatal(err)
			}
			n++
		}
		var sc review.Scene
		b := replay(t, l, at, review.ReplayOptions{Format: "json"}, "en")
		if err := json.Unmarshal(b, &sc); err != nil {
			t.Fatal(err)
		}
		if sc.Events != n || sc.Phase != s.Phase().String() {
			t.Fatalf("%s: %d events %s, want %d %s", at, sc.Events, sc.Phase, n, s.Phase())
		}
		for u := range sc.Units {
			compare(t, at, &sc.Units[u], s, u)
		}
	}
	if n != len(l.Events) {
		t.Errorf("looked at %d of %d events", n, len(l.Events))
	}
}

func compare(t *testing.T, at exercise.Time, got *review.SceneUnit, s *exercise.State, u int) {
	t.Helper()
	var injects, acked int
	for v := range s.Injects(u) {
		if v.Seq > 0 {
			injects++
		}
		if v.Acked != exercise.Never {
			acked++
		}
	}
	for i := range got.Injects {
		if got.Injects[i].Acknowledged != nil {
			acked--
		}
		if got.Injects[i].Subject == "" {
			t.Errorf("%s %s %s: no subject", at, got.Key, got.Injects[i].Key)
		}
	}
	if len(got.Injects) != injects || acked != 0 || got.Status != s.Unit(u).Status {
		t.Errorf("%s %s: %d injects, want %d, %d acknowledged too few", at, got.Key, len(got.Injects), injects, acked)
	}
	i := 0
	for v := range s.Tasks(u) {
		if i >= len(got.Tasks) {
			t.Fatalf("%s %s: task %s is missing", at, got.Key, v.Key)
		}
		w := got.Tasks[i]
		late := v.Attempts > 0 && v.Late
		if w.Key != v.Key || w.Attempts != v.Attempts || len(w.Answers) != v.Attempts || w.Solved != v.Solved || w.Late != late || w.Hints != v.Hints {
			t.Errorf("%s %s: task %+v, want %+v", at, got.Key, w, v)
		}
		i++
	}
}

func TestStateAt(t *testing.T) {
	t.Parallel()
	l := played(t).load()
	cases := []struct {
		name  string
		at    exercise.Time
		phase exercise.Phase
		n     int
	}{
		{"before STARTEX", -1, exercise.Preparing, 4},
		{"STARTEX", 0, exercise.Running, 5},
		{"just before the first inject", clock(t, "1:00") - 1, exercise.Running, 5},
		{"the first inject", clock(t, "1:00"), exercise.Running, 7},
		{"long after ENDEX", exercise.Never - 1, exercise.Over, len(l.Events)},
		{"all", exercise.Never, exercise.Over, len(l.Events)},
	}
	for _, c := range cases {
		s, n, err := l.StateAt(c.at)
		if err != nil || n != c.n || s.Phase() != c.phase || s.Seq() != uint64(c.n) {
			t.Errorf("%s: %d events, phase %v, error %v; want %d, %v", c.name, n, s.Phase(), err, c.n, c.phase)
		}
	}
}

// TestOwnClock: the time in which a unit stood still does not count, neither
// does a pause of the exercise.
func TestOwnClock(t *testing.T) {
	t.Parallel()
	r := results(t, played(t).load())
	for _, in := range r.Units[2].Injects {
		// Out at 11:30, acknowledged at 15:30, the unit paused from 13:00 to 15:00.
		if in.Key == "I03" && *in.AckTook != review.Span(120*exercise.Second) {
			t.Errorf("acknowledged after %s, want 00:02:00", in.AckTook.Clock())
		}
	}
	if got := r.Exercise.Ended.Wall; got != "2026-11-22T02:40:00Z" {
		t.Errorf("ENDEX at %s: the pause of an hour is missing", got)
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]review.Span{
		"0": 0, "1": 1_000_000, "1.5": 1_500_000, "0.001": 1_499, "0.002": 1_500, "1234567.891": 1_234_567_891_000, "-2": -2_000_000,
	} {
		b, err := json.Marshal(s)
		if err != nil || string(b) != want {
			t.Errorf("%d: %s %v, want %s", s, b, err, want)
		}
	}
}

func TestLinesFitTheScreen(t *testing.T) {
	t.Parallel()
	l := played(t).load()
	for _, lang := range []string{"en", "ja"} {
		out := string(replay(t, l, exercise.Never, review.ReplayOptions{Full: true}, lang))
		if strings.ContainsAny(out, "\x1b\r\t") {
			t.Error("a control character of a player came through")
		}
		for line := range strings.Lines(out) {
			if n := columns(strings.TrimRight(line, "\n")); n > 80 {
				t.Errorf("%d columns: %s", n, line)
			}
		}
	}
}

func columns(s string) int {
	n := 0
	for _, r := range s {
		n++
		if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
			n++
		}
	}
	return n
}

// TestReplayShowsOnlyWhatAUnitSaw: a team sees what its cells write, a cell and another team
// do not see it.
func TestReplayShowsOnlyWhatAUnitSaw(t *testing.T) {
	t.Parallel()
	s := played(t)
	l := s.load()
	for unit, want := range map[string]bool{"asteria": true, "asteria/hospital": true, "hinomoto": false} {
		out := replay(t, l, exercise.Never, review.ReplayOptions{Unit: unit}, "en")
		if got := bytes.Contains(out, []byte("May we call?")); got != want {
			t.Errorf("%s sees the cell's message to EXCON: %v, want %v", unit, got, want)
		}
	}
	cell := replay(t, l, exercise.Never, review.ReplayOptions{Unit: "asteria/hospital", Full: true}, "en")
	if bytes.Contains(cell, []byte("Do you see the same")) {
		t.Error("a cell sees its team's messages to others")
	}
}

func TestUnknownUnitNamesTheKnown(t *testing.T) {
	t.Parallel()
	l := played(t).load()
	err := review.Replay(io.Discard, l, 0, review.ReplayOptions{Unit: "nowhere"}, printer(t, "en"))
	var unknown *review.UnknownUnitError
	if !errors.As(err, &unknown) || len(unknown.Known) != 4 || !strings.Contains(err.Error(), "asteria/hospital") {
		t.Errorf("error %v", err)
	}
	if err := review.Replay(io.Discard, l, 0, review.ReplayOptions{Format: "xml"}, printer(t, "en")); err == nil {
		t.Error("format xml is taken")
	}
}

func TestLoadSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	whole := played(t).end()
	lines := bytes.SplitAfter(whole, []byte("\n"))
	t.Run("torn", func(t *testing.T) {
		t.Parallel()
		l := load(t, whole[:len(whole)-len(lines[len(lines)-2])-20])
		if !l.Torn || l.Head != nil || len(l.Events) != 60 {
			t.Errorf("torn %v, head %v, %d events", l.Torn, l.Head, len(l.Events))
		}
		if out := summary(t, l, "en"); !bytes.Contains(out, []byte("cut off")) {
			t.Errorf("the summary keeps quiet about it:\n%s", out)
		}
	})
	t.Run("without head", func(t *testing.T) {
		t.Parallel()
		if l := load(t, whole[:len(whole)-len(lines[len(lines)-2])]); l.Torn || l.Head != nil || len(l.Events) != 61 {
			t.Errorf("torn %v, head %v, %d events", l.Torn, l.Head, len(l.Events))
		}
	})
	bad := map[string]struct {
		log  []byte
		want string
	}{
		"empty":     {nil, "no_header"},
		"no events": {lines[0], "no event"},
		"flipped":   {bytes.Replace(whole, []byte("lunch"), []byte("munch"), 1), "bad_leaf"},
		"redacted":  {redacted(t), "redacted"},
		"foreign":   {rehash(t, []string{`{"seq":1,"type":"clock.started","body":{}}`}), "does not begin with"},
		"unknown":   {rehash(t, []string{`{"seq":1,"type":"new.thing","body":{}}`}), "line 2"},
		"own seq":   {rehash(t, []string{`{"seq":2,"type":"clock.started","body":{}}`}), "seq"},
		"no pack":   {rehash(t, []string{`{"seq":1,"type":"exercise.created","body":{"id":"ex-1"}}`}), "pack"},
		"mixed":     {rehash(t, []string{`{"seq":1,"type":"exercise.created","body":{"id":"ex-2"}}`}), "different exercises"},
	}
	for name, c := range bad {
		_, err := review.Load(bytes.NewReader(c.log))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}

func redacted(tb testing.TB) []byte {
	tb.Helper()
	var b bytes.Buffer
	w, err := journal.NewWriter(&b, "ex-1")
	if err != nil {
		tb.Fatal(err)
	}
	head := journal.Head{Chain: journal.Genesis("ex-1")}
	e := next(&head, []byte(`{}`))
	e.Event, e.Salt = nil, nil
	if err := errors.Join(w.Entry(e), w.Close()); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func TestLargeLog(t *testing.T) {
	if testing.Short() {
		t.Skip("a large log")
	}
	log := random(t, 200, 330_000, 2).end()
	start := time.Now()
	l := load(t, log)
	loaded := time.Since(start)
	results(t, l)
	t.Logf("%d events, %d MiB: load %v, results %v", len(l.Events), len(log)>>20, loaded, time.Since(start)-loaded)
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}
