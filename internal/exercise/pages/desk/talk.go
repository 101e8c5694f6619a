package desk

import (
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// A room shows so many messages at a time; a list of rooms looks at so many of
// the unit's last ones.
const (
	talkPage = 30
)

// talkView is the messages of a unit: its rooms, or one of them.
type talkView struct {
	clock  pages.ClockView
	acts   bool
	hold   string
	groups []pages.ConversationGroup
	room   *pages.Conversation // nil: the list of rooms
	lines  []numberedLine
	older  uint64 // number before which there are more; 0 for none
	task   *unitTask
	about  []pages.UnitInject // what a message may be about
}

// TalkRoutes are the addresses of a unit's messages.
func TalkRoutes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /x/{exercise}/talk/{unit...}", Need: pages.ReadsUnit, Handle: showTalk, Replaced: true},
		{Pattern: "POST /x/{exercise}/message/{unit...}", Need: pages.PlaysUnit, Handle: sendMessage, Replaced: true},
	}
}

func showTalk(r *pages.Request) error {
	return r.ShowUnit(r.T("talk.title", i18n.Args{"Unit": r.UnitName(r.Exercise, r.Unit)}), func() (templ.Component, error) {
		v, err := readTalk(r)
		return talkPart(r, v), err
	})
}

func readTalk(r *pages.Request) (*talkView, error) {
	v := &talkView{acts: r.Acts()}
	err := r.At(func(s *pages.Moment) error {
		v.clock, v.hold = s.Clock(s.Zone()), holdTalk(s)
		here := r.URL.Query().Get("room")
		rooms := s.Rooms()
		i := slices.IndexFunc(rooms, func(x pages.Conversation) bool { return x.Key == here })
		if here != "" && i < 0 {
			return web.ErrNotFound
		}
		if i >= 0 {
			rooms[i].Here = true
			v.room = &rooms[i]
			fillRoom(s, v)
		}
		v.groups = pages.Grouped(rooms, r.Unit)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range v.about {
		if err := read(r, &v.about[i]); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// holdTalk is why a unit cannot write at the moment: less stops messages than
// tasks.
func holdTalk(s *pages.Moment) string {
	if phase := s.State.Phase(); !s.State.RealStop() && (phase == exercise.Over || phase == exercise.OnHold) {
		return ""
	}
	return s.Hold()
}

// fillRoom adds the messages of a room, and the task that the unit is about to
// answer there.
func fillRoom(s *pages.Moment, v *talkView) {
	found := s.Events(s.Request.Viewer(), before(s), talkPage+1, func(e *exercise.Event) bool {
		m := pages.MessageOf(e)
		return m != nil && s.RoomOf(m, v.room.Key)
	})
	found, older := pages.CutPage(found, talkPage)
	v.older = s.Number(older)
	for i := range found {
		v.lines = append(v.lines, talkLine(s, &found[i]))
	}
	if v.acts {
		v.about = s.Received()
	}
	if i, ok := s.State.TaskIndex(s.Request.URL.Query().Get("task")); ok {
		if t, ok := s.State.Task(i, s.Request.UnitIndex); ok && t.Type == scenario.TaskShare && t.Status == exercise.TaskStands {
			task := unitTaskOf(s, &t, nil)
			v.task = &task
		}
	}
}

// numberedLine is a message with the unit's own number of it.
type numberedLine struct {
	pages.TalkLine
	number uint64
}

func talkLine(s *pages.Moment, e *exercise.Event) numberedLine {
	return numberedLine{s.TalkLine(e), s.Number(e.Seq)}
}

// before is the seq of the event that the address names by the unit's own
// number, 0 for none: what was before it is shown.
func before(s *pages.Moment) uint64 {
	n, err := strconv.ParseUint(s.Request.URL.Query().Get("before"), 10, 64)
	if err != nil {
		return 0
	}
	return s.SeqOf(n)
}

// sendMessage writes to a room. With indicators, or for a share task, what is
// written is a share.
func sendMessage(r *pages.Request) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	tlp, err := r.ReadTLP()
	if err != nil {
		return err
	}
	to := r.PostFormValue("to")
	send := exercise.Send{From: r.Unit, Ends: []string{to}, Text: strings.TrimSpace(r.PostFormValue("text")), TLP: tlp, Re: r.PostFormValue("re")}
	var action exercise.Action = send
	if items, task := pages.Lines(r.PostFormValue("items")), r.PostFormValue("task"); len(items) > 0 || task != "" {
		action = exercise.Share{Send: send, Indicators: items, Task: task}
	}
	err = r.Act(action)
	if inject := r.PostFormValue("inject"); inject != "" {
		return afterReply(r, err, inject)
	}
	if err != nil {
		return r.Redisplay(err, "write", r.UnitPath("talk", "room", to, "task", r.PostFormValue("task")), showTalk)
	}
	return r.RedirectWith(r.UnitPath("talk", "room", to), "said.sent")
}

// afterReply goes back to the inject to which a message replied.
func afterReply(r *pages.Request, err error, inject string) error {
	if err != nil {
		r.SetPathValue("inject", inject)
		return r.Redisplay(err, "reply", r.InjectPath(inject), showInject)
	}
	return r.RedirectWith(r.InjectPath(inject)+"#thread", "said.sent")
}

// typedTLP is the label that a refused form had chosen, or otherwise.
func typedTLP(r *pages.Request, form string, otherwise scenario.TLP) scenario.TLP {
	var tlp scenario.TLP
	if !r.Refused(form) || tlp.UnmarshalText([]byte(r.Rejected.Values.Get("tlp"))) != nil {
		return otherwise
	}
	return tlp
}

func has(list []string, s string) bool { return slices.Contains(list, s) }
