package paper_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/paper"
	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
)

// packFiles is a pack in which everything that a unit must not see says
// SECRET, and what only others may see says OTHERS.
func packFiles() map[string][]byte {
	files := map[string]string{
		"pack.yaml": `
format: renkei/1
key: drill
version: 1.0.0
kind: rcx
title: Drill
languages: [en, ja]
tlp: GREEN
duration: 2h
startex: 2027-06-15T22:30:00Z
objectives:
- {key: O1, title: Confine it, capability: SECRET capability, critical_tasks: [{key: CT1, title: The desk is called SECRET}]}
personas:
- {key: desk, name: Help desk, role: SECRET role, address: "desk@{{host}}", replies: [{key: R0, ask: [SECRET ask], text: SECRET reply}]}
roles: [{key: analyst, title: Analyst}]
units:
  min: 2
  vars: {host: "h.{{team.domain}}", c2: "{{address 203.0.113.0/24 10}}"}
  cells: [{key: hospital, name: "Hospital of {{team.name}}"}, {key: bank, name: Bank}]
`,
		"msel.yaml": `
injects:
- key: I03
  title: SECRET title
  phase: inform
  from: desk
  to: cell:bank
  after: I01 +1h30m
  notes: SECRET notes
- key: I01
  title: SECRET title
  phase: recognise
  from: desk
  to: teams
  at: 5m
  for: analyst
  kind: contingency
  mode: phone
  delivery: SECRET delivery
  expected: SECRET expected
  controller: SECRET controller
  notes: SECRET notes
  attachments: [proxy.log]
  replies: [{key: R1, ask: [SECRET ask], text: SECRET reply}]
  tasks:
  - key: T1
    type: answer
    critical: CT1
    prompt: Which address is it in {{team.name}}?
    due: 10m
    accept: [SECRET accept]
    match: [SECRET match]
    examples: {right: [SECRET match], wrong: [x]}
    hints: [{text: SECRET hint, cost: 2}]
  - {key: T2, type: choice, prompt: What now?, due: 5m, options: [{key: a, text: Wait}, {key: b, text: Call, correct: true}]}
  - {key: T3, type: flag, prompt: The flag?, due: 5m, flag: SECRET flag}
  - {key: T4, type: report, prompt: Report., due: 5m, form: [{key: p, title: Facts, required: true}], mentions: [[SECRET mention]]}
  - {key: T5, type: answer, prompt: How many?, due: 5m, number: "4217", tolerance: 13%}
  relay:
    to: cells
    tasks: [{key: T6, type: indicators, prompt: Indicators for the hospital, due: 5m, accept: ["203.0.113.99"]}]
- key: I02
  title: SECRET title
  phase: analyse
  from: desk
  to: teams
  when: task("T1").answered && "SECRET condition" != ""
  branch: warned
decisions:
- {key: D1, title: SECRET decision, at: 1h, branches: [{key: warned, title: SECRET branch, when: flow("F1").made}, {key: not-warned, title: SECRET branch}]}
flows:
- {key: F1, title: SECRET flow, from: team, to: liaison, after: I01, within: 10m, what: [SECRET what], critical: CT1}
`,
		"texts/en/I01.md":          "# Help for {{team.name}}\n\nThe *address* is {{c2}}, since {{time now-5m hm}}.\n\n=1+1",
		"texts/ja/I01.md":          "# {{team.name}}への支援要請\n\n宛先は{{c2}}。",
		"texts/en/I02.md":          "# A second call\n\nIt goes on.",
		"texts/ja/I02.md":          "# 続報\n\n続いています。",
		"texts/en/I03.md":          "# OTHERS bank only\n\nOTHERS bank text",
		"texts/ja/I03.md":          "# OTHERS 銀行\n\nOTHERS 銀行",
		"attachments/en/proxy.log": "{{time now-1m clf}} {{c2}} <script>",
		"attachments/ja/proxy.log": "{{time now-1m clf}} {{c2}} <script>",
	}
	out := map[string][]byte{}
	for name, text := range files {
		out[name] = []byte(text)
	}
	return out
}

func teams() []scenario.Unit {
	return []scenario.Unit{
		{Key: "asteria", Code: "AST", Name: scenario.Text{"en": "Asteria", "ja": "アステリア"}, Domain: "asteria.example", Locale: "en", Zone: "Asia/Singapore", N: 1},
		{Key: "borealis", Code: "BOR", Name: scenario.Text{"en": "Borealis", "ja": "ボレアリス"}, Domain: "borealis.example", Locale: "ja", Zone: "Asia/Tokyo", N: 2},
	}
}

func book(t *testing.T, lang string, o paper.Options) *paper.Book {
	t.Helper()
	pack, ds := scenario.Parse(packFiles())
	if ds = append(ds, scenario.Check(pack)...); scenario.Failed(ds) {
		t.Fatalf("the pack of the test: %v", ds)
	}
	cast, err := scenario.NewCast(pack, teams())
	if err != nil {
		t.Fatal(err)
	}
	texts, err := i18n.New(exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	b, err := paper.Make(pack, cast, o, texts.For(lang))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// written gives all texts of a form: what a reader sees of the page, the cells
// of the tables.
func written(t *testing.T, b *paper.Book, form string) string {
	t.Helper()
	var buf bytes.Buffer
	switch form {
	case "html":
		if err := b.HTML(&buf); err != nil {
			t.Fatal(err)
		}
		return visible(t, &buf)
	case "csv":
		if err := b.CSV(&buf, true); err != nil {
			t.Fatal(err)
		}
		return buf.String()
	}
	if err := b.XLSX(&buf); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	f, err := excelize.OpenReader(&buf)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			all.WriteString(strings.Join(row, "\t") + "\n")
		}
	}
	return all.String()
}

// visible is the text of a page outside its style, white space folded.
func visible(t *testing.T, buf *bytes.Buffer) string {
	t.Helper()
	doc, err := html.Parse(buf)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "script" {
			t.Error("the page has a script")
		}
		if n.Type == html.TextNode && n.Parent.Data != "style" {
			b.WriteString(n.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// TestHandoutKeepsSecrets: nothing of a key or of a column for EXCON, and
// nothing for other units, stands in any form of a handout; the edition for
// controllers has all of it.
func TestHandoutKeepsSecrets(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"html", "xlsx", "csv"} {
		for unit, want := range map[string][]string{
			"asteria":          {"Help for Asteria", "203.0.113.11", "A second call", "OTHERS"}, // a parent sees its cells
			"asteria/hospital": {"Help for Asteria", "Indicators for the hospital"},
		} {
			got := written(t, book(t, "en", paper.Options{For: unit}), form)
			for _, secret := range []string{"SECRET", "4217", "203.0.113.99", "13%", "Borealis"} {
				if strings.Contains(got, secret) {
					t.Errorf("%s for %s holds %q:\n%s", form, unit, secret, got)
				}
			}
			if unit != "asteria" && (strings.Contains(got, "OTHERS") || strings.Contains(got, "A second call")) {
				t.Errorf("%s for %s holds what others get:\n%s", form, unit, got)
			}
			for _, text := range want {
				if !strings.Contains(got, text) {
					t.Errorf("%s for %s lacks %q:\n%s", form, unit, text, got)
				}
			}
		}
	}
	all := written(t, book(t, "en", paper.Options{}), "html")
	for _, text := range []string{
		"SECRET title", "SECRET notes", "SECRET delivery", "SECRET expected", "SECRET controller", "SECRET ask", "SECRET reply",
		"SECRET accept", "SECRET match", "SECRET hint", "SECRET flag", "SECRET mention", "4217", "13 %", "203.0.113.99",
		"SECRET condition", "SECRET decision", "SECRET branch", "SECRET flow", "SECRET what", "SECRET role", "b) Call", "not-warned",
		"{{c2}}", "203.0.113.11", "203.0.113.12", "Facts (required)",
	} {
		if !strings.Contains(all, text) {
			t.Errorf("the edition for controllers lacks %q", text)
		}
	}
}

// TestBriefingTellsNothing: no text of an inject, of a key or of the columns for
// EXCON stands in the briefing, which has what players need.
func TestBriefingTellsNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lang, unit string
		want, lack []string
	}{
		{"en", "", []string{"Player briefing", "Asteria", "Borealis", "Hospital of Asteria", "Hospital of Borealis", "Analyst", "TLP:AMBER+STRICT", "2 h"}, nil},
		{"en", "asteria", []string{"Player briefing for Asteria", "Your cells: Hospital of Asteria, Bank", "Borealis", "06:30 Asia/Singapore"}, []string{"Hospital of Borealis"}},
		{"en", "borealis/hospital", []string{"Player briefing for Hospital of Borealis", "07:30 Asia/Tokyo"}, []string{"Hospital of Asteria", "Your cells"}},
		{"ja", "asteria", []string{"プレイヤー向け説明資料：アステリア", "取扱区分"}, []string{"Player"}},
	} {
		got := written(t, book(t, c.lang, paper.Options{Edition: paper.Briefing, For: c.unit}), "html")
		for _, secret := range append(c.lack, "SECRET", "OTHERS", "4217", "203.0.113", "Help for", "支援要請", "{{", "T1", "I01", "D1") {
			if strings.Contains(got, secret) {
				t.Errorf("%s for %q holds %q:\n%s", c.lang, c.unit, secret, got)
			}
		}
		for _, text := range c.want {
			if !strings.Contains(got, text) {
				t.Errorf("%s for %q lacks %q:\n%s", c.lang, c.unit, text, got)
			}
		}
	}
}

// TestHandbook has the guide, the timeline and the keys.
func TestHandbook(t *testing.T) {
	t.Parallel()
	got := written(t, book(t, "en", paper.Options{Edition: paper.Handbook, Title: "Spring drill"}), "html")
	for _, text := range []string{
		"Spring drill", "Handbook for controllers and evaluators", "Confine it", "The desk is called", "I01 T1 Answer", "F1 SECRET flow",
		"contingency", "SECRET expected", "SECRET accept", "SECRET mention", "SECRET decision", "SECRET reply", "unable to be performed", "{{c2}}", "203.0.113.12",
	} {
		if !strings.Contains(got, text) {
			t.Errorf("the handbook lacks %q:\n%s", text, got)
		}
	}
}

// TestOrderAndClocks: lines stand in the order of time, with the clocks of the
// teams and the date after midnight.
func TestOrderAndClocks(t *testing.T) {
	t.Parallel()
	b := book(t, "en", paper.Options{Contact: "+65 5550 0100"})
	type line struct{ key, planned, utc, local string }
	want := []line{
		{"I01", "T+0:05", "22:35", "06:35 AST · 07:35 BOR"},
		{"D1", "T+1:00", "23:30", "07:30 AST · 08:30 BOR"},
		{"I02", "from T+1:00", "23:30", "07:30 AST · 08:30 BOR"},
		{"I03", "T+1:35", "2027-06-16 00:05", "08:05 AST · 09:05 BOR"},
	}
	for i, e := range b.Entries {
		if got := (line{e.Key, e.Planned, e.UTC, e.Local}); i >= len(want) || got != want[i] {
			t.Errorf("line %d is %+v, want %+v", i+1, got, want[i])
		}
	}
	if len(b.Entries) != len(want) {
		t.Errorf("%d lines, want %d", len(b.Entries), len(want))
	}
	if got := written(t, b, "html"); !strings.Contains(got, "+65 5550 0100") {
		t.Error("the contact of EXCON is missing")
	}
	later := book(t, "ja", paper.Options{Startex: time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)})
	if got := later.Entries[0]; got.UTC != "01:05" || got.Local != "09:05 AST · 10:05 BOR" {
		t.Errorf("with another STARTEX: %s, %s", got.UTC, got.Local)
	}
}

// TestHandoutReadsAsTheUnitDoes: its language, zone and scenario time.
func TestHandoutReadsAsTheUnitDoes(t *testing.T) {
	t.Parallel()
	b := book(t, "ja", paper.Options{For: "borealis", Startex: time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)})
	s := b.Units[0].Sheets[0]
	if s.Subject != "ボレアリスへの支援要請" || s.Planned != "10:05" {
		t.Errorf("subject %q at %q", s.Subject, s.Planned)
	}
	if want := "16/Jun/2027:07:34:00 +0900 203.0.113.12 <script>"; s.Files[0].Text != want {
		t.Errorf("attachment %q, want %q", s.Files[0].Text, want)
	}
	if got := b.Units[1].Name; got != "Hospital of ボレアリス" {
		t.Errorf("the cell is called %q", got)
	}
	if got := written(t, b, "html"); !strings.Contains(got, "<script>") {
		t.Error("the log is not shown as it is")
	}
}

// TestCSVIsQuotedAndGuarded: it reads back cell by cell, and a text that looks
// like a formula is none.
func TestCSVIsQuotedAndGuarded(t *testing.T) {
	t.Parallel()
	got := written(t, book(t, "en", paper.Options{}), "csv")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(got, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 5 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if !strings.HasPrefix(got, "\ufeff") || !strings.Contains(got, "\r\n") {
		t.Error("no byte order mark, or other line ends")
	}
	if text := rows[1][10]; !strings.Contains(text, "{{c2}}") || !strings.HasSuffix(text, "=1+1") {
		t.Errorf("text: %q", text)
	}
}

func TestUnknownUnit(t *testing.T) {
	t.Parallel()
	pack, _ := scenario.Parse(packFiles())
	cast, err := scenario.NewCast(pack, teams())
	if err != nil {
		t.Fatal(err)
	}
	texts, err := i18n.New(exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := paper.Make(pack, cast, paper.Options{For: "nobody"}, texts.For("en")); !errors.Is(err, paper.ErrUnit) {
		t.Errorf("got %v", err)
	}
}
