package scenario

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// texts checks that every inject has its texts and attachments, and these as
// templates.
func (c *checker) texts() {
	done := map[string]bool{}
	for _, in := range c.p.Injects {
		if in.Key != "" && !done[in.Key] {
			done[in.Key] = true
			c.injectTexts(in)
		}
		for i, name := range in.Attachments {
			c.attachment(c.p.at(in.Pos, field("attachments", i)), name)
		}
	}
	if c.p.Kind == KindTTX { // its area knows which of them are used
		for name := range c.p.Files {
			if strings.HasPrefix(name, textsDir) || strings.HasPrefix(name, attachmentsDir) {
				c.files[name] = true
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.files)) {
		c.content(name)
	}
	c.sameNames()
	for _, name := range slices.Sorted(maps.Keys(c.p.Files)) {
		if !strings.HasPrefix(name, textsDir) && name != packFile && name != mselFile {
			c.live(name, c.p.Files[name])
		}
	}
}

// sameNames reports names that are one on systems that do not tell case, or
// the ways to write an accent, apart.
func (c *checker) sameNames() {
	seen := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(c.p.Files)) {
		folded := cases.Fold().String(norm.NFKC.String(name))
		if first, twice := seen[folded]; twice {
			c.report(Pos{File: name}, codeFileCase, map[string]any{"Other": first})
			continue
		}
		seen[folded] = name
	}
}

func (c *checker) injectTexts(in *Inject) {
	if !keyPattern.MatchString(in.Key) {
		return // reported; a file cannot bear the name
	}
	for i, lang := range c.p.Languages {
		name := textPath(in.Key, lang)
		_, ok := c.p.Files[name]
		args := map[string]any{"Inject": in.Key, "Path": name, "Language": lang}
		switch pos := c.p.at(in.Pos, "key"); {
		case ok:
			c.files[name] = true
		case i == 0:
			c.report(pos, codeInjectText, args)
		default:
			c.warn(pos, codeInjectUntranslated, args)
		}
	}
}

func (c *checker) attachment(pos Pos, name string) {
	if strings.ContainsAny(name, `/\`) || name == "." || name == ".." {
		c.report(pos, codeValueFileName, map[string]any{"Value": clip(name)})
		return
	}
	_, common := c.p.Files[attachmentsDir+name]
	if common {
		c.files[attachmentsDir+name] = true
	}
	var missing []string
	found := common
	for _, lang := range c.p.Languages {
		f := attachmentsDir + lang + "/" + name
		if _, ok := c.p.Files[f]; ok {
			c.files[f] = true
			found = true
		} else {
			missing = append(missing, lang)
		}
	}
	if common || len(missing) == 0 {
		return
	}
	first := missing[0] == c.p.Languages[0]
	args := map[string]any{"Name": clip(name), "Languages": strings.Join(missing, ", ")}
	switch {
	case !found:
		args := unknown(name, c.attachments())
		c.report(pos, codeAttachMissing, args)
		c.misnamed(args["Suggestion"])
	case first:
		args["Languages"] = missing[0]
		c.report(pos, codeAttachUntranslated, args)
	default:
		c.warn(pos, codeAttachUntranslated, args)
	}
}

// misnamed takes the attachment that was probably meant as used.
func (c *checker) misnamed(meant any) {
	for f := range c.p.Files {
		if strings.HasPrefix(f, attachmentsDir) && path.Base(f) == meant {
			c.files[f] = true
		}
	}
}

// attachments lists the names of all attachments in the pack.
func (c *checker) attachments() []string {
	names := map[string]bool{}
	for f := range c.p.Files {
		if strings.HasPrefix(f, attachmentsDir) {
			names[path.Base(f)] = true
		}
	}
	return slices.Collect(maps.Keys(names))
}

// content checks a text or attachment that is used.
func (c *checker) content(name string) {
	raw := c.p.Files[name]
	isText := strings.HasPrefix(name, textsDir)
	if raw == nil { // refused by Read
		return
	}
	if !isText && !isTemplateName(name) {
		if utf8.Valid(raw) && !bytes.ContainsRune(raw, 0) {
			c.plain(string(raw), 0, func(offset int) Pos { return advance(Pos{name, 1, 1}, raw[:offset]) })
		}
		return
	}
	if !utf8.Valid(raw) {
		c.vagueVars = true
		c.report(badRune(name, raw), codeFileUTF8, nil)
		return
	}
	if _, _, ok := split(raw); isText && !ok {
		c.report(Pos{name, 1, 1}, codeInjectSubject, nil)
	}
	c.fileTemplate(name)
}

// unused reports files, personas and variables that nothing uses.
func (c *checker) unused() {
	for _, name := range slices.Sorted(maps.Keys(c.p.Files)) {
		if !c.files[name] && !c.mayStand(name) {
			c.warn(Pos{File: name}, codeFileUnused, nil)
		}
	}
	if c.p.broken("injects") || c.p.broken("flows") {
		return
	}
	for _, s := range c.p.Personas {
		if s.Key != "" && !c.personas[s.Key] && !c.misspelt(s.Key) {
			c.warn(s.Pos, codePersonaUnused, map[string]any{"Name": s.Key})
		}
	}
	if c.vagueVars || c.p.broken("tasks") {
		return
	}
	for _, v := range c.p.Units.Vars {
		if !c.vars[v.Name] {
			c.warn(v.Pos, codeVarUnused, map[string]any{"Name": v.Name})
		}
	}
}

// misspelt reports whether an unknown persona was probably meant to be this.
func (c *checker) misspelt(key string) bool {
	for used := range c.personas {
		if used != "" && !slices.Contains(c.personaKeys, used) && nearest(used, c.personaKeys) == key {
			return true
		}
	}
	return false
}

// mayStand reports whether a file is in order though no inject names it.
func (c *checker) mayStand(name string) bool {
	base := path.Base(name)
	stem := strings.TrimSuffix(base, path.Ext(base))
	switch {
	case name == packFile, name == mselFile, hidden(name), c.p.Kind == KindTTX:
		return true
	case slices.Contains([]string{"README", "LICENSE", "LICENCE"}, strings.ToUpper(stem)):
		return true
	case c.p.Files[name] == nil: // refused by Read
		return true
	}
	unclear := c.p.broken("injects") || c.p.broken("languages")
	return unclear && (strings.HasPrefix(name, textsDir) || strings.HasPrefix(name, attachmentsDir))
}
