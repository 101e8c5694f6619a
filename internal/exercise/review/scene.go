package review

import (
	"slices"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// SceneFormat names the JSON form of a replay and its version.
const SceneFormat = "renkei/scene/1"

// Scene is an exercise at one time: what every unit had seen and done by then.
type Scene struct {
	Format   string        `json:"format"`
	Exercise string        `json:"exercise"`
	Title    scenario.Text `json:"title"`
	At       *Moment       `json:"at,omitempty"` // left out before STARTEX
	Phase    string        `json:"phase"`        // of the clock: preparing, running, paused, ended
	Stopped  bool          `json:"real_stop,omitempty"`
	Events   int           `json:"events"` // until then
	Units    []SceneUnit   `json:"units"`
}

// SceneUnit is one unit at that time.
type SceneUnit struct {
	Key      string         `json:"key"`
	Parent   string         `json:"parent,omitempty"`
	Name     scenario.Text  `json:"name"`
	Status   string         `json:"status"`
	Bot      bool           `json:"bot"`
	Ready    bool           `json:"ready"`
	Injects  []SceneInject  `json:"injects"`
	Tasks    []SceneTask    `json:"tasks"`
	Messages []SceneMessage `json:"messages"`
	Notes    []SceneNote    `json:"notes"`
	Took     []SceneTook    `json:"took_part,omitempty"`
}

// SceneTook says that the unit took part in a question of a tabletop; what it
// answered, nobody can tell.
type SceneTook struct {
	Seq   uint64        `json:"seq"`
	At    *Moment       `json:"at"`
	Poll  string        `json:"poll"`
	Round int           `json:"round"`
	Title scenario.Text `json:"title"`
}

// SceneInject is an inject that the unit has got.
type SceneInject struct {
	Key          string       `json:"key"`
	Seq          uint64       `json:"seq"`    // of the release or relay
	Status       string       `json:"status"` // released, retracted
	Released     *Moment      `json:"released"`
	Acknowledged *Moment      `json:"acknowledged,omitempty"`
	TLP          scenario.TLP `json:"tlp"`
	Language     string       `json:"language,omitempty"` // of subject and text
	Subject      string       `json:"subject,omitempty"`
	For          []string     `json:"for,omitempty"`  // keys of the roles within the unit
	Text         string       `json:"text,omitempty"` // below the subject
	Relay        *SceneRelay  `json:"relay,omitempty"`
}

// SceneRelay is with what words an inject was passed on.
type SceneRelay struct {
	From string `json:"from"` // unit
	Text string `json:"text,omitempty"`
}

// SceneTask is a task that the unit was asked.
type SceneTask struct {
	TaskResult
	For     []string      `json:"for,omitempty"` // keys of the roles within the unit
	Answers []SceneAnswer `json:"answers"`
}

// SceneAnswer is one submission.
type SceneAnswer struct {
	Seq   uint64             `json:"seq"`
	At    *Moment            `json:"at"`
	Text  string             `json:"text,omitempty"`
	Items []string           `json:"items,omitempty"`
	Parts []ScenePart        `json:"parts,omitempty"` // of a form, in its order
	File  *exercise.HandedIn `json:"file,omitempty"`  // its bytes are never shown
	Via   uint64             `json:"via,omitempty"`   // seq of the message that did it
}

// ScenePart is one part of a form as it was filled in.
type ScenePart struct {
	Key   string        `json:"key"`
	Title scenario.Text `json:"title"`
	Text  string        `json:"text"`
}

// partsOf are the parts of a form that were filled in.
func partsOf(p *scenario.Pack, b *exercise.Submitted) (all []ScenePart) {
	t, _, _ := p.TaskByKey(b.Task)
	if t == nil {
		return nil
	}
	for i := range t.Form {
		if text, ok := b.Parts[t.Form[i].Key]; ok {
			all = append(all, ScenePart{Key: t.Form[i].Key, Title: t.Form[i].Title, Text: text})
		}
	}
	return all
}

// Ways of a message as a unit saw it.
const (
	WaySent     = "sent"
	WayReceived = "received"
	WaySeen     = "seen" // between others: a team sees the work of its cells
)

// SceneMessage is a message or share that the unit sent, got or saw.
type SceneMessage struct {
	Seq        uint64       `json:"seq"`
	At         *Moment      `json:"at"`
	Way        string       `json:"way"`  // sent, received, seen
	Kind       string       `json:"kind"` // message, share, call
	From       string       `json:"from"`
	Ends       []string     `json:"ends"`
	TLP        scenario.TLP `json:"tlp,omitempty"`
	Text       string       `json:"text"`
	Indicators []string     `json:"indicators,omitempty"`
	Call       *SceneCall   `json:"call,omitempty"`
}

// SceneNote is an entry of the unit's own log, or an observation of EXCON
// about the unit.
type SceneNote struct {
	Seq  uint64  `json:"seq"`
	At   *Moment `json:"at"`
	Own  bool    `json:"own"`
	Text string  `json:"text"`
}

// scene makes the Scene at a time, for one unit with the cells below it, or
// for all with "". lang is for units whose own language a text lacks.
// It returns the state of that time too.
func (l *Log) scene(at exercise.Time, unit, lang string) (*Scene, *exercise.State, error) {
	s, n, err := l.StateAt(at)
	if err != nil {
		return nil, nil, err
	}
	shown, err := l.shown(unit)
	if err != nil {
		return nil, nil, err
	}
	part := *l
	part.Events = l.Events[:n]
	m := newSceneMaker(&part, s, lang)
	sc := &Scene{
		Format: SceneFormat, Exercise: l.Exercise, Phase: s.Phase().String(),
		Stopped: s.RealStop(), Events: n, Units: []SceneUnit{},
	}
	if n > 0 {
		sc.Title = s.Created().Title
	}
	if s.Phase() != exercise.Preparing {
		sc.At = momentOf(at)
		if at == exercise.Never {
			sc.At = momentOf(s.At())
		}
	}
	for _, u := range shown {
		unit := m.unit(u)
		unit.Took = tookPart(part.Events, unit.Key)
		sc.Units = append(sc.Units, unit)
	}
	return sc, s, nil
}

// tookPart are the questions in which a unit took part, but for rounds that are
// void.
func tookPart(events []exercise.Event, unit string) (all []SceneTook) {
	titles := map[string]scenario.Text{}
	for i := range events {
		switch b := events[i].Body.(type) {
		case *exercise.PollAnnounced:
			titles[b.Key] = b.Title
		case *exercise.PollTaken:
			if b.Unit == unit {
				all = append(all, SceneTook{Seq: events[i].Seq, At: momentOf(events[i].At), Poll: b.Poll, Round: b.Round, Title: titles[b.Poll]})
			}
		case *exercise.PollVoided:
			all = slices.DeleteFunc(all, func(s SceneTook) bool { return s.Poll == b.Poll && s.Round == b.Round })
		}
	}
	return all
}

// shown are the units of which a replay tells.
func (l *Log) shown(unit string) ([]int, error) {
	cast := l.Play.Cast
	var out, all []int
	var known []string
	for u := range cast.Units {
		all = append(all, u)
		known = append(known, cast.Units[u].Key)
		if cast.Units[u].Key == unit || cast.Units[u].Parent == unit {
			out = append(out, u)
		}
	}
	switch {
	case unit == "":
		return all, nil
	case len(out) == 0:
		return nil, &UnknownUnitError{Unit: unit, Known: known}
	}
	return out, nil
}
