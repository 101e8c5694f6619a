package sheet_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"renkei/internal/sheet"
)

// table writes a cell, and so many to its right, and gives the file.
func table(t interface{ Fatal(...any) }, text string, wide int) string {
	var b bytes.Buffer
	one := sheet.Table{Head: []string{"x"}, Rows: [][]string{{text}}}
	for range wide {
		one.Head, one.Rows[0] = append(one.Head, "y"), append(one.Rows[0], "z")
	}
	if err := one.WriteCSV(&b, false); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestGuard: whatever sign a program parts cells at, none begins with what it
// would compute.
func TestGuard(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"=1+1", "+1", "-1", "@x", "＝1+1", "＋1", "－1", "＠x", "\t=1", "\r=1", "\n=1", " =1", "　＝1", "\u00a0=1", "\ufeff=1",
		"a;=1+1", "a; =1", "a\t=1", "a|@x", "a;＝1", "a;\"=1", "'=1", "''=1", "a;'=1", "-", "a;;=1",
	} {
		file := table(t, text, 0)
		for _, sep := range []rune{',', ';', '\t', '|'} {
			r := csv.NewReader(strings.NewReader(file))
			r.Comma, r.LazyQuotes, r.FieldsPerRecord = sep, true, -1
			rows, err := r.ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			for _, cell := range append(rows[len(rows)-1], strings.Split(strings.TrimPrefix(file, "x\r\n"), string(sep))...) {
				if cell = strings.Trim(cell, "\" \t\r\n\u00a0\u3000\ufeff"); cell != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(cell)[0]) {
					t.Errorf("%q parted at %q has the cell %q", text, sep, cell)
				}
			}
		}
	}
	for _, text := range []string{"a - b", "well-known", "a, b", "1;2", "a\n- b"} {
		if file := table(t, text, 0); strings.Contains(file, "'") {
			t.Errorf("%q is guarded: %q", text, file)
		}
	}
}

// TestGuardComesOff: what was guarded is read as it was.
func TestGuardComesOff(t *testing.T) {
	t.Parallel()
	comesBack := func(r rapid.TB, text string) {
		all, err := sheet.Open([]byte(table(r, text, 40)))
		if err != nil {
			r.Fatal(err)
		}
		if got := all[0].At(1, 0).Text; got != text {
			r.Fatalf("%q came back as %q", text, got)
		}
	}
	comesBack(t, "' \t=")
	rapid.Check(t, func(r *rapid.T) {
		comesBack(r, strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"=", "'", ";", "|", "\t", " ", "a", "＝", "-", "\"", "1", "　"}), 1, 9).Draw(r, "text"), ""))
	})
}
