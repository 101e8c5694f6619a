package scenario

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/testkit/memory"
)

// zipped is a pack that differs from the starter pack in some files.
func zipped(tb testing.TB, change map[string]string) []byte {
	tb.Helper()
	files := starterFiles(tb)
	for name, text := range change {
		files[name] = []byte(text)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, data := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(data)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// patternPack asks one question with many patterns.
func patternPack(n int, pattern func(i int) string) map[string]string {
	var b strings.Builder
	b.WriteString("injects:\n- key: I1\n  title: {en: A, ja: B}\n  phase: inform\n  from: soc\n  to: teams\n  at: 1m\n  tasks:\n" +
		"  - key: T1\n    type: answer\n    prompt: {en: A, ja: B}\n    due: 5m\n    accept: [a]\n    match:\n")
	for i := range n {
		fmt.Fprintf(&b, "    - '%s'\n", pattern(i))
	}
	return map[string]string{"msel.yaml": b.String(), "texts/en/I1.md": "# A\n\nA\n", "texts/ja/I1.md": "# A\n\nA\n"}
}

// heavyPacks are small packs that stand for much, with what the check says.
func heavyPacks(tb testing.TB) map[string]struct {
	build func() []byte
	want  string
} {
	tb.Helper()
	pack := func(change func() map[string]string) func() []byte {
		return func() []byte { return zipped(tb, change()) }
	}
	match := func(n int, pattern func(i int) string) func() []byte {
		return pack(func() map[string]string { return patternPack(n, pattern) })
	}
	msel := func(text func() string) func() []byte {
		return pack(func() map[string]string { return map[string]string{"msel.yaml": text()} })
	}
	return map[string]struct {
		build func() []byte
		want  string
	}{
		"repeated repetitions": {match(3000, func(i int) string { return fmt.Sprintf("(a{1,30}){1,30}%d", i) }), codePatternsLarge},
		"more repetitions":     {match(1, func(int) string { return "(?:abcdefghij){1,300}" }), codePatternLarge},
		"many patterns":        {match(3000, func(i int) string { return fmt.Sprintf("a{1,90}%d", i) }), codePatternsLarge},
		"a long pattern":       {match(1, func(int) string { return strings.Repeat("a?", 1<<20) }), codePatternLarge},
		"a deep pattern":       {match(1, func(int) string { return strings.Repeat("(", 490) + strings.Repeat(")", 490) + `(?i:\pL{900})` }), codePatternLarge},
		"a long list":          {msel(func() string { return "injects: [" + strings.Repeat("1,", 2<<20) + "1]" }), codeYAMLLarge},
		"many lists":           {msel(func() string { return "injects: " + strings.Repeat("[", 4<<20) }), codeYAMLLarge},
		"deep lists":           {msel(func() string { return "injects: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) }), codeYAMLLarge},
		"deep blocks":          {msel(func() string { return strings.Repeat("- ", 9000) + "a" }), codeYAMLLarge},
		"aliases": {msel(func() string {
			var b strings.Builder
			b.WriteString("a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n")
			for i := 1; i < 12; i++ {
				fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 10), ","))
			}
			return b.String()
		}), codeYAMLAlias},
		"nested conditions": {msel(func() string {
			return "injects:\n- key: I1\n  at: 1m\n  when: '" + strings.Repeat("(", 200_000) + "true" + strings.Repeat(")", 200_000) + "'\n"
		}), codeConditionLong},
		"many files":     {manyFiles(tb), codeFileTooMany},
		"a zip bomb":     {pack(func() map[string]string { return map[string]string{"attachments/a.txt": strings.Repeat("a", 100<<20)} }), codeFileTooLarge},
		"bombs in a row": {pack(bombs), codeFileTotal},
		"packed bombs":   {pack(packedBombs), "file.unused"},
	}
}

// packedBombs are attachments that grow as much as they may, layer in layer.
func packedBombs() map[string]string {
	all, inner := map[string]string{}, strings.Repeat("a", 60<<20)
	for i := range 4 {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write([]byte(inner)); err != nil {
			return nil
		}
		if err := z.Close(); err != nil {
			return nil
		}
		inner = b.String()
		for n := range 3 {
			all[fmt.Sprintf("attachments/a%d%d.gz", i, n)] = inner
		}
	}
	return all
}

func bombs() map[string]string {
	all, text := map[string]string{}, strings.Repeat("a", 8<<20-1)
	for i := range 20 {
		all[fmt.Sprintf("attachments/a%d.txt", i)] = text
	}
	return all
}

func manyFiles(tb testing.TB) func() []byte {
	tb.Helper()
	return func() []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for i := range 300_000 {
			if _, err := z.CreateRaw(&zip.FileHeader{Name: fmt.Sprint(i)}); err != nil {
				tb.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			tb.Fatal(err)
		}
		return b.Bytes()
	}
}

// TestHeavy: a pack that stands for much is refused before it takes much. The
// most is taken by packed bombs: 230 MiB, and some more where the collector has
// to wait for a processor.
func TestHeavy(t *testing.T) {
	for name, tc := range heavyPacks(t) {
		t.Run(name, func(t *testing.T) {
			memory.Within(t, 320<<20, 20*time.Second, tc.build, func(t *testing.T, input []byte) {
				t.Helper()
				path := filepath.Join(t.TempDir(), "pack.zip")
				if err := os.WriteFile(path, input, 0o600); err != nil {
					t.Fatal(err)
				}
				_, ds, err := Load(path)
				if len(ds) > 2*maxFindings {
					t.Errorf("%d findings", len(ds))
				}
				if err != nil || !slices.ContainsFunc(ds, func(d Diagnostic) bool { return d.Code == tc.want }) {
					t.Errorf("%v, %d findings, such as %.300v", err, len(ds), ds[:min(3, len(ds))])
				}
			})
		})
	}
}
