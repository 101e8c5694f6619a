package journal_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"renkei/internal/journal"
	"renkei/internal/testkit/memory"
)

const headLine = "{\"format\":\"renkei/log/1\",\"exercise\":\"x\"}\n"

// TestHeavy: a log that somebody brings takes no more than a line of it does,
// whatever it holds.
func TestHeavy(t *testing.T) {
	for name, c := range map[string]struct {
		build func() []byte
		good  bool
	}{
		"a line without end": {func() []byte { return []byte(headLine + strings.Repeat("a", 96<<20)) }, false},
		"an event that is nested": {func() []byte {
			return []byte(headLine + `{"seq":1,"salt":"` + strings.Repeat("0", 2*journal.SaltSize) + `","event":{"a":` + strings.Repeat("[", 48<<20) + "\n")
		}, false},
		"empty lines": {func() []byte { return append([]byte(headLine), bytes.Repeat([]byte("\n"), 64<<20)...) }, false},
		"many small contents": {func() []byte {
			var b bytes.Buffer
			b.WriteString(headLine)
			for i := range 200_000 {
				data := fmt.Append(nil, i)
				fmt.Fprintf(&b, "{\"content\":{\"hash\":\"%s\",\"media\":\"text/plain\",\"data\":\"%s\"}}\n", journal.HashOf(data), base64.StdEncoding.EncodeToString(data))
			}
			return b.Bytes()
		}, false},
		"the largest content": {func() []byte {
			var file bytes.Buffer
			head := journal.Head{Chain: journal.Genesis("x")}
			write(t, &file, "x", []any{content("text/plain", string(make([]byte, journal.MaxContent))), next(&head, []byte(`{"n":1}`))})
			return file.Bytes()
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			memory.Within(t, 384<<20, 20*time.Second, c.build, func(t *testing.T, input []byte) {
				t.Helper()
				res, err := journal.Verify(bytes.NewReader(input))
				var bad *journal.CorruptError
				if err != nil && !errors.As(err, &bad) {
					t.Error(err)
				}
				if good := err == nil && res.Events > 0; good != c.good {
					t.Errorf("%+v, %v", res, err)
				}
			})
		})
	}
}
