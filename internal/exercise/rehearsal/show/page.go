package show

import (
	"bufio"
	"context"
	_ "embed"
	"fmt"
	"io"

	"renkei/internal/chart"
)

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate

//go:embed style.css
var ownStyle string

// HTML writes the rehearsal as one page in the language of its printer: no
// script, no reference to anything outside itself. The same rehearsal gives the
// same bytes.
func (s *Sheet) HTML(w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<16)
	if err := page(s).Render(context.Background(), b); err != nil {
		return fmt.Errorf("write rehearsal: %w", err)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write rehearsal: %w", err)
	}
	return nil
}

func styles() string { return "<style>" + chart.Style() + ownStyle + "</style>" }

// assumptions are all on which the findings rest, each once.
func (s *Sheet) assumptions() []string {
	seen := map[string]bool{}
	var out []string
	for i := range s.F.Findings {
		for _, a := range s.F.Findings[i].Rests {
			if !seen[a.Text] && a.Task == "" {
				seen[a.Text] = true
				out = append(out, a.Text)
			}
		}
	}
	return out
}
