package review_test

import (
	"cmp"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"renkei/internal/exercise/scenario"
)

// spreading is how far one indicator came.
type spreading struct {
	form, flow string
	room       bool // its flow goes to the liaison room
	within     int64
	first      *entry   // that brought it to anybody
	teams      []string // that took part
	reached    []*reaching
}

type reaching struct {
	team string
	by   *entry
}

func (s *spreading) json() obj {
	f := fields{"form": s.form, "teams": len(s.teams)}
	reached := list{}
	for _, r := range s.reached {
		reached = append(reached, obj{"unit": r.team, "at": moment(r.by.At), "seq": r.by.Seq})
	}
	f["reached"] = reached
	if s.flow != "" {
		f["flow"], f["within_seconds"] = s.flow, seconds(s.within)
	}
	if n := len(s.reached); n > 0 && n == len(s.teams) {
		f["all_seconds"] = seconds(s.reached[n-1].by.At - s.reached[0].by.At)
	}
	return f
}

// indicators are the forms that the pack looks for, by first mention.
func (l *ledger) indicators() []*spreading {
	var all, out []*spreading
	seen := map[string]*spreading{}
	add := func(form string, f *scenario.Flow) {
		if !looksIndicative(form) {
			return
		}
		if seen[form] == nil {
			seen[form] = &spreading{form: form}
			all = append(all, seen[form])
		}
		if s := seen[form]; f != nil && (s.flow == "" || !s.room && f.To == "liaison") {
			s.flow, s.room, s.within = f.Key, f.To == "liaison", f.Within.Microseconds()
		}
	}
	for _, u := range l.cast.Units {
		for _, f := range l.pack.Flows {
			if u.Cell == "" && f.From == "team" || u.Cell != "" && f.From == "cell:"+u.Cell {
				for _, form := range l.wants[f.Key+" "+u.Key] {
					add(form, f)
				}
			}
		}
	}
	for _, t := range l.tasks {
		if def, _, _ := l.pack.TaskByKey(t.key); def != nil && def.Type == "indicators" {
			for i := range l.cast.Units {
				forms, _ := l.cast.Forms(def.Accept, i)
				for _, form := range forms {
					add(form, nil)
				}
			}
		}
	}
	for _, s := range all {
		if l.follow(s); s.first != nil {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b *spreading) int { return int(a.first.Seq) - int(b.first.Seq) })
	return out
}

var (
	hashes  = regexp.MustCompile(`^([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$`)
	domains = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*\.)+[a-z]{2,}$|^[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*\.[a-z]{2,}$`)
	files   = regexp.MustCompile(`\.(bat|csv|dll|docx?|exe|js|log|pdf|txt|xlsx|zip)$`)
)

// looksIndicative reports whether a form looks like an address, a hash or a
// domain name, and not like a file.
func looksIndicative(form string) bool {
	_, err := netip.ParseAddr(form)
	return err == nil || hashes.MatchString(form) || domains.MatchString(form) && !files.MatchString(form)
}

// follow looks which line first named an indicator to each team.
func (l *ledger) follow(s *spreading) {
	var mentions []*entry
	for i := range l.lines {
		if e := &l.lines[i]; (e.isTalk() || e.Type == "task.submitted" || e.Type == "inject.relayed") && scenario.Mentions(e.folded, s.form) {
			mentions = append(mentions, e)
		}
	}
	for _, u := range l.units {
		if u.Cell != "" {
			continue
		}
		at := slices.IndexFunc(mentions, func(e *entry) bool { return names(e, u.Key) })
		if at >= 0 && (s.first == nil || mentions[at].Seq < s.first.Seq) {
			s.first = mentions[at]
		}
		if away(u.status) {
			continue
		}
		s.teams = append(s.teams, u.Key)
		if at >= 0 {
			s.reached = append(s.reached, &reaching{u.Key, mentions[at]})
		}
	}
	slices.SortStableFunc(s.reached, func(a, b *reaching) int { return int(a.by.Seq) - int(b.by.Seq) })
}

// names reports whether a line was said or heard by a team or one of its cells.
func names(e *entry, team string) bool {
	said := e.from()
	if e.Type == "task.submitted" {
		said = e.Body.Unit
	}
	return teamOf(said) == team || e.Type == "inject.relayed" && teamOf(e.Body.Unit) == team ||
		slices.ContainsFunc(e.Body.Ends, func(end string) bool {
			return end == "liaison" || teamOf(strings.TrimPrefix(end, "unit:")) == team && strings.HasPrefix(end, "unit:")
		})
}

// eachSpread gives a rule the indicators of each flow to the liaison room that
// were mentioned, where there is anybody to tell.
func (l *ledger) eachSpread(rule func(all []*spreading) claim) func() []claim {
	return func() []claim {
		var out []claim
		for _, f := range l.pack.Flows {
			all := slices.DeleteFunc(l.indicators(), func(s *spreading) bool { return s.flow != f.Key || !s.room || len(s.teams) < 2 })
			slices.SortStableFunc(all, func(a, b *spreading) int { return cmp.Compare(l.place(a), l.place(b)) })
			if len(all) > 0 {
				c := rule(all)
				c.subject = f.Key
				out = append(out, c)
			}
		}
		return out
	}
}

// place is that of the unit which named an indicator first; -1 for none.
func (l *ledger) place(s *spreading) int {
	said := s.first.from() + s.first.Body.Unit
	if s.first.Type == "inject.relayed" {
		said = s.first.from()
	}
	return slices.IndexFunc(l.units, func(u *recounted) bool { return u.Key == said })
}

func (l *ledger) spreadInstance(s *spreading) instance {
	i := instance{n: 1, seqs: []uint64{s.first.Seq}}
	if at := l.place(s); at >= 0 {
		i.unit = l.units[at].Key
	}
	if n := len(s.reached); n > 0 {
		i.took, i.seqs = s.reached[n-1].by.At-s.reached[0].by.At, []uint64{s.reached[0].by.Seq, s.reached[n-1].by.Seq}
	}
	return i
}

func (l *ledger) spreadFast(all []*spreading) claim {
	c, atOnce := claim{key: "spread_fast"}, true
	for _, s := range all {
		i := l.spreadInstance(s)
		if len(s.reached) < len(s.teams) || i.took > s.within {
			return claim{}
		}
		atOnce = atOnce && i.took < 1_000_000
		c.by = append(c.by, i)
	}
	if atOnce {
		return claim{}
	}
	c.args = fields{"Of": len(all)}
	return c
}

// awaits reports whether the flow of somebody who shall name the form still
// waits for it.
func (l *ledger) awaits(s *spreading) bool {
	for u, r := range l.units {
		for _, f := range r.flows {
			for _, group := range f.What {
				forms, err := l.cast.Forms(group, u)
				if err == nil && f.Key == s.flow && f.status() == "expected" && slices.Contains(forms, s.form) {
					return true
				}
			}
		}
	}
	return false
}

func (l *ledger) spreadSlow(all []*spreading) claim {
	all = slices.DeleteFunc(slices.Clone(all), func(s *spreading) bool { return !l.awaits(s) })
	c := claim{key: "spread_slow", args: fields{"Of": len(all)}}
	for _, s := range all {
		if len(s.reached) < len(s.teams) {
			c.by = append(c.by, l.spreadInstance(s))
		}
	}
	return c
}
