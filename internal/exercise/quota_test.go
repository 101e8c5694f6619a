package exercise_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"renkei/internal/exercise"
)

const quietMSEL = `injects:
- key: I01
  title: {en: A, ja: B}
  phase: inform
  from: it
  to: all
  at: 1m
  tasks:
  - {key: T1, type: file, prompt: {en: A, ja: B}, due: 50m}
`

// TestQuotaAMinute: who writes more in a minute than a person does is told how
// long to wait, and goes on then; nobody else is held up.
func TestQuotaAMinute(t *testing.T) {
	t.Parallel()
	d := started(t, quietMSEL, 2)
	send := func(unit string) exercise.Send { return exercise.Send{From: unit, Ends: []string{"excon"}, Text: "x"} }
	n := 0
	var no *exercise.Refusal
	for ; n < 300; n++ {
		if _, err := d.do(player("asteria"), send("asteria")); errors.As(err, &no) {
			break
		}
	}
	if no == nil || no.Code != exercise.WriteOften || n < 100 || n > 150 {
		t.Fatalf("%d entries at once, then %v", n, no)
	}
	seconds, _ := no.Args["Seconds"].(int)
	if seconds < 1 || seconds > 3 {
		t.Fatalf("wait %v s", no.Args["Seconds"])
	}
	d.must(player("borealis"), send("borealis"))
	d.must(exercise.Excon(), exercise.SetStandIn{Unit: "asteria", Bot: true})
	d.must(exercise.Bot("asteria"), send("asteria"))
	excon := exercise.Actor{ID: "director", Role: exercise.RoleControl}
	say := exercise.Send{From: "excon", Ends: []string{"liaison"}, Text: "x"}
	for n, no = 0, nil; no == nil && n < 3000; n++ {
		if _, err := d.do(excon, say); err != nil && !errors.As(err, &no) {
			t.Fatal(err)
		}
	}
	if no == nil || no.Code != exercise.WriteOften || n < 1000 || n > 1500 {
		t.Errorf("EXCON: %d entries at once, then %v", n, no)
	}
	d.pass(time.Duration(seconds) * time.Second)
	d.must(player("asteria"), send("asteria"))
}

// TestQuotaOfLongTexts: long texts cost more than short ones.
func TestQuotaOfLongTexts(t *testing.T) {
	t.Parallel()
	d := started(t, quietMSEL, 2)
	note := func(unit, text, re string) exercise.AddNote {
		return exercise.AddNote{Unit: unit, Own: true, Text: text, Re: re}
	}
	n, code := 0, ""
	for ; code == "" && n < 300; n++ {
		code = d.code(player("asteria"), note("asteria", strings.Repeat("x", exercise.MaxChars), ""))
	}
	if code != exercise.WriteOften || n > 40 {
		t.Errorf("%d notes of 16,000 characters at once, then %q", n, code)
	}
	for _, letter := range []string{"x", "長"} {
		if code := d.code(player("borealis"), note("borealis", strings.Repeat(letter, exercise.MaxChars+1), "")); code != exercise.TooLong {
			t.Errorf("16,001 times %s: %q", letter, code)
		}
	}
	d.must(player("borealis"), note("borealis", strings.Repeat("長", exercise.MaxChars), ""))
	if code := d.code(player("borealis"), note("borealis", "x", strings.Repeat("x", 200<<10))); code != exercise.TooLong {
		t.Errorf("a note about 200 KB: %q", code)
	}
}

// TestQuotaOfAnExercise: somebody who never stops is stopped, after a restart
// too; EXCON may write more.
func TestQuotaOfAnExercise(t *testing.T) {
	t.Parallel()
	d := started(t, quietMSEL, 2)
	write := func(actor exercise.Actor, n int) string {
		for range n {
			d.wall += int64(5 * time.Second / time.Microsecond)
			c := exercise.Command{Key: fmt.Sprint(d.wall), Actor: actor, Wall: d.wall, Do: exercise.AddNote{Unit: "asteria", Own: true, Text: "x"}}
			events, err := d.s.Decide(&c, nil)
			if no := (*exercise.Refusal)(nil); errors.As(err, &no) {
				return no.Code
			}
			d.apply(events)
		}
		return ""
	}
	most := exercise.PlayerQuota().Entries
	if code := write(player("asteria"), most); code != "" {
		t.Fatalf("within the quota: %s", code)
	}
	d.s = recall(t, d.s)
	if code := write(player("asteria"), 1); code != exercise.WriteFull {
		t.Errorf("entry %d: %q", most+1, code)
	}
	if code := write(exercise.Actor{ID: "director", Role: exercise.RoleControl}, most+1); code != "" {
		t.Errorf("EXCON: %s", code)
	}
}

// TestFilesOfATask: a task takes so many files and no more, whatever the pack
// says.
func TestFilesOfATask(t *testing.T) {
	t.Parallel()
	d := started(t, quietMSEL, 2)
	d.pass(time.Minute)
	n, code := 0, ""
	for ; code == "" && n < 50; n++ {
		d.pass(30 * time.Second)
		code = d.code(player("asteria"), exercise.Submit{Task: "T1", Unit: "asteria", File: exercise.NewUpload("a.txt", fmt.Append(nil, n))})
	}
	if code != exercise.TaskClosed || n != 21 {
		t.Errorf("%d files, then %q", n-1, code)
	}
}
