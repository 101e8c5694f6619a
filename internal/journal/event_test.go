package journal_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"renkei/internal/journal"
)

// FuzzValidEvent holds ValidEvent against encoding/json.
func FuzzValidEvent(f *testing.F) {
	for _, s := range []string{
		``, `{}`, `{ }`, `{"a":1}`, `{"a":1,}`, `{"a" : [1, -0.5e+10, {"b":null}, true, false, ""], "c":"\u00e9\"\\"}`,
		`{"a":01}`, `{"a":1.}`, `{"a":-}`, `{"a":"\u00G0"}`, `{"a":"\x"}`, `{"a":tru}`, `[]`, `{} `, ` {}`, `{"a":[}`,
		"{\"a\":\n1}", "{\"a\":\"\n\"}", "{\t\"a\"\r:1}", `{"a":1}{"b":2}`, `{"a":1},"b":{}`, `{"é":"` + "\xff" + `"}`,
		`{"a":"\u0@00"}`, `{"a":"\u` + "\x10" + `000"}`, `{"a":1e5,"b":1E-5}`, `{"a":.5}`, `{,}`, `{"a"}`, `{"`, `{"a\`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		want := len(b) > 0 && b[0] == '{' && b[len(b)-1] == '}' &&
			bytes.IndexByte(b, '\n') < 0 && json.Valid(b)
		if got := journal.ValidEvent(b); got != want {
			t.Errorf("ValidEvent(%q) = %v, want %v", b, got, want)
		}
	})
}

func TestValidEventDepth(t *testing.T) {
	t.Parallel()
	for _, depth := range []int{9_999, 10_000, 10_001} {
		b := []byte(`{"a":` + strings.Repeat("[", depth-1) + strings.Repeat("]", depth-1) + `}`)
		if got, want := journal.ValidEvent(b), json.Valid(b); got != want {
			t.Errorf("depth %d: ValidEvent = %v, want %v", depth, got, want)
		}
	}
}
