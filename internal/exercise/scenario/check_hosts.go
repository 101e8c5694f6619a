package scenario

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"renkei/internal/exercise/scenario/hosts"
)

// hostFile is a place, or a file and a host in it: each is reported once.
type hostFile struct {
	pos  Pos
	name string
}

// hosts reports what would point at a real host in a template, for whichever
// team. at gives the place of an offset in it.
func (c *checker) hosts(segs []segment, at func(offset int) Pos) {
	var word []segment // what stands together without white space, with a tag in it
	context := ""
	for _, s := range segs {
		if s.tag != nil {
			word = append(word, s)
			continue
		}
		head, middle, tail := ends(s.text, len(word) > 0)
		if head > 0 {
			word = append(word, segment{text: s.text[:head], offset: s.offset})
		}
		if head < len(s.text) {
			c.words(context, word, at)
			word = nil
			c.plain(s.text[head:middle], s.offset+head, at)
			context = s.text[head:middle]
			if tail > 0 {
				word = append(word, segment{text: s.text[middle:], offset: s.offset + middle})
			}
		}
	}
	c.words(context, word, at)
}

// ends splits a text into what is joined to a tag before it, what stands
// between, and the last word, which may be joined to a tag that follows.
func ends(s string, joined bool) (head, middle, tail int) {
	if joined {
		if head = strings.IndexFunc(s, unicode.IsSpace); head < 0 {
			return len(s), len(s), 0
		}
	}
	middle = strings.LastIndexFunc(s, unicode.IsSpace) // a space is one byte here, or part of what follows
	if middle < head {
		middle = head
	} else {
		_, n := utf8.DecodeRuneInString(s[middle:])
		middle += n
	}
	return head, middle, len(s) - middle
}

// plain looks at a text without tags.
func (c *checker) plain(s string, offset int, at func(offset int) Pos) {
	for _, h := range hosts.Find(s) {
		c.host(h, 0, func() Pos { return at(offset + h.Offset) })
	}
}

// words looks at words with tags in them as every team would read them.
func (c *checker) words(context string, word []segment, at func(offset int) Pos) {
	if len(word) == 1 && word[0].tag == nil {
		c.plain(word[0].text, word[0].offset, at)
		return
	}
	if c.cast == nil || !composed(word) {
		return
	}
	if len(context) > 24 {
		context = strings.ToValidUTF8(context[len(context)-24:], "")
	}
	for team := range c.cast.ring {
		for _, lang := range c.cast.languages() {
			c.word(context, word, team, lang, at)
		}
	}
}

// composed reports whether a word could hold a host that none of its parts
// holds: variables are looked at by themselves.
func composed(word []segment) bool {
	tags := 0
	for _, s := range word {
		if s.tag == nil && strings.ContainsFunc(s.text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			return true
		}
		if s.tag != nil && s.tag.kind == tagAddress {
			return true
		}
		if s.tag != nil {
			tags++
		}
	}
	return tags > 1
}

// word looks at one word as one team reads it in a language.
func (c *checker) word(context string, word []segment, team int, lang string, at func(offset int) Pos) {
	var b strings.Builder
	b.WriteString(context)
	starts := make([]int, 0, len(word)+1)
	for _, s := range word {
		starts = append(starts, b.Len())
		text := s.text
		if s.tag != nil {
			var err error
			if text, err = c.cast.value(s.tag, c.cast.ring[team], lang, c.sampleTime()); err != nil {
				return // a finding of its own
			}
		}
		b.WriteString(text)
	}
	starts = append(starts, b.Len())
	for _, h := range hosts.Find(b.String()) {
		if h.Offset < len(context) {
			continue
		}
		i := 0
		for starts[i+1] <= h.Offset {
			i++
		}
		s := word[i]
		switch {
		case s.tag == nil:
			c.host(h, team+1, func() Pos { return at(s.offset + h.Offset - starts[i]) })
		case s.tag.kind == tagAddress || h.End > starts[i+1]: // else of the variable itself
			c.host(h, team+1, func() Pos { return at(s.tag.offset) })
		}
	}
}

// sampleTime is a scenario time at which templates are tried.
func (c *checker) sampleTime() time.Time { return c.p.Startex.Add(c.p.Duration / 2) }

// host reports a host once in a file, unless it is one of a team's or the pack
// says that it means it. team is the number of the team that reads it; 0 for
// all.
func (c *checker) host(h hosts.Host, team int, at func() Pos) {
	for i, r := range c.p.RealHosts {
		if strings.EqualFold(r.Name, h.Name) {
			c.meant[i] = true
			return
		}
	}
	if c.cast != nil {
		for _, i := range c.cast.ring {
			if d := strings.ToLower(c.cast.Units[i].Domain); h.Name == d || strings.HasSuffix(h.Name, "."+d) {
				return
			}
		}
	}
	pos := at()
	if c.pointed[hostFile{pos, ""}] || c.pointed[hostFile{Pos{File: pos.File}, h.Name}] {
		return
	}
	c.pointed[hostFile{pos, ""}], c.pointed[hostFile{Pos{File: pos.File}, h.Name}] = true, true
	code := codeHostName
	if h.Kind == hosts.Address {
		code = codeHostAddress
	}
	c.report(pos, code, map[string]any{"Host": clip(h.Name), "Team": team})
}

// realHosts reports exceptions that nothing needs.
func (c *checker) realHosts() {
	for i, r := range c.p.RealHosts {
		if !c.meant[i] {
			c.warn(r.Pos, codeHostUnused, map[string]any{"Host": clip(r.Name)})
		}
	}
}
