package review

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

// Summary writes the one or two pages that a director reads first, in Markdown
// and in the printer's language: what the exercise was, what came of it in a
// few sentences, and the tables behind them. Each sentence stands there only
// if it is true.
func Summary(w io.Writer, l *Log, r *Result, p *i18n.Printer) error {
	return SummaryWith(w, l, r, p, nil)
}

// SummaryWith is Summary with what own writes, in Markdown from headings of the
// second level on, in place of sentences and tables about injects and tasks; nil
// for these.
func SummaryWith(w io.Writer, l *Log, r *Result, p *i18n.Printer, own func(io.Writer) error) error {
	state, _, err := l.StateAt(exercise.Never)
	if err != nil {
		return err
	}
	s := &summary{namer: namer{Printer: p, play: l.Play}, state: state, r: r, log: l}
	s.head()
	s.onPaper(l)
	s.actedFor(l)
	if own != nil {
		s.line("")
		if err := own(&s.b); err != nil {
			return err
		}
		s.section("notes")
		s.logNote()
		return s.write(w)
	}
	s.came()
	s.unitTable()
	s.taskTable()
	s.flowTable()
	s.notes()
	return s.write(w)
}

func (s *summary) write(w io.Writer) error {
	if _, err := io.WriteString(w, s.b.String()); err != nil {
		return fmt.Errorf("write summary: %w", err)
	}
	return nil
}

type summary struct {
	namer
	state *exercise.State
	log   *Log
	r     *Result
	b     strings.Builder
}

func (s *summary) line(text string) { s.b.WriteString(text + "\n") }

func (s *summary) say(key string, args ...i18n.Args) { s.line("- " + s.T("summary."+key, args...)) }

func (s *summary) section(key string) { s.line("\n## " + s.T("summary.section."+key) + "\n") }

func (s *summary) head() {
	f := &s.r.Exercise
	s.line("# " + escape(s.pick(f.Title)))
	s.line("")
	s.say("pack", i18n.Args{
		"Title": escape(s.pick(s.play.Pack.Title)), "Key": escape(f.Pack), "Version": escape(f.Version), "Hash": short(f.Hash),
	})
	s.when(f)
	s.who()
}

// onPaper says how much was entered from paper, and whose it is: it counts at
// the times that were written down.
func (s *summary) onPaper(l *Log) {
	n := 0
	var by []string
	for i := range l.Events {
		if b, ok := l.Events[i].Body.(*exercise.Entered); ok {
			n++
			if name := escape(b.By); !slices.Contains(by, name) {
				by = append(by, name)
			}
		}
	}
	if n > 0 {
		s.say("paper", i18n.Args{"N": n, "Names": s.list(by)})
	}
}

// actedFor says how often EXCON did something for which units.
func (s *summary) actedFor(l *Log) {
	times := map[string]int{}
	for i := range l.Events {
		if b, ok := l.Events[i].Body.(*exercise.ActedFor); ok {
			times[b.For]++
		}
	}
	var units []string
	for u := range s.r.Units {
		if n := times[s.r.Units[u].Key]; n > 0 {
			units = append(units, s.T("summary.acted_for.unit", i18n.Args{"Unit": escape(s.unit(u)), "N": n}))
		}
	}
	if len(units) > 0 {
		s.say("acted_for", i18n.Args{"Units": s.list(units)})
	}
}

func short(hash string) string { return hash[:min(12, len(hash))] }

func (s *summary) when(f *ExerciseFacts) {
	last := f.Last.Clock
	switch {
	case f.Started == nil:
		s.say("when.never")
	case f.Ended == nil:
		s.say("when.unended", i18n.Args{"Start": minute(f.Started.Wall), "Clock": last})
	case f.Early:
		s.say("when.early", i18n.Args{"Start": minute(f.Started.Wall), "End": until(f.Started.Wall, f.Ended.Wall), "Clock": f.Ended.Clock})
	default:
		s.say("when.ended", i18n.Args{"Start": minute(f.Started.Wall), "End": until(f.Started.Wall, f.Ended.Wall), "Clock": f.Ended.Clock})
	}
}

// until gives the end of a span of wall time: without the date where that is
// the same.
func until(start, end string) string {
	from, to := minute(start), minute(end)
	if len(from) == len(to) && len(to) > 10 && from[:10] == to[:10] {
		return to[11:]
	}
	return to
}

// minute gives "2026-11-22 19:30" of an RFC 3339 time in UTC.
func minute(wall string) string {
	t, err := time.Parse(time.RFC3339, wall)
	if err != nil {
		return wall
	}
	return t.UTC().Format("2006-01-02 15:04")
}

func (s *summary) who() {
	var teams, bots []string
	cells, away := 0, []string{}
	for u := range s.r.Units {
		unit, name := &s.r.Units[u], escape(s.unit(u))
		if unit.Parent == "" {
			teams = append(teams, name)
		} else {
			cells++
		}
		if unit.Bot && (unit.Parent == "" || !s.botTeam(unit.Parent)) {
			bots = append(bots, name)
		}
		if unit.Status == exercise.Absent || unit.Status == exercise.Withdrawn {
			away = append(away, name)
		}
	}
	s.say("who", i18n.Args{"Teams": len(teams), "Names": s.list(teams), "Cells": cells})
	switch {
	case len(bots) == len(teams) && s.allBots():
		s.say("bots.all")
	case len(bots) > 0:
		s.say("bots", i18n.Args{"Names": s.list(bots)})
	}
	if len(away) > 0 {
		s.say("away", i18n.Args{"Names": s.list(away)})
	}
}

func (s *summary) botTeam(key string) bool {
	u, ok := s.play.Cast.Index(key)
	return ok && s.r.Units[u].Bot
}

func (s *summary) allBots() bool {
	for i := range s.r.Units {
		if !s.r.Units[i].Bot {
			return false
		}
	}
	return true
}

// notes say how the figures are meant and how to see more.
func (s *summary) notes() {
	s.section("notes")
	s.say("note.time")
	s.say("note.order")
	s.say("note.points")
	s.logNote()
	unit := s.r.Units[0].Key
	s.say("note.replay", i18n.Args{"Command": "`renkei exercise replay --at 10:00 --unit " + unit + " DIR`"})
}

// logNote says from which log the figures are.
func (s *summary) logNote() {
	log := &s.r.Log
	switch {
	case log.Torn:
		s.say("note.torn", i18n.Args{"Events": log.Events})
	case !log.Complete:
		s.say("note.incomplete", i18n.Args{"Events": log.Events})
	default:
		s.say("note.log", i18n.Args{"Events": log.Events, "Head": log.Head})
	}
}

// EscapeMarkdown makes words safe in Markdown, in a table too, on one line.
func EscapeMarkdown(words string) string { return escape(words) }

// escape makes a name safe in Markdown, in a table too.
func escape(name string) string {
	name = strings.Join(strings.Fields(clean(name)), " ")
	return strings.NewReplacer(
		`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;",
		"&", "&amp;", "~", `\~`,
	).Replace(name)
}
