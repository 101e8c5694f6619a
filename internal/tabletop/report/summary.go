package report

import (
	"fmt"
	"io"
	"strings"

	"renkei/internal/exercise/review"
)

// WriteSummary writes the short form of the report in Markdown: where the room
// stands on each question, what was not shown, and commitments.
func (r *Report) WriteSummary(w io.Writer) error {
	var b strings.Builder
	for _, s := range r.Sections {
		if s.ID != "overview" && s.ID != "commitments" {
			continue
		}
		b.WriteString("## " + review.EscapeMarkdown(s.Title) + "\n\n")
		for _, block := range s.Blocks {
			writeBlock(&b, &block)
		}
	}
	if _, err := io.WriteString(w, strings.TrimSuffix(b.String(), "\n")); err != nil {
		return fmt.Errorf("write summary: %w", err)
	}
	return nil
}

func writeBlock(b *strings.Builder, block *Block) {
	if block.Text != "" {
		b.WriteString(review.EscapeMarkdown(block.Text) + "\n\n")
	}
	for _, item := range block.Items {
		b.WriteString("- " + review.EscapeMarkdown(item) + "\n")
	}
	if len(block.Items) > 0 {
		b.WriteString("\n")
	}
	if t := block.Table; t != nil {
		writeRow(b, t.Head)
		b.WriteString(strings.Repeat("| --- ", len(t.Head)) + "|\n")
		for _, row := range t.Rows {
			writeRow(b, row)
		}
		b.WriteString("\n")
	}
}

func writeRow(b *strings.Builder, cells []string) {
	for _, c := range cells {
		b.WriteString("| " + review.EscapeMarkdown(c) + " ")
	}
	b.WriteString("|\n")
}
