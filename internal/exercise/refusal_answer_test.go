package exercise_test

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"renkei/internal/exercise"
	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
)

// TestAnswersThatAreNone: nothing is filed, and the sentence says what lacks.
func TestAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	texts, err := i18n.New(exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	form := func(task string, parts map[string]string) exercise.Submit {
		return exercise.Submit{Task: task, Unit: "asteria", Parts: parts}
	}
	text := func(task, text string) exercise.Submit {
		return exercise.Submit{Task: task, Unit: "asteria", Text: text}
	}
	file := func(task, name string, size int) exercise.Submit {
		return exercise.Submit{Task: task, Unit: "asteria", File: exercise.NewUpload(name, make([]byte, size))}
	}
	amend := func(task string, a exercise.AmendTask) exercise.AmendTask {
		a.Task = task
		return a
	}
	for _, tc := range []struct {
		name string
		do   exercise.Action
		want string
		en   string // in the English sentence
		ja   string
	}{
		{"blank flag", text("A1", " \n"), exercise.EmptyAnswer, "", ""},
		{"flag as a choice", exercise.Submit{Task: "A1", Unit: "asteria", Items: []string{"x"}}, exercise.EmptyAnswer, "", ""},
		{"blank indicators", exercise.Submit{Task: "A4", Unit: "asteria", Items: []string{"", " "}}, exercise.EmptyAnswer, "", ""},
		{"no indicators", exercise.Submit{Task: "A4", Unit: "asteria"}, exercise.EmptyAnswer, "", ""},
		{"form without parts", form("A7", nil), exercise.FormIncomplete, "fill in: What happened, Severity.", "概要、深刻度"},
		{"form of blanks", form("A7", map[string]string{"summary": " ", "severity": "high"}), exercise.FormIncomplete, "fill in: What happened.", "：概要。"},
		{"no number", form("A7", map[string]string{"summary": "x", "severity": "high", "hosts": "many"}), exercise.FormIncomplete, "choice): How many hosts.", "台数"},
		{"two numbers", form("A7", map[string]string{"summary": "x", "severity": "high", "hosts": "3 of 4"}), exercise.FormIncomplete, "How many hosts", "台数"},
		{"no time", form("A7", map[string]string{"summary": "x", "severity": "high", "since": "soon"}), exercise.FormIncomplete, "Since", "開始時刻"},
		{"no option", form("A7", map[string]string{"summary": "x", "severity": "High"}), exercise.FormIncomplete, "Severity", "深刻度"},
		{"all at once", form("A7", map[string]string{"hosts": "?", "since": "?", "severity": "?"}), exercise.FormIncomplete, "fill in: What happened. Not the right kind of entry (number, time or choice): How many hosts, Since, Severity.", "概要。次の項目は"},
		{"nothing in a form of options", form("A8", map[string]string{"free": "\n"}), exercise.EmptyAnswer, "", ""},
		{"part that the form lacks", form("A8", map[string]string{"free": "x", "more": "y"}), exercise.UnknownPart, "more", "more"},
		{"long form", form("A8", map[string]string{"free": strings.Repeat("x", exercise.MaxText)}), exercise.TooLong, "", ""},
		{"text for a form", text("A8", "x"), exercise.WrongKind, "A8", "A8"},
		{"form for a text", form("A1", map[string]string{"free": "x"}), exercise.WrongKind, "A1", "A1"},
		{"file for a text", file("A1", "x", 1), exercise.WrongKind, "A1", "A1"},
		{"text for a file", text("A5", "x"), exercise.EmptyAnswer, "", ""},
		{"empty file", file("A5", "x", 0), exercise.EmptyAnswer, "", ""},
		{"large file", file("A5", "x", 1025), exercise.FileTooLarge, "x is larger than the 1KiB", "1KiB"},
		{"large file by default", file("A6", "x", 10<<20+1), exercise.FileTooLarge, "10MiB", "10MiB"},
		{"file without a name", file("A5", "\x00/", 1), exercise.BadFileName, "255", "255"},
		{"file with a long name", file("A5", strings.Repeat("名", 86), 1), exercise.BadFileName, "255", "255"},
		{"number of a flag", amend("A1", exercise.AmendTask{Number: ptr(1.0)}), exercise.BadAmendKey, "", ""},
		{"no number at all", amend("A2", exercise.AmendTask{Number: ptr(math.NaN())}), exercise.BadAmendKey, "", ""},
		{"no tolerance", amend("A2", exercise.AmendTask{Tolerance: "-1"}), exercise.BadAmendKey, "", ""},
		{"no hash", amend("A5", exercise.AmendTask{Accept: []string{"abcd"}}), exercise.BadAmendKey, "", ""},
		{"pattern of a flag", amend("A1", exercise.AmendTask{Match: []string{"x"}}), exercise.BadAmendKey, "", ""},
		{"no pattern", amend("A3", exercise.AmendTask{Match: []string{"(x"}}), exercise.BadPattern, "(x", "(x"},
		{"pattern too large", amend("A3", exercise.AmendTask{Match: []string{"x{900}y{900}z{900}"}}), exercise.BadPattern, "too long", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			d, actor := asked(t), player("asteria")
			if _, amends := tc.do.(exercise.AmendTask); amends {
				actor = exercise.Excon()
			}
			before := look(t, d.s, d.wall)
			_, err := d.do(actor, tc.do)
			var r *exercise.Refusal
			if !errors.As(err, &r) || r.Code != tc.want {
				t.Fatalf("%v, want the refusal %q", err, tc.want)
			}
			if after := look(t, d.s, d.wall); !reflect.DeepEqual(before, after) {
				t.Error("the refused command changed the state")
			}
			for lang, want := range map[string]string{"en": tc.en, "ja": tc.ja} {
				said := texts.For(lang).T("refusal."+r.Code, r.ArgsIn(lang, "en"))
				if !strings.Contains(said, want) || strings.Contains(said, "<no value>") || strings.Contains(said, "map[") {
					t.Errorf("%q does not say %q", said, want)
				}
			}
		})
	}
}
