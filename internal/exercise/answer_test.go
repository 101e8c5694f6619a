package exercise_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"renkei/internal/exercise"
)

// answersMSEL is everyMSEL with a task of each type that it lacks.
var answersMSEL = strings.Replace(everyMSEL, "\ninjects:\n", `
injects:
- key: I21
  title: {en: K, ja: K}
  phase: analyse
  from: desk
  to: teams
  at: 90s
  tasks:
  - {key: A1, type: flag, prompt: {en: P, ja: P}, due: 5m, flag: " RNK{{{team.code}}-7f3A} "}
  - {key: A2, type: answer, prompt: {en: P, ja: P}, due: 5m, number: "1,20{{team.n}}", tolerance: 5%, attempts: 50}
  - {key: A3, type: answer, prompt: {en: P, ja: P}, due: 5m, match: ["(https?://)?{{c2}}(:443)?/?", "port (80|443)"], accept: {ja: [不明]}, examples: {right: ["{{c2}}"]}, attempts: 50}
  - {key: A4, type: indicators, prompt: {en: P, ja: P}, due: 5m, accept: ["{{c2}}", "evil.example", "EVIL.example", "https://evil.example/a"], attempts: 50}
  - key: A5
    type: file
    prompt: {en: P, ja: P}
    due: 5m
    max_size: 1KiB
    feedback: now
    files:
    - {sha256: 9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08}
    - {name: "*ioc?.CSV", media: text/csv, min: 10B, max: 100B}
    - {media: image/*}
  - {key: A6, type: file, prompt: {en: P, ja: P}, due: 5m}
  - key: A7
    type: report
    prompt: {en: P, ja: P}
    due: 5m
    form:
    - {key: summary, title: {en: What happened, ja: 概要}, required: true}
    - {key: hosts, title: {en: How many hosts, ja: 台数}, kind: number}
    - {key: since, title: {en: Since, ja: 開始時刻}, kind: time}
    - {key: iocs, title: {en: Indicators, ja: 痕跡}, kind: list}
    - {key: severity, title: {en: Severity, ja: 深刻度}, kind: choice, required: true, options: [{key: high, text: {en: High, ja: 高}}, {key: low, text: {en: Low, ja: 低}}]}
    mentions: [["{{c2}}"], {en: [isolate], ja: [隔離]}]
  - {key: A8, type: report, prompt: {en: P, ja: P}, due: 5m, form: [{key: free, title: {en: Free, ja: 自由記述}}]}
`, 1)

// asked is a drill in which every type of task is open.
func asked(t *testing.T) *drill {
	t.Helper()
	d := started(t, answersMSEL, 2)
	d.pass(2 * time.Minute)
	return d
}

// score gives what the automatic judgement says of one submission.
func scoreOf(t *testing.T, d *drill, do exercise.Submit) *exercise.Scored {
	t.Helper()
	do.Unit = "asteria"
	events := d.must(player("asteria"), do)
	b, ok := events[len(events)-1].Body.(*exercise.Scored)
	if !ok {
		t.Fatalf("%+v has no score", do)
	}
	return b
}

// TestRightAndWrong: asteria is AST, number 1, with 203.0.113.11.
func TestRightAndWrong(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		task  string
		right []string
		wrong []string
	}{
		{
			"A1",
			[]string{"RNK{AST-7f3A}", "  RNK{AST-7f3A}\n"},
			[]string{"rnk{ast-7f3a}", "RNK{AST-7F3A}", "RNK{AST- 7f3A}", "ＲＮＫ{AST-7f3A}", "RNK{BOR-7f3A}", "RNK{AST-7f3A}."},
		},
		{
			"A2",
			[]string{"1201", "1,201", "約１，２０１件", "about 1 201 hosts", "1141", "1261.05", "1201.0", "1.2e3", "合計1201台"},
			[]string{"1140.9", "1262", "-1201", "1201 of 1300", "one", "1.201", "about", "0"},
		},
		{
			"A3",
			[]string{"203.0.113.11", "hxxps://203[.]0[.]113[.]11:443/", "２０３．０．１１３．１１", "PORT  443", "不明", " HTTP://203.0.113.11"},
			[]string{"at 203.0.113.11", "203.0.113.11:80", "203a0.113.11", "port 8080", "port 443\nport 80", "203.0.113.12", "不明です"},
		},
	} {
		for i, answer := range append(tc.right, tc.wrong...) {
			d := asked(t)
			got := scoreOf(t, d, exercise.Submit{Task: tc.task, Text: answer})
			if want := i < len(tc.right); got.Correct != want || got.Points != map[bool]float64{true: 10}[want] {
				t.Errorf("%s: %q is %v with %g points", tc.task, answer, got.Correct, got.Points)
			}
		}
	}
}

func TestIndicatorsAreSets(t *testing.T) {
	t.Parallel()
	const c2, host, link = "203.0.113.11", "evil.example", "https://evil.example/a"
	for _, tc := range []struct {
		given []string
		want  string // hits, wrong, missed, precision, recall, points, solved
	}{
		{[]string{c2, host, link}, "3 0 0 1 1 10 true"},
		{[]string{"203[.]0[.]113(.)11", "Evil[dot]example", "hxxps[://]evil.example/a"}, "3 0 0 1 1 10 true"},
		{[]string{"２０３．０．１１３．１１", c2, " " + c2, host, link, ""}, "3 0 0 1 1 10 true"},
		{[]string{c2, host}, "2 0 1 1 0.667 8 true"},
		{[]string{c2}, "1 0 2 1 0.333 5 false"},
		{[]string{c2, host, link, "192.0.2.1", "192.0.2.2"}, "3 2 0 0.6 1 7.5 false"},
		{[]string{"192.0.2.1", "192.0.2.1"}, "0 1 3 0 0 0 false"},
		{[]string{c2 + " " + host}, "2 0 1 1 0.667 8 true"},
		{[]string{"- IP: " + c2 + " (C2)", "192.0.2.1、" + host}, "2 1 1 0.667 0.667 6.667 false"},
	} {
		r := scoreOf(t, asked(t), exercise.Submit{Task: "A4", Items: tc.given})
		got := fmt.Sprintf("%d %d %d %.3g %.3g %.4g %v", r.Hits, r.Wrong, r.Missed, r.Precision, r.Recall, r.Points, r.Correct)
		if got != tc.want {
			t.Errorf("%q gives %s, want %s", tc.given, got, tc.want)
		}
	}
}

func TestFilesAreJudgedByWhatTheyAre(t *testing.T) {
	t.Parallel()
	csv := []byte("type,value\nip,203.0.113.11\n")
	for _, tc := range []struct {
		name  string
		data  string
		right bool
	}{
		{"anything.bin", "test", true}, // by its hash
		{"my-iocs.csv", string(csv), true},
		{`C:\Users\me\MY-IOCS.CSV`, string(csv), true},
		{"../../iocs.csv", string(csv), true},
		{"iocs.txt", string(csv), false},
		{"iocs12.csv", string(csv), false},
		{"iocs.csv", "this is no table", false},
		{"iocs.csv", "a,b\n1,2\n", false},                              // too small
		{"iocs.csv", "a,b\n" + strings.Repeat("1,2\n", 30), false},     // too large
		{"iocs.csv", "\x7fELF\x02\x01\x01,\n,\n,\n,\n,\n,\n", false},   // whatever it is called
		{"x.png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", true}, // any image
		{"x.png", "<html><script>alert(1)</script></html> png", false}, // none
		{"iocs.csv", "名称,値\n通信先,203.0.113.11\n端末,10.0.0.1\n", true},    // in Japanese too
	} {
		r := scoreOf(t, asked(t), exercise.Submit{Task: "A5", File: exercise.NewUpload(tc.name, []byte(tc.data))})
		if r.Correct != tc.right {
			t.Errorf("%s %q is %v", tc.name, tc.data, r.Correct)
		}
	}
}

// TestTheLastFileCounts, for quality; the first for time. One that fits nothing
// takes the points of the one before.
func TestTheLastFileCounts(t *testing.T) {
	t.Parallel()
	d, ast := asked(t), player("asteria")
	hand := func(data string) {
		d.must(ast, exercise.Submit{Task: "A5", Unit: "asteria", File: exercise.NewUpload("x", []byte(data))})
	}
	hand("test")
	first := d.task("A5", "asteria")
	d.pass(10 * time.Minute)
	hand("no")
	v := d.task("A5", "asteria")
	if first.Points != 10 || !first.Solved || v.Points != 0 || v.Solved || v.Late || v.First != first.First || v.Status != exercise.TaskStands {
		t.Errorf("first %+v, then %+v", first, v)
	}
	d.must(evaluator("e"), exercise.Mark{Task: "A5", Unit: "asteria", Points: ptr(7.0)})
	hand("test")
	if v := d.task("A5", "asteria"); v.Points != 7 || v.Standing != exercise.Provisional {
		t.Errorf("a mark does not outrank: %+v", v)
	}
	if n := count(d.must(ast, exercise.Submit{Task: "A6", Unit: "asteria", File: exercise.NewUpload("x", []byte("x"))}), "task.scored"); n != 0 {
		t.Error("a file that only an evaluator can judge has a score")
	}
}

func TestWhatIsKeptOfAFile(t *testing.T) {
	t.Parallel()
	events := asked(t).must(player("asteria"), exercise.Submit{
		Task: "A6", Unit: "asteria", File: exercise.NewUpload("/tmp/ログ\x00\n一覧.csv", []byte("a,b\n1,2\n")),
	})
	b, _ := events[0].Body.(*exercise.Submitted)
	want := exercise.HandedIn{
		Name: "ログ一覧.csv", Media: "text/csv", Size: 8,
		Hash: "492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470",
	}
	if *b.File != want {
		t.Errorf("%+v", b.File)
	}
}

func TestFormsAreFiledComplete(t *testing.T) {
	t.Parallel()
	d := asked(t)
	submit := func(parts map[string]string) exercise.Submit {
		return exercise.Submit{Task: "A7", Unit: "asteria", Parts: parts}
	}
	r := scoreOf(t, d, submit(map[string]string{
		"summary": "We isolate the hosts", "severity": "high", "hosts": "４０台", "since": "午前8時34分", "iocs": "203[.]0[.]113[.]11\n\n",
	}))
	if r.Points != 10 || r.Hits != 2 {
		t.Errorf("%+v", r)
	}
	b, _ := d.log[len(d.log)-2].Body.(*exercise.Submitted)
	if b.Text != "" || len(b.Parts) != 5 || b.Parts["hosts"] != "４０台" {
		t.Errorf("%+v", b)
	}
	r = scoreOf(t, d, submit(map[string]string{"summary": "no", "severity": "low", "hosts": "", "iocs": "\n"}))
	b, _ = d.log[len(d.log)-2].Body.(*exercise.Submitted)
	if r.Points != 0 || len(b.Parts) != 2 || d.task("A7", "asteria").Points != 0 {
		t.Errorf("the last does not count for quality: %+v %+v", r, b)
	}
}

// TestAmendedKeysScoreAgain, whatever the key is made of.
func TestAmendedKeysScoreAgain(t *testing.T) {
	t.Parallel()
	text := func(task, text string) exercise.Submit {
		return exercise.Submit{Task: task, Unit: "asteria", Text: text}
	}
	file := exercise.Submit{Task: "A5", Unit: "asteria", File: exercise.NewUpload("x", []byte("abc"))}
	const abc = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"
	for _, tc := range []struct {
		name   string
		do     exercise.Submit
		amend  exercise.AmendTask
		before bool
		after  bool
	}{
		{"flag", text("A1", "RNK{other}"), exercise.AmendTask{Accept: []string{" RNK{other}"}}, false, true},
		{"flag in another case", text("A1", "rnk{other}"), exercise.AmendTask{Accept: []string{"RNK{other}"}}, false, false},
		{"flag no more", text("A1", "RNK{AST-7f3A}"), exercise.AmendTask{Accept: []string{"x"}}, true, false},
		{"number", text("A2", "about 7"), exercise.AmendTask{Number: ptr(7.0)}, false, true},
		{"number without its tolerance", text("A2", "7.1"), exercise.AmendTask{Number: ptr(7.0)}, false, false},
		{"number and tolerance", text("A2", "7.1"), exercise.AmendTask{Number: ptr(7.0), Tolerance: "0.5"}, false, true},
		{"tolerance alone", text("A2", "1300"), exercise.AmendTask{Tolerance: "10%"}, false, true},
		{"number becomes words", text("A2", "1201"), exercise.AmendTask{Accept: []string{"unknown"}}, true, false},
		{"pattern", text("A3", "port  22"), exercise.AmendTask{Match: []string{`PORT \d\d`}}, false, true},
		{"pattern that covers a part", text("A3", "port 221"), exercise.AmendTask{Match: []string{`port \d\d`}}, false, false},
		{"pattern no more", text("A3", "port 443"), exercise.AmendTask{Accept: []string{"none"}}, true, false},
		{"points keep the pattern", text("A3", "port 443"), exercise.AmendTask{Points: ptr(4.0)}, true, true},
		{"file", file, exercise.AmendTask{Accept: []string{abc}}, false, true},
		{"file no more", exercise.Submit{Task: "A5", Unit: "asteria", File: exercise.NewUpload("x", []byte("test"))}, exercise.AmendTask{Accept: []string{abc}}, true, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			d := asked(t)
			if got := scoreOf(t, d, tc.do).Correct; got != tc.before {
				t.Fatalf("before it is %v", got)
			}
			tc.amend.Task = tc.do.Task
			d.must(exercise.Excon(), tc.amend)
			v := d.task(tc.do.Task, "asteria")
			if v.Solved != tc.after || (v.Points > 0) != tc.after {
				t.Errorf("after it is %+v", v)
			}
			sameAs(t, d.s, refold(t, d.play, d.log), d.wall)
			sameAs(t, d.s, recall(t, d.s), d.wall)
		})
	}
}
