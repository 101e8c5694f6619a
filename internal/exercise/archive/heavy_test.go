package archive_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"renkei/internal/exercise/archive"
	"renkei/internal/testkit/memory"
)

// TestHeavy: an archive that stands for much is refused before it takes much.
func TestHeavy(t *testing.T) {
	for name, build := range map[string]func() []byte{
		"a manifest that unfolds": func() []byte {
			return repack(t, map[string][]byte{"manifest.json": []byte(`{"format":"renkei/archive/1","exercises":[` + strings.Repeat(" ", 96<<20) + `]}`)})
		},
		"a manifest that is nested": func() []byte {
			return repack(t, map[string][]byte{"manifest.json": []byte(`{"format":"renkei/archive/1","exercises":` + strings.Repeat("[", 15<<20))})
		},
		"many exercises": func() []byte {
			return repack(t, map[string][]byte{"manifest.json": []byte(`{"format":"renkei/archive/1","exercises":[` + strings.Repeat("{},", 5<<20) + `{}]}`)})
		},
		"many files": func() []byte { return manyFiles(t, 400_000) },
		"a log that unfolds": func() []byte {
			files := unpack(t, sample(t))
			for file := range files {
				if strings.HasSuffix(file, ".jsonl") {
					files[file] = append(files[file], bytes.Repeat([]byte("a"), 96<<20)...)
					break
				}
			}
			return repack(t, files)
		},
	} {
		t.Run(name, func(t *testing.T) {
			memory.Within(t, 384<<20, 30*time.Second, build, func(t *testing.T, input []byte) {
				t.Helper()
				_, err := contents(input)
				if bad := (*archive.Error)(nil); !errors.As(err, &bad) {
					t.Errorf("%v", err)
				}
			})
		})
	}
}

func manyFiles(tb testing.TB, n int) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range n {
		w, err := z.CreateRaw(&zip.FileHeader{Name: strconv.Itoa(i)})
		if err == nil {
			_, err = io.WriteString(w, "")
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
