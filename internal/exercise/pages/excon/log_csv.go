package excon

import (
	"renkei/internal/exercise/pages"
	"renkei/internal/web"
)

func logHead(r *pages.Request) []string {
	var head []string
	for _, name := range []string{"seq", "at", "wall", "type", "unit", "who", "what", "from", "to", "tlp", "text"} {
		head = append(head, r.T("log.head."+name))
	}
	return head
}

func csv(l *pages.LogLine) []string {
	return []string{web.Number(l.Seq), l.At, l.Wall, l.Class, l.Unit, l.Who, l.Words, l.From, l.To, pages.Label(l.Tlp), l.Text}
}
