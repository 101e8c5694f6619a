package scenario

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

type entry struct {
	name string
	data string
	mode fs.FileMode
}

func writeZip(t *testing.T, entries []entry) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		h.SetMode(e.mode | 0o644)
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "pack.zip")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestReadZip(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("x", maxFileSize)
	var many, heavy []entry
	for i := range maxFiles + 1 {
		many = append(many, entry{name: fmt.Sprintf("f%d", i)})
	}
	for i := range 9 {
		heavy = append(heavy, entry{name: fmt.Sprintf("f%d", i), data: big})
	}
	for _, tc := range []struct {
		name    string
		entries []entry
		codes   []string
		files   []string
	}{
		{"plain", []entry{{name: "pack.yaml"}, {name: "a/b.txt"}, {name: ".git/x"}, {name: "dir/"}}, nil, []string{"a/b.txt", "pack.yaml"}},
		{"in a folder", []entry{{name: "p/"}, {name: "p/pack.yaml"}, {name: "p/t/x"}}, nil, []string{"pack.yaml", "t/x"}},
		{
			"climbing",
			[]entry{{name: "pack.yaml"}, {name: "../x"}, {name: "/etc/x"}, {name: `a\..\x`}, {name: "c:/x"}, {name: "a//x"}},
			[]string{codeFilePathBad, codeFilePathBad, codeFilePathBad, codeFilePathBad, codeFilePathBad},
			[]string{"pack.yaml"},
		},
		{"link", []entry{{name: "pack.yaml"}, {name: "x", data: "/etc/passwd", mode: fs.ModeSymlink}}, []string{codeFileLink}, []string{"pack.yaml", "x"}},
		{"device", []entry{{name: "pack.yaml"}, {name: "x", mode: fs.ModeDevice}}, []string{codeFileSpecial}, []string{"pack.yaml", "x"}},
		{"twice", []entry{{name: "pack.yaml"}, {name: "x"}, {name: "x"}}, []string{codeFileDuplicate}, []string{"pack.yaml", "x"}},
		{"long path", []entry{{name: "pack.yaml"}, {name: strings.Repeat("x", maxPath+1)}}, []string{codeFilePathLong}, []string{"pack.yaml"}},
		{"bomb", []entry{{name: "pack.yaml"}, {name: "x", data: big + "x"}}, []string{codeFileTooLarge}, []string{"pack.yaml", "x"}},
		{"heavy", heavy, []string{codeFileTotal}, nil},
		{"many", many, []string{codeFileTooMany}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			files, ds, err := Read(writeZip(t, tc.entries))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range ds {
				got = append(got, d.Code)
			}
			if !slices.Equal(got, tc.codes) {
				t.Errorf("diagnostics %v, want %v", ds, tc.codes)
			}
			var names []string
			for name := range files {
				names = append(names, name)
			}
			slices.Sort(names)
			if tc.files != nil && !slices.Equal(names, tc.files) {
				t.Errorf("files %q, want %q", names, tc.files)
			}
			filled(t, ds)
		})
	}
}

// TestReadDamagedZip says which file of a zip is damaged.
func TestReadDamagedZip(t *testing.T) {
	t.Parallel()
	name := writeZip(t, []entry{{name: "pack.yaml", data: strings.Repeat("key: value\n", 50)}})
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(raw, []byte("pack.yaml")) + len("pack.yaml") + 3
	raw[at] ^= 0xff
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	_, ds, err := Read(name)
	if err != nil || len(ds) != 1 || ds[0].Code != codeFileBroken || ds[0].Pos.File != "pack.yaml" {
		t.Errorf("diagnostics %v, %v", ds, err)
	}
	filled(t, ds)
}

func TestReadFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, f := range []string{"pack.yaml", ".hidden", "README.md"} {
		if err := os.WriteFile(filepath.Join(dir, f), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, link := range []string{"msel.yaml", "texts"} {
		if err := os.Symlink("/etc", filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	files, ds, err := Read(dir)
	if err != nil || len(files) != 4 || files["pack.yaml"] == nil || files["msel.yaml"] != nil {
		t.Errorf("files %v, %v", files, err)
	}
	if len(ds) != 2 || ds[0].Code != codeFileLink || ds[1].Pos.File != "texts" {
		t.Errorf("diagnostics %v", ds)
	}
}

func TestReadNothing(t *testing.T) {
	t.Parallel()
	if _, _, err := Load(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a path that does not exist")
	}
	plain := filepath.Join(t.TempDir(), "plain")
	if err := os.WriteFile(plain, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if p, ds, err := Load(plain); p != nil || err != nil || len(ds) != 1 || ds[0].Code != codeFileNotZip {
		t.Errorf("a plain file: %v %v", ds, err)
	}
}

func TestFolderAndZipHaveOneHash(t *testing.T) {
	t.Parallel()
	var entries []entry
	for name, data := range starterFiles(t) {
		entries = append(entries, entry{name: "first-drill/" + name, data: string(data)})
	}
	zipped, ds, err := Load(writeZip(t, entries))
	if err != nil || len(ds) > 0 {
		t.Fatal(ds, err)
	}
	folder, _, _ := Load("starter")
	if folder.Hash() != zipped.Hash() || len(folder.Hash()) != 64 {
		t.Errorf("hashes %s and %s", folder.Hash(), zipped.Hash())
	}
	zipped.Files["x"] = nil
	if folder.Hash() == zipped.Hash() {
		t.Error("another file, the same hash")
	}
}

func TestContent(t *testing.T) {
	t.Parallel()
	p := &Pack{Languages: []string{"en", "ja"}, Files: map[string][]byte{
		"texts/en/I1.md": []byte("\ufeff# One {{x}}\r\n\r\nBody\r\n"), "texts/en/I2.md": []byte("no subject"),
		"texts/ja/I1.md":    []byte("# 一\n\n本文\n"),
		"attachments/a.LOG": []byte("common"), "attachments/ja/a.LOG": []byte("日本"), "attachments/en/b.bin": []byte("en"),
	}}
	subject, _ := p.Subject("I1", "fr")
	body, _ := p.Body("I1", "fr")
	if subject != "One {{x}}" || body != "Body\n" {
		t.Errorf("subject %q, body %q", subject, body)
	}
	if subject, _ = p.Subject("I1", "ja"); subject != "一" {
		t.Errorf("subject %q", subject)
	}
	if _, ok := p.Subject("I2", "en"); ok {
		t.Error("a subject where there is none")
	}
	if _, ok := p.Body("I3", "en"); ok {
		t.Error("a body where there is none")
	}
	for _, tc := range []struct{ name, lang, want string }{
		{"a.LOG", "en", "common true true"},
		{"a.LOG", "ja", "日本 true true"},
		{"b.bin", "ja", "en false true"},
		{"c", "en", " false false"},
	} {
		data, tmpl, ok := p.Attachment(tc.name, tc.lang)
		if got := fmt.Sprintf("%s %v %v", data, tmpl, ok); got != tc.want {
			t.Errorf("%s in %s: %q, want %q", tc.name, tc.lang, got, tc.want)
		}
	}
	if MediaType("x.PNG") != "image/png" || MediaType("x") != "application/octet-stream" {
		t.Error("media types are wrong")
	}
}

func TestLookups(t *testing.T) {
	t.Parallel()
	p, _, _ := Load("starter")
	task, in, relay := p.TaskByKey("T5")
	if task == nil || in == nil || in.Key != "I03" || !relay {
		t.Errorf("task %v of %v, relay %v", task, in, relay)
	}
	if f := p.FlowByKey("F1"); f == nil || f.TLP != TLPAmber || f.Phase != "inform" {
		t.Errorf("flow %+v", f)
	}
	if p.PersonaByKey("it-manager") == nil || p.InjectByKey("I09") != nil || p.InjectByKey("I01").TLP != TLPAmber {
		t.Error("lookups are wrong")
	}
	in = p.InjectByKey("I02")
	if in.Trigger.After != "I01" || in.Trigger.Delay != 5*time.Minute || in.Tasks[0].Attempts != 0 || in.Tasks[0].Points != 10 {
		t.Errorf("inject %+v", in)
	}
}

// bigPack generates a pack with many injects.
func bigPack(n int) map[string][]byte {
	files := map[string][]byte{"pack.yaml": []byte(`
format: renkei/1
key: big
version: "1"
kind: rcx
title: Big
languages: [en, ja]
duration: 10h
startex: 2027-06-16T01:00:00Z
personas: [{key: p, name: P}]
units: {min: 2, vars: {c2: "{{address 203.0.113.0/24 10}}"}}
`)}
	log := ""
	for i := range 40 {
		log += fmt.Sprintf("{{time now-%dm clf}} 10.0.0.%d CONNECT {{c2}}:443 static.{{team.domain}}\n", i+1, i+1)
	}
	files["attachments/proxy.log"] = []byte(log)
	var decisions, flows strings.Builder
	var b strings.Builder
	b.WriteString("injects:\n")
	for i := range n {
		start := "at: 1m"
		if i > 0 {
			start = fmt.Sprintf("after: I%d\n  when: task(\"T%d\").answered && teams.answered(\"T%d\") > 1\n  within: 5m", i-1, i-1, i-1)
		}
		fmt.Fprintf(&b, `- key: I%d
  title: {en: A, ja: B}
  phase: inform
  from: p
  to: teams
  %s
  attachments: [proxy.log]
  tasks:
  - {key: T%d, type: answer, prompt: "What {{team.name}}?", due: 5m, accept: ["{{c2}}"], contains: ["{{c2}}"]}
  - {key: S%d, type: share, prompt: {en: Share it, ja: 共有}, due: 5m, flow: F%d}
`, i, start, i, i, i)
		fmt.Fprintf(&flows, "- {key: F%d, title: {en: A, ja: B}, from: team, to: next, after: I%d, within: 5m, what: [\"{{c2}}\"]}\n", i, i)
		fmt.Fprintf(&decisions, "- {key: D%d, title: {en: A, ja: B}, after: I%d +1m, branches: "+
			"[{key: y%d, title: A, when: task(\"T%d\").correct || flow(\"F%d\").made}, {key: n%d, title: B}]}\n", i, i, i, i, i, i)
		for _, lang := range []string{"en", "ja"} {
			files[fmt.Sprintf("texts/%s/I%d.md", lang, i)] = []byte("# S\n\n{{c2}} and {{time now-1m clf}}\n")
		}
	}
	files["msel.yaml"] = []byte(b.String() + "decisions:\n" + decisions.String() + "flows:\n" + flows.String())
	return files
}

// TestBigPack: what is measured is a pack without a finding.
func TestBigPack(t *testing.T) {
	t.Parallel()
	p, ds := Parse(bigPack(5))
	if ds = append(ds, Check(p)...); len(ds) > 0 {
		t.Error(ds)
	}
}

func BenchmarkParseAndCheck(b *testing.B) {
	files := bigPack(1000)
	for b.Loop() {
		p, ds := Parse(files)
		if ds = append(ds, Check(p)...); len(ds) > 0 {
			b.Fatal(ds[0])
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	p, ds := Parse(bigPack(1000))
	if len(ds) > 0 {
		b.Fatal(ds[0])
	}
	for b.Loop() {
		if ds := Check(p); len(ds) > 0 {
			b.Fatal(ds[0])
		}
	}
}
