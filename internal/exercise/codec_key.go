package exercise

import (
	"regexp"

	"renkei/internal/binenc"
	"renkei/internal/exercise/scenario"
)

// code codes a key that took the place of base, the play's; nil for none.
func (k *taskKey) code(c *binenc.Coder, base *taskKey) {
	binenc.Strings(c, &k.accept)
	k.codeMatch(c, base)
	binenc.Pointer(c, &k.number, c.Float)
	c.Float(&k.tolerance.Value)
	c.Bool(&k.tolerance.Percent)
	binenc.Slice(c, &k.files, 5, func(r *scenario.FileRule) { codeRule(c, r) })
	binenc.Slice(c, &k.mentions, 1, func(group *[]string) { binenc.Strings(c, group) })
	binenc.Strings(c, &k.avoid)
	k.codeOpen(c, base)
	c.Float(&k.points)
	binenc.Int(c, &k.within)
}

// codeMatch codes patterns that an amendment brought; those of the pack are
// there already.
func (k *taskKey) codeMatch(c *binenc.Coder, base *taskKey) {
	kept := base != nil && len(base.match) > 0 && len(k.match) > 0 && k.match[0] == base.match[0]
	c.Bool(&kept)
	switch {
	case !kept:
		binenc.Slice(c, &k.match, 1, func(re **regexp.Regexp) { codePattern(c, re) })
	case c.Reading() && base == nil:
		c.Fail("patterns of no play")
	case c.Reading():
		k.match = base.match
	}
}

// codeOpen codes whether the key still has what that of the pack looks for: no
// amendment brings such a key, it only takes it away.
func (k *taskKey) codeOpen(c *binenc.Coder, base *taskKey) {
	kept := k.open != nil
	c.Bool(&kept)
	if !c.Reading() {
		return
	}
	if base != nil {
		k.unit = base.unit
	}
	switch {
	case !kept:
	case base == nil || base.open == nil:
		c.Fail("an open key of no play")
	default:
		k.open = base.open
	}
}

// codePattern codes a pattern as its text, and compiles it again.
func codePattern(c *binenc.Coder, re **regexp.Regexp) {
	src := ""
	if !c.Reading() {
		src = (*re).String()
	}
	c.String(&src)
	if !c.Reading() {
		return
	}
	var err error
	if *re, err = scenario.RecompilePattern(src); err != nil {
		c.Fail("pattern %q: %v", src, err)
	}
}

// codeRule codes what a rule asks for; its place in the pack judges nothing.
func codeRule(c *binenc.Coder, r *scenario.FileRule) {
	c.String(&r.SHA256)
	c.String(&r.Name)
	c.String(&r.Media)
	binenc.Int(c, &r.Min)
	binenc.Int(c, &r.Max)
}

func (f *HandedIn) code(c *binenc.Coder) {
	c.String(&f.Name)
	c.String(&f.Media)
	binenc.Int(c, &f.Size)
	c.String(&f.Hash)
}
