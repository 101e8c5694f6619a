package chat

import (
	"context"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// What a button does: what stands before its slash; behind it is the inject, or the
// task.
const (
	DoAck    = "ack"
	DoAnswer = "answer"
)

// Typed is what somebody would type for a button, with what they have written.
func Typed(do, text string) string {
	verb, key, _ := strings.Cut(do, "/")
	return strings.TrimSpace("renkei " + verb + " " + key + " " + text)
}

// Question is a task as a window asks it.
type Question struct {
	Title, About, Send string
	Instead            string // how to answer where the window does not open
	Parts              []QuestionPart
}

// QuestionPart is a field of it: Key is "" for the one that is the whole answer.
type QuestionPart struct {
	Key, Title, Help string
	Options          []string // what there is to choose, each after its letter
}

// maxParts is how many fields a window has; a form with more is written as lines.
const maxParts = 5

// Ask returns a task as a window asks it of who acts in a room for its unit; false
// for who does not, and for what is no task of theirs.
func (b *Bridge) Ask(ctx context.Context, id, room, account, task string) (q Question, ok bool, err error) {
	place, err := b.Service.Place(ctx, id)
	if err != nil {
		return q, false, err
	}
	x, err := b.Host.Exercise(ctx, id)
	if err != nil {
		return q, false, err
	}
	h := &hearing{b: b, x: x, place: place, said: &Said{Room: room, Account: account}}
	if err := h.who(ctx); err != nil || h.unit == "" || unitIn(room) != h.unit {
		return q, false, err
	}
	p, lang := h.printer(), h.lang()
	h.state(func(s *exercise.State, u int) {
		i, known := s.TaskIndex(task)
		if !known {
			return
		}
		v, has := s.Task(i, u)
		if !has || v.Status != exercise.TaskStands {
			return
		}
		q, ok = Question{
			Title: p.T("chat.dialog.title", i18n.Args{"Task": task}), Send: p.T("chat.dialog.send"), Instead: p.T("chat.thread_one"),
			About: rendered(s, s.Prompt(i, u), u, lang),
		}, true
		def, _, _ := s.Play().Pack.TaskByKey(task)
		if def == nil {
			def = &scenario.Task{}
		}
		q.ask(s, p, def, v.Type, u, lang)
	})
	return q, ok, nil
}

// ask sets the fields for a task.
func (q *Question) ask(s *exercise.State, p *i18n.Printer, def *scenario.Task, kind string, u int, lang string) {
	one := QuestionPart{Title: p.T("chat.dialog.answer"), Help: p.T("chat.how." + kind)}
	if kind == scenario.TaskChoice {
		one.Title, one.Help = p.T("chat.dialog.choice"), p.T("chat.dialog.choice_help")
	}
	for i, o := range def.Options {
		one.Options = append(one.Options, string(rune('a'+i))+") "+rendered(s, o.Text, u, lang))
	}
	for _, part := range def.Form {
		q.Parts = append(q.Parts, QuestionPart{Key: part.Key, Title: part.Title.In(lang, "en")})
	}
	if len(q.Parts) > maxParts {
		for _, part := range q.Parts {
			q.About += "\n" + part.Title + ":"
		}
		q.Parts = nil
	}
	if len(q.Parts) == 0 {
		q.Parts = []QuestionPart{one}
	}
}
