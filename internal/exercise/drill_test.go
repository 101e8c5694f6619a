package exercise_test

import (
	"errors"
	"reflect"
	"regexp"
	"slices"
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/testkit/exercisetest"
)

const packYAML = `
format: renkei/1
key: test
version: 1.0.0
kind: rcx
title: {en: Test, ja: 試験}
languages: [en, ja]
tlp: GREEN
duration: 60m
startex: 2027-06-16T01:00:00Z
objectives:
- key: O1
  title: {en: O, ja: O}
  critical_tasks:
  - {key: CT1, title: {en: C, ja: C}}
personas:
- {key: desk, name: {en: Desk, ja: 窓口}, address: desk@test.example}
- key: it
  name: {en: IT, ja: IT担当}
  address: it@test.example
  replies:
  - {key: when, ask: {en: [when, what time], ja: [いつ]}, text: {en: "At {{time startex hm}}, and now {{time hm}}.", ja: "{{time startex hm}}からです。"}, once: true, auto: true}
  - {key: addr, ask: ["{{c2}}"], match: ["which (host|server)"], text: {en: "{{c2}}", ja: "{{c2}}です。"}, delay: 30s, auto: true}
  - {key: later, ask: [later], text: {en: Later., ja: 後で。}}
  - {key: other, text: {en: I will ask., ja: 確認します。}, once: true}
units:
  vars:
    c2: "{{address 203.0.113.0/24 10}}"
  cells:
  - {key: hospital, name: {en: Hospital, ja: 病院}}
`

var injectKey = regexp.MustCompile(`(?m)^- key: (I\w+)`)

// testPlay builds a pack from its MSEL; the text of every inject is made up.
func testPlay(tb testing.TB, msel string, teams []scenario.Unit) *exercise.Play {
	tb.Helper()
	files := map[string][]byte{"pack.yaml": []byte(packYAML), "msel.yaml": []byte(msel)}
	for _, m := range injectKey.FindAllStringSubmatch(msel, -1) {
		for _, lang := range []string{"en", "ja"} {
			files["texts/"+lang+"/"+m[1]+".md"] = []byte("# " + m[1] + " " + lang + "\n\n{{c2}}\n")
		}
	}
	pack, ds := scenario.Parse(files)
	if scenario.Failed(ds) {
		tb.Fatalf("test pack: %v", ds)
	}
	cast, err := scenario.NewCast(pack, teams)
	if err != nil {
		tb.Fatal(err)
	}
	play, err := exercise.NewPlay(pack, cast)
	if err != nil {
		tb.Fatal(err)
	}
	return play
}

// failer is what *testing.T and *rapid.T have in common.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// drill plays an exercise in memory as the conductor does on the clock: what is
// owed comes before a command, and time is wall time.
type drill struct {
	t    failer
	play *exercise.Play
	s    *exercise.State
	wall int64
	log  []exercise.Event
	seen func(*exercise.Event) // after each event, may be nil
}

func newDrill(t failer, play *exercise.Play) *drill {
	d := &drill{t: t, play: play, s: exercise.New(play), wall: 1_800_000_000_000_000}
	d.apply([]exercise.Event{{
		Seq: 1, Wall: d.wall, Actor: "clock", To: exercise.Audience{exercise.ToControl}, Cmd: "create",
		Body: &exercise.Created{ID: "x", Title: play.Pack.Title, Startex: play.Pack.Startex.UnixMicro()},
	}})
	return d
}

// started is a drill of so many demo teams right after STARTEX.
func started(t *testing.T, msel string, teams int) *drill {
	t.Helper()
	d := newDrill(t, testPlay(t, msel, exercisetest.Teams(t, teams)))
	d.must(exercise.Excon(), exercise.Start{Speed: 1})
	return d
}

func (d *drill) apply(events []exercise.Event) {
	d.t.Helper()
	for i := range events {
		if err := d.s.Apply(&events[i]); err != nil {
			d.t.Fatalf("apply %s: %v", events[i].Body.Type(), err)
		}
		d.log = append(d.log, events[i])
		if d.seen != nil {
			d.seen(&events[i])
		}
	}
}

// settle decides everything that is owed until now and gives the events.
func (d *drill) settle() []exercise.Event {
	d.t.Helper()
	from := len(d.log)
	for range 100_000 {
		cmd, ok := d.s.Due(d.s.Now(d.wall))
		if !ok {
			return d.log[from:]
		}
		cmd.Wall = d.wall
		events, err := d.s.Decide(&cmd, nil)
		if err != nil || len(events) == 0 {
			d.t.Fatalf("the clock cannot do %s: %v", cmd.Key, err)
		}
		d.apply(events)
	}
	d.t.Fatalf("the clock owes without end")
	return nil
}

// pass lets wall time go by.
func (d *drill) pass(by time.Duration) []exercise.Event {
	d.t.Helper()
	d.wall += by.Microseconds()
	return d.settle()
}

// do gives a command; a refused one must leave no event.
func (d *drill) do(actor exercise.Actor, do exercise.Action) ([]exercise.Event, error) {
	d.t.Helper()
	d.settle()
	cmd := exercise.Command{Key: "k", Actor: actor, At: d.s.Now(d.wall), Wall: d.wall, Do: do}
	events, err := d.s.Decide(&cmd, nil)
	if err != nil {
		if len(events) > 0 {
			d.t.Fatalf("%T refused with %d events", do, len(events))
		}
		return nil, err
	}
	if len(events) == 0 {
		d.t.Fatalf("%T taken without an event", do)
	}
	d.apply(events)
	return events, nil
}

func (d *drill) must(actor exercise.Actor, do exercise.Action) []exercise.Event {
	d.t.Helper()
	events, err := d.do(actor, do)
	if err != nil {
		d.t.Fatalf("%T: %v", do, err)
	}
	return events
}

// code gives a command and returns the code of its refusal, "" for none.
func (d *drill) code(actor exercise.Actor, do exercise.Action) string {
	d.t.Helper()
	_, err := d.do(actor, do)
	var r *exercise.Refusal
	if err != nil && !errors.As(err, &r) {
		d.t.Fatalf("%T: %v is no refusal", do, err)
	}
	if r == nil {
		return ""
	}
	return r.Code
}

func player(unit string) exercise.Actor {
	return exercise.Actor{ID: "p/" + unit, Role: exercise.RolePlayer, Unit: unit}
}

func evaluator(id string) exercise.Actor {
	return exercise.Actor{ID: id, Role: exercise.RoleEvaluator}
}

func minutes(n float64) exercise.Time { return exercise.Time(n * 60 * float64(exercise.Second)) }

// inject is the view of an inject for a unit.
func (d *drill) inject(key, unit string) exercise.InjectView {
	d.t.Helper()
	i, ok := d.s.InjectIndex(key)
	u, known := d.play.Cast.Index(unit)
	if !ok || !known {
		d.t.Fatalf("no inject %s or unit %s", key, unit)
	}
	v, _ := d.s.Inject(i, u)
	return v
}

func (d *drill) task(key, unit string) exercise.TaskView {
	d.t.Helper()
	t, ok := d.s.TaskIndex(key)
	u, known := d.play.Cast.Index(unit)
	if !ok || !known {
		d.t.Fatalf("no task %s or unit %s", key, unit)
	}
	v, _ := d.s.Task(t, u)
	return v
}

func (d *drill) flow(key, unit string) (exercise.FlowStatus, exercise.Time) {
	d.t.Helper()
	f, ok := d.play.FlowIndex(key)
	u, known := d.play.Cast.Index(unit)
	if !ok || !known {
		d.t.Fatalf("no flow %s or unit %s", key, unit)
	}
	status, due, _ := d.s.Flow(f, u)
	return status, due
}

func (d *drill) score(unit string) float64 {
	u, _ := d.play.Cast.Index(unit)
	return d.s.Unit(u).Score
}

// releasedAt checks that an inject went to a unit at a time.
func (d *drill) releasedAt(key, unit string, want exercise.Time) {
	d.t.Helper()
	v := d.inject(key, unit)
	if v.Status != exercise.InjectOut || v.Released != want {
		d.t.Fatalf("%s for %s is %s at %s (due %s), want released at %s", key, unit, v.Status, v.Released, v.Due, want)
	}
}

func (d *drill) is(key, unit string, want exercise.InjectStatus) {
	d.t.Helper()
	if v := d.inject(key, unit); v.Status != want {
		d.t.Fatalf("%s for %s is %s (due %s), want %s", key, unit, v.Status, v.Due, want)
	}
}

// types lists what happened.
func types(events []exercise.Event) []exercise.Type {
	var out []exercise.Type
	for i := range events {
		out = append(out, events[i].Body.Type())
	}
	return out
}

func count(events []exercise.Event, kind exercise.Type) int {
	n := 0
	for _, k := range types(events) {
		if k == kind {
			n++
		}
	}
	return n
}

// picture is everything that can be seen of a state from outside.
type picture struct {
	Seq            uint64
	At, Next, End  exercise.Time
	Now, Later     exercise.Time
	Phase          exercise.Phase
	Speed          float64
	Stop           bool
	Units          []exercise.UnitView
	Injects        [][]exercise.InjectView
	Tasks          [][]exercise.TaskView
	Keys           []exercise.KeyView
	Flows          []flowPicture
	Choices        []exercise.ChoiceView
	Replies        []exercise.ReplyView
	Questions      []exercise.QuestionView
	Calls          []exercise.CallView
	Holders        []string
	Texts, Prompts []string
	Owed           []exercise.Event
}

type flowPicture struct {
	Flow, Unit int
	Status     exercise.FlowStatus
	Due        exercise.Time
	OK         bool
}

// look takes a picture of a state, with everything that the clock owes from
// here to ENDEX.
func look(t failer, s *exercise.State, wall int64) picture {
	t.Helper()
	p := picture{
		Seq: s.Seq(), At: s.At(), Next: s.Next(), End: s.End(), Now: s.Now(wall), Later: s.Now(wall + 1e9),
		Phase: s.Phase(), Speed: s.Speed(), Stop: s.RealStop(),
	}
	p.Replies, p.Questions, p.Calls = slices.Collect(s.Replies()), slices.Collect(s.Questions()), slices.Collect(s.Calls())
	for u := range s.Play().Cast.Units {
		p.Holders = append(p.Holders, s.HeldBy("it", u), s.HeldBy("desk", u))
		p.Units = append(p.Units, s.Unit(u))
		p.Injects = append(p.Injects, slices.Collect(s.Injects(u)))
		p.Tasks = append(p.Tasks, slices.Collect(s.Tasks(u)))
		for f := range s.Play().Pack.Flows {
			status, due, ok := s.Flow(f, u)
			p.Flows = append(p.Flows, flowPicture{f, u, status, due, ok})
		}
		for n := range s.Play().Pack.Decisions {
			p.Choices = append(p.Choices, s.Choice(n, u))
		}
		for i := range s.InjectCount() {
			for _, lang := range s.Play().Pack.Languages {
				text, _ := s.Text(i, u, lang)
				p.Texts = append(p.Texts, text)
			}
		}
		for i := range s.TaskCount() {
			p.Prompts = append(p.Prompts, s.Prompt(i, u).In("ja", "en"))
			p.Keys = append(p.Keys, s.Key(i, u))
		}
	}
	p.Owed = future(t, s, wall)
	return p
}

// future plays a copy of a state to its end without anybody doing anything.
func future(t failer, s *exercise.State, wall int64) []exercise.Event {
	t.Helper()
	c := s.Clone()
	if c.Phase() == exercise.OnHold {
		cmd := exercise.Command{Key: "r", Actor: exercise.Excon(), Wall: wall, Do: exercise.Resume{}}
		events, err := c.Decide(&cmd, nil)
		if err != nil || c.Apply(&events[0]) != nil {
			t.Fatalf("resume: %v", err)
		}
	}
	var all []exercise.Event
	for range 100_000 {
		cmd, ok := c.Due(exercise.Never - 1)
		if !ok {
			return all
		}
		if next := c.Next(); next < c.At() || next != cmd.At {
			t.Fatalf("Next is %d, Due at %d, after an event at %d", next, cmd.At, c.At())
		}
		events, err := c.Decide(&cmd, nil)
		if err != nil || len(events) == 0 {
			t.Fatalf("the clock cannot do %s: %v", cmd.Key, err)
		}
		for i := range events {
			if err := c.Apply(&events[i]); err != nil {
				t.Fatalf("apply: %v", err)
			}
		}
		all = append(all, events...)
	}
	t.Fatalf("the clock owes without end")
	return nil
}

// refold encodes, decodes and folds a log from its beginning.
func refold(t failer, play *exercise.Play, log []exercise.Event) *exercise.State {
	t.Helper()
	bodies, s := exercise.NewBodies(), exercise.New(play)
	for i := range log {
		raw, err := log[i].Encode()
		if err != nil {
			t.Fatalf("encode: %v", err)
		}
		e, err := bodies.Decode(raw)
		if err != nil {
			t.Fatalf("decode: %v", err)
		}
		if err := s.Apply(&e); err != nil {
			t.Fatalf("fold: %v", err)
		}
	}
	return s
}

// sameAs fails when two states can be told apart.
func sameAs(t failer, live, replayed *exercise.State, wall int64) {
	t.Helper()
	a, b := reflect.ValueOf(look(t, live, wall)), reflect.ValueOf(look(t, replayed, wall))
	for i := range a.NumField() {
		if !reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()) {
			t.Fatalf("%s differs:\nlive     %+v\nreplayed %+v", a.Type().Field(i).Name, a.Field(i), b.Field(i))
		}
	}
}
