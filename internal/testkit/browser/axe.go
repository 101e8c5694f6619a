package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// AxeScript reads axe-core, which `make deps` installs, as the script to hand
// to Barriers.
func AxeScript(tb testing.TB) string {
	tb.Helper()
	_, here, _, _ := runtime.Caller(0)
	path := filepath.Join(filepath.Dir(here), "axe", "node_modules", "axe-core", "axe.min.js")
	script, err := os.ReadFile(path)
	if err != nil {
		tb.Fatalf("these tests need axe-core (make deps): %v", err)
	}
	return string(script)
}

// Barriers gives what axe-core finds on the page against WCAG 2.2 A and AA and
// its own good practice, one line for each element.
func (p *Page) Barriers(axe string) []string {
	p.tb.Helper()
	const run = `(async () => {
		const r = await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]});
		return r.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.target.join(" ") + ": " + n.failureSummary.replaceAll("\n", " ")));
	})()`
	if _, err := value[[]byte](p, axe+"; 0"); err != nil {
		p.tb.Fatalf("load axe-core: %v", err)
	}
	return Value[[]string](p, run)
}

// MustBeOpen fails the test for every barrier, and for what the console has
// complained of. With RENKEI_PICTURES it leaves pictures of the page there.
func (p *Page) MustBeOpen(axe string) {
	p.tb.Helper()
	p.keepPictures()
	found := append(p.Barriers(axe), p.Troubles()...)
	if len(found) > 0 {
		p.tb.Errorf("%s has barriers:\n%s\n%s", p.Path(), strings.Join(found, "\n"), p.picture())
	}
	if wide := Value[bool](p, "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"); wide {
		p.tb.Errorf("%s is wider than its window", fmt.Sprint(p.Path()))
	}
}
