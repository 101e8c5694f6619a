package scenario

import (
	"errors"
	"strings"
	"testing"
	"time"

	"renkei/internal/testkit/memory"
)

// TestHeavyTemplates: a text whose variables unfold ends at its bound.
func TestHeavyTemplates(t *testing.T) {
	for name, tmpl := range map[string]string{
		"variables that are long":  strings.Repeat("{{x}}", 8<<20/5),
		"a tag that never ends":    "{{" + strings.Repeat("x", 8<<20),
		"tags without a name":      strings.Repeat("{{}}", 2<<20),
		"tags that are not closed": strings.Repeat("{{a\n", 2<<20),
		"braces":                   strings.Repeat("{", 8<<20),
	} {
		t.Run(name, func(t *testing.T) {
			memory.Within(t, 256<<20, 20*time.Second, func() []byte { return []byte(tmpl) }, func(t *testing.T, input []byte) {
				t.Helper()
				p := &Pack{Languages: []string{"en"}, Startex: time.Unix(1_800_000_000, 0)}
				p.Units.Vars = []Var{{Name: "x", Value: Text{"": strings.Repeat("v", maxVarLength)}}}
				c, err := NewCast(p, testTeams(3))
				if err != nil {
					t.Fatal(err)
				}
				if out, _, err := c.Render(string(input), 1, "en", p.Startex); name != "braces" && !errors.Is(err, errTooLong) && !errors.Is(err, errTemplate) {
					t.Errorf("%d bytes, %v", len(out), err)
				}
			})
		})
	}
}
