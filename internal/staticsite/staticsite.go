// Package staticsite writes a copy of pages that needs no server: files in a
// folder, for any web server or a USB stick. It knows nothing of what they say.
package staticsite

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/a-h/templ"

	"renkei/internal/i18n"
)

// Folder is where a copy is written.
type Folder struct {
	Dir   string
	Files int // that were written
}

// Page writes a page.
func (f *Folder) Page(name string, c templ.Component) error {
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return f.Put(name, b.Bytes())
}

// Put writes a file that anybody may read. Folders in its name are made.
func (f *Folder) Put(name string, raw []byte) error {
	path := filepath.Join(f.Dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if err := os.WriteFile(path, raw, 0o644); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	f.Files++
	return nil
}

// Other is the other language in which pages of a copy are there.
func Other(lang string) string {
	all := i18n.Languages()
	return all[(slices.Index(all, lang)+1)%len(all)]
}
