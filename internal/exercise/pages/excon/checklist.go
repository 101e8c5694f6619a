package excon

import (
	"slices"
	"strings"

	"renkei/internal/auth"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/web"
)

// checklist is what is missing before STARTEX.
type checklist struct {
	units    []listed // to which nobody has come
	national []listed // teams with cells that nobody relays to
	unjudged []listed // whose work waits for an evaluator whom they do not have
	texts    []lackingText
	personas []listed // whom nobody plays

	needs needs
}

// listed is a unit or a persona that lacks something.
type listed struct{ key, name string }

// lackingText is a language of units in which injects have no text.
type lackingText struct {
	lang   string   // its name
	units  []string // that read it, by name
	lacks  int      // injects without a text in it
	of     int      // injects
	inject string   // the first of them
}

// needs are units that somebody with a grant has to care for.
type needs struct{ national, judged []listed }

// empty reports whether nothing is missing.
func (c *checklist) empty() bool {
	return len(c.units)+len(c.national)+len(c.unjudged)+len(c.texts)+len(c.personas) == 0
}

// checklistOf looks for what is missing, but for people; addPeople adds those.
func checklistOf(s *pages.Moment) *checklist {
	c := &checklist{}
	play := s.State.Play()
	for u := range play.Cast.Units {
		unit := &play.Cast.Units[u]
		it := listed{unit.Key, s.FullName(unit.Key)}
		there := s.Presence(u)
		if there.Missing {
			c.units = append(c.units, it)
		}
		if there.Bot { // it relays by itself, and nobody marks it
			continue
		}
		if unit.IsTeam() && len(play.Pack.Units.Cells) > 0 {
			c.needs.national = append(c.needs.national, it)
		}
		if slices.ContainsFunc(play.Pack.Injects, func(in *scenario.Inject) bool { return marksPlanned(in, unit) }) {
			c.needs.judged = append(c.needs.judged, it)
		}
	}
	c.texts = lackingTexts(s)
	for _, p := range play.Pack.Personas {
		if !isPlayed(s, p.Key) {
			c.personas = append(c.personas, listed{p.Key, s.PersonaName(p.Key)})
		}
	}
	return c
}

// isPlayed reports whether somebody of EXCON plays a persona, towards any unit.
func isPlayed(s *pages.Moment, persona string) bool {
	for u := range s.State.Play().Cast.Units {
		if s.State.HeldBy(persona, u) != "" {
			return true
		}
	}
	return false
}

// marksPlanned reports whether an inject asks a unit for something that no key
// judges.
func marksPlanned(in *scenario.Inject, unit *scenario.Unit) bool {
	unjudged := func(t *scenario.Task) bool {
		return t.Type == scenario.TaskReport && len(t.Mentions) == 0 || t.Type == scenario.TaskFile && len(t.Files) == 0
	}
	return reaches(in.To, unit) && slices.ContainsFunc(in.Tasks, unjudged) ||
		in.Relay != nil && reaches(in.Relay.To, unit) && slices.ContainsFunc(in.Relay.Tasks, unjudged)
}

// reaches reports whether a unit is among those that an inject or relay names.
func reaches(to string, unit *scenario.Unit) bool {
	cell, named := strings.CutPrefix(to, scenario.CellPrefix)
	switch {
	case named:
		return unit.Cell == cell
	case to == scenario.AudTeams:
		return unit.IsTeam()
	case to == scenario.AudCells:
		return !unit.IsTeam()
	}
	return to == scenario.AudAll
}

// lackingTexts are the languages of units that play, in which injects for them
// have no text.
func lackingTexts(s *pages.Moment) (all []lackingText) {
	play := s.State.Play()
	at := map[string]int{}
	for u := range play.Cast.Units {
		unit := &play.Cast.Units[u]
		if s.State.Unit(u).Bot {
			continue
		}
		if i, known := at[unit.Locale]; known {
			all[i].units = append(all[i].units, s.FullName(unit.Key))
			continue
		}
		l := lackingText{lang: s.Request.LanguageName(unit.Locale), units: []string{s.FullName(unit.Key)}}
		for _, in := range play.Pack.Injects {
			if l.of++; !play.Pack.HasText(in.Key, unit.Locale) {
				if l.lacks++; l.inject == "" {
					l.inject = in.Key
				}
			}
		}
		at[unit.Locale] = len(all)
		all = append(all, l)
	}
	return slices.DeleteFunc(all, func(l lackingText) bool { return l.lacks == 0 })
}

// addPeople adds what is missing of people with roles.
func (c *checklist) addPeople(r *pages.Request) error {
	holders, err := r.Server.Auth.GrantsIn(r.Context(), access.In(r.Exercise.ID, ""))
	if err != nil {
		return err
	}
	c.national = slices.DeleteFunc(c.needs.national, func(it listed) bool { return isCaredFor(holders, access.National, it.key) })
	c.unjudged = slices.DeleteFunc(c.needs.judged, func(it listed) bool {
		team, _, _ := strings.Cut(it.key, "/")
		return isCaredFor(holders, access.Evaluator, it.key) || isCaredFor(holders, access.Evaluator, team)
	})
	return nil
}

func isCaredFor(holders []auth.Holder, role auth.Role, unit string) bool {
	return slices.ContainsFunc(holders, func(h auth.Holder) bool { return h.Role == string(role) && h.Part == unit })
}

// invitePath leads to the form that makes a link for a role in a unit.
func invitePath(r *pages.Request, role auth.Role, unit string) string {
	return r.Path("/invite") + "?role=" + string(role) + "&unit=" + web.Escape(unit) + "#make-links"
}
