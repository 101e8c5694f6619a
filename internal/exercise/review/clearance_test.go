package review_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/archive"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario"
	"renkei/internal/journal"
)

// cleared redacts a log for a clearance.
func cleared(tb testing.TB, raw []byte, clearance scenario.TLP) []byte {
	tb.Helper()
	log, err := review.LoadFigures(bytes.NewReader(raw))
	if err != nil {
		tb.Fatal(err)
	}
	c, err := log.Clear(clearance)
	if err != nil {
		tb.Fatal(err)
	}
	var out bytes.Buffer
	left, err := archive.Redact(&out, bytes.NewReader(raw), c)
	whole, err2 := journal.Verify(bytes.NewReader(raw))
	rest, err3 := journal.Verify(bytes.NewReader(out.Bytes()))
	if err := errors.Join(err, err2, err3); err != nil || left+rest.Contents != whole.Contents {
		tb.Fatalf("%d contents left out of %d, %d are here: %v", left, whole.Contents, rest.Contents, err)
	}
	return out.Bytes()
}

// relabel gives injects of the starter pack, which itself is TLP:GREEN, labels.
func relabel(injects map[string]string) func(files map[string][]byte) {
	return func(files map[string][]byte) {
		text := string(files["msel.yaml"])
		for key, label := range injects {
			text = strings.Replace(text, "- key: "+key+"\n", "- key: "+key+"\n  tlp: "+label+"\n", 1)
		}
		files["msel.yaml"] = []byte(text)
	}
}

// classified plays an exercise in which every text that may be typed says how it
// is labelled: RED-<n> where only TLP:RED may read it, else GREEN-<n>.
func classified(tb testing.TB) *stage {
	tb.Helper()
	s := newStage(tb, demo(tb, 1, 2, 3, 4), relabel(map[string]string{"I01": "GREEN", "I02": "RED", "I03": "GREEN"}))
	excon := exercise.Excon()
	tlp := func(label scenario.TLP) *scenario.TLP { return &label }
	text := func(t string) scenario.Text { return scenario.Text{"": "# " + t} }
	s.do("0s", excon, exercise.AmendInject{Inject: "I02", Texts: scenario.Text{"en": "# RED-1", "ja": "# RED-2"}})
	s.do("0s", excon, exercise.AmendInject{Inject: "I03", Unit: "delmara", TLP: tlp(scenario.TLPRed)})
	s.do("0s", excon, exercise.AmendInject{Inject: "I03", Unit: "delmara", Texts: scenario.Text{"en": "# RED-3", "ja": "# RED-3"}})
	s.do("0s", excon, exercise.Start{Speed: 1})
	say := func(at, from, label string, tlp scenario.TLP, re string) {
		s.do(at, player(from), exercise.Send{From: from, Ends: []string{"liaison"}, TLP: tlp, Text: label, Re: re})
	}
	say("1:10", "asteria", "GREEN-1", scenario.TLPGreen, "")
	say("1:20", "borealis", "RED-4", scenario.TLPRed, "")
	seq := s.head.Seq
	say("1:21", "coralia", "RED-5", scenario.TLPNone, fmt.Sprintf("#%d", seq))
	say("1:22", "coralia", "GREEN-2", scenario.TLPNone, "I01")
	say("1:23", "coralia", "RED-6", scenario.TLPNone, "I02")
	s.do("1:24", evaluator("eval-7"), exercise.AddNote{Unit: "asteria", Text: "RED-7", Re: fmt.Sprintf("#%d", seq)})
	s.do("1:25", evaluator("eval-7"), exercise.AddNote{Unit: "asteria", Text: "GREEN-3"})
	s.do("1:26", excon, exercise.AddInject{
		Title: scenario.Text{"": "RED-8"}, From: "it-manager", Units: []string{"coralia"}, TLP: scenario.TLPRed,
		Texts: text("RED-9"), Phase: "inform",
		Tasks: []exercise.AddedTask{{Prompt: scenario.Text{"": "RED-10"}, Within: 60 * exercise.Second, Points: 5, Accept: []string{"RED-11"}}},
	})
	call := func(unit, with, text, answer string, tlp scenario.TLP) {
		s.do("1:27", player(unit), exercise.NoteCall{Unit: unit, With: with, Text: text, TLP: tlp})
		s.do("1:28", player(with), exercise.ConfirmCall{Call: s.head.Seq, Unit: with, Text: answer})
	}
	call("asteria", "borealis", "RED-12", "RED-13", scenario.TLPRed)
	call("coralia", "delmara", "GREEN-4", "GREEN-5", scenario.TLPGreen)
	s.do("1:29", player("asteria"), exercise.Send{From: "asteria", Ends: []string{"persona:it-manager"}, TLP: scenario.TLPRed, Text: "RED-14"})
	s.do("1:30", excon, exercise.DismissQuestion{Message: s.head.Seq, Reason: "RED-15"})
	s.do("1:31", excon, exercise.HoldInject{Inject: "I02", Reason: "RED-16"})
	s.do("1:32", excon, exercise.HoldInject{Inject: "I02", LetGo: true})
	s.until(exercise.Never - 1)
	return s
}

func TestClearLeaksNothing(t *testing.T) {
	t.Parallel()
	raw := classified(t).end()
	whole := string(raw)
	for n := 1; n <= 16; n++ {
		if !strings.Contains(whole, fmt.Sprintf("RED-%d", n)) {
			t.Errorf("the whole log lacks RED-%d: the test looks for nothing", n)
		}
	}
	out := string(cleared(t, raw, scenario.TLPGreen))
	if i := strings.Index(out, "RED-"); i >= 0 {
		t.Errorf("leaked: %.200s", out[max(0, i-300):])
	}
	for n := 1; n <= 5; n++ {
		if !strings.Contains(out, fmt.Sprintf("GREEN-%d", n)) {
			t.Errorf("GREEN-%d is gone", n)
		}
	}
	// Nothing of the pack: its files hold every inject and the answer keys.
	for _, file := range []string{"pack.yaml", "msel.yaml", "exercise.created"} {
		if strings.Contains(out, file) {
			t.Errorf("%s is in a log for TLP:GREEN", file)
		}
	}
}

// TestClearVerifies shows that a redacted log has the whole log's chain, and
// nothing but events that a report of that clearance would cite.
func TestClearVerifies(t *testing.T) {
	t.Parallel()
	raw := classified(t).end()
	want, err := journal.Verify(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	redacted := map[scenario.TLP]uint64{}
	for label := scenario.TLPClear; label <= scenario.TLPRed; label++ {
		out := cleared(t, raw, label)
		got, err := journal.Verify(bytes.NewReader(out))
		if err != nil || got.Head != want.Head || !got.Complete {
			t.Fatalf("%s: %+v, %v", label, got, err)
		}
		redacted[label] = got.Redacted
		eachCitedContent(t, out)
		if label < scenario.TLPRed {
			if _, err := review.Load(bytes.NewReader(out)); err == nil {
				t.Errorf("%s: a redacted log was folded", label)
			}
		} else if got.Redacted != 0 || got.Contents != want.Contents {
			t.Errorf("TLP:RED: %+v, want %+v", got, want)
		}
	}
	if green := redacted[scenario.TLPGreen]; redacted[scenario.TLPClear] != want.Events || green >= want.Events || green == 0 {
		t.Errorf("redacted: %v of %d", redacted, want.Events)
	}
}

// eachCitedContent sees that the contents of a log are those that its events
// cite, each right ahead of the first.
func eachCitedContent(t *testing.T, raw []byte) {
	t.Helper()
	lines, err := journal.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	var loose []string
	for {
		line, err := lines.Next()
		if err == io.EOF { //nolint:errorlint // as documented
			return
		}
		switch {
		case err != nil:
			t.Fatal(err)
		case line.Content != nil:
			loose = append(loose, line.Content.Hash.String())
		case line.Entry != nil:
			for _, hash := range loose {
				if !bytes.Contains(line.Entry.Event, []byte(hash)) {
					t.Errorf("event %d does not cite the content %s ahead of it", line.Entry.Seq, hash)
				}
			}
			loose = nil
		}
	}
}

// TestClearAgreesWithReport shows that a report for a clearance cites nothing
// that a log redacted for it lacks, but for what the log holds back on purpose.
func TestClearAgreesWithReport(t *testing.T) {
	t.Parallel()
	raw := classified(t).end()
	log := load(t, raw)
	for label := scenario.TLPClear; label < scenario.TLPRed; label++ {
		c, err := log.Clear(label)
		if err != nil {
			t.Fatal(err)
		}
		r, err := review.MakeReport(log, review.Reader{For: review.ForExcon, TLP: label}, printer(t, "en"))
		if err != nil {
			t.Fatal(err)
		}
		for _, cited := range r.Events {
			flow := cited.Type == "flow.made" || cited.Type == "flow.missed"
			if !c.Event(cited.Seq) && !flow && !strings.Contains(cited.Text, "RED-") {
				t.Errorf("%s: the report cites %+v, which is redacted", label, cited)
			}
		}
	}
}
