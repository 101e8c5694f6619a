package outbox_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"renkei/internal/database"
	"renkei/internal/outbox"
	"renkei/internal/outbox/store"
)

// line is a channel that writes down what it is given, and does as it is told.
type line struct {
	limits outbox.Limits
	send   func(ctx context.Context, out *outbox.Outgoing, try int) error // nil takes everything

	mu    sync.Mutex
	got   []outbox.Outgoing // that it has taken
	times []time.Time
	tries map[string]int
}

func (l *line) Name() string          { return "mail" }
func (l *line) Limits() outbox.Limits { return l.limits }

func (l *line) Check(address string) error {
	if !strings.Contains(address, "@") {
		return fmt.Errorf("no address")
	}
	return nil
}

func (l *line) Send(ctx context.Context, out *outbox.Outgoing) (string, error) {
	l.mu.Lock()
	l.tries[out.ID]++
	try := l.tries[out.ID]
	l.mu.Unlock()
	if l.send != nil {
		if err := l.send(ctx, out, try); err != nil {
			return "", err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.got, l.times = append(l.got, *out), append(l.times, time.Now())
	return out.ID, nil
}

func (l *line) keys() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var keys []string
	for _, o := range l.got {
		keys = append(keys, o.Delivery.Key)
	}
	return keys
}

// office is an outbox that runs, in a time of its own.
type office struct {
	*outbox.Outbox
	t     *testing.T
	line  *line
	begun time.Time
	stop  func()
	queue *watched
}

// watched counts what a store is asked.
type watched struct {
	*store.Store
	turns atomic.Int64
}

func (w *watched) Turn(ctx context.Context, t outbox.Turn) (outbox.Turned, error) {
	w.turns.Add(1)
	return w.Store.Turn(ctx, t)
}

// openQueue opens a store with its tables.
func openQueue(ctx context.Context, at string) (*database.DB, *store.Store, error) {
	db, err := database.Open(ctx, at, database.Options{})
	if err != nil {
		return nil, nil, err
	}
	err = db.Migrate(ctx, database.Area{Name: "outbox", Migrations: store.Migrations(), Tables: store.Tables()})
	return db, store.New(db), err
}

// inOffice runs a test in a time of its own, which stands still while anybody
// has something to do.
func inOffice(t *testing.T, l *line, test func(t *testing.T, o *office)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		db, kept, err := openQueue(t.Context(), filepath.Join(t.TempDir(), "renkei.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		l.tries = map[string]int{}
		if l.limits.Timeout == 0 {
			l.limits.Timeout = time.Minute
		}
		o := &office{t: t, line: l, begun: time.Now(), queue: &watched{Store: kept}}
		o.start()
		test(t, o)
		o.stop()
	})
}

func (o *office) start() {
	ctx, cancel := context.WithCancel(o.t.Context())
	o.Outbox = outbox.New(o.queue, outbox.NewDispatcher(o.queue, slog.New(slog.NewTextHandler(o.t.Output(), nil)), o.line), time.Now)
	ended := make(chan error)
	go func() { ended <- o.Run(ctx) }()
	o.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			o.t.Error(err)
		}
	})
}

// put puts messages of a conversation in.
func (o *office) put(conversation string, keys ...string) {
	o.t.Helper()
	for _, key := range keys {
		m := outbox.Message{Key: key, Scope: "x/1", Conversation: conversation, Subject: key, Text: key}
		m.To = []outbox.Recipient{{ID: "ann", Channel: "mail", Address: "ann@desk.internal"}}
		if err := o.Put(o.t.Context(), m); err != nil {
			o.t.Fatal(err)
		}
	}
}

// after lets time pass: not too much, for the database looks at its files four
// times a second.
func (o *office) after(d time.Duration) {
	time.Sleep(d) //nolint:forbidigo // in a bubble, where it takes no time
	synctest.Wait()
}

func (o *office) wants(want string) {
	o.t.Helper()
	if got := strings.Join(o.line.keys(), " "); got != want {
		o.t.Errorf("after %v the channel has %q, want %q", time.Since(o.begun), got, want)
	}
}

func (o *office) states(want string) {
	o.t.Helper()
	all, err := o.Of(o.t.Context(), "x/1")
	if err != nil {
		o.t.Fatal(err)
	}
	var got []string
	for _, d := range all {
		got = append(got, d.Key+" "+string(d.State))
	}
	if strings.Join(got, ", ") != want {
		o.t.Errorf("%s, want %s", strings.Join(got, ", "), want)
	}
}

// TestChannelAway has a channel be away for ten minutes: everything is late and
// nothing lost, in its order, and it is asked again every half a minute at most.
func TestChannelAway(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	l := &line{limits: outbox.Limits{Parallel: 4}}
	begun := time.Time{}
	l.send = func(context.Context, *outbox.Outgoing, int) error {
		if time.Since(begun) < 10*time.Minute {
			asked.Add(1)
			return &outbox.Failure{Reason: "connection refused", Channel: true}
		}
		return nil
	}
	inOffice(t, l, func(t *testing.T, o *office) {
		t.Helper()
		begun = time.Now()
		var want []string
		for i := range 30 {
			o.put("talk", fmt.Sprint("t", i))
			want = append(want, fmt.Sprint("t", i))
		}
		o.after(9 * time.Minute)
		o.wants("")
		if s := o.Status(); len(s) != 1 || !s[0].Away.Equal(begun) || s[0].Reason != "connection refused" {
			t.Errorf("%+v", s)
		}
		if n := asked.Load(); n > 30 {
			t.Errorf("a server that is away is asked %d times in ten minutes", n)
		}
		o.after(90 * time.Second)
		o.wants(strings.Join(want, " "))
		if s := o.Status(); !s[0].Away.IsZero() {
			t.Errorf("%+v", s)
		}
		all, err := o.Of(t.Context(), "x/1")
		if err != nil || slices.ContainsFunc(all, func(d outbox.Delivery) bool { return d.State != outbox.Sent || d.Tries != 0 }) {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

// TestPartAway: of a channel with several servers one is away. What is for it waits
// in its order and counts no try; the others are not kept waiting.
func TestPartAway(t *testing.T) {
	t.Parallel()
	l := &line{limits: outbox.Limits{Parallel: 2}}
	begun := time.Time{}
	l.send = func(_ context.Context, out *outbox.Outgoing, _ int) error {
		if strings.HasPrefix(out.Delivery.Key, "a") && time.Since(begun) < 10*time.Minute {
			return &outbox.Failure{Reason: "connection refused", Part: true, After: 20 * time.Second}
		}
		return nil
	}
	inOffice(t, l, func(t *testing.T, o *office) {
		t.Helper()
		begun = time.Now()
		o.put("a", "a1", "a2")
		o.put("aa", "a3")
		o.put("b", "b1", "b2", "b3")
		o.after(0)
		o.wants("b1 b2 b3")
		o.after(9 * time.Minute)
		o.wants("b1 b2 b3")
		if s := o.Status(); !s[0].Away.IsZero() {
			t.Errorf("the channel is away: %+v", s)
		}
		o.after(2 * time.Minute)
		o.states("a1 sent, a2 sent, a3 sent, b1 sent, b2 sent, b3 sent")
		all, err := o.Of(t.Context(), "x/1")
		if err != nil || slices.ContainsFunc(all, func(d outbox.Delivery) bool { return d.Tries != 0 }) {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

// TestFailures: what may pass is tried again, after longer and longer; what a
// server refuses for good is not, and what is behind it goes on.
func TestFailures(t *testing.T) {
	t.Parallel()
	var at []time.Duration
	l := &line{limits: outbox.Limits{Parallel: 4}}
	begun := time.Time{}
	l.send = func(_ context.Context, out *outbox.Outgoing, try int) error {
		switch out.Delivery.Key {
		case "refused":
			return &outbox.Failure{Reason: "550 no such user", Final: true}
		case "later":
			at = append(at, time.Since(begun))
			if try < 4 {
				return &outbox.Failure{Reason: "450 greylisted"}
			}
		case "never":
			return &outbox.Failure{Reason: "452 mailbox full"}
		}
		return nil
	}
	inOffice(t, l, func(t *testing.T, o *office) {
		t.Helper()
		begun = time.Now()
		o.put("a", "refused", "next")
		o.put("b", "later", "behind")
		never := outbox.Message{Key: "never", Scope: "x/1", Conversation: "c", Subject: "s", Expires: begun.Add(2 * time.Hour)}
		never.To = []outbox.Recipient{{ID: "ann", Channel: "mail", Address: "ann@desk.internal"}}
		if err := o.Put(t.Context(), never); err != nil {
			t.Fatal(err)
		}
		o.put("c", "after")
		o.after(0)
		o.wants("next")
		o.after(time.Hour)
		o.wants("next later behind")
		if want := []time.Duration{0, time.Minute, 3 * time.Minute, 7 * time.Minute}; !slices.Equal(at, want) {
			t.Errorf("tried after %v, want %v", at, want)
		}
		o.after(time.Hour)
		o.states("refused failed, next sent, later sent, behind sent, never failed, after sent")
		_, d, steps, err := o.Get(t.Context(), 5)
		if err != nil || d.Reason != "452 mailbox full" || len(steps) != 8 || steps[len(steps)-1].What != string(outbox.Failed) {
			t.Errorf("%+v, %d steps, %v", d, len(steps), err)
		}
	})
}

// TestRates: a channel gets no more than its rate, and none while it has asked
// for a rest.
func TestRates(t *testing.T) {
	t.Parallel()
	l := &line{limits: outbox.Limits{Parallel: 8, PerMinute: 60}}
	l.send = func(_ context.Context, out *outbox.Outgoing, try int) error {
		if out.Delivery.Key == "k35" && try == 1 {
			return &outbox.Failure{Reason: "429", Channel: true, After: 2 * time.Minute}
		}
		return nil
	}
	inOffice(t, l, func(t *testing.T, o *office) {
		t.Helper()
		for i := range 40 {
			o.put("", fmt.Sprint("k", i))
		}
		o.after(time.Hour)
		if len(l.times) != 40 {
			t.Fatalf("%d were sent", len(l.times))
		}
		gap := time.Duration(0)
		for i := 11; i < len(l.times); i++ {
			gap = max(gap, l.times[i].Sub(l.times[i-1]))
			if d := l.times[i].Sub(l.times[i-11]); d < 900*time.Millisecond {
				t.Errorf("eleven in %v", d)
			}
		}
		if gap < 2*time.Minute {
			t.Errorf("a server that asks for two minutes gets %v", gap)
		}
		if end := l.times[39].Sub(o.begun); end > 3*time.Minute {
			t.Errorf("it took %v", end)
		}
	})
}

// TestStop ends the program while a channel has something: what is not answered
// is tried again by the next, which is told of its doubt.
func TestStop(t *testing.T) {
	t.Parallel()
	l := &line{limits: outbox.Limits{Parallel: 1}}
	l.send = func(ctx context.Context, out *outbox.Outgoing, try int) error {
		if try > 1 || out.Delivery.Key != "slow" {
			return nil
		}
		<-ctx.Done()
		return ctx.Err()
	}
	inOffice(t, l, func(t *testing.T, o *office) {
		t.Helper()
		o.put("", "quick", "slow", "waits")
		synctest.Wait()
		o.stop()
		o.states("quick sent, slow queued, waits queued")
		o.start()
		o.after(time.Second)
		o.wants("quick waits slow")
		if len(l.got) != 3 || l.got[1].Delivery.Doubt || !l.got[2].Delivery.Doubt || l.got[2].Delivery.Tries != 0 {
			t.Errorf("%+v", l.got)
		}
	})
}

// shared is a store that another dispatcher uses too.
type shared struct{ *watched }

func (shared) Shared() bool { return true }

// TestLease: what takes longer than a lease stays with who sends it, for it gives
// word of itself.
func TestLease(t *testing.T) {
	t.Parallel()
	l := &line{limits: outbox.Limits{Parallel: 1, Timeout: 5 * time.Minute}}
	l.send = func(context.Context, *outbox.Outgoing, int) error {
		time.Sleep(3 * time.Minute) //nolint:forbidigo // in a bubble, where it takes no time
		return nil
	}
	inOffice(t, l, func(t *testing.T, o *office) {
		t.Helper()
		o.stop()
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for range 2 {
			d := outbox.NewDispatcher(shared{o.queue}, slog.New(slog.DiscardHandler), l)
			all.Go(func() {
				if err := d.Run(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		o.put("talk", "slow")
		o.after(10 * time.Minute)
		cancel()
		all.Wait()
		o.wants("slow")
		for id, tries := range l.tries {
			if tries != 1 {
				t.Errorf("%s was sent %d times", id, tries)
			}
		}
	})
}

// TestIdle: an outbox with nothing to do does nothing.
func TestIdle(t *testing.T) {
	t.Parallel()
	inOffice(t, &line{}, func(t *testing.T, o *office) {
		t.Helper()
		o.put("", "one")
		o.after(time.Second)
		o.wants("one")
		before := o.queue.turns.Load()
		o.after(time.Hour)
		if o.queue.turns.Load() != before {
			t.Errorf("the store was asked %d times in an hour in which nothing happened", o.queue.turns.Load()-before)
		}
		if err := o.Hold(t.Context(), "x/1", "ada", "REAL"); err != nil {
			t.Fatal(err)
		}
		o.put("", "held")
		o.after(time.Hour)
		o.wants("one")
		if o.queue.turns.Load() > before+1 {
			t.Errorf("what is held is looked at %d times", o.queue.turns.Load()-before)
		}
		if err := o.Release(t.Context(), "x/1"); err != nil {
			t.Fatal(err)
		}
		o.after(0)
		o.wants("one held")
	})
}

// TestPut refuses what no channel could deliver, and says of an address that
// cannot be reached why.
func TestPut(t *testing.T) {
	t.Parallel()
	inOffice(t, &line{}, func(t *testing.T, o *office) {
		t.Helper()
		good := func() outbox.Message {
			return outbox.Message{Key: "k", Scope: "x/1", Subject: "s", Text: "t\n\tü", To: []outbox.Recipient{{ID: "a", Channel: "mail", Address: "a@b"}}}
		}
		for name, change := range map[string]func(*outbox.Message){
			"no key":                   func(m *outbox.Message) { m.Key = "" },
			"no scope":                 func(m *outbox.Message) { m.Scope = "" },
			"no subject":               func(m *outbox.Message) { m.Subject = "" },
			"a header in the subject":  func(m *outbox.Message) { m.Subject = "s\r\nBcc: x@y" },
			"a line separator":         func(m *outbox.Message) { m.Subject = "s\u2028t" },
			"a header in the sender":   func(m *outbox.Message) { m.From = "Ada\nBcc: x@y" },
			"a header in the address":  func(m *outbox.Message) { m.To[0].Address = "a@b\r\nRCPT TO:<c@d>" },
			"a header in the name":     func(m *outbox.Message) { m.To[0].Name = "A\x00" },
			"a carriage return":        func(m *outbox.Message) { m.Text = "a\r\n.\r\nMAIL" },
			"no text of ours":          func(m *outbox.Message) { m.Text = "a\xff" },
			"a long text":              func(m *outbox.Message) { m.Text = strings.Repeat("a", outbox.MaxText+1) },
			"nobody":                   func(m *outbox.Message) { m.To = nil },
			"the same recipient twice": func(m *outbox.Message) { m.To = append(m.To, m.To[0]) },
			"a path as a file":         func(m *outbox.Message) { m.Files = []outbox.File{{Name: "../x", Media: "text/plain"}} },
			"a header in a file":       func(m *outbox.Message) { m.Files = []outbox.File{{Name: "x", Media: "text/plain\r\nX: y"}} },
			"too many files":           func(m *outbox.Message) { m.Files = make([]outbox.File, outbox.MaxFiles+1) },
		} {
			m := good()
			change(&m)
			if err := o.Put(t.Context(), good(), m); err == nil || !strings.Contains(err.Error(), "bad message") {
				t.Errorf("%s: %v", name, err)
			}
		}
		o.after(time.Second)
		o.wants("")
		bad := good()
		bad.To = append(bad.To, outbox.Recipient{ID: "b", Channel: "mail", Address: "nowhere"}, outbox.Recipient{ID: "c", Channel: "chat", Address: "c@d"})
		if err := o.Put(t.Context(), bad); err != nil {
			t.Fatal(err)
		}
		o.after(time.Second)
		all, err := o.Of(t.Context(), "x/1")
		if err != nil || all[0].State != outbox.Sent || all[1].Reason != outbox.ReasonAddress || all[2].Reason != outbox.ReasonChannel || all[2].State != outbox.Failed {
			t.Errorf("%+v, %v", all, err)
		}
		for _, address := range []string{"nowhere", "a@b\nc"} {
			if err := o.Switch(t.Context(), "ada", all[1].Number, "mail", address); err == nil {
				t.Errorf("switched to %q", address)
			}
		}
		if err := o.Switch(t.Context(), "ada", all[1].Number, "mail", "b@desk.internal"); err != nil {
			t.Fatal(err)
		}
		o.after(time.Second)
		o.wants("k k")
	})
}
