package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// A room shows so many messages at a time; a list of rooms looks at so many of
// the unit's last ones.
const (
	talkPage = 30
	maxTalk  = 5000
)

// talkView is the messages of a unit: its rooms, or one of them.
type talkView struct {
	clock  clockView
	acts   bool
	hold   string
	groups []roomGroup
	room   *room // nil: the list of rooms
	lines  []talkLine
	older  uint64 // seq before which there are more; 0 for none
	task   *unitTask
	about  []unitInject // what a message may be about
}

// talkLine is a message as a unit reads it.
type talkLine struct {
	seq              uint64
	when             moment
	from, by, to     string
	text             string
	tlp              scenario.TLP
	own, share       bool
	items            []string // indicators
	re, reInject, in string   // what it is about: its key, the inject to which that belongs; the room
	task             string
}

func talkRoutes() []route {
	return []route{
		{pattern: "GET /x/{exercise}/talk/{unit...}", need: readsUnit, handle: showTalk},
		{pattern: "POST /x/{exercise}/message/{unit...}", need: playsUnit, handle: sendMessage},
	}
}

func showTalk(r *request) error {
	return r.showUnit(r.t("talk.title", i18n.Args{"Unit": r.unitName(r.hall, r.unit)}), func() (templ.Component, error) {
		v, err := r.talkView()
		return talkPart(r, v), err
	})
}

func (r *request) talkView() (*talkView, error) {
	v := &talkView{acts: r.acts()}
	err := r.look(func(s *scene) error {
		v.clock, v.hold = s.clock(s.zone()), s.holdTalk()
		here := r.URL.Query().Get("room")
		rooms := s.rooms()
		i := slices.IndexFunc(rooms, func(x room) bool { return x.key == here })
		if here != "" && i < 0 {
			return errAbsent
		}
		if i >= 0 {
			rooms[i].here = true
			v.room = &rooms[i]
			s.fillRoom(v)
		}
		v.groups = grouped(rooms, r.unit)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range v.about {
		if err := r.read(&v.about[i]); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// holdTalk is why a unit cannot write at the moment: less stops messages than
// tasks.
func (s *scene) holdTalk() string {
	if phase := s.st.Phase(); !s.st.RealStop() && (phase == exercise.Over || phase == exercise.OnHold) {
		return ""
	}
	return s.hold()
}

// fillRoom adds the messages of a room, and the task that the unit is about to
// answer there.
func (s *scene) fillRoom(v *talkView) {
	before, _ := strconv.ParseUint(s.r.URL.Query().Get("before"), 10, 64) // none: the last ones
	found := s.Events(s.r.viewer(), before, talkPage+1, func(e *exercise.Event) bool {
		m := messageOf(e)
		return m != nil && s.roomOf(m, v.room.key)
	})
	found, v.older = cutPage(found, talkPage)
	for i := range found {
		v.lines = append(v.lines, s.talkLine(&found[i]))
	}
	if v.acts {
		v.about = s.received()
	}
	if i, ok := s.st.TaskIndex(s.r.URL.Query().Get("task")); ok {
		if t, ok := s.st.Task(i, s.r.u); ok && t.Type == scenario.TaskShare && t.Status == exercise.TaskStands {
			task := s.unitTask(&t, nil)
			v.task = &task
		}
	}
}

// talkLine words a message.
func (s *scene) talkLine(e *exercise.Event) talkLine {
	m := messageOf(e)
	l := talkLine{
		seq: e.Seq, when: s.moment(e.At), from: s.endName(m.From), to: s.endNames(m.Ends), text: m.Text, tlp: m.TLP,
		own: m.From == s.r.unit, re: m.Re, reInject: s.injectAbout(m.Re),
	}
	if keys := s.roomsOf(m); len(keys) > 0 {
		l.in = keys[0]
	}
	if l.own {
		l.by = s.personOf(e)
	}
	if b, ok := e.Body.(*exercise.Shared); ok {
		l.share, l.items, l.task = true, b.Indicators, b.Task
	}
	return l
}

// injectAbout is the inject to which what a message is about belongs, where the
// unit has it.
func (s *scene) injectAbout(re string) string {
	if i, ok := s.st.InjectIndex(re); ok {
		if v, ok := s.st.Inject(i, s.r.u); ok && v.Seq > 0 {
			return re
		}
	}
	if i, ok := s.st.TaskIndex(re); ok {
		if v, ok := s.st.Task(i, s.r.u); ok {
			return v.Inject
		}
	}
	return ""
}

func messageOf(e *exercise.Event) *exercise.Message {
	switch b := e.Body.(type) {
	case *exercise.Message:
		return b
	case *exercise.Shared:
		return &b.Message
	}
	return nil
}

// sendMessage writes to a room. With indicators, or for a share task, what is
// written is a share.
func sendMessage(r *request) error {
	if err := r.readForm(); err != nil {
		return err
	}
	tlp, err := r.readTLP()
	if err != nil {
		return err
	}
	to := r.PostFormValue("to")
	send := exercise.Send{From: r.unit, Ends: []string{to}, Text: strings.TrimSpace(r.PostFormValue("text")), TLP: tlp, Re: r.PostFormValue("re")}
	var action exercise.Action = send
	if items, task := lines(r.PostFormValue("items")), r.PostFormValue("task"); len(items) > 0 || task != "" {
		action = exercise.Share{Send: send, Indicators: items, Task: task}
	}
	err = r.act(action)
	if inject := r.PostFormValue("inject"); inject != "" {
		return r.afterReply(err, inject)
	}
	if err != nil {
		return r.again(err, "write", r.unitPath("talk", "room", to, "task", r.PostFormValue("task")), showTalk)
	}
	return r.done(r.unitPath("talk", "room", to), "said.sent")
}

// afterReply goes back to the inject to which a message replied.
func (r *request) afterReply(err error, inject string) error {
	if err != nil {
		r.SetPathValue("inject", inject)
		return r.again(err, "reply", r.injectPath(inject), showInject)
	}
	return r.done(r.injectPath(inject)+"#thread", "said.sent")
}

// typedTLP is the label that a refused form had chosen, or otherwise.
func (r *request) typedTLP(form string, otherwise scenario.TLP) scenario.TLP {
	var tlp scenario.TLP
	if !r.refused(form) || tlp.UnmarshalText([]byte(r.typed.values.Get("tlp"))) != nil {
		return otherwise
	}
	return tlp
}

func escapePath(s string) string { return url.PathEscape(s) }

func has(list []string, s string) bool { return slices.Contains(list, s) }

// firstLine is the beginning of a text, for lists.
func firstLine(text string, most int) string {
	line, _, more := strings.Cut(strings.TrimSpace(text), "\n")
	if runes := []rune(line); len(runes) > most {
		line, more = string(runes[:most]), true
	}
	if more {
		line += " …"
	}
	return line
}
