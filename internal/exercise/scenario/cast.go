package scenario

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Bounds of rendering.
const (
	maxVarLength = 10_000   // bytes of a resolved variable
	maxRendered  = 32 << 20 // bytes of a rendered text
)

// Errors of casting and rendering.
var (
	errUnknownVar = errors.New("unknown variable")
	errCircle     = errors.New("variables use each other in a circle")
	errTooLong    = errors.New("too long")
	errNoTime     = errors.New("a time may not stand here")
	errNoUnit     = errors.New("a variable belongs to the team and cannot use the unit that reads")
	errNoNumber   = errors.New("not one number")
	errNoSchema   = errors.New("no file with a schema")
	errTemplate   = errors.New("malformed template")
	errNoTeam     = errors.New("a cast needs at least one team")
	errLocal      = errors.New("the zone of the machine is no zone of a unit")
	errDuplicate  = errors.New("two units have this key")
)

// Cast is who plays, with the variables of every team resolved. It is safe for
// concurrent use as long as nobody changes Units.
type Cast struct {
	compiled sync.Map // patterns that are the same for all units: source -> *regexp.Regexp

	Units []Unit // team 1, its cells, team 2, its cells, ...

	pack  *Pack
	index map[string]int
	ring  []int // unit index of each team
	team  []int // unit -> position of its team in the ring
	zones []*time.Location
	vars  []map[varKey]string // by position in the ring
}

type varKey struct{ name, lang string }

// NewCast builds the cells of every team and resolves all variables for every
// team and language of the pack. A cell has the key "<team>/<cell>", the
// cell's name, and the code, CSIRT, domain, locale, zone and number of its
// team. The teams stand in a ring in the order given. The error names the
// variable, the team and the cause; unknown time zones and repeated keys are
// errors too.
func NewCast(p *Pack, teams []Unit) (*Cast, error) {
	if len(teams) == 0 {
		return nil, errNoTeam
	}
	c := &Cast{pack: p, index: map[string]int{}}
	for _, team := range teams {
		c.ring = append(c.ring, len(c.Units))
		if err := c.add(team); err != nil {
			return nil, err
		}
		for _, cell := range p.Units.Cells {
			u := team
			u.Key, u.Parent, u.Cell, u.Name = team.Key+"/"+cell.Key, team.Key, cell.Key, cell.Name
			if err := c.add(u); err != nil {
				return nil, err
			}
		}
	}
	return c, c.resolveAll()
}

func (c *Cast) add(u Unit) error {
	if _, dup := c.index[u.Key]; dup {
		return fmt.Errorf("cast unit %q: %w", u.Key, errDuplicate)
	}
	zone, err := time.LoadLocation(u.Zone)
	if err == nil && zone == time.Local {
		err = errLocal
	}
	if err != nil {
		return fmt.Errorf("cast unit %q: zone: %w", u.Key, err)
	}
	c.index[u.Key] = len(c.Units)
	c.Units = append(c.Units, u)
	c.zones = append(c.zones, zone)
	c.team = append(c.team, len(c.ring)-1)
	return nil
}

// resolveAll resolves every variable; cells' names may use them too.
func (c *Cast) resolveAll() error {
	c.vars = make([]map[varKey]string, len(c.ring))
	for i := range c.vars {
		c.vars[i] = map[varKey]string{}
	}
	parsed := map[varKey][]segment{}
	for pos, unit := range c.ring {
		for _, lang := range c.languages() {
			for _, v := range c.pack.Units.Vars {
				r := resolver{cast: c, lang: lang, parsed: parsed, open: map[string]bool{}}
				if _, err := r.variable(pos, v.Name); err != nil {
					return fmt.Errorf("variable %q of team %q in %q: %w", v.Name, c.Units[unit].Key, lang, err)
				}
			}
		}
	}
	return nil
}

func (c *Cast) languages() []string {
	if len(c.pack.Languages) == 0 {
		return []string{""}
	}
	return c.pack.Languages
}

// resolver resolves variables that use each other.
type resolver struct {
	cast   *Cast
	lang   string
	parsed map[varKey][]segment
	open   map[string]bool // being resolved, whoever's they are
}

func (r *resolver) variable(pos int, name string) (string, error) {
	key := varKey{name, r.lang}
	if s, done := r.cast.vars[pos][key]; done {
		return s, nil
	}
	i := slices.IndexFunc(r.cast.pack.Units.Vars, func(v Var) bool { return v.Name == name })
	if i < 0 {
		return "", fmt.Errorf("%q: %w", name, errUnknownVar)
	}
	if r.open[name] {
		return "", fmt.Errorf("%q: %w", name, errCircle)
	}
	segs, err := r.segments(key, r.cast.pack.Units.Vars[i].Value)
	if err != nil {
		return "", err
	}
	r.open[name] = true
	defer delete(r.open, name)
	var b strings.Builder
	for _, s := range segs {
		text, err := r.segment(s, pos)
		if err != nil {
			return "", err
		}
		if b.Len()+len(text) > maxVarLength {
			return "", fmt.Errorf("%q: %w", name, errTooLong)
		}
		b.WriteString(text)
	}
	r.cast.vars[pos][key] = b.String()
	return b.String(), nil
}

func (r *resolver) segments(key varKey, value Text) ([]segment, error) {
	if segs, done := r.parsed[key]; done {
		return segs, nil
	}
	segs, found := parseTemplate(value.In(append([]string{key.lang}, r.cast.pack.Languages...)...))
	if len(found) > 0 {
		return nil, fmt.Errorf("%s at byte %d: %w", found[0].code, found[0].offset, errTemplate)
	}
	r.parsed[key] = segs
	return segs, nil
}

func (r *resolver) segment(s segment, pos int) (string, error) {
	switch t := s.tag; {
	case t == nil:
		return s.text, nil
	case t.kind == tagTime:
		return "", errNoTime
	case t.kind == tagUnit && !t.team:
		return "", errNoUnit
	case t.kind == tagVar:
		return r.variable(r.cast.hop(pos, t.hop), t.name)
	default:
		return r.cast.property(t, r.cast.ring[pos], r.lang)
	}
}

// hop returns the position in the ring some steps on.
func (c *Cast) hop(pos, by int) int {
	return ((pos+by)%len(c.ring) + len(c.ring)) % len(c.ring)
}

// Index returns the index of the unit with the key.
func (c *Cast) Index(key string) (int, bool) {
	i, ok := c.index[key]
	return i, ok
}

// Team returns the index of the team of unit i: itself for a team.
func (c *Cast) Team(i int) int { return c.ring[c.team[i]] }

// Next returns the index of the team after that of unit i in the ring; with
// one team it is that team.
func (c *Cast) Next(i int) int { return c.ring[c.hop(c.team[i], 1)] }

// Prev returns the index of the team before that of unit i in the ring.
func (c *Cast) Prev(i int) int { return c.ring[c.hop(c.team[i], -1)] }
