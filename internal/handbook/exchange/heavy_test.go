package exchange_test

import (
	"strings"
	"testing"
	"time"

	"renkei/internal/handbook/exchange"
	"renkei/internal/testkit/memory"
)

// bombs are files of a few megabytes that would stand for gigabytes.
func bombs() map[string]string {
	return map[string]string{
		"items":           `{"items":[` + strings.Repeat(`{},`, 4<<20/3) + `{}]}`,
		"evidence":        `{"items":[{"evidence":[` + strings.Repeat(`{},`, 4<<20/3) + `{}]}]}`,
		"as much as fits": `{"items":[` + strings.Repeat(`{},`, 99_000) + `{}]}`,
		"depth":           strings.Repeat(`{"items":[`, 400_000),
	}
}

// TestHeavy: a page that stands for much is refused before it takes much.
func TestHeavy(t *testing.T) {
	v := vocabulary(t)
	for name, raw := range bombs() {
		t.Run(name, func(t *testing.T) {
			memory.Within(t, 160<<20, 10*time.Second, func() []byte { return []byte(raw) }, func(t *testing.T, input []byte) {
				t.Helper()
				if _, err := exchange.Open(v, input, "kh", nil, func() string { return "x" }); err == nil {
					t.Error("it is taken")
				}
			})
		})
	}
}

// FuzzOpen: whatever a file holds, nothing of it concerns another member, and an
// item that is taken passes its own check.
func FuzzOpen(f *testing.F) {
	v, c, raw := page(f)
	f.Add(raw)
	f.Add(written(f, "csv", exchange.Table("KH", c.Items)))
	f.Add(written(f, "xlsx", exchange.Table("KH", c.Items[:2])))
	f.Add([]byte(`{"items":[{},{"member":"vn"}],"profiles":[{"member":"kh"}]}`))
	f.Add([]byte(strings.Repeat(`{"items":[`, 40)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		plan, err := exchange.Open(v, raw, "kh", c.Items, func() string { return "kh-new" })
		if err != nil {
			return
		}
		for i := range plan.Put {
			it := &plan.Put[i]
			if it.Member != "kh" || len(v.Check(it)) > 0 {
				t.Errorf("%+v is taken: %v", it, v.Check(it))
			}
		}
	})
}
