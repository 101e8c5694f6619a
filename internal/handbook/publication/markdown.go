package publication

import (
	"fmt"
	"io"
	"strings"

	"renkei/internal/handbook"
)

// Markdown writes the book as Markdown (CommonMark). The same edition gives the
// same bytes.
func (b *Book) Markdown(w io.Writer) error {
	var out strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	e := b.Content.Edition
	line("# %s\n", escape(b.Say(e.Title)))
	line("%s\n", escape(b.T("handbook.as_of", args("Date", b.When(e.AsOf)))))
	if e.Invented {
		line("**%s** %s\n", escape(b.T("handbook.invented")), escape(b.Say(e.Notice)))
	} else if !e.Notice.Empty() {
		line("> %s\n", escape(b.Say(e.Notice)))
	}
	for i := range b.Content.Profiles {
		b.markdownOf(line, &b.Content.Profiles[i])
	}
	line("## %s\n", escape(b.T("handbook.sum")))
	line("%s\n", escape(b.T("handbook.published", args("At", stamp(e.Published)))))
	line("%s `%s`", escape(b.T("handbook.hash")), e.Hash)
	if _, err := io.WriteString(w, out.String()); err != nil {
		return fmt.Errorf("write handbook: %w", err)
	}
	return nil
}

func (b *Book) markdownOf(line func(string, ...any), p *handbook.Profile) {
	line("## %s\n", escape(b.Say(p.Name)))
	if p.Carried != "" {
		line("> %s\n", escape(b.T("handbook.carried", args("Edition", p.Carried))))
	}
	if p.CSIRT != "" {
		line("- %s: %s", escape(b.T("handbook.csirt")), escape(p.CSIRT))
	}
	if !p.Lead.Empty() {
		line("- %s: %s", escape(b.T("handbook.lead")), escape(b.Say(p.Lead)))
	}
	if !p.Note.Empty() {
		line("\n%s", escape(b.Say(p.Note)))
	}
	line("\n### %s\n", escape(b.T("handbook.problems")))
	for _, k := range Problems() {
		b.markdownList(line, "#### "+escape(b.T("handbook.kind."+string(k))), kind(b.Content, p.Member, k))
	}
	if !p.NeedsNote.Empty() {
		line("%s\n", escape(b.Say(p.NeedsNote)))
	}
	line("### %s\n", escape(b.T("handbook.measures")))
	for _, m := range b.Words.Measures {
		done, planned := Cell(b.Content, p.Member, m.ID, false), Cell(b.Content, p.Member, m.ID, true)
		if len(done)+len(planned) == 0 {
			continue
		}
		line("#### %s\n", escape(m.In(b.Lang())))
		b.markdownList(line, "**"+escape(b.T("handbook.done"))+"**", done)
		b.markdownList(line, "**"+escape(b.T("handbook.planned"))+"**", planned)
	}
}

func (b *Book) markdownList(line func(string, ...any), head string, items []*handbook.Item) {
	if len(items) == 0 {
		return
	}
	line("%s\n", head)
	for _, it := range items {
		text := escape(b.Say(it.Text))
		if span := b.Span(it); span != "" {
			text += " (" + escape(span) + ")"
		}
		if it.Status != "" && !Plain(it) {
			text += " *" + escape(b.Status(it.Status)) + "*"
		}
		if it.Uncertain {
			text += " **" + escape(b.T("handbook.uncertain")) + "**"
		}
		line("- %s", text)
		if !it.Note.Empty() {
			line("  - %s", escape(b.Say(it.Note)))
		}
		for _, e := range it.Evidence {
			if e.URL != "" {
				line("  - [%s](<%s>)", escape(e.Title), strings.NewReplacer("<", "%3C", ">", "%3E", "\n", "").Replace(e.URL))
			} else {
				line("  - %s %s", escape(e.Title), escape(e.File))
			}
		}
	}
	line("")
}

// escape keeps a text from being read as Markdown, on one line.
func escape(s string) string {
	var b strings.Builder
	for _, r := range strings.Join(strings.Fields(s), " ") {
		if strings.ContainsRune("\\`*_{}[]<>()#+-!|~&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
