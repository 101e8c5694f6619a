package database_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"renkei/internal/database"
	"renkei/internal/testkit/memory"
)

const columnsLine = "{\"columns\":[\"a\",\"b\"]}\n"

// TestHeavyRows: rows of a backup take no more than one of them does.
func TestHeavyRows(t *testing.T) {
	for name, text := range map[string]func() string{
		"a row without end":    func() string { return columnsLine + "[" + strings.Repeat("1,", 64<<20) },
		"rows that are nested": func() string { return columnsLine + strings.Repeat(strings.Repeat("[", 500_000)+"\n", 100) },
		"columns without end":  func() string { return `{"columns":[` + strings.Repeat(`"a",`, 16<<20) + `"b"]}` },
		"many rows":            func() string { return columnsLine + strings.Repeat("[1,\"x\"]\n", 4<<20) + "[1]\n" },
	} {
		t.Run(name, func(t *testing.T) {
			memory.Within(t, 384<<20, 30*time.Second, func() []byte { return []byte(text()) }, func(t *testing.T, input []byte) {
				t.Helper()
				_, _, err := database.ReadRows(bytes.NewReader(input), func([]byte, []string, []any) error { return nil })
				if !errors.Is(err, database.ErrInvalid) {
					t.Errorf("%v", err)
				}
			})
		})
	}
}

// FuzzReadRows: whatever rows hold, they are read or ErrInvalid.
func FuzzReadRows(f *testing.F) {
	for _, text := range []string{
		columnsLine + "[1,\"x\"]\n", columnsLine + "[null,{\"base64\":\"AA==\"}]\n[1.5,-1e300]\n", columnsLine + "[1]\n", columnsLine + "[{},[]]\n",
		"{\"columns\":[]}\n", "", "{\"columns\":[\"a\"]}\n[" + strings.Repeat("[", 1000) + "\n", columnsLine + "[1,\"\xff\x00\"]\n", "{\"columns\":[\"a\"]}\n[{\"base64\":1}]\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		_, _, err := database.ReadRows(bytes.NewReader(raw), func(line []byte, columns []string, values []any) error {
			if len(line) == 0 || len(columns) != len(values) {
				t.Errorf("line %q: %d columns, %d values", line, len(columns), len(values))
			}
			return nil
		})
		if err != nil && !errors.Is(err, database.ErrInvalid) {
			t.Errorf("%v", err)
		}
	})
}
