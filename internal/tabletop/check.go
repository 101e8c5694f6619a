package tabletop

import (
	"slices"
	"strings"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// Check returns every finding about the tabletop of a pack at once.
func Check(p *scenario.Pack) []scenario.Diagnostic {
	if len(p.Languages) == 0 {
		return nil // reported, and nothing can be said without
	}
	t, ds := Read(p)
	c := &checker{r: &reader{pack: p, ds: ds}, t: t, used: map[string]bool{}}
	if len(t.Modules) == 0 {
		return c.r.ds
	}
	c.briefs()
	c.branches()
	c.times()
	c.tasks()
	c.unused()
	return c.r.ds
}

type checker struct {
	r    *reader
	t    *Tabletop
	used map[string]bool // files
}

// briefs sees that every module has its text, its pictures and its material.
func (c *checker) briefs() {
	for _, m := range c.t.Modules {
		if !scenario.IsKey(m.Key) {
			continue // reported; no file can bear the name
		}
		for i, lang := range c.r.pack.Languages {
			path := briefPath(m.Key, lang)
			if _, ok := c.r.pack.Files[path]; ok {
				c.used[path] = true
				continue
			}
			args := map[string]any{"Module": m.Key, "Path": path}
			if i == 0 {
				c.r.report(m.Pos, "tabletop.brief", args)
			} else {
				c.r.warn(m.Pos, "tabletop.brief_untranslated", args)
			}
		}
		for _, name := range slices.Concat(m.Pictures, m.Material) {
			c.attachment(m.Pos, name)
		}
		for _, name := range m.Pictures {
			if file, ok := Attachment(c.r.pack, c.r.pack.Languages[0], name); ok && PictureType(file) == "" {
				c.r.report(m.Pos, "tabletop.picture", map[string]any{"Name": scenario.Clip(name)})
			}
		}
	}
}

// attachment sees that a file is there, for all languages or for each.
func (c *checker) attachment(at scenario.Pos, name string) {
	files := c.r.pack.Files
	if _, ok := files["attachments/"+name]; ok {
		c.used["attachments/"+name] = true
		return
	}
	var missing []string
	for _, lang := range c.r.pack.Languages {
		path := "attachments/" + lang + "/" + name
		if _, ok := files[path]; ok {
			c.used[path] = true
		} else {
			missing = append(missing, lang)
		}
	}
	switch {
	case len(missing) == 0:
	case len(missing) == len(c.r.pack.Languages):
		var known []string
		for _, path := range sortedKeys(files) {
			if rest, ok := strings.CutPrefix(path, "attachments/"); ok {
				known = append(known, rest[strings.LastIndex(rest, "/")+1:])
			}
		}
		c.r.report(at, "attachment.missing", scenario.Unknown(name, known))
	default:
		c.r.warn(at, "attachment.untranslated", map[string]any{"Name": scenario.Clip(name), "Languages": strings.Join(missing, ", ")})
	}
}

// branches sees that a condition names an option of an earlier question.
func (c *checker) branches() {
	var before []string
	options := map[string][]string{}
	for q := range c.t.all() {
		if w := q.When; w != nil {
			known, ok := options[w.Question]
			if !ok {
				c.r.report(w.Pos, "tabletop.when_question", scenario.Unknown(w.Question, before))
			} else if !has(known, w.Chosen) {
				c.r.report(w.Pos, "tabletop.when_option", scenario.Unknown(w.Chosen, known))
			}
		}
		if q.Poll.Kind == "" || q.Poll.Kind == exercise.PollChoice || q.Poll.Kind == exercise.PollSeveral {
			before = append(before, q.Poll.Key)
			options[q.Poll.Key] = keysOf(&q.Poll)
		}
	}
}

func keysOf(p *exercise.Poll) (all []string) {
	for _, o := range p.Options {
		all = append(all, o.Key)
	}
	return all
}

func has(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// times sees that modules follow one another and that all of it fits before
// ENDEX.
func (c *checker) times() {
	for i, m := range c.t.Modules {
		if i > 0 && m.At != 0 && m.At < c.t.Modules[i-1].At {
			c.r.report(m.Pos, "tabletop.order", map[string]any{"Module": m.Key, "Before": c.t.Modules[i-1].Key})
		}
	}
	_, at := c.t.planned()
	if end := c.r.pack.Duration; end > 0 && at > end {
		last := c.t.Modules[len(c.t.Modules)-1]
		c.r.warn(last.Pos, "tabletop.long", map[string]any{"Needs": at.Round(time.Minute).String(), "Has": end.String()})
	}
}

// tasks refuses tasks of injects, which no screen of a tabletop shows.
func (c *checker) tasks() {
	for _, inj := range c.r.pack.Injects {
		if len(inj.Tasks) > 0 {
			c.r.report(inj.Pos, "tabletop.task", map[string]any{"Inject": inj.Key})
		}
	}
}

// unused warns of files that nothing shows.
func (c *checker) unused() {
	known := map[string]bool{}
	for _, inj := range c.r.pack.Injects {
		known["texts/"+inj.Key+".md"] = true
		for _, name := range inj.Attachments {
			known["attachments/"+name] = true
		}
	}
	for _, path := range sortedKeys(c.r.pack.Files) {
		top, rest, _ := strings.Cut(path, "/")
		if c.used[path] || top != "texts" && top != "attachments" || known[path] || known[top+"/"+rest[strings.Index(rest, "/")+1:]] {
			continue
		}
		c.r.warn(scenario.Pos{File: path}, "file.unused", nil)
	}
}
