package main

import (
	"fmt"
	"io"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

// followProgress writes every event as it becomes durable, one JSON object a
// line, as it stands in the log.
type followProgress struct{ w io.Writer }

func (f *followProgress) Begin(*exercise.Play, *exercise.State) {}
func (f *followProgress) Stop()                                 {}

func (f *followProgress) OnCommitted(events []exercise.Event) {
	for i := range events {
		if raw, err := events[i].Encode(); err == nil {
			fmt.Fprintf(f.w, "%s\n", raw)
		}
	}
}

// lineProgress writes a line for what a director would want to know; the same
// thing for several units at the same time is one line.
type lineProgress struct {
	w    io.Writer
	p    *i18n.Printer
	last lineKey
	n    int
	unit string
}

type lineKey struct {
	at   exercise.Time
	text string
	what string
}

func (l *lineProgress) Begin(play *exercise.Play, from *exercise.State) {
	lang := l.p.Lang()
	fmt.Fprintln(l.w, l.p.T("cli.progress.begin", i18n.Args{
		"Title": play.Pack.Title.In(lang, play.Pack.Languages[0]), "Units": len(play.Cast.Units), "Time": from.At().String(),
	}))
}

func (l *lineProgress) Stop() { l.flush() }

func (l *lineProgress) OnCommitted(events []exercise.Event) {
	for i := range events {
		l.seen(&events[i])
	}
}

func (l *lineProgress) seen(e *exercise.Event) {
	key, unit := lineKey{at: e.At}, ""
	switch b := e.Body.(type) {
	case *exercise.InjectReleased:
		key.text, key.what, unit = "cli.progress.released", b.Inject, b.Unit
	case *exercise.InjectSkipped:
		key.text, key.what, unit = "cli.progress.skipped", b.Inject, b.Unit
	case *exercise.BranchTaken:
		key.text, key.what, unit = "cli.progress.branch", b.Branch, b.Unit
		if b.Branch == "" {
			key.text, key.what = "cli.progress.no_branch", b.Decision
		}
	case *exercise.InjectRelayed:
		key.text, key.what, unit = "cli.progress.relayed", b.Inject, b.Unit
	case *exercise.Overdue:
		key.text, key.what, unit = "cli.progress.overdue", b.Task, b.Unit
	case *exercise.FlowMissed:
		key.text, key.what, unit = "cli.progress.flow_missed", b.Flow, b.Unit
	case *exercise.RealRaised:
		key.text, key.what = "cli.progress.real", b.Text
	default:
		if strings.HasPrefix(string(e.Body.Type()), "clock.") {
			key.text = "cli.progress." + string(e.Body.Type())
		}
	}
	if key.text == "" {
		return
	}
	if key == l.last {
		l.n++
		return
	}
	l.flush()
	l.last, l.n, l.unit = key, 1, unit
}

func (l *lineProgress) flush() {
	if l.n == 0 {
		return
	}
	units := l.unit
	if l.n > 1 {
		units = l.p.T("cli.progress.units", i18n.Args{"Count": l.n})
	}
	if units == "" {
		units = l.p.T("cli.progress.all")
	}
	text := l.p.T(l.last.text, i18n.Args{"What": l.last.what, "Units": units})
	fmt.Fprintf(l.w, "%s  %s\n", l.last.at, text)
	l.n, l.last = 0, lineKey{}
}
