package scenario

import (
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/language"
)

// text reads a string or a map from language to string.
func (o *object) text(name string) Text {
	if n := o.vals[name]; n != nil {
		return o.textOf(n, name)
	}
	return nil
}

func (o *object) textOf(n *yaml.Node, name string) Text {
	if n.Kind == yaml.SequenceNode || isNull(n) {
		o.p.report(n, codeTypeText, map[string]any{"Field": name})
		return nil
	}
	t := Text{}
	if n.Kind == yaml.ScalarNode {
		if s, ok := o.p.str(n, name); ok {
			t[""] = s
			o.mark(n, name, "")
		}
		return t
	}
	complete := true
	o.p.pairs(n, func(k, v *yaml.Node) {
		complete = o.p.lang(k) && complete
		s, ok := o.p.str(v, name)
		complete = ok && complete
		if ok {
			t[k.Value] = unfold(v, s)
			o.mark(v, name, k.Value)
		}
	})
	if complete {
		o.p.covered(n, name, func(lang string) bool { _, ok := t[lang]; return ok })
	}
	return t
}

// unfold takes out the blanks that the folding of a YAML scalar leaves between
// wide characters: Japanese has none at the end of a line.
func unfold(n *yaml.Node, text string) string {
	if n.Style&yaml.FoldedStyle == 0 {
		return text
	}
	rs := []rune(text)
	out := rs[:0:0]
	for i, r := range rs {
		if r == ' ' && i > 0 && i+1 < len(rs) && isWide(rs[i-1]) && isWide(rs[i+1]) {
			continue
		}
		out = append(out, r)
	}
	return string(out)
}

// isWide reports whether a character belongs to a script that is written without
// blanks, or to its punctuation.
func isWide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3001 && r <= 0x303f || r >= 0xff01 && r <= 0xff65 || r == 'ー'
}

// lang reports a language that the pack does not have.
func (p *parser) lang(k *yaml.Node) bool {
	langs := p.pack.Languages
	if len(langs) == 0 || p.pack.broken("languages") || slices.Contains(langs, k.Value) {
		return true
	}
	p.report(k, codeTextLanguage, unknown(k.Value, langs))
	return false
}

// covered reports the languages of the pack that a text lacks.
func (p *parser) covered(n *yaml.Node, name string, has func(lang string) bool) {
	for i, lang := range p.pack.Languages {
		switch args := map[string]any{"Field": name, "Language": lang}; {
		case has(lang):
		case i == 0:
			p.report(n, codeTextFallback, args)
		default:
			p.warn(n, codeTextUntranslated, args)
		}
	}
}

// forms reads a list of strings or a map from language to such lists.
func (o *object) forms(name string) Forms {
	if n := o.vals[name]; n != nil {
		return o.formsOf(n, name)
	}
	return nil
}

// groups reads a list of forms, as forms does, or a list of such lists.
func (o *object) groups(name string) (all []Forms) {
	n := o.vals[name]
	if n == nil {
		return nil
	}
	list := resolve(n)
	if !isList(list) || len(list.Content) == 0 || resolve(list.Content[0]).Kind == yaml.ScalarNode {
		return []Forms{o.formsOf(n, name)}
	}
	for i, e := range list.Content {
		all = append(all, o.formsOf(e, groupField(name, len(list.Content), i)))
	}
	return all
}

// groupField names one of n groups: alone it stands in the field itself.
func groupField(name string, n, i int) string {
	if n == 1 {
		return name
	}
	return field(name, i)
}

func (o *object) formsOf(n *yaml.Node, name string) Forms {
	f := Forms{}
	read := func(lang string, n *yaml.Node) {
		for _, e := range o.p.items(n, name) {
			if s, ok := o.p.str(e, name); ok {
				o.mark(e, name, lang, len(f[lang]))
				f[lang] = append(f[lang], s)
			}
		}
	}
	switch n = resolve(n); n.Kind {
	case yaml.SequenceNode:
		read("", n)
	case yaml.MappingNode:
		o.p.pairs(n, func(k, v *yaml.Node) {
			o.p.lang(k)
			read(k.Value, v)
		})
	default:
		o.p.report(n, codeTypeForms, map[string]any{"Field": name})
		return nil
	}
	if len(n.Content) == 0 {
		o.p.report(n, codeFieldEmpty, map[string]any{"Field": name})
	}
	return f
}

// languages reads the language tags of the pack.
func (o *object) languages(name string) []string {
	var langs []string
	for i, s := range o.strs(name) {
		pos := o.p.pack.at(o.pos, field(name, i))
		if _, err := language.Parse(s); err != nil || strings.ContainsAny(s, "_/") {
			o.p.reportAt(pos, codeValueLanguage, map[string]any{"Value": clip(s)})
			o.p.pack.src.broken[name] = true
			continue
		}
		if slices.Contains(langs, s) {
			first := o.p.pack.at(o.pos, field(name, slices.Index(langs, s)))
			o.p.reportAt(pos, codeKeyDuplicate, map[string]any{"Key": s, "File": first.File, "Line": first.Line, "Col": first.Col})
			continue
		}
		langs = append(langs, s)
	}
	if n := o.vals[name]; n != nil && n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		o.p.report(n, codeFieldEmpty, map[string]any{"Field": name})
	}
	return langs
}
