package exercise_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"renkei/internal/binenc"
	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/testkit/exercisetest"
)

var update = flag.Bool("update", false, "write golden files anew")

// TestEveryFieldIsCoded fails when State, or what it is made of, has got
// another field. Code it in codec.go, have the machine of the property tests
// change it, then run the test with -update.
func TestEveryFieldIsCoded(t *testing.T) {
	t.Parallel()
	const golden = "testdata/shape.txt"
	got := strings.Join(exercise.Shape(), "\n") + "\n"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the state has other fields than %s says, which codec.go must code:\n%s", golden, got)
	}
}

// recall takes a state through its bytes.
func recall(t failer, s *exercise.State) *exercise.State {
	t.Helper()
	data := s.AppendTo(nil)
	again, err := exercise.Restore(s.Play(), s.Created(), data)
	if err != nil {
		t.Fatalf("restore: %v", err)
	}
	if diff := exercise.Differ(s, again); diff != "" {
		t.Fatalf("restored differs in %s", diff)
	}
	if !bytes.Equal(data, again.AppendTo(nil)) {
		t.Fatalf("the restored state gives other bytes")
	}
	return again
}

// recall goes on with a state that was restored from its bytes, which are those
// of the folded log too.
func (m *machine) recall() {
	m.t.Helper()
	again := recall(m.t, m.s)
	if !bytes.Equal(m.s.AppendTo(nil), refold(m.t, m.play, m.log).AppendTo(nil)) {
		m.t.Fatalf("the folded state gives other bytes")
	}
	sameAs(m.t, m.s, again, m.wall)
	m.s = again
}

// TestRestoredGoesOn: a log that is cut anywhere, its beginning restored from
// bytes and the rest folded in, is the log folded in one go.
func TestRestoredGoesOn(t *testing.T) {
	t.Parallel()
	play := shippedPlay(t, 3)
	played := playedThrough(t, play, 9)
	whole := refold(t, play, played.log)
	rapid.Check(t, func(r *rapid.T) {
		cut := rapid.IntRange(1, len(played.log)).Draw(r, "cut")
		s := recall(r, refold(r, play, played.log[:cut]))
		for i := cut; i < len(played.log); i++ {
			if err := s.Apply(&played.log[i]); err != nil {
				r.Fatalf("apply: %v", err)
			}
		}
		if diff := exercise.Differ(whole, s); diff != "" {
			r.Fatalf("cut at %d differs in %s", cut, diff)
		}
		sameAs(r, whole, s, played.wall)
	})
}

// TestDamageIsAnError at every byte that is missing or too many, and for
// another play.
func TestDamageIsAnError(t *testing.T) {
	t.Parallel()
	play := shippedPlay(t, 3)
	s := playedThrough(t, play, 9).s
	data := s.AppendTo(nil)
	bad := func(what string, play *exercise.Play, data []byte) {
		t.Helper()
		if _, err := exercise.Restore(play, s.Created(), data); !errors.Is(err, binenc.ErrDamaged) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for n := 0; n < len(data); n += 1 + n/50 {
		bad("cut", play, data[:n])
	}
	bad("longer", play, append(slices.Clone(data), 0))
	bad("another play", shippedPlay(t, 4), data)
	bad("another play", shippedPlay(t, 2), data)
}

// FuzzRestore: damaged bytes never panic and take little memory; what is taken
// for a state can be asked, and gives the bytes that it was read from.
func FuzzRestore(f *testing.F) {
	play := testPlay(f, answersMSEL, exercisetest.Teams(f, 2))
	d := newDrill(f, play)
	f.Add(d.s.AppendTo(nil))
	d.must(exercise.Excon(), exercise.Start{Speed: 1})
	f.Add(d.s.AppendTo(nil))
	d.pass(minutes(4).Duration())
	d.must(exercise.Excon(), exercise.AddInject{From: "desk", Units: []string{"teams"}, Texts: scenario.Text{"en": "# x"}, Tasks: []exercise.AddedTask{
		{Prompt: scenario.Text{"en": "p"}, Within: minutes(1), Points: 1, Accept: []string{"one"}},
	}})
	d.must(player("asteria"), exercise.Submit{Task: "A5", Unit: "asteria", File: exercise.NewUpload("iocs.csv", []byte("a,b\n1,2\n"))})
	d.must(player("asteria"), exercise.Submit{Task: "A7", Unit: "asteria", Parts: map[string]string{"summary": "x", "severity": "low"}})
	d.must(exercise.Excon(), exercise.AmendTask{Task: "A3", Match: []string{"port [0-9]+"}, Number: ptr(2.0), Tolerance: "5%"})
	d.must(exercise.Excon(), exercise.AmendTask{Task: "A5", Points: ptr(3.0), Unit: "asteria"})
	d.must(exercise.Excon(), exercise.AmendTask{Task: "T1", Points: ptr(4.0), Prompt: scenario.Text{"en": "new"}})
	d.pass(minutes(4).Duration())
	f.Add(d.s.AppendTo(nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		s, err := exercise.Restore(play, d.s.Created(), data)
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20+64*uint64(len(data)) {
			t.Errorf("%d bytes took %d bytes of memory", len(data), took)
		}
		if err != nil {
			return
		}
		s.Next()
		s.Due(exercise.Never - 1)
		again, err := exercise.Restore(play, d.s.Created(), s.AppendTo(nil))
		if err != nil {
			t.Fatalf("what was restored cannot be again: %v", err)
		}
		if !bytes.Equal(s.AppendTo(nil), again.AppendTo(nil)) {
			t.Error("restored twice gives other bytes")
		}
	})
}
