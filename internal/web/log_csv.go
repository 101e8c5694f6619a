package web

func (r *request) logHead() []string {
	var head []string
	for _, name := range []string{"seq", "at", "wall", "type", "unit", "who", "what", "from", "to", "tlp", "text"} {
		head = append(head, r.t("log.head."+name))
	}
	return head
}

func (l *logLine) csv() []string {
	return []string{number(l.seq), l.at, l.wall, l.class, l.unit, l.who, l.words, l.from, l.to, label(l.tlp), l.text}
}
