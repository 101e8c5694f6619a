package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// exercise is the key of one in an address, which is another each time.
var exercise = regexp.MustCompile(`^/x/[^/]+`)

// keepPictures leaves the page as it is on a desktop and on a phone in the folder
// that RENKEI_PICTURES names, below the test's name, for somebody to look at.
func (p *Page) keepPictures() {
	p.tb.Helper()
	dir := os.Getenv("RENKEI_PICTURES")
	if dir == "" {
		return
	}
	dir = filepath.Join(dir, filepath.FromSlash(p.tb.Name()))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		p.tb.Fatalf("keep pictures: %v", err)
	}
	name := exercise.ReplaceAllString(p.Path(), "/x")
	name = strings.Trim(strings.NewReplacer("/", "_", "?", "_", "&", "_").Replace(name), "_")
	if name == "" {
		name = "home"
	}
	was := Value[int64](p, "window.innerWidth")
	for _, pixels := range []int64{1440, 390} {
		p.Width(pixels)
		shot, err := p.shot()
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s.%s.%d.png", name, Value[string](p, "document.documentElement.lang"), pixels)), shot, 0o600)
		}
		if err != nil {
			p.tb.Fatalf("keep a picture of %s: %v", p.Path(), err)
		}
	}
	p.Width(was)
}
