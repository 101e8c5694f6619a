package pages

import (
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// TalkLine is a message as a unit reads it.
type TalkLine struct {
	Seq              uint64
	When             Instant
	From, By, to     string
	Text             string
	Tlp              scenario.TLP
	Own, Share       bool
	Items            []string // indicators
	Re, ReInject, In string   // what it is about: its key, the inject to which that belongs; the room
	Task             string
}

// TalkLine words a message.
func (s *Moment) TalkLine(e *exercise.Event) TalkLine {
	m := MessageOf(e)
	l := TalkLine{
		Seq: e.Seq, When: s.Instant(e.At), From: s.EndName(m.From), to: s.EndNames(m.Ends), Text: m.Text, Tlp: m.TLP,
		Own: m.From == s.Request.Unit, Re: m.Re, ReInject: s.InjectAbout(m.Re),
	}
	if keys := s.RoomsOf(m); len(keys) > 0 {
		l.In = keys[0]
	}
	if l.Own {
		l.By = s.PersonOf(e)
	}
	if b, ok := e.Body.(*exercise.Shared); ok {
		l.Share, l.Items, l.Task = true, b.Indicators, b.Task
	}
	return l
}

// MessageOf returns the message that an event is; nil for any other event.
func MessageOf(e *exercise.Event) *exercise.Message {
	switch b := e.Body.(type) {
	case *exercise.Message:
		return b
	case *exercise.Shared:
		return &b.Message
	}
	return nil
}

// InjectAbout is the inject to which what a message is about belongs, where the
// unit has it.
func (s *Moment) InjectAbout(re string) string {
	if i, ok := s.State.InjectIndex(re); ok {
		if v, ok := s.State.Inject(i, s.Request.UnitIndex); ok && v.Seq > 0 {
			return re
		}
	}
	if i, ok := s.State.TaskIndex(re); ok {
		if v, ok := s.State.Task(i, s.Request.UnitIndex); ok {
			return v.Inject
		}
	}
	return ""
}

// FirstLine is the beginning of a text, for lists.
func FirstLine(text string, most int) string {
	line, _, more := strings.Cut(strings.TrimSpace(text), "\n")
	if runes := []rune(line); len(runes) > most {
		line, more = string(runes[:most]), true
	}
	if more {
		line += " …"
	}
	return line
}

// MaxTalk bounds how many messages are looked through.
const MaxTalk = 5000
