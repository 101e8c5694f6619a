package scenario

import (
	"errors"
	"maps"
	"mime"
	"regexp"
	"slices"
	"strings"
)

var hashPattern = regexp.MustCompile(`^[0-9a-fA-F]{64}$`)

// solution checks what makes an answer right: templates, patterns and rules.
func (c *checker) solution(t *Task) {
	c.forms(t.Pos, "accept", t.Accept)
	c.patterns(t.Pos, "match", t.Match)
	c.want(&t.Want)
	for i := range t.Parts {
		c.want(&t.Parts[i])
	}
	c.forms(t.Pos, "avoid", t.Avoid)
	for i, f := range t.Mentions {
		c.forms(t.Pos, field("mentions", i), f)
	}
	c.yamlTemplate(c.p.at(t.Pos, "flag"), t.Flag, placeKey)
	if owner := c.p.at(t.Pos, "examples"); owner != t.Pos {
		c.forms(owner, "right", t.Examples.Right)
		c.forms(owner, "wrong", t.Examples.Wrong)
	}
	for _, r := range t.Files {
		c.fileRule(r)
	}
	for _, part := range t.Form {
		c.text(part.Pos, "title", part.Title, placeText)
		c.text(part.Pos, "hint", part.Hint, placeText)
		for _, o := range part.Options {
			c.text(o.Pos, "text", o.Text, placeText)
		}
	}
}

// want checks what an answer, or a part of it, must contain.
func (c *checker) want(w *Want) {
	c.forms(w.Pos, "contains", w.Contains)
	c.forms(w.Pos, "refuse", w.Refuse)
	c.yamlTemplate(c.p.at(w.Pos, "number"), w.Number, placeKey)
}

func (c *checker) patterns(owner Pos, name string, f Forms) {
	c.forms(owner, name, f)
	for _, lang := range slices.Sorted(maps.Keys(f)) {
		for i, src := range f[lang] {
			c.pattern(c.p.at(owner, field(name, lang, i)), src)
		}
	}
}

func (c *checker) pattern(pos Pos, src string) {
	steps, err := checkPattern(src)
	before := c.steps
	c.steps += steps
	switch {
	case errors.Is(err, errTooLong):
		c.report(pos, codePatternLarge, map[string]any{"Bytes": maxPattern, "Steps": maxPatternSteps})
	case err != nil:
		c.report(pos, codeValuePattern, map[string]any{"Cause": clip(strings.TrimPrefix(err.Error(), "error parsing regexp: "))})
	case before <= maxPackSteps && c.steps > maxPackSteps:
		c.report(pos, codePatternsLarge, map[string]any{"Steps": maxPackSteps})
	}
}

func (c *checker) fileRule(r FileRule) {
	c.yamlTemplate(c.p.at(r.Pos, "sha256"), r.SHA256, placeKey)
	if r.SHA256 != "" && !strings.Contains(r.SHA256, "{{") && !hashPattern.MatchString(r.SHA256) {
		c.report(c.p.at(r.Pos, "sha256"), codeFileHash, map[string]any{"Value": clip(r.SHA256)})
	}
	if r.Media == "" {
		return
	}
	media, params, err := mime.ParseMediaType(strings.Replace(r.Media, "/*", "/x", 1))
	if err != nil || len(params) > 0 || !strings.Contains(media, "/") || strings.Contains(media, "*") {
		c.report(c.p.at(r.Pos, "media"), codeFileMedia, map[string]any{"Value": clip(r.Media)})
	}
}
