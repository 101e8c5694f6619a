package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
	"renkei/internal/scenario"
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

// roomGroup is rooms of a kind.
type roomGroup struct {
	kind  string
	rooms []room
}

// room is where a unit talks with somebody. Its key is what a message to it
// names as its end.
type room struct {
	key, name, about string
	count, fresh     int // messages; those since the unit last wrote there
	last             *talkLine
	here             bool
	settled          bool // the unit has written there after the messages looked at so far
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
	if len(found) > talkPage {
		found = found[:talkPage]
		v.older = found[talkPage-1].Seq
	}
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

// ends are whom a unit writes to: its own room, the liaison room, EXCON, those
// near it, the other teams, and the personas.
func (s *scene) ends(u int) []room {
	units := s.st.Play().Cast.Units
	all := []room{{key: exercise.ToUnit(units[u].Key), name: s.r.t("room.own")}}
	if units[u].IsTeam() {
		all = append(all, room{key: exercise.EndLiaison, name: s.endName(exercise.EndLiaison)})
	}
	all = append(all, room{key: exercise.EndExcon, name: s.r.t("room.excon")})
	var far []room
	for i := range units {
		x := room{key: exercise.ToUnit(units[i].Key), name: s.unitName(units[i].Key)}
		if units[i].IsTeam() {
			x.about = units[i].CSIRT.In(s.langs()...)
		}
		switch {
		case i == u:
		case units[i].Parent == units[u].Key, units[u].Parent == units[i].Key:
			all = append(all, x)
		case units[i].IsTeam() && units[u].IsTeam():
			far = append(far, x)
		}
	}
	for _, p := range s.st.Play().Pack.Personas {
		all = append(all, room{key: exercise.EndPersona + p.Key, name: s.personaName(p.Key), about: p.Role.In(s.langs()...)})
	}
	return append(all, far...)
}

// rooms are those where the unit can write or has been written to, with what
// is new in each.
func (s *scene) rooms() []room {
	rooms := s.ends(s.r.u)
	at := map[string]int{}
	for i := range rooms {
		at[rooms[i].key] = i
	}
	for _, e := range s.Events(s.r.viewer(), 0, maxTalk, func(e *exercise.Event) bool { return messageOf(e) != nil }) {
		m := messageOf(&e)
		for _, key := range s.roomsOf(m) {
			i, ok := at[key]
			if !ok {
				i = len(rooms)
				at[key], rooms = i, append(rooms, room{key: key, name: s.endName(key)})
			}
			s.into(&rooms[i], &e, m)
		}
	}
	return rooms
}

// into counts a message in a room; the latest come first.
func (s *scene) into(x *room, e *exercise.Event, m *exercise.Message) {
	if x.last == nil {
		line := s.talkLine(e)
		x.last = &line
	}
	x.count++
	x.settled = x.settled || m.From == s.r.unit
	if !x.settled {
		x.fresh++
	}
}

// roomsOf are the rooms of the request's unit in which a message stands; none
// where it only sees it, as a team sees what its cells write.
func (s *scene) roomsOf(m *exercise.Message) []string {
	own := exercise.ToUnit(s.r.unit)
	if m.From == s.r.unit {
		return m.Ends
	}
	var keys []string
	for _, end := range m.Ends {
		switch {
		case end == own:
			keys = append(keys, s.backTo(m.From))
		case end == exercise.EndLiaison && s.st.Play().Cast.Units[s.r.u].IsTeam():
			keys = append(keys, end)
		}
	}
	return keys
}

// roomOf reports whether a message stands in a room of the unit.
func (s *scene) roomOf(m *exercise.Message, key string) bool { return slices.Contains(s.roomsOf(m), key) }

// backTo is the end that leads to a sender.
func (s *scene) backTo(from string) string {
	if from == exercise.EndExcon || strings.HasPrefix(from, exercise.EndPersona) {
		return from
	}
	return exercise.ToUnit(from)
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

// grouped parts rooms by kind; within one, those with the latest message first.
func grouped(rooms []room, unit string) []roomGroup {
	groups := []roomGroup{{kind: "home"}, {kind: "near"}, {kind: "persona"}, {kind: "teams"}}
	team, _, _ := strings.Cut(unit, "/")
	for _, x := range rooms {
		key, isUnit := strings.CutPrefix(x.key, exercise.EndUnit)
		n := 0
		switch {
		case isUnit && key == unit, x.key == exercise.EndLiaison, x.key == exercise.EndExcon:
		case isUnit && (key == team || strings.HasPrefix(key, unit+"/")):
			n = 1
		case isUnit:
			n = 3
		default:
			n = 2
		}
		groups[n].rooms = append(groups[n].rooms, x)
	}
	for _, g := range groups[1:] {
		slices.SortStableFunc(g.rooms, func(a, b room) int { return cmp.Compare(b.latest(), a.latest()) })
	}
	return slices.DeleteFunc(groups, func(g roomGroup) bool { return len(g.rooms) == 0 })
}

func (x *room) latest() uint64 {
	if x.last == nil {
		return 0
	}
	return x.last.seq
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

// roomHint says who reads what is written in a room.
func (r *request) roomHint(key string) string {
	unit, isUnit := strings.CutPrefix(key, exercise.EndUnit)
	switch {
	case key == exercise.EndLiaison:
		return r.t("room.hint.liaison")
	case key == exercise.EndExcon:
		return r.t("room.hint.excon")
	case !isUnit:
		return r.t("room.hint.persona")
	case unit == r.unit && strings.Contains(unit, "/"):
		return r.t("room.hint.own_cell")
	case unit == r.unit:
		return r.t("room.hint.own")
	}
	return r.t("room.hint.unit")
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
