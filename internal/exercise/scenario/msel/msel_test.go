package msel_test

import (
	"bytes"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/msel"
	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
	"renkei/internal/sheet"
)

func printer(t *testing.T, lang string) *i18n.Printer {
	t.Helper()
	texts, err := i18n.New(exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	return texts.For(lang)
}

func grids(t *testing.T, raw []byte) []*sheet.Grid {
	t.Helper()
	all, err := sheet.Open(raw)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func run(t *testing.T, in msel.Input) *msel.Plan {
	t.Helper()
	p, err := msel.Import(in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// export gives the spreadsheet of a pack as a workbook or as text.
func export(t *testing.T, files map[string][]byte, form, lang string) []byte {
	t.Helper()
	table, err := msel.Export(files, printer(t, lang))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if form == "xlsx" {
		err = sheet.WriteXLSX(&b, table)
	} else {
		err = table.WriteCSV(&b, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestUntouched: taken back as it was taken out, no pack changes by a byte.
func TestUntouched(t *testing.T) {
	t.Parallel()
	packs, err := filepath.Glob("../../../../scenarios/*/msel.yaml")
	if err != nil || len(packs) == 0 {
		t.Fatalf("no packs: %v", err)
	}
	for _, pack := range append(packs, "../starter/msel.yaml") {
		files, _, err := scenario.Read(filepath.Dir(pack))
		if err != nil {
			t.Fatal(err)
		}
		unchanged(t, pack, files)
	}
	unchanged(t, "odd", odd())
}

func unchanged(t *testing.T, name string, files map[string][]byte) {
	t.Helper()
	for _, form := range []string{"xlsx", "csv"} {
		for _, lang := range i18n.Languages() {
			p := run(t, msel.Input{Files: files, Grids: grids(t, export(t, files, form, lang))})
			if len(p.Changes) > 0 || len(p.Issues) > 0 || len(p.Missing) > 0 {
				t.Errorf("%s as %s in %s: %v %v %v", name, form, lang, p.Changes, p.Issues, p.Missing)
			}
			if !maps.EqualFunc(p.Files, files, bytes.Equal) {
				t.Errorf("%s as %s in %s: files differ", name, form, lang)
			}
		}
	}
}

// odd is a pack in which everything is written in another way.
func odd() map[string][]byte {
	return map[string][]byte{
		"pack.yaml": []byte(`format: renkei/1
key: odd
version: 1.0.0
kind: rcx
title: Odd
languages: [en, ja]
duration: 2h
startex: 2024-06-26T09:00:00+07:00
personas: [{key: desk, name: {en: Help desk, ja: 窓口}}, {key: press, name: Press}]
units: {cells: [{key: hospital, name: Hospital}]}
`),
		"msel.yaml":       []byte(oddMSEL),
		"texts/en/A-1.md": []byte("\ufeff# =1+1\r\n\r\n'quoted\r\n_x0041_ & <b>\r\n"),
		"texts/ja/A-1.md": []byte("# 件名\n\n本文\n\n\n"),
		"texts/en/B2.md":  []byte("# Two\n\nBody"),
		"texts/en/C.md":   []byte("# Three\nBody\n"),
	}
}

const oddMSEL = `# the MSEL
injects:
  # the first
  - key: A-1 # its key
    title: {en: "One: a", ja: '一'}   # in place
    phase: recognise
    from: desk
    to: teams
    # when it comes
    at: 1h30m  # half past
    expected:
      en: >-
        Folded over
        two lines
      ja: |
        # no comment
        字
    notes: plain for all
    # behind the notes

  - {key: B2, title: Two, phase: inform, from: press, to: all, after: A-1 +3m}

  - title: Three
    key: C
    phase: analyse
    from: desk
    to: "cell:hospital"
    after: A-1
    for: [a,
      b]
    when: inject("A-1").released
    notes: |
      keep
      # this
  # at the end
flows: []
`

// edited changes cells of the exported table and takes it back.
func edited(t *testing.T, files map[string][]byte, change func(set func(key, head, to string))) *msel.Plan {
	t.Helper()
	table, err := msel.Export(files, printer(t, "en"))
	if err != nil {
		t.Fatal(err)
	}
	change(func(key, head, to string) {
		c := slices.Index(table.Head, head)
		for _, row := range table.Rows {
			if row[0] == key {
				row[c] = to
			}
		}
	})
	var b bytes.Buffer
	if err := sheet.WriteXLSX(&b, table); err != nil {
		t.Fatal(err)
	}
	return run(t, msel.Input{Files: files, Grids: grids(t, b.Bytes())})
}

// TestEdits: a changed cell changes the lines of its field and no others.
func TestEdits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		key, head, to string
		out, in       []string // lines taken out and put in
	}{
		"time keeps its comment": {"A-1", "Time", "T+1:45", []string{"    at: 1h30m  # half past"}, []string{"    at: 1h45m # half past"}},
		"time of day":            {"A-1", "Time", "10:45", []string{"    at: 1h30m  # half past"}, []string{"    at: 1h45m # half past"}},
		"language in place": {
			"A-1", "Title (ja)", "二",
			[]string{"    title: {en: \"One: a\", ja: '一'}   # in place"},
			[]string{"    title: {en: \"One: a\", ja: '二'} # in place"},
		},
		"persona by name":      {"A-1", "From", "窓口", nil, nil},
		"other persona":        {"A-1", "From", "Press", []string{"    from: desk"}, []string{"    from: press"}},
		"one text for each":    {"A-1", "Notes (ja)", "メモ", []string{"    notes: plain for all"}, []string{"    notes:", "      en: plain for all", "      ja: メモ"}},
		"new field":            {"A-1", "Controller", "high", nil, []string{"    controller: high"}},
		"field gone":           {"C", "Role", "", []string{"    for: [a,", "      b]"}, nil},
		"list":                 {"C", "Role", "a、c", []string{"    for: [a,", "      b]"}, []string{"    for: [a, c]"}},
		"first line":           {"C", "Title (en)", "Drei", []string{"  - title: Three"}, []string{"  - title: Drei"}},
		"what looks a comment": {"C", "Notes (en)", "gone", []string{"    notes: |", "      keep", "      # this"}, []string{"    notes: gone"}},
		"lines":                {"C", "Notes (en)", "a\n# b", []string{"    notes: |", "      keep", "      # this"}, []string{"    notes: |-", "      a", "      # b"}},
		"flow inject": {
			"B2", "Phase", "Analyse",
			[]string{"  - {key: B2, title: Two, phase: inform, from: press, to: all, after: A-1 +3m}"},
			[]string{"  - key: B2", "    title: Two", "    phase: analyse", "    from: press", "    to: all", "    after: A-1 +3m"},
		},
		"delay as h:mm": {"B2", "After", "A-1 +0:03", nil, nil},
		"default label": {"A-1", "TLP", "tlp:amber", nil, nil},
		"other label":   {"A-1", "TLP", "TLP：GREEN", nil, []string{"    tlp: GREEN"}},
	} {
		files := odd()
		p := edited(t, files, func(set func(key, head, to string)) { set(c.key, c.head, c.to) })
		if len(p.Issues) > 0 && !strings.Contains(name, "of day") {
			t.Errorf("%s: %v", name, p.Issues)
		}
		gone, come := lineDiff(string(files["msel.yaml"]), string(p.Files["msel.yaml"]))
		if !slices.Equal(gone, c.out) || !slices.Equal(come, c.in) {
			t.Errorf("%s:\n- %q\n+ %q\nwant\n- %q\n+ %q", name, gone, come, c.out, c.in)
		}
		if again := run(t, msel.Input{Files: p.Files, Grids: grids(t, export(t, p.Files, "xlsx", "ja"))}); len(again.Changes) > 0 {
			t.Errorf("%s: taken back again: %v", name, again.Changes)
		}
	}
}

// lineDiff gives the lines between the common beginning and the common end.
func lineDiff(a, b string) (gone, come []string) {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	return x[:len(x):len(x)], y[:len(y):len(y)]
}

// TestTextsAndRows: texts are changed in their files; a new row becomes an
// inject, a missing one stays unless it shall go.
func TestTextsAndRows(t *testing.T) {
	t.Parallel()
	files := odd()
	p := edited(t, files, func(set func(key, head, to string)) {
		set("A-1", "Text (en)", "new\nbody")
		set("B2", "Text (ja)", "=新")
		set("B2", "Key", "N9")
	})
	if got, want := string(p.Files["texts/en/A-1.md"]), "# =1+1\r\n\r\nnew\r\nbody\r\n"; got != want {
		t.Errorf("text is %q, want %q", got, want)
	}
	if got, want := string(p.Files["texts/ja/N9.md"]), "=新\n"; got != want {
		t.Errorf("new text is %q, want %q", got, want)
	}
	if !slices.Equal(p.Missing, []string{"B2"}) {
		t.Errorf("missing: %v", p.Missing)
	}
	_, come := lineDiff(oddMSEL, string(p.Files["msel.yaml"]))
	want := []string{
		"", "  - key: N9", "    title:", "      en: Two", "    phase: inform", "    from: press", "    to: all", "    after: A-1 +3m",
		"    tlp: AMBER", "    kind: contextual", "    mode: email",
	}
	if !slices.Equal(come, want) {
		t.Errorf("new inject:\n%s", strings.Join(come, "\n"))
	}
	cut := grids(t, export(t, files, "csv", "en"))
	cut[0].Rows = cut[0].Rows[:2]
	kept := run(t, msel.Input{Files: files, Grids: cut})
	if len(kept.Changes) > 0 || len(kept.Missing) != 2 || !bytes.Equal(kept.Files["msel.yaml"], files["msel.yaml"]) {
		t.Errorf("%v %v", kept.Changes, kept.Missing)
	}
	gone := run(t, msel.Input{Files: files, Grids: cut, Remove: true})
	pack, ds := scenario.Parse(gone.Files)
	if scenario.Failed(ds) || len(pack.Injects) != 1 || gone.Files["texts/en/C.md"] != nil {
		t.Errorf("removed: %v %v", gone.Changes, ds)
	}
}

// TestForeign: spreadsheets as people keep them become packs.
func TestForeign(t *testing.T) {
	t.Parallel()
	sjis, err := japanese.ShiftJIS.NewEncoder().String("番号,時刻,状況付与,内容,発信者,宛先,フェーズ,期待される行動,所管\r\n" +
		"１,9時00分,第一報,院内で暗号化,病院の情報担当,全チーム,認知,受領確認,課A\r\n" +
		"２,９：３０,照会,報道からの照会,記者,全チーム,対処,回答,課B\r\n")
	if err != nil {
		t.Fatal(err)
	}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(
		"N°\tHeure\tÉvénement\tContenu\tÉmetteur\tDestinataire\tRéaction attendue\n1\tJ+0 H+0 M+5\tAppel\tLe SI est bloqué\tHôpital\tTous\tAlerter\n1.1\t26/06/2024 10h00\tPresse\tUne question\tJournaliste\tMinistère\tRépondre\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		raw, startex, lang string
		at                 []string
		keys               []string
		people             int
		codes              []string
	}{
		"en, comma": {
			"MSEL of the drill,,,,\nNo.,Time,Inject,From,To\n1,T+0:05,Call,Help desk,All teams\n,,,,\n2,+90m,Mail,Vendor,Players\n",
			"", "en",
			[]string{"5m", "1h30m"},
			[]string{"I01", "I02"},
			2,
			[]string{"startex_placeholder"},
		},
		"ja, Shift_JIS": {
			sjis, "2024-06-26T09:00:00+09:00", "ja",
			[]string{"0m", "30m"},
			[]string{"I01", "I02"},
			2,
			[]string{"encoding", "unmapped", "clock_day"},
		},
		"fr, UTF-16, tabs": {
			utf16, "2024-06-26T09:00:00+07:00", "fr",
			[]string{"5m", "1h"},
			[]string{"I01", "I1-1"},
			2,
			[]string{"encoding", "to_new"},
		},
		"semicolons": {
			"Inject ID;Start time;Description;Sender;Recipient;Owner\nINJ-1;0:05;A;B;teams;C\nINJ-2;1:10;A;B;teams;C\n",
			"", "en",
			[]string{"5m", "1h10m"},
			[]string{"INJ-1", "INJ-2"},
			1,
			[]string{"clock_elapsed", "startex_placeholder"},
		},
	} {
		m := msel.Mapping{Times: msel.Times{Startex: c.startex}}
		p := run(t, msel.Input{Grids: grids(t, []byte(c.raw)), Mapping: m, Name: "Drill 2024", Language: c.lang})
		var codes []string
		for _, i := range p.Issues {
			codes = append(codes, i.Code)
		}
		if !slices.Equal(codes, c.codes) {
			t.Errorf("%s: issues %v", name, p.Issues)
		}
		pack, ds := scenario.Parse(p.Files)
		if pack == nil || scenario.Failed(ds) {
			t.Errorf("%s: %v\n%s", name, ds, p.Files["msel.yaml"])
			continue
		}
		if pack.Key != "drill-2024" || len(pack.Personas) != c.people || pack.Languages[0] != c.lang {
			t.Errorf("%s: %s, %d personas, %v", name, pack.Key, len(pack.Personas), pack.Languages)
		}
		for i, in := range pack.Injects {
			if got := strings.ReplaceAll(strings.TrimSuffix(in.Trigger.At.String(), "0s"), "h0m", "h"); in.Key != c.keys[i] || got != strings.Replace(c.at[i], "0m", "", 1) && got != c.at[i] {
				t.Errorf("%s: %s at %s", name, in.Key, got)
			}
		}
		again := run(t, msel.Input{Grids: grids(t, []byte(c.raw)), Mapping: p.Mapping, Files: p.Files})
		if len(again.Changes) > 0 && name != "fr, UTF-16, tabs" {
			t.Errorf("%s: imported again: %v", name, again.Changes)
		}
	}
}

// TestErrorsByCell: every cell that cannot be read is told at once, in its
// place, and nothing comes of the import.
func TestErrorsByCell(t *testing.T) {
	t.Parallel()
	raw := "Key,Time,Title,Phase,From,To,TLP,Mode\n" +
		"A-1,noon,One,recognise,desk,teams,AMBER,email\n" +
		"B2,T+2,Two,inform,Nobody,all,PURPLE,pigeon\n" +
		"C,25:10,Three,Dance,desk,Ministry,AMBER,email\n" +
		"C,,Again,analyse,desk,teams,,\n" +
		"D,,New,,desk,teams,,\n"
	p := run(t, msel.Input{Files: odd(), Grids: grids(t, []byte(raw))})
	var got []string
	for _, i := range p.Issues {
		if !i.Warning {
			got = append(got, i.Ref+" "+i.Code)
		}
	}
	want := []string{"A5 key_twice", "B2 time_unknown", "B3 time_unit", "E3 from", "G3 tlp", "H3 enum", "B4 time_impossible", "D4 phase", "F4 to", "D6 required", "B6 no_time"}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("issues\n%v\nwant\n%v", got, want)
	}
	if p.Files != nil {
		t.Error("something comes of it")
	}
	for _, lang := range i18n.Languages() {
		pr := printer(t, lang)
		for _, i := range p.Issues {
			if s := pr.T("msel.issue."+i.Code+".hint", i.Args); strings.HasPrefix(s, "msel.") || strings.Contains(s, "no value") {
				t.Errorf("%s: %q", lang, s)
			}
		}
	}
}

type answers map[string]string

func (a answers) Ask(q msel.Question) (string, error) {
	if q.Code == "column" {
		return a[q.Args["Head"].(string)], nil
	}
	return a[q.Code], nil
}

// TestAskedOnce: what nobody can guess is asked, and the mapping that comes of
// it asks nothing again.
func TestAskedOnce(t *testing.T) {
	t.Parallel()
	raw := []byte("Seq,T,What,Who,Minister,Colour\n1,2,Call,Desk,yes,red\n2,5,Mail,Desk,no,blue\n")
	first := run(t, msel.Input{Grids: grids(t, raw), Name: "x", Mapping: msel.Mapping{Head: 1}, Ask: answers{
		"Seq": "key", "T": "at", "What": "title.en", "Who": "from", "Minister": msel.KeepAsNote, "Colour": msel.LeaveOut, "unit": msel.UnitMinutes,
	}})
	saved, err := first.Mapping.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	m, err := msel.ReadMapping(saved)
	if err != nil {
		t.Fatal(err)
	}
	second := run(t, msel.Input{Grids: grids(t, raw), Name: "x", Mapping: m})
	if !maps.EqualFunc(first.Files, second.Files, bytes.Equal) || len(first.Files) == 0 {
		t.Errorf("%v\n%v", first.Issues, second.Issues)
	}
	if text := string(second.Files["msel.yaml"]); !strings.Contains(text, "Minister: yes") || strings.Contains(text, "red") || !strings.Contains(text, "at: 2m") {
		t.Errorf("the MSEL:\n%s", text)
	}
	if _, err := msel.ReadMapping([]byte("columns: {colour: Red}")); err == nil {
		t.Error("an unknown field is taken")
	}
}

// FuzzImport: no file breaks the import, and a pack that comes of it can be
// read again.
func FuzzImport(f *testing.F) {
	for _, s := range []string{"Key,Time,Title\nA,9:00,x\n", "No;Heure;Titre\n1;J+1 H+2;é\n", "\xff\xfek\x00", "時刻\t題名\n９時\t\"a\n\"\"b\"\n"} {
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, raw []byte, fresh bool) {
		all, err := sheet.Open(raw)
		if err != nil {
			return
		}
		in := msel.Input{Grids: all, Name: "fuzz", KeepRest: true, Mapping: msel.Mapping{Times: msel.Times{Unit: msel.UnitMinutes}}}
		if !fresh {
			in.Files = odd()
		}
		p, err := msel.Import(in)
		if err != nil || p.Files == nil {
			if err != nil && strings.Contains(err.Error(), "would") {
				t.Error(err)
			}
			return
		}
		if _, ds := scenario.Parse(p.Files); scenario.Failed(ds) {
			for _, d := range ds {
				if !d.Warning && d.Code != "field.missing" && !strings.HasPrefix(d.Code, "condition.") && !strings.HasPrefix(d.Code, "trigger.") &&
					!strings.HasPrefix(d.Code, "value.") {
					t.Errorf("%v\n%s\n%s", ds, p.Files["pack.yaml"], p.Files["msel.yaml"])
				}
			}
		}
	})
}
