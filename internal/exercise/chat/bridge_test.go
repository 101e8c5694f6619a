package chat_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/chat"
	chattexts "renkei/internal/exercise/chat/texts"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/texts"
	"renkei/internal/i18n"
	"renkei/internal/outbox"
	"renkei/internal/testkit/exercisetest"
)

// service is a chat service in memory.
type service struct {
	mu      sync.Mutex
	rooms   []chat.Room
	people  map[string]string // person by account
	met     map[string]string
	abouts  map[string]string // by post
	files   map[string][]byte
	told    uint64
	since   time.Time
	byMail  bool
	missing error // of files
}

func (s *service) Name() string { return "mattermost" }

func (s *service) Places(context.Context) ([]string, error) { return []string{exercisetest.ID}, nil }

func (s *service) Place(_ context.Context, id string) (*chat.Place, error) {
	if id != exercisetest.ID {
		return nil, chat.ErrAbsent
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return &chat.Place{Bot: "bot", Since: s.since, Rooms: s.rooms, ByMail: s.byMail}, nil
}

func (s *service) Person(_ context.Context, _, account string) (string, error) {
	return s.people[account], nil
}

func (s *service) Meet(_ context.Context, _, account, name string) error {
	s.met[account] = name
	return nil
}

func (s *service) About(_ context.Context, _, post string) (string, error) {
	return s.abouts[post], nil
}

func (s *service) File(_ context.Context, _, id string, _ int64) ([]byte, error) {
	if data, ok := s.files[id]; ok {
		return data, nil
	}
	return nil, s.missing
}

func (s *service) Told(context.Context, string) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.told, nil
}

func (s *service) Tell(_ context.Context, _ string, seq uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = seq
	return nil
}

// box is an outbox that keeps what is put in.
type box struct {
	mu    sync.Mutex
	all   []outbox.Message
	holds []outbox.Hold
	grown chan struct{}
	fail  error
}

func (b *box) Put(_ context.Context, all ...outbox.Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fail != nil {
		err := b.fail
		b.fail = nil
		return err
	}
	for i := range all {
		if err := all[i].Check(); err != nil {
			return err
		}
		if !slices.ContainsFunc(b.all, func(m outbox.Message) bool { return m.Key == all[i].Key }) {
			b.all = append(b.all, all[i])
		}
	}
	b.wake()
	return nil
}

func (b *box) wake() {
	select {
	case b.grown <- struct{}{}:
	default:
	}
}

func (b *box) Holds(context.Context) ([]outbox.Hold, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.holds), nil
}

func (b *box) Hold(_ context.Context, scope, by, reason string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.holds = append(b.holds, outbox.Hold{Scope: scope, By: by, Reason: reason})
	b.wake()
	return nil
}

func (b *box) Release(_ context.Context, scope string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.holds = slices.DeleteFunc(b.holds, func(h outbox.Hold) bool { return h.Scope == scope })
	b.wake()
	return nil
}

func (b *box) put() []outbox.Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.all)
}

// people are those of the test.
type people map[string]*auth.Access

func (p people) AccessOf(_ context.Context, person string) (*auth.Access, error) {
	if a := p[person]; a != nil {
		return a, nil
	}
	return &auth.Access{}, nil
}

func (p people) Name(_ context.Context, person string) string { return "Name of " + person }

type host struct{ x *hosting.Exercise }

func (h host) Exercise(_ context.Context, id string) (*hosting.Exercise, error) {
	if id != exercisetest.ID {
		return nil, hosting.ErrNotFound
	}
	return h.x, nil
}

// desk is an exercise of three teams with their rooms, in which ann and bo play
// asteria and borealis, chi the hospital of asteria, and dan is of EXCON.
type desk struct {
	*exercisetest.Exercise
	t       testing.TB
	service *service
	box     *box
	people  people
	bridge  *chat.Bridge
	said    int
}

func newDesk(tb testing.TB) *desk {
	tb.Helper()
	return newDeskOf(tb, exercisetest.Teams(tb, 3))
}

func newDeskOf(tb testing.TB, teams []scenario.Unit) *desk {
	tb.Helper()
	db := exercisetest.Store(tb)
	deps := exercisetest.Deps(db)
	exercisetest.CreateWith(tb, deps, exercisetest.Pack(tb, exercisetest.Hospital), teams)
	x := exercisetest.Resume(tb, db, deps)
	all, err := i18n.New(texts.Area(), chattexts.Area())
	if err != nil {
		tb.Fatal(err)
	}
	d := &desk{
		Exercise: x, t: tb, box: &box{grown: make(chan struct{}, 1)}, people: people{},
		service: &service{
			people: map[string]string{}, met: map[string]string{}, abouts: map[string]string{}, files: map[string][]byte{}, missing: chat.ErrGone,
		},
	}
	x.Live.Now(func(m *follow.Moment) {
		for _, u := range m.State.Play().Cast.Units {
			d.service.rooms = append(d.service.rooms, chat.Room{Name: exercise.RoomUnit + u.Key, Address: "at-" + u.Key})
		}
	})
	for _, name := range []string{exercise.RoomLiaison, exercise.RoomHelp, exercise.RoomExcon} {
		d.service.rooms = append(d.service.rooms, chat.Room{Name: name, Address: "at-" + name})
	}
	for name, g := range map[string]auth.Grant{
		"ann": {Scope: access.In(exercisetest.ID, "asteria"), Role: string(access.Player)},
		"bo":  {Scope: access.In(exercisetest.ID, "borealis"), Role: string(access.Player)},
		"chi": {Scope: access.In(exercisetest.ID, "asteria/hospital"), Role: string(access.Player)},
		"dan": {Scope: access.In(exercisetest.ID, ""), Role: string(access.Controller)},
		"fay": {Scope: access.In(exercisetest.ID, "asteria"), Role: string(access.National)},
	} {
		g.Person = name
		d.people[name] = &auth.Access{Person: name, Grants: []auth.Grant{g}}
		d.service.people["u-"+name] = name
	}
	d.bridge = &chat.Bridge{
		Service: d.service, Host: host{hosting.NewExercise(exercisetest.ID, x.Live, x.Conductor.Do, db, nil, nil)}, Outbox: d.box, People: d.people,
		Texts: all, Log: slog.New(slog.DiscardHandler), Now: time.Now,
	}
	return d
}

// start gives STARTEX and releases injects at once.
func (d *desk) start(injects ...string) {
	d.t.Helper()
	d.Do(exercise.Excon(), exercise.Start{Speed: 1})
	for _, i := range injects {
		d.Do(exercise.Excon(), exercise.Release{Inject: i})
	}
}

// tell runs the bridge until the end of the test.
func (d *desk) tell() {
	d.t.Helper()
	exercisetest.Background(d.t, func(ctx context.Context) error {
		d.bridge.Follow(ctx, exercisetest.ID)
		return nil
	})
}

// say has somebody say something, and returns what was answered to it.
func (d *desk) say(who, room, root, text string, change ...func(*chat.Said)) string {
	d.t.Helper()
	d.said++
	s := chat.Said{
		ID: fmt.Sprint("p/", d.said), What: chat.Posted, Room: room, At: time.Now(), Post: fmt.Sprint("post", d.said), Root: root, Account: "u-" + who, Name: who, Text: text,
	}
	for _, c := range change {
		c(&s)
	}
	return d.hear(s)
}

func (d *desk) hear(s chat.Said) string {
	d.t.Helper()
	if err := d.bridge.Take(d.t.Context(), exercisetest.ID, []chat.Said{s}); err != nil {
		d.t.Fatal(err)
	}
	for _, m := range d.box.put() {
		if m.Key == "x/"+exercisetest.ID+"/said/"+s.ID {
			return strings.TrimSpace(m.Subject + "\n" + m.Text)
		}
	}
	return ""
}

// until waits for a message, or another change of the outbox.
func (d *desk) until(about string, is func() bool) {
	d.t.Helper()
	limit := time.After(20 * time.Second)
	for !is() {
		select {
		case <-d.box.grown:
		case <-limit:
			for _, m := range d.box.put() {
				d.t.Logf("%s to %s: %q %q", m.Key, m.To[0].Address, m.Subject, m.Text)
			}
			d.t.Fatalf("%s did not come", about)
		}
	}
}

// message waits for one to a room that has some words.
func (d *desk) message(room, words string) (found outbox.Message) {
	d.t.Helper()
	d.until(words+" in "+room, func() bool {
		for _, m := range d.box.put() {
			if m.To[0].Address == "at-"+room && strings.Contains(m.Subject+"\n"+m.Text, words) {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

// events are those of a type, the latest last.
func (d *desk) events(kind exercise.Type) (all []exercise.Event) {
	d.Live.Now(func(m *follow.Moment) {
		all = m.Since(exercise.Viewer{Control: true}, 0, func(e *exercise.Event) bool { return e.Body.Type() == kind })
	})
	return all
}

func (d *desk) task(key, unit string) (v exercise.TaskView) {
	d.Live.Now(func(m *follow.Moment) {
		t, _ := m.State.TaskIndex(key)
		u, _ := m.State.Play().Cast.Index(unit)
		v, _ = m.State.Task(t, u)
	})
	return v
}

// TestAnswerInThread: a plain reply under an inject answers its task, once however
// often it is heard of, and not a second time where it was given on the pages.
func TestAnswerInThread(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.start("I02")
	d.service.abouts["root"] = "inject/I02"
	said := d.say("ann", "unit:asteria", "root", "192.0.2.6 - central hospital")
	if !strings.HasPrefix(said, "Recorded: T01, attempt 1") {
		t.Errorf("answered %q", said)
	}
	first := len(d.events("task.submitted"))
	d.said--
	d.say("ann", "unit:asteria", "root", "192.0.2.6 - central hospital")
	sub := d.events("task.submitted")
	if len(sub) != first || first != 1 || sub[0].Actor != "ann" || sub[0].On != "mattermost/unit:asteria" {
		t.Errorf("heard twice: %+v", sub)
	}
	posts := d.events("chat.posted")
	if len(posts) != 1 || posts[0].Actor != "ann" || posts[0].Body.(*exercise.ChatPost).Unit != "asteria" { //nolint:forcetypeassert // the type was asked for
		t.Errorf("posts %+v", posts)
	}
	d.Do(exercise.Actor{ID: "bo", Role: exercise.RolePlayer, Unit: "borealis"}, exercise.Submit{Task: "T01", Unit: "borealis", Text: "nowhere"})
	if said := d.say("bo", "unit:borealis", "root", "nowhere"); !strings.Contains(said, "It counts once") || d.task("T01", "borealis").Attempts != 1 {
		t.Errorf("the same on two channels: %q, %d attempts", said, d.task("T01", "borealis").Attempts)
	}
}

// TestCommands in both languages.
func TestCommands(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.start("I01", "I02", "I03")
	for _, tc := range []struct {
		who, room, root, text, want string // want begins what is answered
		made                        exercise.Type
	}{
		{"ann", "unit:asteria", "", "renkei status", "00:0", ""},
		{"ann", "unit:asteria", "", "renkei tasks", "Open tasks: 2", ""},
		{"ann", "unit:asteria", "", "renkei 課題", "Open tasks: 2", ""},
		{"ann", "unit:asteria", "", "renkei ack", "Several injects", ""},
		{"ann", "unit:asteria", "", "renkei ack i02", "Acknowledged: I02", "inject.acknowledged"},
		{"ann", "unit:asteria", "", "renkei 受領 I02", "", ""},
		{"ann", "unit:asteria", "", "renkei answer T01", "The answer to T01 is empty", ""},
		{"ann", "unit:asteria", "", "renkei 回答 T01 10.0.0.1", "Recorded: T01, attempt 1", "task.submitted"},
		{"ann", "unit:asteria", "", "renkei share borealis TLP:AMBER 203.0.113.9", "Shared with Borealis, TLP:AMBER.", "share.made"},
		{"ann", "unit:asteria", "", "renkei 共有 全員 TLP:GREEN 203.0.113.9", "Shared with liaison room, TLP:GREEN.", "share.made"},
		{"ann", "unit:asteria", "", "renkei share", "Write \"renkei share\"", ""},
		{"ann", "unit:asteria", "", "renkei relay hospital I03 TLP:GREEN Please see to it.", "Relayed to Asteria / Hospital crisis desk: I03", "inject.relayed"},
		{"ann", "unit:asteria", "", "renkei relay museum I03", "Write \"renkei relay\"", ""},
		{"ann", "unit:asteria", "", "renkei ask hoster Please take it down.", "", "message.sent"},
		{"ann", "unit:asteria", "", "renkei ask nobody", "Write \"renkei ask\"", ""},
		{"ann", "unit:asteria", "", "renkei dance", "\"dance\" is not understood", ""},
		{"ann", "liaison", "", "renkei status", "Write this in the channel of your unit", ""},
		{"chi", "unit:asteria/hospital", "", "renkei answer H01 a, d", "Recorded: H01, attempt 1", "task.submitted"},
		{"ann", "unit:asteria", "", "renkei real The hospital is on fire.", "EXCON has been told", "real.raised"},
	} {
		before := 0
		if tc.made != "" {
			before = len(d.events(tc.made))
		}
		got := d.say(tc.who, tc.room, tc.root, tc.text)
		if !strings.HasPrefix(got, tc.want) {
			t.Errorf("%q is answered %q, want %q", tc.text, got, tc.want)
		}
		if tc.made != "" && len(d.events(tc.made)) != before+1 {
			t.Errorf("%q made no %s", tc.text, tc.made)
		}
	}
	for _, e := range d.events("share.made") {
		if b := e.Body.(*exercise.Shared); b.Text != "203.0.113.9" || b.From != "asteria" { //nolint:forcetypeassert // the type was asked for
			t.Errorf("shared %+v", b)
		}
	}
}

// TestWhoActs: in a room of another unit nothing counts, an unknown account is
// kept and told once, a national controller writes to the cell.
func TestWhoActs(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.start("I02")
	d.service.abouts["root"] = "inject/I02"
	if said := d.say("bo", "unit:asteria", "root", "10.0.0.1"); !strings.HasPrefix(said, "You do not act for Asteria") {
		t.Errorf("another's room: %q", said)
	}
	for range 2 {
		d.say("eve", "unit:asteria", "root", "10.0.0.1")
	}
	if n := len(d.events("task.submitted")); n > 0 {
		t.Errorf("%d answers of others", n)
	}
	unknown := 0
	for _, m := range d.box.put() {
		if strings.HasPrefix(m.Subject, "Your account is not known") {
			unknown++
		}
	}
	if unknown != 1 || d.service.met["u-eve"] != "eve" {
		t.Errorf("told %d times, met %v", unknown, d.service.met)
	}
	posts := d.events("chat.posted")
	if len(posts) != 3 || posts[1].Actor != "chat/u-eve" || posts[0].Actor != "bo" {
		t.Errorf("posts %+v", posts)
	}
	d.say("fay", "unit:asteria/hospital", "", "TLP:AMBER Disconnect the gateway.")
	d.say("dan", "unit:asteria", "", "How is it going?")
	d.say("ann", "liaison", "", "TLP:GREEN Block 203.0.113.9")
	d.say("chi", "unit:asteria/hospital", "", "Among ourselves.")
	d.say("dan", "excon", "", "Among ourselves, too.")
	var got []string
	for _, e := range d.events("message.sent") {
		b := e.Body.(*exercise.Message) //nolint:forcetypeassert // the type was asked for
		got = append(got, fmt.Sprint(e.Actor, ": ", b.From, " to ", b.Ends, " ", b.TLP, " ", b.Text))
	}
	want := []string{
		"fay: asteria to [unit:asteria/hospital] AMBER Disconnect the gateway.", "dan: excon to [unit:asteria]  How is it going?",
		"ann: asteria to [liaison] GREEN Block 203.0.113.9",
	}
	if !slices.Equal(got, want) {
		t.Errorf("messages\n%q, want\n%q", got, want)
	}
}

// TestReactionAcknowledges, but for one that says no.
func TestReactionAcknowledges(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.start("I02")
	d.service.abouts["root"] = "inject/I02"
	react := func(who, emoji string) {
		d.hear(chat.Said{ID: "reacted/" + who + emoji, What: chat.Reacted, Room: "unit:asteria", At: time.Now(), Post: "root", Account: "u-" + who, Emoji: emoji})
	}
	react("bo", "eyes")
	react("ann", "-1")
	if n := len(d.events("inject.acknowledged")); n > 0 {
		t.Errorf("%d acknowledged", n)
	}
	react("ann", "eyes")
	react("ann", "+1")
	if n := len(d.events("inject.acknowledged")); n != 1 || len(d.events("chat.reacted")) != 4 {
		t.Errorf("%d acknowledged", n)
	}
}

// TestMirror: what is written on the pages comes to the rooms, and what is said in
// a room comes to the others and not back.
func TestMirror(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.tell()
	d.start("I02")
	inject := d.message("asteria", "T01:")
	if inject.Label != "TLP:AMBER" || !inject.Exercise || inject.About != "inject/I02" || inject.From == "" || len(inject.Files) != 1 || inject.Lang != "en" {
		t.Errorf("inject %+v", inject)
	}
	d.message("liaison", "STARTEX")
	ann := exercise.Actor{ID: "ann", Role: exercise.RolePlayer, Unit: "asteria"}
	d.Do(ann, exercise.Send{From: "asteria", Ends: []string{exercise.EndLiaison}, Text: "from a page"})
	if m := d.message("liaison", "from a page"); m.Subject != "Asteria to liaison room (on the Renkei pages)" {
		t.Errorf("subject %q", m.Subject)
	}
	d.Do(ann, exercise.Submit{Task: "T01", Unit: "asteria", Text: "10.0.0.1"})
	if m := d.message("asteria", "10.0.0.1"); m.Thread != inject.Key || !strings.Contains(m.Subject, "Name of ann answered T01") {
		t.Errorf("answer %+v", m)
	}
	d.say("bo", "unit:borealis", "", "renkei share asteria TLP:AMBER 203.0.113.9")
	if m := d.message("asteria", "203.0.113.9"); m.Label != "TLP:AMBER" || m.About != "from/borealis" || m.Subject != "Borealis to Asteria" {
		t.Errorf("shared %+v", m)
	}
	d.service.abouts["shared"] = "from/borealis"
	d.say("ann", "unit:asteria", "shared", "Blocked.")
	d.message("borealis", "Blocked.")
	d.say("ann", "unit:asteria", "", "renkei ask hoster Please take it down.")
	if m := d.message("excon", "Please take it down."); m.About != "question/hoster/asteria" {
		t.Errorf("question %+v", m)
	}
	d.service.abouts["question"] = "question/hoster/asteria"
	d.say("dan", "excon", "question", "It is down.")
	if m := d.message("asteria", "It is down."); m.About != "persona/hoster" || m.From == "" {
		t.Errorf("reply %+v", m)
	}
	d.say("ann", "liaison", "", "said there")
	d.Do(ann, exercise.Send{From: "asteria", Ends: []string{exercise.EndLiaison}, Text: "the last"})
	d.message("liaison", "the last")
	for _, m := range d.box.put() {
		if m.To[0].Address == "at-liaison" && strings.Contains(m.Text, "said there") || m.To[0].Address == "at-borealis" && strings.Contains(m.Text, "203.0.113.9") {
			t.Errorf("an echo: %+v", m)
		}
	}
}

// TestRealStop holds what waits, but for what says so.
func TestRealStop(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.tell()
	d.start()
	d.Do(exercise.Excon(), exercise.StopReal{Text: "A real attack."})
	if m := d.message("liaison", "A real attack."); m.Scope != "x-now/x" {
		t.Errorf("scope %q is held", m.Scope)
	}
	held := func() bool {
		all, _ := d.box.Holds(t.Context())
		return slices.ContainsFunc(all, func(h outbox.Hold) bool { return h.Scope == "x/x" })
	}
	d.until("a hold", held)
	d.Do(exercise.Excon(), exercise.Resume{})
	d.until("its end", func() bool { return !held() })
	if err := d.box.Hold(t.Context(), "x/x", "director", "mine"); err != nil {
		t.Fatal(err)
	}
	d.Do(exercise.Excon(), exercise.Pause{})
	d.Do(exercise.Excon(), exercise.Resume{})
	d.until("that it goes on", func() bool {
		n := 0
		for _, m := range d.box.put() {
			if strings.HasPrefix(m.Subject, "The exercise goes on") && m.To[0].Address == "at-liaison" {
				n++
			}
		}
		return n == 2
	})
	if !held() {
		t.Error("a hold of the director's was ended")
	}
}

// TestFiles: they come as contents under the limits, and one is an answer.
func TestFiles(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.start("I02")
	d.service.files["f1"] = []byte("evidence")
	files := func(s *chat.Said) {
		s.Files = []chat.File{
			{ID: "f1", Name: "a.log", Size: 8}, {ID: "f2", Name: "gone.log", Size: 8}, {ID: "f3", Name: "large.bin", Size: exercise.MaxChatFileBytes + 1},
		}
		for i := range 9 {
			s.Files = append(s.Files, chat.File{ID: "f1", Name: fmt.Sprint(i), Size: 8})
		}
	}
	d.say("ann", "unit:asteria", "", "see these", files)
	got := d.events("chat.posted")[0].Body.(*exercise.ChatPost).Files //nolint:forcetypeassert // the type was asked for
	if len(got) != exercise.MaxChatFiles || got[0].Hash == "" || got[1].Left != exercise.ChatFileGone || got[2].Left != exercise.ChatFileLarge ||
		got[9].Left != exercise.ChatFileMany {
		t.Errorf("files %+v", got)
	}
	// A service that is away is asked again: nothing is kept without its files.
	d.service.missing = errors.New("away")
	s := chat.Said{ID: "p/away", What: chat.Posted, Room: "unit:asteria", At: time.Now(), Post: "away", Account: "u-ann", Files: []chat.File{{ID: "f2", Name: "b", Size: 1}}}
	if err := d.bridge.Take(t.Context(), exercisetest.ID, []chat.Said{s}); err == nil || len(d.events("chat.posted")) != 1 {
		t.Errorf("%v, %d posts", err, len(d.events("chat.posted")))
	}
}

// TestHeard: edits, deletions, members and gaps stand in the log; what was said
// before the exercise was set up does nothing.
func TestHeard(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.tell()
	d.start()
	d.service.mu.Lock()
	d.service.since = time.Now()
	d.service.mu.Unlock()
	d.say("ann", "liaison", "", "long ago", func(s *chat.Said) { s.At = s.At.Add(-time.Hour) })
	if n := len(d.events("message.sent")); n > 0 || len(d.events("chat.posted")) != 1 {
		t.Errorf("%d messages", n)
	}
	at := time.Now()
	for i, s := range []chat.Said{
		{What: chat.Edited, Room: "liaison", Post: "p", Account: "u-ann", Text: "corrected"},
		{What: chat.Deleted, Room: "liaison", Post: "p", Account: "u-ann"},
		{What: chat.Joined, Room: "liaison", Account: "u-bo"},
		{What: chat.Left, Room: "liaison", Account: "u-bo"},
		{What: chat.Gap, Room: "unit:asteria", Reason: "removed", From: at},
		{What: chat.Gap, Reason: "outage"},
	} {
		s.ID, s.At = fmt.Sprint("h/", i), at
		d.hear(s)
	}
	for kind, n := range map[exercise.Type]int{"chat.edited": 2, "chat.member": 2, "chat.gap": 2} {
		if got := len(d.events(kind)); got != n {
			t.Errorf("%d of %s", got, kind)
		}
	}
	d.message("excon", "The bot is no longer in the channel")
}

// TestTellAgain: who is broken off tells it again, under the same keys.
func TestTellAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.box.fail = errors.New("the database is away")
	d.tell()
	d.start("I02")
	d.message("asteria", "T01:")
	n := len(d.box.put())
	d.service.mu.Lock()
	d.service.told = 0
	d.service.mu.Unlock()
	d.Do(exercise.Excon(), exercise.Pause{Reason: "once more"})
	d.message("liaison", "once more")
	if got := len(d.box.put()); got != n+2 {
		t.Errorf("%d messages, then %d: it was told twice", n, got)
	}
}

// BenchmarkTake takes in what a unit says among itself. Each post is in the log for
// good when it returns.
func BenchmarkTake(b *testing.B) {
	d := newDesk(b)
	d.start()
	for b.Loop() {
		d.said++
		s := chat.Said{
			ID: fmt.Sprint("p/", d.said), What: chat.Posted, Room: "unit:asteria", At: time.Now(), Post: fmt.Sprint("post", d.said), Account: "u-ann", Text: "Block it.",
		}
		if err := d.bridge.Take(b.Context(), exercisetest.ID, []chat.Said{s}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "posts/s")
}
