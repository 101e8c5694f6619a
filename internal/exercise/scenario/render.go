package scenario

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"renkei/internal/exercise/scenario/wording"
)

// property gives the value of a tag that is neither a variable nor a time.
func (c *Cast) property(t *tag, unit int, lang string) (string, error) {
	who := c.Units[unit]
	if t.kind == tagAddress {
		return addressAt(t.prefix, t.number+who.N).String(), nil
	}
	if t.team {
		who = c.Units[c.ring[c.hop(c.team[unit], t.hop)]]
	}
	langs := append([]string{lang}, c.pack.Languages...)
	switch t.name {
	case "name":
		return who.Name.In(langs...), nil
	case "csirt":
		return who.CSIRT.In(langs...), nil
	case "code":
		return who.Code, nil
	case "key":
		return who.Key, nil
	case "domain":
		return who.Domain, nil
	case "zone":
		return who.Zone, nil
	case "n":
		return strconv.Itoa(who.N), nil
	}
	return "", fmt.Errorf("%q: %w", t.literal, errUnknownVar)
}

// value gives what a tag stands for when a unit reads it.
func (c *Cast) value(t *tag, unit int, lang string, now time.Time) (string, error) {
	switch t.kind {
	case tagTime:
		if now.IsZero() {
			return "", errNoTime
		}
		return t.time.write(now, c.pack.Startex, c.zones[unit]), nil
	case tagVar:
		vars := c.vars[c.hop(c.team[unit], t.hop)]
		for _, l := range []string{lang, c.languages()[0]} {
			if s, ok := vars[varKey{t.name, l}]; ok {
				return s, nil
			}
		}
		return "", fmt.Errorf("%q: %w", t.literal, errUnknownVar)
	default:
		return c.property(t, unit, lang)
	}
}

// Render fills in a template for a unit that reads it in a language; now is
// the scenario time of the release. It returns the text and what the tags in
// it stood for, by what is written between the braces ("c2", "team.name",
// "time now-12m clf"). A malformed tag and an unknown variable are errors;
// Check finds both before.
func (c *Cast) Render(tmpl string, unit int, lang string, now time.Time) (string, map[string]string, error) {
	return c.render(tmpl, unit, lang, now, func(value string) string { return value })
}

// render fills in a template; write says how a value is written into it.
func (c *Cast) render(
	tmpl string, unit int, lang string, now time.Time, write func(value string) string,
) (string, map[string]string, error) {
	segs, found := parseTemplate(tmpl)
	if len(found) > 0 {
		return "", nil, fmt.Errorf("%s at byte %d: %w", found[0].code, found[0].offset, errTemplate)
	}
	var b strings.Builder
	used := map[string]string{}
	for _, s := range segs {
		text := s.text
		if s.tag != nil {
			v, err := c.value(s.tag, unit, lang, now)
			if err != nil {
				return "", nil, err
			}
			text, used[s.tag.literal] = write(v), v
		}
		if b.Len()+len(text) > maxRendered {
			return "", nil, fmt.Errorf("rendered text: %w", errTooLong)
		}
		b.WriteString(text)
	}
	return b.String(), used, nil
}

// Forms renders all forms of all languages for a unit, folds them (see Fold)
// and drops empty and repeated ones. Forms for every language are rendered in
// each. The order is that of the pack's languages, the same on every call.
func (c *Cast) Forms(f Forms, unit int) ([]string, error) {
	return c.forms(f, unit, func(value string) string { return value })
}

// Mentions renders forms that are looked for in texts (see Mentions), as Forms
// does; what a tag stands for is taken as it is.
func (c *Cast) Mentions(f Forms, unit int) ([]string, error) {
	all, err := c.forms(f, unit, wording.Literal)
	for _, form := range all {
		if grouped := grouped(form); grouped != "" {
			all = append(all, grouped)
		}
		all = append(all, dialled(form)...)
	}
	return all, err
}

// dialled writes a telephone number in international form, "+999 20 4127", as
// people do; nil for anything else.
func dialled(form string) (all []string) {
	if len(form) < 8 || form[0] != '+' || strings.Trim(form[1:], "0123456789 ") != "" {
		return nil
	}
	for _, prefix := range []string{"+", "00", "(+"} {
		for _, mark := range []string{" ", "-", ".", "", "/"} {
			written := prefix + strings.ReplaceAll(form[1:], " ", mark)
			if prefix == "(+" {
				country, rest, _ := strings.Cut(form[1:], " ")
				written = prefix + country + ") " + strings.ReplaceAll(rest, " ", mark)
			}
			if written != form && !slices.Contains(all, written) {
				all = append(all, written)
			}
		}
	}
	return all
}

// grouped writes a number with commas between its thousands; "" for anything
// else.
func grouped(form string) string {
	if len(form) < 4 || len(form) > 9 || form[0] == '0' || strings.Trim(form, "0123456789") != "" {
		return ""
	}
	out := form
	for i := len(form) - 3; i > 0; i -= 3 {
		out = out[:i] + "," + out[i:]
	}
	return out
}

func (c *Cast) forms(f Forms, unit int, write func(value string) string) ([]string, error) {
	var all []string
	seen := map[string]bool{}
	add := func(forms []string, lang string) error {
		for _, form := range forms {
			s, _, err := c.render(form, unit, lang, time.Time{}, write)
			if err != nil {
				return fmt.Errorf("form %q: %w", form, err)
			}
			if s = Fold(s); s != "" && !seen[s] {
				seen[s] = true
				all = append(all, s)
			}
		}
		return nil
	}
	for _, lang := range c.languages() {
		if err := errors.Join(add(f[""], lang), add(f[lang], lang)); err != nil {
			return nil, err
		}
	}
	return all, nil
}
