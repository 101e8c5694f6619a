package review

import (
	"maps"
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// namer says things as people read them in one language.
type namer struct {
	*i18n.Printer
	play  *exercise.Play
	names map[string]string // of units, where they are known already
}

// pick gives a text in the reader's language, else the pack's, else whichever
// comes first by its tag.
func (n namer) pick(t scenario.Text) string {
	if s := t.In(append([]string{n.Lang()}, n.play.Pack.Languages...)...); s != "" {
		return s
	}
	for _, lang := range slices.Sorted(maps.Keys(t)) {
		return t[lang]
	}
	return ""
}

// unit names a team, or a cell with its team. The name of a cell may be a
// template.
func (n namer) unit(u int) string {
	cast := n.play.Cast
	name := n.pick(cast.Units[u].Name)
	if rendered, _, err := cast.Render(name, u, n.Lang(), n.play.Pack.Startex); err == nil {
		name = rendered
	}
	if name == "" {
		name = cast.Units[u].Key
	}
	if cast.Units[u].IsTeam() {
		return name
	}
	return n.T("review.cell", i18n.Args{"Team": n.unit(cast.Team(u)), "Cell": name})
}

func (n namer) unitKey(key string) string {
	if name := n.names[key]; name != "" {
		return name
	}
	if u, ok := n.play.Cast.Index(key); ok {
		return n.unit(u)
	}
	return key
}

// end names who sent or gets a message, as in Message.From and Message.Ends,
// or an end of a flow as in the pack.
func (n namer) end(end string) string {
	switch end {
	case exercise.EndLiaison, exercise.EndExcon, scenario.EndTeam, scenario.EndNext, scenario.EndPrev:
		return n.T("review.end." + end)
	}
	if key, ok := strings.CutPrefix(end, exercise.EndPersona); ok {
		if p := n.play.Pack.PersonaByKey(key); p != nil {
			return n.pick(p.Name)
		}
		return key
	}
	if key, ok := strings.CutPrefix(end, scenario.CellPrefix); ok {
		for _, c := range n.play.Pack.Units.Cells {
			if c.Key == key {
				return n.pick(c.Name)
			}
		}
		return key
	}
	return n.unitKey(strings.TrimPrefix(end, exercise.EndUnit))
}

func (n namer) ends(ends []string) string {
	names := make([]string, len(ends))
	for i, e := range ends {
		names[i] = n.end(e)
	}
	return n.list(names)
}

// maxNames is how many names a sentence lists before it says how many more.
const maxNames = 12

// list joins names as in a sentence.
func (n namer) list(names []string) string { return n.listUpTo(maxNames, names) }

// listUpTo names at most limit, or one more where only one is left over.
func (n namer) listUpTo(limit int, names []string) string {
	if more := len(names) - limit; more > 1 {
		return n.T("review.list.more", i18n.Args{"Names": strings.Join(names[:limit], n.sep()), "N": more})
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return n.T("review.list.last", i18n.Args{"Names": strings.Join(names[:last], n.sep()), "Last": names[last]})
}

func (n namer) sep() string { return n.T("review.list.sep") }

// length says how long something took: "1 h 2 min", "3 min 5 s", "40 s".
func (n namer) length(s Span) string {
	sec := int64(s) / int64(exercise.Second)
	args := i18n.Args{"H": sec / 3600, "M": sec / 60 % 60, "S": sec % 60}
	switch {
	case sec >= 3600:
		return n.T("review.span.h", args)
	case sec >= 60:
		return n.T("review.span.m", args)
	}
	return n.T("review.span.s", args)
}

// inject names an inject by its title in the pack, or as EXCON made it up.
func (n namer) inject(s *exercise.State, key string) string {
	if in := n.play.Pack.InjectByKey(key); in != nil {
		return n.pick(in.Title)
	}
	if i, ok := s.InjectIndex(key); ok {
		if a := s.Added(i); a != nil {
			return n.pick(a.Title)
		}
	}
	return ""
}

// file names a file that was handed in, without a look into it.
func (n *namer) file(f *exercise.HandedIn) string {
	return n.T("review.file", i18n.Args{"Name": f.Name, "Media": f.Media, "Size": f.Size, "Hash": f.Hash})
}
