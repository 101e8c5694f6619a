package exercise_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/testkit/exercisetest"
)

// watcher checks what must hold for any log, event by event, with a model of
// its own.
type watcher struct {
	t        failer
	at       exercise.Time
	released map[string]bool   // inject and unit
	gone     map[string]bool   // inject and unit: retracted
	status   map[string]string // of units
	keys     map[string]bool   // of the clock
	taken    map[string]string // branch by decision and team
	hints    map[string]int    // by task and unit
	ready    map[ask]*exercise.ReplyReady
	own      map[string]bool // cells whose status is their own
	halted   map[string]bool // inject and unit: held
	calls    map[uint64]*exercise.CallNoted
	said     map[uint64]string       // calls: confirmed, denied
	open     map[ask]*exercise.Event // questions
	jump     *exercise.Jumped
	jumpTo   exercise.Time
	held     bool
	over     bool
}

func newWatcher(t failer) *watcher {
	return &watcher{
		t: t, released: map[string]bool{}, gone: map[string]bool{}, status: map[string]string{}, keys: map[string]bool{}, taken: map[string]string{}, hints: map[string]int{},
		ready: map[ask]*exercise.ReplyReady{}, own: map[string]bool{}, halted: map[string]bool{}, calls: map[uint64]*exercise.CallNoted{},
		said: map[uint64]string{}, open: map[ask]*exercise.Event{},
	}
}

func (w *watcher) see(e *exercise.Event) {
	w.t.Helper()
	if e.At < w.at {
		w.t.Fatalf("event %d at %s goes back behind %s", e.Seq, e.At, w.at)
	}
	w.at = e.At
	passed := w.jump != nil && w.jumpTo == e.At // by a jump, which may be made while play is paused
	if strings.HasPrefix(e.Cmd, "due/") && w.held && !passed {
		w.t.Fatalf("the clock does %s while it stands", e.Cmd)
	}
	switch b := e.Body.(type) {
	case *exercise.Paused, *exercise.Stopped:
		w.held = true
	case *exercise.Resumed:
		w.held = false
	case *exercise.Ended:
		w.over = true
	case *exercise.Jumped:
		w.jump, w.jumpTo = b, e.At
	case *exercise.UnitStatus:
		w.setStatus(b)
	case *exercise.BranchTaken:
		w.branch(b, e)
	case *exercise.ReplyReady:
		w.ready[ask{b.Message, b.Persona}] = b
	case *exercise.PersonaClaimed:
		for id, q := range w.ready {
			if !b.Released && (b.Unit == "" || b.Unit == q.Unit) && b.Persona == q.Persona {
				delete(w.ready, id)
			}
		}
	case *exercise.Message:
		w.talk(b, e)
		w.questions(b, e)
	case *exercise.Shared:
		w.questions(&b.Message, e)
	case *exercise.QuestionDismissed:
		if w.open[ask{b.Message, b.Persona}] == nil {
			w.t.Fatalf("event %d: %+v is no open question", e.Seq, b)
		}
		delete(w.open, ask{b.Message, b.Persona})
		delete(w.ready, ask{b.Message, b.Persona})
	case *exercise.CallNoted:
		w.calls[e.Seq] = b
	case *exercise.CallConfirmed:
		w.answered(b, e)
	case *exercise.FlowMade:
		if w.calls[b.Via] != nil && w.said[b.Via] != "confirmed" {
			w.t.Fatalf("event %d: a call that nobody confirmed makes %s", e.Seq, b.Flow)
		}
	case *exercise.InjectHeld:
		for _, unit := range b.Units {
			if id := b.Inject + " " + unit; w.halted[id] != b.LetGo || w.released[id] || w.gone[id] {
				w.t.Fatalf("event %d: %+v", e.Seq, b)
			}
			w.halted[b.Inject+" "+unit] = !b.LetGo
		}
	case *exercise.HintTaken:
		w.hint(b.Task+" "+b.Unit, b.N, true, e)
	case *exercise.HintGiven:
		w.hint(b.Task+" "+b.Unit, b.N, false, e)
		if w.status[b.Unit] != "" && w.status[b.Unit] != exercise.Present {
			w.t.Fatalf("event %d: a hint comes to %s, which is %s", e.Seq, b.Unit, w.status[b.Unit])
		}
	case *exercise.InjectRetracted:
		w.gone[b.Inject+" "+b.Unit] = true
		w.halted[b.Inject+" "+b.Unit] = false
	case *exercise.InjectRelayed:
		w.halted[b.Inject+" "+b.Unit] = false
		w.out(b.Inject, b.Unit, e)
	case *exercise.InjectSkipped:
		w.halted[b.Inject+" "+b.Unit] = false
	case *exercise.InjectReleased:
		w.out(b.Inject, b.Unit, e)
		if w.halted[b.Inject+" "+b.Unit] && !b.Manual {
			w.t.Fatalf("event %d: %s comes to %s by itself, and is held", e.Seq, b.Inject, b.Unit)
		}
		w.halted[b.Inject+" "+b.Unit] = false
		w.timely(b, e)
		w.onBranch(b, e)
		if st := w.status[b.Unit]; st != "" && st != exercise.Present {
			w.t.Fatalf("%s is released to %s, which is %s", b.Inject, b.Unit, st)
		}
	}
}

func (w *watcher) setStatus(b *exercise.UnitStatus) {
	cell := b.Unit + "/hospital"
	switch {
	case strings.Contains(b.Unit, "/"):
		w.own[b.Unit] = b.Status != exercise.Present
	case w.status[cell] != exercise.Withdrawn && (!w.own[cell] || b.Status == exercise.Withdrawn):
		w.status[cell] = b.Status
	}
	w.status[b.Unit] = b.Status
}

func (w *watcher) out(inject, unit string, e *exercise.Event) {
	w.t.Helper()
	id := inject + " " + unit
	if w.released[id] {
		w.t.Fatalf("event %d: %s comes a second time", e.Seq, id)
	}
	if w.gone[id] {
		w.t.Fatalf("event %d: %s comes after it was retracted", e.Seq, id)
	}
	w.released[id] = true
}

// timely: a release comes at its time, but for a jump and by hand, and then it
// says so.
func (w *watcher) timely(b *exercise.InjectReleased, e *exercise.Event) {
	w.t.Helper()
	switch {
	case b.Jumped:
		if w.jump == nil || e.At != w.jumpTo || b.Due >= e.At || w.jump.Mode != exercise.JumpRelease {
			w.t.Fatalf("event %d: %+v at %s is marked as jumped", e.Seq, b, e.At)
		}
	case b.Held:
		if b.Due >= e.At || b.Manual {
			w.t.Fatalf("event %d: %+v at %s is marked as held", e.Seq, b, e.At)
		}
	case b.Due != e.At:
		w.t.Fatalf("event %d: %s for %s comes at %s, due at %s", e.Seq, b.Inject, b.Unit, e.At, b.Due)
	}
}

// branch: a decision is made once, at its time but for a jump, and of a team
// that was withdrawn none is taken.
func (w *watcher) branch(b *exercise.BranchTaken, e *exercise.Event) {
	w.t.Helper()
	id := b.Decision + " " + b.Unit
	if _, again := w.taken[id]; again {
		w.t.Fatalf("event %d: %s is decided a second time", e.Seq, id)
	}
	w.taken[id] = b.Branch
	switch {
	case b.Jumped && (w.jump == nil || e.At != w.jumpTo || b.Due >= e.At), !b.Jumped && b.Due != e.At:
		w.t.Fatalf("event %d: %s is decided at %s, due at %s", e.Seq, id, e.At, b.Due)
	case b.Branch != "" && w.status[b.Unit] == exercise.Withdrawn, w.status[b.Unit] == exercise.UnitPause, w.status[b.Unit] == exercise.Late:
		w.t.Fatalf("event %d: %s takes %q, and is %s", e.Seq, id, b.Branch, w.status[b.Unit])
	}
}

type ask struct {
	message uint64
	persona string
}

// talk: what the clock says in the name of a persona was laid ready for then,
// unless the persona has spoken, or was claimed, or the unit has left.
func (w *watcher) talk(b *exercise.Message, e *exercise.Event) {
	w.t.Helper()
	persona, is := strings.CutPrefix(b.From, "persona:")
	if !is {
		return
	}
	for id, q := range w.ready {
		if id.persona != persona || b.Ends[0] != "unit:"+q.Unit || strings.HasPrefix(b.Re, "#") && b.Re != "#"+strconv.FormatUint(id.message, 10) {
			continue
		}
		if e.Actor == "clock" && b.Reply == q.Reply && q.Auto && w.status[q.Unit] != exercise.UnitPause && w.status[q.Unit] != exercise.Late {
			is = false // as it should be
		}
		delete(w.ready, id)
	}
	if is && e.Actor == "clock" {
		w.t.Fatalf("event %d: nobody asked for %+v", e.Seq, b)
	}
}

// questions keeps what is to be answered: a unit's message to a persona, until
// the persona writes back.
func (w *watcher) questions(b *exercise.Message, e *exercise.Event) {
	if persona, is := strings.CutPrefix(b.From, "persona:"); is {
		for id, q := range w.open {
			from := ""
			switch b := q.Body.(type) {
			case *exercise.Message:
				from = b.From
			case *exercise.Shared:
				from = b.From
			}
			if id.persona == persona && slices.Contains(b.Ends, "unit:"+from) && (!strings.HasPrefix(b.Re, "#") || b.Re == "#"+strconv.FormatUint(id.message, 10)) {
				delete(w.open, id)
			}
		}
		return
	}
	for _, end := range b.Ends {
		if persona, is := strings.CutPrefix(end, "persona:"); is && b.From != "excon" && !w.over {
			w.open[ask{e.Seq, persona}] = e
		}
	}
}

// answered: a call is confirmed once, by its other side, and may be denied once
// before.
func (w *watcher) answered(b *exercise.CallConfirmed, e *exercise.Event) {
	w.t.Helper()
	call, now := w.calls[b.Call], "confirmed"
	if b.Denied {
		now = "denied"
	}
	if call == nil || b.Unit != call.With || w.said[b.Call] == "confirmed" || w.said[b.Call] == now {
		w.t.Fatalf("event %d: %+v after %q", e.Seq, b, w.said[b.Call])
	}
	w.said[b.Call] = now
}

// hint: a unit gets each hint once, in order; what comes by itself may bring
// some along.
func (w *watcher) hint(id string, n int, asked bool, e *exercise.Event) {
	w.t.Helper()
	if had := w.hints[id]; n <= had || asked && n != had+1 {
		w.t.Fatalf("event %d: %s gets hint %d after hint %d", e.Seq, id, n, had)
	}
	w.hints[id] = n
}

// onBranch: what belongs to a branch comes by the clock only to those on it.
func (w *watcher) onBranch(b *exercise.InjectReleased, e *exercise.Event) {
	w.t.Helper()
	team, _, _ := strings.Cut(b.Unit, "/")
	of := map[string][2]string{"I11": {"D1 " + team, "calm"}, "I12": {"D1 " + team, "wild"}, "I13": {"D2 ", "quick"}, "I14": {"D2 ", "slow"}}
	if want, ok := of[b.Inject]; ok && !b.Manual && w.taken[want[0]] != want[1] {
		w.t.Fatalf("event %d: %s comes to %s, which took %q", e.Seq, b.Inject, b.Unit, w.taken[want[0]])
	}
}

// machine plays an exercise at random.
type machine struct {
	*drill
	w *watcher
}

func (m *machine) see(e *exercise.Event) {
	m.w.see(e)
	if next := m.s.Next(); next < m.s.At() {
		m.t.Fatalf("next is %s, before the last event at %s", next, m.s.At())
	}
}

// clockKeys holds that the clock does nothing twice.
func (m *machine) clockKeys(from int) {
	m.t.Helper()
	seen := ""
	for _, e := range m.log[from:] {
		if !strings.HasPrefix(e.Cmd, "due/") || e.Cmd == seen {
			continue // one command may make several events in a row
		}
		if seen = e.Cmd; m.w.keys[seen] {
			m.t.Fatalf("the clock owes %s twice", seen)
		}
		m.w.keys[seen] = true
	}
}

// pass lets wall time go by.
func (m *machine) pass(by time.Duration) {
	m.t.Helper()
	from := len(m.log)
	m.drill.pass(by)
	m.clockKeys(from)
}

// try gives a command, which may well be refused.
func (m *machine) try(actor exercise.Actor, do exercise.Action) bool {
	m.t.Helper()
	from := len(m.log)
	_, err := m.do(actor, do)
	m.clockKeys(from)
	return err == nil
}

func (m *machine) unit(r *rapid.T) string {
	units := m.play.Cast.Units
	return units[rapid.IntRange(0, len(units)-1).Draw(r, "unit")].Key
}

func (m *machine) anInject(r *rapid.T) string {
	return m.s.InjectKey(rapid.IntRange(0, m.s.InjectCount()-1).Draw(r, "inject"))
}

// aTask picks a task that is open for the unit where there is one.
func (m *machine) aTask(r *rapid.T, unit string) string {
	u, _ := m.play.Cast.Index(unit)
	keys := []string{"T1", "T2", "T4", "H1"}
	for v := range m.s.Tasks(u) {
		keys = append(keys, v.Key, v.Key)
	}
	return rapid.SampledFrom(keys).Draw(r, "task")
}

func span(r *rapid.T, label string, most time.Duration) time.Duration {
	return time.Duration(rapid.Int64Range(0, most.Microseconds()).Draw(r, label)) * time.Microsecond
}

var (
	someAnswers = []string{"one", "two", "alpha", "beta gamma", "alpha beta gamma", "needle 203.0.113.11", "203.0.113.12", "RNK{AST-7f3A}", "about 1,201", "port 443"}
	someFiles   = []string{"test", "a,b\n1,2\n3,4\n", "\x7fELF", ""}
	someItems   = []string{"a", "b", "203.0.113.11", "x.example", "y.example", "z.example"}
)

// actions are the moves of the machine.
func (m *machine) actions() map[string]func(*rapid.T) {
	excon := exercise.Excon()
	return map[string]func(*rapid.T){
		"":          func(*rapid.T) { m.checkScores(); m.checkOpen() },
		"time":      func(r *rapid.T) { m.pass(span(r, "by", 3*time.Minute)) },
		"time 2":    func(r *rapid.T) { m.pass(span(r, "by", 30*time.Second)) },
		"correct":   func(r *rapid.T) { m.correct(r) },
		"uncorrect": func(r *rapid.T) { m.uncorrect(r) },
		"pause":     func(*rapid.T) { m.try(excon, exercise.Pause{Until: m.wall + 1, Ask: true}) },
		"resume":    func(*rapid.T) { m.try(excon, exercise.Resume{}) },
		"stop": func(r *rapid.T) {
			if rapid.IntRange(0, 3).Draw(r, "really") == 0 {
				m.try(excon, exercise.StopReal{Text: "x"})
			}
		},
		"speed": func(r *rapid.T) {
			m.try(excon, exercise.SetSpeed{Speed: rapid.SampledFrom([]float64{0.5, 1, 3, 60}).Draw(r, "speed")})
		},
		"jump": func(r *rapid.T) {
			mode := rapid.SampledFrom([]string{exercise.JumpSkip, exercise.JumpRelease}).Draw(r, "mode")
			m.try(excon, exercise.Jump{To: m.s.Now(m.wall) + exercise.At(span(r, "ahead", 6*time.Minute)), Mode: mode})
		},
		"move end": func(r *rapid.T) {
			m.try(excon, exercise.MoveEnd{To: m.s.Now(m.wall) + exercise.At(span(r, "ahead", 70*time.Minute))})
		},
		"amend inject": func(r *rapid.T) {
			a := exercise.AmendInject{Inject: m.anInject(r), Texts: scenario.Text{"en": "# new"}}
			if rapid.Bool().Draw(r, "due") {
				a.Due = ptr(m.s.At() + exercise.At(span(r, "ahead", 5*time.Minute)) - minutes(1))
			}
			if rapid.Bool().Draw(r, "one") {
				a.Unit = m.unit(r)
			}
			m.try(excon, a)
		},
		"amend task": func(r *rapid.T) { m.amendTask(r) },
		"retract": func(r *rapid.T) {
			a := exercise.Retract{Inject: m.anInject(r)}
			if rapid.IntRange(0, 3).Draw(r, "one") > 0 {
				a.Units = []string{m.unit(r)}
			}
			m.try(excon, a)
		},
		"status": func(r *rapid.T) {
			status := []string{exercise.Present, exercise.Present, exercise.Present, exercise.UnitPause, exercise.Late, exercise.Absent, exercise.Withdrawn}
			m.try(excon, exercise.SetStatus{Unit: m.unit(r), Status: rapid.SampledFrom(status).Draw(r, "status")})
		},
		"release": func(r *rapid.T) {
			a := exercise.Release{Inject: m.anInject(r)}
			if rapid.Bool().Draw(r, "one") {
				a.Units = []string{m.unit(r)}
			}
			m.try(excon, a)
		},
		"add inject": func(r *rapid.T) {
			m.try(excon, exercise.AddInject{
				Title: scenario.Text{"": "t"}, From: "desk", Texts: scenario.Text{"ja": "# t"}, Units: []string{m.unit(r), "teams"},
				Due: m.s.At() + exercise.At(span(r, "ahead", 4*time.Minute)),
				Tasks: []exercise.AddedTask{
					{Prompt: scenario.Text{"en": "p"}, Within: minutes(2), Points: 3.3, Accept: []string{"one"}},
					{Prompt: scenario.Text{"en": "p"}, Within: minutes(3), Points: 2},
				},
			})
		},
		"acknowledge": func(r *rapid.T) {
			unit := m.unit(r)
			m.try(player(unit), exercise.Acknowledge{Inject: m.anInject(r), Unit: unit})
		},
		"submit":   func(r *rapid.T) { m.submit(r) },
		"submit 2": func(r *rapid.T) { m.submit(r) },
		"hint": func(r *rapid.T) {
			unit := m.unit(r)
			m.try(player(unit), exercise.TakeHint{Task: m.aTask(r, unit), Unit: unit})
		},
		"say": func(r *rapid.T) { m.say(r) },
		"ask": func(r *rapid.T) { m.ask(r) },
		"answer": func(r *rapid.T) {
			for v := range m.s.Replies() {
				m.try(excon, exercise.SendReply{Message: v.Message, Text: rapid.SampledFrom([]string{"", "other"}).Draw(r, "text")})
				break
			}
		},
		"hold": func(r *rapid.T) {
			a := exercise.HoldInject{Inject: m.anInject(r), LetGo: rapid.Bool().Draw(r, "let go")}
			if rapid.Bool().Draw(r, "one") {
				a.Units = []string{m.unit(r)}
			}
			m.try(excon, a)
		},
		"call":    func(r *rapid.T) { m.call(r) },
		"confirm": func(r *rapid.T) { m.confirm(r) },
		"dismiss": func(r *rapid.T) {
			for q := range m.s.Questions() {
				if rapid.Bool().Draw(r, "this") {
					m.try(excon, exercise.DismissQuestion{Message: q.Message, Persona: q.Persona})
					break
				}
			}
		},
		"hand over": func(*rapid.T) { m.try(excon, exercise.HandOver{To: "p2"}) },
		"claim": func(r *rapid.T) {
			a := exercise.ClaimPersona{Persona: "it", Release: rapid.Bool().Draw(r, "release")}
			if rapid.Bool().Draw(r, "one") {
				a.Unit = m.unit(r)
			}
			m.try(excon, a)
		},
		"relay": func(r *rapid.T) {
			team := m.play.Cast.Units[m.play.Cast.Team(rapid.IntRange(0, len(m.play.Cast.Units)-1).Draw(r, "team"))].Key
			m.try(player(team), exercise.RelayTo{Inject: "I01", From: team, Unit: team + "/hospital"})
		},
		"mark":   func(r *rapid.T) { m.mark(r) },
		"refold": func(*rapid.T) { m.refold() },
		"recall": func(*rapid.T) { m.recall() },
	}
}

func (m *machine) amendTask(r *rapid.T) {
	tasks := []string{"T1", "T2", "T3", "T4", "T5", "H1", "A1", "A2", "A3", "A4", "A5", "A7"}
	a := exercise.AmendTask{Task: rapid.SampledFrom(tasks).Draw(r, "task")}
	if rapid.Bool().Draw(r, "points") {
		a.Points = ptr(rapid.Float64Range(0, 50).Draw(r, "max"))
	}
	if rapid.Bool().Draw(r, "within") {
		a.Within = ptr(1 + exercise.At(span(r, "within", 6*time.Minute)))
	}
	if rapid.Bool().Draw(r, "accept") {
		accepted := append([]string{"one", strings.Repeat("0", 64)}, someItems...)
		a.Accept = rapid.SliceOfN(rapid.SampledFrom(accepted), 0, 3).Draw(r, "accept")
	}
	if rapid.IntRange(0, 2).Draw(r, "key") == 0 {
		a.Match = rapid.SliceOfN(rapid.SampledFrom([]string{"one|two", `\d+`, "port .*"}), 0, 2).Draw(r, "match")
		a.Tolerance = rapid.SampledFrom([]string{"", "3", "50%"}).Draw(r, "tolerance")
		if rapid.Bool().Draw(r, "number") {
			a.Number = ptr(float64(rapid.IntRange(-5, 1300).Draw(r, "n")))
		}
	}
	if rapid.Bool().Draw(r, "prompt") {
		a.Prompt = scenario.Text{"en": "new"}
	}
	if rapid.Bool().Draw(r, "one") {
		a.Unit = m.unit(r)
	}
	m.try(exercise.Excon(), a)
}

func (m *machine) submit(r *rapid.T) {
	unit := m.unit(r)
	a := exercise.Submit{Task: m.aTask(r, unit), Unit: unit}
	u, _ := m.play.Cast.Index(unit)
	t, _ := m.s.TaskIndex(a.Task)
	v, _ := m.s.Task(t, u)
	switch task, _, _ := m.play.Pack.TaskByKey(a.Task); {
	case v.Type == scenario.TaskFile:
		a.File = exercise.NewUpload(rapid.SampledFrom([]string{"iocs.csv", "x.bin"}).Draw(r, "name"), []byte(rapid.SampledFrom(someFiles).Draw(r, "data")))
	case task != nil && task.Form != nil:
		a.Parts = rapid.MapOfN(rapid.SampledFrom([]string{"summary", "hosts", "since", "iocs", "severity", "free"}),
			rapid.SampledFrom(append([]string{"high", "40", "08:34", " "}, someAnswers...)), 0, 6).Draw(r, "parts")
	default:
		a.Text = rapid.SampledFrom(someAnswers).Draw(r, "text")
		a.Items = rapid.SliceOfN(rapid.SampledFrom(someItems), 0, 3).Draw(r, "items")
	}
	m.try(player(unit), a)
}

func (m *machine) say(r *rapid.T) {
	unit := m.unit(r)
	to := "unit:" + m.unit(r)
	if rapid.Bool().Draw(r, "room") {
		to = "liaison"
	}
	m.try(player(unit), exercise.Share{Send: exercise.Send{
		From: unit, Ends: []string{to}, Text: rapid.SampledFrom(someAnswers).Draw(r, "text"), TLP: scenario.TLPGreen,
	}})
}

// ask asks the personas, or has one of them write.
func (m *machine) ask(r *rapid.T) {
	unit := m.unit(r)
	a := exercise.Send{
		From: unit, Ends: rapid.SampledFrom([][]string{{"persona:it"}, {"persona:desk"}, {"persona:it", "persona:desk"}}).Draw(r, "to"),
		Text: rapid.SampledFrom([]string{"when", "which host", "later alpha", "alpha", "x"}).Draw(r, "text"),
	}
	if rapid.IntRange(0, 4).Draw(r, "back") == 0 {
		a.From, a.Ends = "persona:it", []string{"unit:" + unit}
		m.try(exercise.Excon(), a)
		return
	}
	m.try(player(unit), a)
}

// correct has EXCON say of something that was said whether it makes a flow.
func (m *machine) correct(r *rapid.T) {
	var said []*exercise.Event
	for i := range m.log {
		switch m.log[i].Body.(type) {
		case *exercise.Message, *exercise.Shared, *exercise.CallNoted, *exercise.InjectRelayed:
			said = append(said, &m.log[i])
		}
	}
	if len(said) == 0 || len(m.play.Pack.Flows) == 0 {
		return
	}
	m.try(exercise.Excon(), exercise.CorrectEvidence{
		Of: rapid.SampledFrom(said).Draw(r, "said"), Flow: rapid.SampledFrom(m.play.Pack.Flows).Draw(r, "flow").Key,
		Unit: m.unit(r), Makes: rapid.Bool().Draw(r, "makes"), Reason: "x",
	})
}

// uncorrect takes back a flow that was made.
func (m *machine) uncorrect(r *rapid.T) {
	for i := range m.log {
		if b, ok := m.log[i].Body.(*exercise.FlowMade); ok && rapid.Bool().Draw(r, "this") {
			m.try(exercise.Excon(), exercise.CorrectEvidence{Of: &m.log[b.Via-1], Flow: b.Flow, Unit: b.Unit, Reason: "x"})
			return
		}
	}
}

func (m *machine) call(r *rapid.T) {
	unit := m.unit(r)
	m.try(player(unit), exercise.NoteCall{
		Unit: unit, With: rapid.SampledFrom([]string{m.unit(r), m.unit(r), "excon", "persona:it"}).Draw(r, "with"), Incoming: rapid.Bool().Draw(r, "incoming"),
		Text: rapid.SampledFrom(someAnswers).Draw(r, "text"), TLP: scenario.TLPGreen,
	})
}

// confirm answers one of the calls for its other side, or for another.
func (m *machine) confirm(r *rapid.T) {
	for v := range m.s.Calls() {
		if !rapid.Bool().Draw(r, "this") {
			continue
		}
		who := exercise.Excon()
		if _, isUnit := m.play.Cast.Index(v.With); isUnit {
			who = player(v.With)
		}
		m.try(who, exercise.ConfirmCall{Call: v.Seq, Unit: v.With, Deny: rapid.Bool().Draw(r, "deny"), Text: rapid.SampledFrom(someAnswers).Draw(r, "answer")})
		break
	}
}

// checkOpen: what waits for an answer is what the events say.
func (m *machine) checkOpen() {
	m.t.Helper()
	n := 0
	for q := range m.s.Questions() {
		if n++; m.w.open[ask{q.Message, q.Persona}] == nil {
			m.t.Fatalf("%+v is open", q)
		}
	}
	if n != len(m.w.open) {
		m.t.Fatalf("%d questions are open, %d should be", n, len(m.w.open))
	}
	for i := range m.play.Cast.Units {
		for v := range m.s.Injects(i) {
			if held := m.w.halted[v.Key+" "+m.play.Cast.Units[i].Key]; v.Held != held {
				m.t.Fatalf("%+v for %s, held is %v", v, m.play.Cast.Units[i].Key, held)
			}
		}
	}
}

// mark marks and, every other time, takes the mark back: then everything is as
// it was.
func (m *machine) mark(r *rapid.T) {
	m.pass(0) // so that nothing but the marks happens below
	unit := m.unit(r)
	task, who := m.aTask(r, unit), evaluator(rapid.SampledFrom([]string{"e1", "e2", "e3"}).Draw(r, "who"))
	points := ptr(rapid.Float64Range(0, 10).Draw(r, "points"))
	before, total := m.task(task, unit), m.score(unit)
	mine := exercise.Mark{Task: task, Unit: unit}
	if m.try(who, mine) { // one of an earlier time is gone now
		before, total = m.task(task, unit), m.score(unit)
	}
	mine.Points = points
	if !m.try(who, mine) || rapid.Bool().Draw(r, "leave") {
		return
	}
	m.must(who, exercise.Mark{Task: task, Unit: unit})
	if after := m.task(task, unit); after != before || m.score(unit) != total {
		m.t.Fatalf("a mark taken back leaves %+v (total %g), was %+v (total %g)", after, m.score(unit), before, total)
	}
}

// checkScores: totals are the sums of the tasks, always.
func (m *machine) checkScores() {
	m.t.Helper()
	for u, unit := range m.play.Cast.Units {
		sum := 0.0
		for v := range m.s.Tasks(u) {
			sum += v.Points
		}
		if got := m.s.Unit(u).Score; got != sum {
			m.t.Fatalf("%s has %g points, its tasks add up to %g", unit.Key, got, sum)
		}
	}
}

// refold goes on with a state that was folded from the stored form of the log.
func (m *machine) refold() {
	m.t.Helper()
	again := refold(m.t, m.play, m.log)
	sameAs(m.t, m.s, again, m.wall)
	m.s = again
}

// TestAnyInterleaving plays exercises at random, checks every event, and goes
// on from the log in the middle.
func TestAnyInterleaving(t *testing.T) {
	t.Parallel()
	play := testPlay(t, answersMSEL, exercisetest.Teams(t, 3))
	rapid.Check(t, func(r *rapid.T) {
		m := &machine{drill: newDrill(r, play), w: newWatcher(r)}
		m.seen = m.see
		m.must(exercise.Excon(), exercise.Start{Speed: 1})
		r.Repeat(m.actions())
		m.recall()
		m.refold()
		m.finish()
	})
}

// finish plays to ENDEX and holds that the whole log can be folded.
func (m *machine) finish() {
	m.t.Helper()
	m.try(exercise.Excon(), exercise.Resume{})
	m.try(exercise.Excon(), exercise.SetSpeed{Speed: 60})
	m.pass(2 * time.Hour)
	if m.s.Phase() != exercise.Over {
		m.t.Fatalf("after its end the exercise is %s at %s", m.s.Phase(), m.s.At())
	}
	m.checkScores()
	sameAs(m.t, m.s, refold(m.t, m.play, m.log), m.wall)
}

// move is what a unit does at a time of the exercise.
type move struct {
	at    exercise.Time
	actor exercise.Actor
	do    exercise.Action
}

func someMoves(r *rapid.T, play *exercise.Play) []move {
	var moves []move
	for range rapid.IntRange(0, 25).Draw(r, "moves") {
		unit := rapid.SampledFrom(play.Cast.Units).Draw(r, "unit").Key
		m := move{at: exercise.At(span(r, "at", 50*time.Minute)), actor: player(unit)}
		switch rapid.IntRange(0, 4).Draw(r, "what") {
		case 3:
			m.do = exercise.Send{From: unit, Ends: []string{"persona:it"}, Text: rapid.SampledFrom([]string{"when", "which host", "x"}).Draw(r, "text")}
		case 0:
			m.do = exercise.Acknowledge{Inject: rapid.SampledFrom([]string{"I01", "I02"}).Draw(r, "inject"), Unit: unit}
		case 1:
			m.do = exercise.Send{From: unit, Ends: []string{"liaison"}, Text: rapid.SampledFrom(someAnswers).Draw(r, "text")}
		case 2:
			m.do = exercise.RelayTo{Inject: "I01", From: unit, Unit: unit + "/hospital"}
		default:
			m.do = exercise.Submit{
				Task: rapid.SampledFrom([]string{"T1", "T2", "T4", "H1"}).Draw(r, "task"), Unit: unit,
				Text: rapid.SampledFrom(someAnswers).Draw(r, "text"), Items: rapid.SliceOfN(rapid.SampledFrom(someItems), 1, 3).Draw(r, "items"),
			}
		}
		moves = append(moves, m)
	}
	slices.SortStableFunc(moves, func(a, b move) int { return int(a.at - b.at) })
	return moves
}

// storyline is what a log tells, without when it was in wall time.
func storyline(log []exercise.Event) []exercise.Event {
	var out []exercise.Event
	for _, e := range log {
		switch e.Body.(type) {
		case *exercise.Paused, *exercise.Resumed:
			continue
		}
		e.Seq, e.Wall = 0, 0
		out = append(out, e)
	}
	return out
}

// TestPausesChangeNoExerciseTime: the same moves at the same exercise times
// give the same storyline, with pauses between them and without.
func TestPausesChangeNoExerciseTime(t *testing.T) {
	t.Parallel()
	play := testPlay(t, everyMSEL, exercisetest.Teams(t, 2))
	rapid.Check(t, func(r *rapid.T) {
		moves := someMoves(r, play)
		plain, paused := newDrill(r, play), newDrill(r, play)
		for _, d := range []*drill{plain, paused} {
			d.must(exercise.Excon(), exercise.Start{Speed: 1})
			for _, m := range moves {
				if d == paused && rapid.Bool().Draw(r, "pause") {
					d.pass(time.Duration(rapid.Int64Range(0, int64(m.at-d.s.Now(d.wall))).Draw(r, "before")) * time.Microsecond)
					d.must(exercise.Excon(), exercise.Pause{})
					d.pass(span(r, "length", 1000*time.Hour))
					d.must(exercise.Excon(), exercise.Resume{})
				}
				d.pass(max(0, m.at-d.s.Now(d.wall)).Duration())
				_, _ = d.do(m.actor, m.do) // refused in both or in none
			}
			d.pass(time.Hour)
		}
		a, b := storyline(plain.log), storyline(paused.log)
		if len(a) != len(b) {
			r.Fatalf("%d events without pauses, %d with", len(a), len(b))
		}
		for i := range a {
			a[i].Cmd, b[i].Cmd = "", ""
			if x, y := tell(r, &a[i]), tell(r, &b[i]); x != y {
				r.Fatalf("without pauses\n%s\nwith\n%s", x, y)
			}
		}
	})
}

// tell gives an event as text, without the seqs in it.
func tell(t failer, e *exercise.Event) string {
	t.Helper()
	switch b := e.Body.(type) {
	case *exercise.Scored:
		c := *b
		c.Submission = 0
		e.Body = &c
	case *exercise.FlowMade:
		c := *b
		c.Via = 0
		e.Body = &c
	case *exercise.Submitted:
		c := *b
		c.Via = 0
		e.Body = &c
	case *exercise.ReplyReady:
		c := *b
		c.Message = 0
		e.Body = &c
	case *exercise.Message:
		c := *b
		if strings.HasPrefix(c.Re, "#") {
			c.Re = "#"
		}
		e.Body = &c
	case *exercise.InjectRelayed:
		c := *b
		c.Of = 0
		e.Body = &c
	}
	raw, err := e.Encode()
	if err != nil {
		t.Fatalf("encode: %v", err)
	}
	return string(raw)
}

// pending is what waits for a unit and its cells, with its time.
func pending(s *exercise.State, team int) map[string]exercise.Time {
	out := map[string]exercise.Time{}
	for _, u := range s.Play().Family(team) {
		key := s.Play().Cast.Units[u].Key
		for v := range s.Injects(u) {
			if (v.Status == exercise.InjectWaiting || v.Status == exercise.InjectWatching) && v.Due != exercise.Never {
				out["inject "+v.Key+" "+key] = v.Due
			}
		}
		for v := range s.Tasks(u) {
			if v.Status == exercise.TaskStands && v.Attempts == 0 && !v.Late {
				out["task "+v.Key+" "+key] = v.Due
			}
		}
		for v := range s.Replies() {
			if v.Unit == key && v.Due != exercise.Never {
				out["reply "+strconv.FormatUint(v.Message, 10)+" "+v.Persona] = v.Due
			}
		}
		for n, def := range s.Play().Pack.Decisions {
			if v := s.Choice(n, u); !def.All && !v.Made && v.Due != exercise.Never {
				out["decision "+def.Key+" "+key] = v.Due
			}
		}
		for f, def := range s.Play().Pack.Flows {
			if status, due, ok := s.Flow(f, u); ok && status == exercise.FlowExpected {
				out["flow "+def.Key+" "+key] = due
			}
		}
	}
	return out
}

// TestPauseOfAUnitMovesExactlyItsOwn: what waits for a unit that stands still,
// and for its cells, moves by exactly that long; nothing else moves.
func TestPauseOfAUnitMovesExactlyItsOwn(t *testing.T) {
	t.Parallel()
	play := testPlay(t, everyMSEL, exercisetest.Teams(t, 3))
	rapid.Check(t, func(r *rapid.T) {
		still, other := newDrill(r, play), newDrill(r, play)
		for _, d := range []*drill{still, other} {
			d.must(exercise.Excon(), exercise.Start{Speed: 1})
		}
		for _, m := range someMoves(r, play) {
			if m.at > minutes(30) {
				break
			}
			for _, d := range []*drill{still, other} {
				d.pass((m.at - d.s.Now(d.wall)).Duration())
				_, _ = d.do(m.actor, m.do)
			}
		}
		by := span(r, "length", 12*time.Minute)
		still.settle()
		before := pending(still.s, 0)
		still.must(exercise.Excon(), exercise.SetStatus{Unit: "asteria", Status: rapid.SampledFrom([]string{exercise.UnitPause, exercise.Late}).Draw(r, "how")})
		still.pass(by)
		other.pass(by)
		still.must(exercise.Excon(), exercise.SetStatus{Unit: "asteria", Status: exercise.Present})
		after := pending(still.s, 0)
		for what, due := range before {
			if got, want := after[what], due+exercise.At(by); got != want {
				r.Fatalf("after %s %s is due at %d, want %d (was %d)", by, what, got, want, due)
			}
		}
		// What others do meanwhile may arm something new for everybody.
		elsewhere := pending(other.s, 0)
		for _, u := range play.Family(0) {
			for v := range other.s.Injects(u) { // or be there already
				elsewhere["inject "+v.Key+" "+play.Cast.Units[u].Key] = v.Due
			}
		}
		for what := range after {
			_, waited := before[what]
			if _, armed := elsewhere[what]; !waited && !armed {
				r.Fatalf("%s waits after the pause alone: %v before, %v after", what, before, after)
			}
		}
		for u := range play.Cast.Units {
			if play.Cast.Team(u) == 0 {
				continue
			}
			mine, theirs := slices.Collect(still.s.Injects(u)), slices.Collect(other.s.Injects(u))
			for i := range mine {
				mine[i].Seq, theirs[i].Seq = 0, 0
				if mine[i] != theirs[i] {
					r.Fatalf("the pause of another changed %+v to %+v", theirs[i], mine[i])
				}
			}
			if !slices.Equal(slices.Collect(still.s.Tasks(u)), slices.Collect(other.s.Tasks(u))) {
				r.Fatalf("the pause of another changed the tasks of %s", play.Cast.Units[u].Key)
			}
		}
	})
}

// TestReplayOfAPlayedExercise: an exercise that bots play, folded in one go and in
// pieces, is the same.
func TestReplayOfAPlayedExercise(t *testing.T) {
	t.Parallel()
	play := shippedPlay(t, 3)
	c := playedThrough(t, play, 9)
	sameAs(t, c.s, refold(t, play, c.log), c.wall)
	half := refold(t, play, c.log[:len(c.log)/2])
	look(t, half, c.wall) // looking, and what the clock then owes, changes nothing
	half.Next()
	half.Due(exercise.Never - 1)
	for i := len(c.log) / 2; i < len(c.log); i++ {
		if err := half.Apply(&c.log[i]); err != nil {
			t.Fatal(err)
		}
	}
	sameAs(t, c.s, half, c.wall)
}
