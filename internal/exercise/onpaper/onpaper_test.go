package onpaper_test

import (
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/onpaper"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/msel"
	"renkei/internal/exercise/scenario/teamfile"
	"renkei/internal/sheet"
)

// sum is that of "abc".
const sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

const packYAML = `format: renkei/1
key: paper
version: 1.0.0
kind: rcx
title: {en: Paper, ja: 紙}
languages: [en, ja]
tlp: GREEN
duration: 60m
startex: 2027-01-01T00:00:00Z
personas:
- {key: nurse, name: {en: Nurse Ama, ja: アマ}, address: nurse@test.example}
units:
  cells:
  - {key: hospital, name: {en: Hospital, ja: 病院}}
`

const mselYAML = `injects:
- key: I01
  at: 1m
  title: {en: x, ja: x}
  phase: recognise
  from: nurse
  to: teams
  tasks:
  - {key: T1, type: answer, due: 9m, prompt: {en: x, ja: x}, accept: ["192.0.2.6"]}
  - {key: T2, type: choice, due: 9m, prompt: {en: x, ja: x}, options: [{key: a, text: {en: "Yes", ja: はい}}, {key: b, correct: true, text: {en: "No", ja: いいえ}}]}
  - {key: T3, type: indicators, due: 9m, prompt: {en: x, ja: x}, accept: ["192.0.2.1"]}
  - {key: T4, type: file, due: 9m, prompt: {en: x, ja: x}, max_size: 1KiB}
  - key: T5
    type: report
    due: 9m
    prompt: {en: x, ja: x}
    form:
    - {key: what, title: {en: What happened, ja: 概要}}
    - {key: grade, kind: choice, title: {en: Grade, ja: 深刻度}, options: [{key: hi, text: {en: High, ja: 高}}, {key: lo, text: {en: Low, ja: 低}}]}
`

func play(tb testing.TB) *exercise.Play {
	tb.Helper()
	pack, ds := scenario.Parse(map[string][]byte{
		"pack.yaml": []byte(packYAML), "msel.yaml": []byte(mselYAML),
		"texts/en/I01.md": []byte("# x\n\nx\n"), "texts/ja/I01.md": []byte("# x\n\nx\n"),
	})
	if scenario.Failed(ds) {
		tb.Fatal(ds)
	}
	teams, err := teamfile.Demo(1)
	if err != nil {
		tb.Fatal(err)
	}
	cast, err := scenario.NewCast(pack, teams)
	if err != nil {
		tb.Fatal(err)
	}
	p, err := exercise.NewPlay(pack, cast)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func read(tb testing.TB, csv string) ([]onpaper.Row, []msel.Issue) {
	tb.Helper()
	grids, err := sheet.Open([]byte(csv))
	if err != nil {
		tb.Fatal(err)
	}
	return onpaper.Read(grids[0], play(tb), onpaper.Options{
		Clock: sheet.Clock{Elapsed: true}, By: "M. Sato",
		Files: fstest.MapFS{"in/abc": {Data: []byte("abc")}, "long": {Data: make([]byte, 1025)}},
	})
}

// row is the sheet with one row: time, unit, what, item, to, text, file, tlp.
func row(cells ...string) string {
	for i, c := range cells {
		cells[i] = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
	}
	return "Paper of the day\nTime,Unit,What,Item,To,Text,File,TLP\n" + strings.Join(cells, ",") + "\n"
}

func submit(task string) exercise.Submit { return exercise.Submit{Task: task, Unit: "asteria"} }

func TestRows(t *testing.T) {
	t.Parallel()
	text, choice, found, form := submit("T1"), submit("T2"), submit("T3"), submit("T5")
	text.Text, choice.Items, found.Items = "192.0.2.6", []string{"b", "a"}, []string{"192.0.2.1", "192.0.2.2"}
	form.Parts = map[string]string{"what": "In by VPN; since\nMonday", "grade": "hi"}
	for name, tc := range map[string]struct {
		cells []string
		want  exercise.Action
	}{
		"release to all":   {[]string{"0:05", "", "released", "I01"}, exercise.Release{Inject: "I01"}},
		"release to one":   {[]string{"T+5 min", "AST", "付与", "I01"}, exercise.Release{Inject: "I01", Units: []string{"asteria"}}},
		"received":         {[]string{"0:05", "アステリア", "受領確認", "I01"}, exercise.Acknowledge{Inject: "I01", Unit: "asteria"}},
		"answer":           {[]string{"０：０５", "asteria", "answer", "T1", "", "192.0.2.6"}, text},
		"choice":           {[]string{"0:05", "asteria", "answer", "T2", "", "Ｂ), yes"}, choice},
		"indicators":       {[]string{"0:05", "asteria", "answer", "T3", "", "192.0.2.1、192.0.2.2"}, found},
		"form":             {[]string{"0:05", "asteria", "report", "T5", "", "What happened: In by VPN; since\nMonday\ngrade = 高"}, form},
		"form in one line": {[]string{"0:05", "asteria", "報告", "T5", "", "GRADE：hi；概要：In by VPN; since\nMonday"}, form},
		"hint":             {[]string{"0:05", "asteria", "ヒント", "T1"}, exercise.TakeHint{Task: "T1", Unit: "asteria"}},
		"relay":            {[]string{"0:05", "asteria", "relayed", "I01", "asteria/hospital", "x"}, exercise.RelayTo{Inject: "I01", From: "asteria", Unit: "asteria/hospital", Text: "x"}},
		"note":             {[]string{"0:05", "", "note", "T1", "", "x"}, exercise.AddNote{Text: "x", Re: "T1"}},
		"told": {[]string{"0:05", "Asteria", "told", "", "EXCON, liaison; nurse", "x", "", "tlp:amber"}, exercise.Send{
			From: "asteria", Ends: []string{exercise.EndExcon, exercise.EndLiaison, "persona:nurse"}, Text: "x", TLP: scenario.TLPAmber,
		}},
		"phoned":           {[]string{"0:05", "Asteria", "Phoned", "", "asteria/hospital", "x", "", "green"}, exercise.NoteCall{Unit: "asteria", With: "asteria/hospital", Text: "x", TLP: scenario.TLPGreen}},
		"phoned a persona": {[]string{"0:05", "AST", "電話", "", "Nurse Ama", "x"}, exercise.NoteCall{Unit: "asteria", With: "persona:nurse", Text: "x"}},
		"a persona told": {[]string{"0:05", "Nurse Ama", "told", "", "AST", "x"}, exercise.Send{
			From: "persona:nurse", Ends: []string{"unit:asteria"}, Text: "x",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, issues := read(t, row(tc.cells...))
			if len(issues) > 0 || len(rows) != 1 {
				t.Fatalf("%d rows, issues %v", len(rows), issues)
			}
			do := rows[0].Do
			if do.At != exercise.At(5*time.Minute) || do.By != "M. Sato" || rows[0].Ref != "A3" {
				t.Errorf("at %s by %s from %s", do.At, do.By, rows[0].Ref)
			}
			if !reflect.DeepEqual(do.Do, tc.want) {
				t.Errorf("got  %#v\nwant %#v", do.Do, tc.want)
			}
		})
	}
}

// TestFile: a file is taken from below the sheet's folder, and is the one noted.
func TestFile(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ text, file, issue string }{
		"in its column":      {"", "in/abc", ""},
		"in the text":        {"in/abc", "", ""},
		"as Windows writes":  {"", `in\abc`, ""},
		"with its sum":       {"sha256: " + strings.ToUpper(sum), "in/abc", ""},
		"sum after the name": {"", "in/abc, SHA-256 " + sum, ""},
		"another":            {sum[:63] + "0", "in/abc", "paper_file_other"},
		"too large":          {"", "long", "paper_file_large"},
		"not there":          {"in/abd", "", "paper_file"},
		"none":               {"", "", "paper_file"},
		"a folder":           {"", "in", "paper_file"},
		"out of the folder":  {"", "../abc", "paper_file"},
		"absolute":           {"", "/etc/passwd", "paper_file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, issues := read(t, row("0:05", "asteria", "answer", "T4", "", tc.text, tc.file))
			if tc.issue != "" {
				if len(rows) != 0 || len(issues) != 1 || issues[0].Code != tc.issue {
					t.Errorf("%d rows, issues %v, want %s", len(rows), issues, tc.issue)
				}
				return
			}
			if len(issues) > 0 || len(rows) != 1 {
				t.Fatalf("issues %v", issues)
			}
			do, ok := rows[0].Do.Do.(exercise.Submit)
			if !ok || do.File == nil || do.File.Kept().Hash != sum || do.File.Kept().Name != "abc" {
				t.Errorf("got %#v", rows[0].Do.Do)
			}
		})
	}
}

// TestIssues: every cell that cannot be read is told, with its place.
func TestIssues(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		cells []string
		want  string
	}{
		"time":            {[]string{"soon", "asteria", "hint", "T1"}, "A3 time_unknown"},
		"what":            {[]string{"0:05", "asteria", "danced", "T1"}, "C3 paper_what"},
		"unit":            {[]string{"0:05", "Atlantis", "hint", "T1"}, "B3 paper_unit"},
		"item":            {[]string{"0:05", "asteria", "hint", ""}, "D3 paper_item"},
		"whom":            {[]string{"0:05", "asteria", "told", "", "EXCON, moon", "x"}, "E3 paper_unit"},
		"label":           {[]string{"0:05", "asteria", "told", "", "EXCON", "x", "", "PINK"}, "H3 tlp"},
		"part":            {[]string{"0:05", "asteria", "answer", "T5", "", "Wat: x"}, "F3 paper_part"},
		"part once more":  {[]string{"0:05", "asteria", "answer", "T5", "", "what: x\nwhat: y"}, "F3 paper_part_twice"},
		"file":            {[]string{"0:05", "asteria", "answer", "T4", "", "", "none"}, "G3 paper_file"},
		"several at once": {[]string{"soon", "Atlantis", "danced", ""}, "A3 time_unknown, C3 paper_what"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, issues := read(t, row(tc.cells...))
			var got []string
			for _, i := range issues {
				got = append(got, i.Ref[strings.Index(i.Ref, "!")+1:]+" "+i.Code)
			}
			if len(rows) > 0 || strings.Join(got, ", ") != tc.want {
				t.Errorf("%d rows, issues %v, want %s", len(rows), got, tc.want)
			}
		})
	}
}

// TestKeyHoldsWhatARowSays: the same row has the same key, and no other.
func TestKeyHoldsWhatARowSays(t *testing.T) {
	t.Parallel()
	key := func(cells ...string) string {
		rows, issues := read(t, row(cells...))
		if len(rows) != 1 {
			t.Fatal(issues)
		}
		return rows[0].Key
	}
	first := key("0:05", "asteria", "answer", "T1", "", "a")
	if key("T+0:05", "asteria", "answered", "T1", "", "a") != first {
		t.Error("the same in other words has another key")
	}
	for _, other := range [][]string{{"0:06", "asteria", "answer", "T1", "", "a"}, {"0:05", "asteria", "answer", "T1", "", "b"}} {
		if key(other...) == first {
			t.Errorf("%v has the key of another row", other)
		}
	}
}

// FuzzRead: whatever a sheet says, a row is read or told.
func FuzzRead(f *testing.F) {
	f.Add(row("0:05", "asteria", "answer", "T5", "", "What happened: a；grade=高"))
	f.Add(row("T+5", "Nurse Ama", "連絡", "", "liaison、AST", "x", "", "TLP:AMBER+STRICT"))
	f.Add(row("0:05", "asteria", "answer", "T4", "", "in/abc "+sum))
	f.Add("時刻\t種類\t対象\n午後2時\tヒント\tT1\n")
	p := play(f)
	f.Fuzz(func(t *testing.T, text string) {
		grids, err := sheet.Open([]byte(text))
		if err != nil {
			return
		}
		rows, _ := onpaper.Read(grids[0], p, onpaper.Options{
			Clock: sheet.Clock{Elapsed: true}, By: "M. Sato", Files: fstest.MapFS{"in/abc": {Data: []byte("abc")}},
		})
		for i, r := range rows {
			if r.Do.Do == nil || r.Do.By == "" || r.Ref == "" || i > 0 && r.Do.At < rows[i-1].Do.At {
				t.Errorf("row %+v", r)
			}
		}
	})
}
