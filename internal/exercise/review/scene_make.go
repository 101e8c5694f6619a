package review

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// UnknownUnitError says that no unit has the key, and which there are.
type UnknownUnitError struct {
	Unit  string
	Known []string
}

func (e *UnknownUnitError) Error() string {
	return fmt.Sprintf("unknown unit %q; there are: %s", e.Unit, strings.Join(e.Known, ", "))
}

// sceneMaker makes the units of a Scene from the events until then.
type sceneMaker struct {
	log     *Log // cut off at the time of the scene
	lang    string
	counter *counter
	answers map[about][]SceneAnswer
	talk    []*exercise.Event // messages, shares and calls
	calls   map[uint64]exercise.CallView
	notes   map[string][]SceneNote
}

func newSceneMaker(l *Log, s *exercise.State, lang string) *sceneMaker {
	m := &sceneMaker{
		log: l, lang: lang, counter: &counter{log: l, state: s, index: newIndex(l)},
		answers: map[about][]SceneAnswer{}, notes: map[string][]SceneNote{}, calls: map[uint64]exercise.CallView{},
	}
	for v := range s.Calls() {
		m.calls[v.Seq] = v
	}
	for i := range l.Events {
		m.add(&l.Events[i])
	}
	return m
}

func (m *sceneMaker) add(e *exercise.Event) {
	switch b := e.Body.(type) {
	case *exercise.Submitted:
		k := about{b.Task, b.Unit}
		m.answers[k] = append(m.answers[k], SceneAnswer{
			Seq: e.Seq, At: momentOf(e.At), Text: b.Text, Items: b.Items, Via: b.Via,
			Parts: partsOf(m.log.Play.Pack, b), File: b.File,
		})
	case *exercise.Message, *exercise.Shared, *exercise.CallNoted:
		m.talk = append(m.talk, e)
	case *exercise.Note:
		m.notes[b.Unit] = append(m.notes[b.Unit], SceneNote{Seq: e.Seq, At: momentOf(e.At), Own: b.Own, Text: b.Text})
	}
}

func (m *sceneMaker) unit(u int) SceneUnit {
	unit, view := m.log.Play.Cast.Units[u], m.counter.state.Unit(u)
	out := SceneUnit{
		Key: unit.Key, Parent: unit.Parent, Name: unit.Name, Status: view.Status, Bot: view.Bot, Ready: view.Ready,
		Injects: []SceneInject{}, Tasks: []SceneTask{}, Messages: []SceneMessage{}, Notes: []SceneNote{},
	}
	for v := range m.counter.state.Injects(u) {
		if v.Seq > 0 {
			out.Injects = append(out.Injects, m.inject(u, &v))
		}
	}
	slices.SortStableFunc(out.Injects, func(a, b SceneInject) int { return int(int64(a.Seq) - int64(b.Seq)) })
	for v := range m.counter.state.Tasks(u) {
		task := SceneTask{TaskResult: m.counter.task(u, &v), Answers: m.answers[about{v.Key, unit.Key}]}
		if def, _, _ := m.log.Play.Pack.TaskByKey(v.Key); def != nil {
			task.For = def.For
		}
		if task.Answers == nil {
			task.Answers = []SceneAnswer{}
		}
		out.Tasks = append(out.Tasks, task)
	}
	out.Messages = append(out.Messages, m.messages(u)...)
	out.Notes = append(out.Notes, m.notes[unit.Key]...)
	return out
}

// inject tells of one release or relay. A relay shows the text that the
// relaying unit got.
func (m *sceneMaker) inject(u int, v *exercise.InjectView) SceneInject {
	out := SceneInject{
		Key: v.Key, Seq: v.Seq, Status: string(v.Status), Released: momentOf(v.Released),
		Acknowledged: momentOf(v.Acked), TLP: v.TLP,
	}
	if def := m.log.Play.Pack.InjectByKey(v.Key); def != nil {
		out.For = def.For
	}
	body := m.body(v.Seq)
	if relay, ok := body.(*exercise.InjectRelayed); ok {
		out.Relay = &SceneRelay{From: relay.From, Text: relay.Text}
		body = m.body(relay.Of)
	}
	if rel, ok := body.(*exercise.InjectReleased); ok {
		out.Language, out.Subject, out.Text = m.text(rel, m.log.Play.Cast.Units[u].Locale)
	}
	return out
}

// body gives the body of the event with a seq, nil when it is not there.
func (m *sceneMaker) body(seq uint64) exercise.Body {
	if seq == 0 || seq > uint64(len(m.log.Events)) {
		return nil
	}
	return m.log.Events[seq-1].Body
}

// text gives an inject as it was given: in the unit's language, else in the
// reader's, else in the pack's, else in whichever there is.
func (m *sceneMaker) text(b *exercise.InjectReleased, locale string) (lang, subject, text string) {
	langs := append([]string{locale, m.lang}, m.log.Play.Pack.Languages...)
	langs = append(langs, slices.Sorted(maps.Keys(b.Texts))...)
	for _, lang := range langs {
		c, ok := m.log.Contents[b.Texts[lang]]
		if !ok {
			continue
		}
		first, rest, _ := strings.Cut(strings.ReplaceAll(string(c.Data), "\r\n", "\n"), "\n")
		return lang, strings.TrimSpace(strings.TrimPrefix(first, "# ")), strings.Trim(rest, "\n")
	}
	return "", "", ""
}

// messages are those that the unit's people saw, in order.
func (m *sceneMaker) messages(u int) []SceneMessage {
	var out []SceneMessage
	unit := m.log.Play.Cast.Units[u]
	viewer := exercise.ViewerOf(unit.Key)
	for _, e := range m.talk {
		if viewer.Sees(e.To) {
			out = append(out, m.message(e, unit))
		}
	}
	return out
}

func (m *sceneMaker) message(e *exercise.Event, unit scenario.Unit) SceneMessage {
	out := SceneMessage{Seq: e.Seq, At: momentOf(e.At), Way: WaySeen, Kind: "message"}
	b := toldIn(e)
	switch body := e.Body.(type) {
	case *exercise.Shared:
		out.Kind, out.Indicators = "share", body.Indicators
	case *exercise.CallNoted:
		m.call(e, &out)
	}
	out.From, out.Ends, out.TLP, out.Text = b.From, b.Ends, b.TLP, b.Text
	switch {
	case b.From == unit.Key:
		out.Way = WaySent
	case slices.Contains(b.Ends, exercise.EndUnit+unit.Key), unit.IsTeam() && toLiaison(b):
		out.Way = WayReceived
	}
	return out
}
