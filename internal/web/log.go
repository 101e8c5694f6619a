package web

import (
	"slices"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

// logLines are the last n lines of the running log, the latest first.
func (s *scene) logLines(n int) []logLine {
	var lines []logLine
	for _, e := range s.Events(s.r.access.Viewer(s.r.hall.ID), 0, n, func(e *exercise.Event) bool { return inRunningLog(e) && s.mayRead(e) }) {
		lines = append(lines, s.logLine(&e))
	}
	return lines
}

// quiet are the types that follow from others and say nothing new to a reader.
func quiet() []exercise.Type {
	return []exercise.Type{"task.scored", "unit.stand_in", "unit.attendance", "unit.ready"}
}

func inRunningLog(e *exercise.Event) bool { return !slices.Contains(quiet(), e.Body.Type()) }

// logLine words an event for the running log.
func (s *scene) logLine(e *exercise.Event) logLine {
	what, unit := subject(e)
	words := s.r.t("event."+kindOf(e), i18n.Args{"What": what, "Unit": s.unitName(unit)})
	return logLine{at: e.At.String(), words: words}
}

// kindOf is the type of an event; what is undone has words of its own.
func kindOf(e *exercise.Event) string {
	switch b := e.Body.(type) {
	case *exercise.InjectHeld:
		if b.LetGo {
			return "inject.let_go"
		}
	case *exercise.CallConfirmed:
		if b.Denied {
			return "call.denied"
		}
	}
	return string(e.Body.Type())
}

// subject is what an event is about, and the unit that it concerns.
func subject(e *exercise.Event) (what, unit string) {
	switch b := e.Body.(type) {
	case *exercise.InjectReleased:
		return b.Inject, b.Unit
	case *exercise.InjectSkipped:
		return b.Inject, b.Unit
	case *exercise.InjectRelayed:
		return b.Inject, b.Unit
	case *exercise.InjectAcknowledged:
		return b.Inject, b.Unit
	case *exercise.Submitted:
		return b.Task, b.Unit
	case *exercise.Overdue:
		return b.Task, b.Unit
	case *exercise.HintTaken:
		return b.Task, b.Unit
	case *exercise.FlowMade:
		return b.Flow, b.Unit
	case *exercise.FlowMissed:
		return b.Flow, b.Unit
	case *exercise.Message:
		return b.Text, b.From
	case *exercise.Shared:
		return b.Text, b.From
	case *exercise.InjectHeld:
		return b.Inject, ""
	case *exercise.CallNoted:
		return b.Text, b.Unit
	case *exercise.CallConfirmed:
		return "", b.Unit
	case *exercise.QuestionDismissed:
		return "", b.Unit
	case *exercise.BranchTaken:
		return b.Branch, b.Unit
	case *exercise.UnitStatus:
		return b.Status, b.Unit
	}
	return "", ""
}
