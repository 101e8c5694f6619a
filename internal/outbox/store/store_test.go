package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"renkei/internal/database"
	"renkei/internal/outbox"
	"renkei/internal/outbox/store"
)

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// opened is a store on a new database.
func opened(t *testing.T, at string) (*store.Store, *database.DB) {
	t.Helper()
	db, err := database.Open(t.Context(), at, database.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context(), database.Area{Name: "outbox", Migrations: store.Migrations(), Tables: store.Tables()}); err != nil {
		t.Fatal(err)
	}
	return store.New(db), db
}

// message is one of a conversation to some recipients.
func message(key, conversation string, to ...string) outbox.Message {
	m := outbox.Message{Key: key, Scope: "x/1", Conversation: conversation, Subject: "Subject of " + key, Text: "Text of " + key + "\n"}
	for _, id := range to {
		m.To = append(m.To, outbox.Recipient{ID: id, Name: "Name of " + id, Channel: "mail", Address: id + "@desk.internal"})
	}
	return m
}

// queue is a store with what a test does to it.
type queue struct {
	t *testing.T
	*store.Store
}

func (q *queue) put(all ...outbox.Message) {
	q.t.Helper()
	if err := q.Put(q.t.Context(), noon, all); err != nil {
		q.t.Fatal(err)
	}
}

// turn claims as "a" at a time, and returns what, as "key>recipient".
func (q *queue) turn(at time.Time, results ...outbox.Result) (got []string, all []outbox.Outgoing, next time.Time) {
	q.t.Helper()
	turned, err := q.Turn(q.t.Context(), outbox.Turn{Now: at, Owner: "a", Until: at.Add(time.Minute), Results: results, Wants: map[string]int{"mail": 10}})
	if err != nil {
		q.t.Fatal(err)
	}
	for _, o := range turned.Claimed {
		got = append(got, o.Delivery.Key+">"+o.Delivery.ID)
	}
	return got, turned.Claimed, turned.Next["mail"]
}

func (q *queue) wants(at time.Time, want string, results ...outbox.Result) []outbox.Outgoing {
	q.t.Helper()
	got, all, _ := q.turn(at, results...)
	if fmt.Sprint(got) != "["+want+"]" {
		q.t.Fatalf("claimed %v, want [%s]", got, want)
	}
	return all
}

func (q *queue) states() string {
	q.t.Helper()
	all, err := q.Of(q.t.Context(), "x/1")
	if err != nil {
		q.t.Fatal(err)
	}
	var got []string
	for _, d := range all {
		got = append(got, d.Key+">"+d.ID+" "+string(d.State))
	}
	return strings.Join(got, ", ")
}

func sent(o outbox.Outgoing, at time.Time) outbox.Result {
	return outbox.Result{Number: o.Delivery.Number, Owner: "a", At: at, Remote: "r-" + o.ID}
}

func failed(o outbox.Outgoing, at, due time.Time) outbox.Result {
	return outbox.Result{Number: o.Delivery.Number, Owner: "a", At: at, Due: due, Counts: true, Failure: &outbox.Failure{Reason: "451 later", Final: due.IsZero(), Doubt: !due.IsZero()}}
}

// testStore is what holds on either engine.
func testStore(t *testing.T, at func(t *testing.T) string) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, *queue, *database.DB){
		"a key counts once":            testKeys,
		"a conversation keeps order":   testOrder,
		"a hold keeps what waits":      testHold,
		"what was lost comes again":    testRecover,
		"what came too late is told":   testExpired,
		"people act on deliveries":     testActs,
		"a channel reports":            testReports,
		"files come whole":             testFiles,
		"deliveries are listed":        testLists,
		"of the forgotten nothing is":  testForget,
		"what is old is swept":         testSweep,
		"what is cancelled is dropped": testCancel,
		"what a backup brings is held": testBegin,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, db := opened(t, at(t))
			test(t, &queue{t, s}, db)
		})
	}
}

func testKeys(t *testing.T, q *queue, _ *database.DB) {
	t.Helper()
	q.put(message("k", "", "ann", "bo"), message("k", "", "ann", "bo"))
	q.put(message("k", "", "ann", "bo"))
	other := message("k", "", "ann", "bo")
	other.Text = "another"
	for _, m := range []outbox.Message{other, message("k", "", "ann")} {
		if err := q.Put(t.Context(), noon, []outbox.Message{message("new", "", "ann"), m}); !errors.Is(err, outbox.ErrKey) {
			t.Errorf("another message of that key: %v", err)
		}
	}
	if got := q.states(); got != "k>ann queued, k>bo queued" {
		t.Error(got)
	}
	refused := message("bad", "", "ann")
	refused.To[0].Refused = outbox.ReasonReserved
	q.put(refused)
	all := q.wants(noon, "k>ann k>bo")
	if all[0].ID == all[1].ID || len(all[0].ID) != 26 || all[0].ThreadID != "" || all[0].Message.Text != "Text of k\n" || all[0].Delivery.Name != "Name of ann" {
		t.Errorf("%+v", all[0])
	}
	reply := message("reply", "", "bo")
	reply.Thread = "k"
	q.put(reply)
	if again := q.wants(noon, "reply>bo"); again[0].ThreadID != all[1].ID || again[0].ID == all[1].ID {
		t.Errorf("%+v", again[0])
	}
	if got := q.states(); got != "k>ann sending, k>bo sending, bad>ann failed, reply>bo sending" {
		t.Error(got)
	}
	more := message("more", "", "bo", "chi")
	more.Thread = "k"
	q.put(more)
	made := sent(all[1], noon)
	made.Remote = "post-of-k"
	if again := q.wants(noon, "more>bo more>chi", made); again[0].ThreadRemote != "post-of-k" || again[1].ThreadRemote != "" {
		t.Errorf("%+v", again)
	}
}

func testOrder(t *testing.T, q *queue, _ *database.DB) {
	t.Helper()
	q.put(message("1", "talk", "ann", "bo"), message("2", "talk", "ann", "bo"), message("3", "talk", "ann"), message("4", "other", "ann"), message("5", "", "ann"))
	first := q.wants(noon, "1>ann 1>bo 4>ann 5>ann")
	q.wants(noon, "")
	soon := noon.Add(time.Minute)
	q.wants(noon, "2>bo", failed(first[0], noon, soon), sent(first[1], noon))
	_, _, next := q.turn(noon)
	if !next.Equal(soon) {
		t.Errorf("next is %v", next)
	}
	again := q.wants(soon, "1>ann")
	if again[0].Delivery.Tries != 1 || !again[0].Delivery.Doubt || again[0].ID != first[0].ID {
		t.Errorf("%+v", again[0].Delivery)
	}
	second := q.wants(soon, "2>ann", failed(again[0], soon, time.Time{}))
	q.wants(soon, "3>ann", sent(second[0], soon))
	if got := q.states(); !strings.HasPrefix(got, "1>ann failed, 1>bo sent, 2>ann sent, 2>bo sending, 3>ann sending") {
		t.Error(got)
	}
}

func testHold(t *testing.T, q *queue, _ *database.DB) {
	t.Helper()
	below, beside := message("below", "", "ann"), message("beside", "", "ann")
	below.Scope, beside.Scope = "x/1/cell", "x/10"
	for _, h := range []outbox.Hold{{Scope: "x/1", At: noon, By: "ada", Reason: "REAL"}, {Scope: "x/1", At: noon, By: "bo"}} {
		if err := q.Hold(t.Context(), h); err != nil {
			t.Fatal(err)
		}
	}
	q.put(message("held", "", "ann"), below, beside)
	q.wants(noon, "beside>ann")
	holds, err := q.Holds(t.Context())
	if err != nil || len(holds) != 1 || holds[0] != (outbox.Hold{Scope: "x/1", At: noon, By: "ada", Reason: "REAL"}) {
		t.Errorf("%+v, %v", holds, err)
	}
	if err := q.Release(t.Context(), "x/1"); err != nil {
		t.Fatal(err)
	}
	if err := q.Hold(t.Context(), outbox.Hold{Scope: "", At: noon}); err != nil {
		t.Fatal(err)
	}
	q.wants(noon, "")
	if err := q.Release(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	q.wants(noon, "held>ann below>ann")
}

func testRecover(t *testing.T, q *queue, _ *database.DB) {
	t.Helper()
	q.put(message("1", "talk", "ann"), message("2", "talk", "ann"))
	lost := q.wants(noon, "1>ann")
	late := noon.Add(time.Minute)
	for _, c := range []struct {
		at   time.Time
		all  bool
		want string
	}{{noon.Add(time.Second), false, ""}, {late, false, "1>ann"}, {noon, true, "1>ann"}} {
		if next, err := q.Recover(t.Context(), c.at, c.all); err != nil || c.want == "" && !next.Equal(late) {
			t.Fatal(next, err)
		}
		if all := q.wants(c.at, c.want); c.want != "" && (!all[0].Delivery.Doubt || all[0].ID != lost[0].ID) {
			t.Errorf("%+v", all[0].Delivery)
		}
	}
	// Who was given up by the others has nothing more to say.
	strange := sent(lost[0], late)
	strange.Owner = "b"
	q.wants(late, "", strange)
	if got := q.states(); got != "1>ann sending, 2>ann queued" {
		t.Error(got)
	}
	q.wants(late, "2>ann", sent(lost[0], late))
	// Who gives word of itself keeps what it sends.
	for _, c := range []struct {
		owner string
		want  time.Time
	}{{"b", late.Add(time.Minute)}, {"a", late.Add(time.Hour)}} {
		if _, err := q.Turn(t.Context(), outbox.Turn{Now: late, Owner: c.owner, Until: late.Add(time.Hour), Renew: true}); err != nil {
			t.Fatal(err)
		}
		if next, err := q.Recover(t.Context(), late, false); err != nil || !next.Equal(c.want) {
			t.Errorf("%s: %v, %v", c.owner, next, err)
		}
	}
}

func testExpired(t *testing.T, q *queue, _ *database.DB) {
	t.Helper()
	short := message("1", "talk", "ann")
	short.Expires = noon.Add(time.Hour)
	q.put(short, message("2", "talk", "ann"))
	q.wants(noon.Add(time.Hour), "2>ann") // the first is given up, and the next is free
	all, err := q.Of(t.Context(), "x/1")
	if err != nil || all[0].State != outbox.Failed || all[0].Reason != outbox.ReasonExpired || !all[1].Expires.Equal(noon.Add(outbox.LongestWait)) {
		t.Errorf("%+v, %v", all, err)
	}
}

func testActs(t *testing.T, q *queue, _ *database.DB) {
	t.Helper()
	q.put(message("1", "talk", "ann"), message("2", "talk", "ann"), message("3", "", "bo"))
	all, err := q.Of(t.Context(), "x/1")
	if err != nil {
		t.Fatal(err)
	}
	n, m := all[0].Number, all[2].Number
	later := noon.Add(10 * 24 * time.Hour)
	steps := []struct {
		name string
		do   error
		want error
	}{
		{"drop", q.Drop(t.Context(), noon, "ada", n), nil},
		{"drop twice", q.Drop(t.Context(), noon, "ada", n), outbox.ErrState},
		{"retry", q.Retry(t.Context(), later, "ada", n), nil},
		{"switch", q.Switch(t.Context(), later, "ada", n, "mail", "new@desk.internal"), nil},
		{"drop another", q.Drop(t.Context(), noon, "ada", m), nil},
		{"absent", q.Drop(t.Context(), noon, "ada", 999), database.ErrNotFound},
	}
	for _, s := range steps {
		if !errors.Is(s.do, s.want) {
			t.Errorf("%s: %v, want %v", s.name, s.do, s.want)
		}
	}
	out := q.wants(later, "1>ann") // it has got the time to arrive
	if out[0].Delivery.Address != "new@desk.internal" {
		t.Errorf("%+v", out[0].Delivery)
	}
	for name, err := range map[string]error{"drop": q.Drop(t.Context(), later, "ada", n), "retry": q.Retry(t.Context(), later, "ada", n), "switch": q.Switch(t.Context(), later, "ada", n, "mail", "x@y.internal")} {
		if !errors.Is(err, outbox.ErrState) {
			t.Errorf("%s what is on its way: %v", name, err)
		}
	}
	q.turn(later, sent(out[0], later))
	msg, d, history, err := q.Get(t.Context(), n)
	if err != nil || msg.Text != "Text of 1\n" || d.State != outbox.Sent || d.Remote != "r-"+out[0].ID {
		t.Fatalf("%+v, %+v, %v", msg, d, err)
	}
	var got []string
	for _, s := range history {
		got = append(got, s.What+" "+s.By)
	}
	if want := "queued ,dropped ada,retried ada,switched ada,sent "; strings.Join(got, ",") != want {
		t.Errorf("the history is %q, want %q", strings.Join(got, ","), want)
	}
	if _, _, _, err := q.Get(t.Context(), 999); !errors.Is(err, database.ErrNotFound) {
		t.Error(err)
	}
}

func testReports(t *testing.T, q *queue, _ *database.DB) {
	t.Helper()
	q.put(message("1", "", "ann", "bo"))
	all := q.wants(noon, "1>ann 1>bo")
	q.turn(noon, sent(all[0], noon), sent(all[1], noon))
	ann, bo := "r-"+all[0].ID, "r-"+all[1].ID
	for i, c := range []struct {
		remote, channel string
		state           outbox.State
		want            string
	}{
		{ann, "mail", outbox.Seen, "1>ann seen, 1>bo sent"},
		{ann, "mail", outbox.Delivered, "1>ann seen, 1>bo sent"},
		{ann, "mail", outbox.Failed, "1>ann seen, 1>bo sent"},
		{bo, "chat", outbox.Failed, "1>ann seen, 1>bo sent"},
		{"", "mail", outbox.Failed, "1>ann seen, 1>bo sent"},
		{bo, "mail", outbox.Failed, "1>ann seen, 1>bo failed"},
		{bo, "mail", outbox.Delivered, "1>ann seen, 1>bo failed"},
		{bo, "mail", outbox.Answered, "1>ann seen, 1>bo answered"},
	} {
		if err := q.Report(t.Context(), outbox.News{Channel: c.channel, Remote: c.remote, State: c.state, Reason: "because", At: noon}); err != nil {
			t.Fatal(err)
		}
		if got := q.states(); got != c.want {
			t.Errorf("after report %d: %s, want %s", i, got, c.want)
		}
	}
}

func testFiles(t *testing.T, q *queue, _ *database.DB) {
	t.Helper()
	large, m := bytes.Repeat([]byte("0123456789abcdef"), 100_000), message("1", "", "ann")
	m.Files = []outbox.File{{Name: "large.bin", Media: "application/octet-stream", Data: large}, {Name: "empty.txt", Media: "text/plain"}}
	q.put(m)
	q.put(m)
	got := q.wants(noon, "1>ann")[0].Message.Files
	if len(got) != 2 || !bytes.Equal(got[0].Data, large) || len(got[1].Data) != 0 || got[0].Name != "large.bin" || len(got[0].Hash) != 64 {
		t.Errorf("%d files, the first of %d bytes", len(got), len(got[0].Data))
	}
	m.Files[0].Data = large[1:]
	if err := q.Put(t.Context(), noon, []outbox.Message{m}); !errors.Is(err, outbox.ErrKey) {
		t.Errorf("the same message with another file: %v", err)
	}
}

func testLists(t *testing.T, q *queue, _ *database.DB) {
	t.Helper()
	other, below := message("other", "", "cy"), message("below", "", "cy")
	other.Scope, below.Scope, below.Subject = "x/10", "x/1/cell", "100% ÜBER_ÄLLE"
	q.put(message("1", "", "ann", "bo"), other, below)
	all := q.wants(noon, "1>ann 1>bo other>cy below>cy")
	q.turn(noon, sent(all[0], noon))
	for _, c := range []struct {
		filter outbox.Filter
		want   string
	}{
		{outbox.Filter{}, ""},
		{outbox.Filter{Scopes: []string{""}}, "below>cy other>cy 1>bo 1>ann"},
		{outbox.Filter{Scopes: []string{"x/1"}}, "below>cy 1>bo 1>ann"},
		{outbox.Filter{Scopes: []string{"x/10", "x/1/cell"}}, "below>cy other>cy"},
		{outbox.Filter{Scopes: []string{"x/1"}, States: []outbox.State{outbox.Sent, outbox.Failed}}, "1>ann"},
		{outbox.Filter{Scopes: []string{""}, Find: "BO@desk"}, "1>bo"},
		{outbox.Filter{Scopes: []string{""}, Find: "0% über_ä"}, "below>cy"},
		{outbox.Filter{Scopes: []string{""}, Find: "%"}, "below>cy"},
		{outbox.Filter{Scopes: []string{""}, Before: all[1].Delivery.Number}, "1>ann"},
	} {
		c.filter.Most = 50
		list, err := q.List(t.Context(), c.filter)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range list {
			got = append(got, d.Key+">"+d.ID)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%+v: %v, want %s", c.filter, got, c.want)
		}
	}
	counts, err := q.Count(t.Context(), []string{"x/1"})
	if err != nil || counts[outbox.Sent] != 1 || counts[outbox.Sending] != 2 {
		t.Errorf("%v, %v", counts, err)
	}
}

// stored is everything that the tables hold, as text.
func stored(t *testing.T, db *database.DB) string {
	t.Helper()
	var text strings.Builder
	for _, table := range store.Tables() {
		if err := db.Write(t.Context(), func(tx *database.Tx) error {
			rows, err := tx.Query(`SELECT * FROM ` + table)
			if err != nil {
				return err
			}
			defer rows.Close()
			columns, err := rows.Columns()
			if err != nil {
				return err
			}
			for rows.Next() {
				values, into := make([]string, len(columns)), make([]any, len(columns))
				for i := range values {
					into[i] = &values[i]
				}
				if err := rows.Scan(into...); err != nil {
					return err
				}
				text.WriteString(strings.Join(values, " ") + "\n")
			}
			return rows.Err()
		}); err != nil {
			t.Fatal(err)
		}
	}
	return text.String()
}

func testForget(t *testing.T, q *queue, db *database.DB) {
	t.Helper()
	m := message("1", "", "ann")
	m.Text = "Dear Ann"
	m.Files = []outbox.File{{Name: "ann.txt", Media: "text/plain", Data: []byte("of Ann")}}
	q.put(m, message("2", "", "ann", "bo"))
	first := q.wants(noon, "1>ann 2>ann 2>bo")
	q.turn(noon, sent(first[0], noon), failed(first[1], noon, time.Time{}), sent(first[2], noon))
	if err := q.Switch(t.Context(), noon, "ada", first[1].Delivery.Number, "mail", "ann@home.internal"); err != nil {
		t.Fatal(err)
	}
	if err := q.Forget(t.Context(), "x", "ann"); err != nil {
		t.Fatal(err)
	}
	text := stored(t, db)
	for _, gone := range []string{"@home", "ann@", "Name of ann", "Dear", "of Ann"} {
		if strings.Contains(text, gone) {
			t.Errorf("%q is still there: %s", gone, text)
		}
	}
	if !strings.Contains(text, "bo@desk") || !strings.Contains(text, "Text of 2") {
		t.Error("what others got is gone")
	}
	q.wants(noon, "")
	if got := q.states(); got != "1>ann sent, 2>ann dropped, 2>bo sent" {
		t.Error(got)
	}
}

func testSweep(t *testing.T, q *queue, db *database.DB) {
	t.Helper()
	q.put(message("old", "", "ann"), message("waits", "later", "ann"), message("behind", "later", "ann"))
	all := q.wants(noon, "old>ann waits>ann")
	q.turn(noon, sent(all[0], noon))
	for _, c := range []struct {
		before time.Time
		want   string
	}{
		{noon, "old>ann sent, waits>ann sending, behind>ann queued"},
		{noon.Add(time.Second), "waits>ann sending, behind>ann queued"},
	} {
		if err := q.Sweep(t.Context(), c.before); err != nil {
			t.Fatal(err)
		}
		if got := q.states(); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
	if text := stored(t, db); strings.Contains(text, "Text of old") || strings.Contains(text, all[0].ID) {
		t.Errorf("it is still there: %s", text)
	}
}

func testCancel(t *testing.T, q *queue, _ *database.DB) {
	t.Helper()
	q.put(message("1", "talk", "ann"), message("2", "talk", "ann", "bo"), message("3", "talk", "ann"))
	all := q.wants(noon, "1>ann 2>bo")
	if err := q.Cancel(t.Context(), noon, outbox.ReasonOver, "2", "none"); err != nil {
		t.Fatal(err)
	}
	q.wants(noon, "3>ann", sent(all[0], noon))
	if got := q.states(); got != "1>ann sent, 2>ann dropped, 2>bo sending, 3>ann sending" {
		t.Error(got)
	}
}

func testBegin(t *testing.T, q *queue, db *database.DB) {
	t.Helper()
	begin := func() {
		t.Helper()
		if err := q.Begin(t.Context(), noon); err != nil {
			t.Fatal(err)
		}
	}
	q.put(message("1", "", "ann")) // into a new database
	begin()
	first := q.wants(noon, "1>ann")
	if err := db.Write(t.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec(`DELETE FROM ` + store.Local()[0]) // as a backup leaves it out
		return err
	}); err != nil {
		t.Fatal(err)
	}
	begin()
	if _, err := q.Recover(t.Context(), noon, true); err != nil {
		t.Fatal(err)
	}
	q.wants(noon, "")
	holds, err := q.Holds(t.Context())
	if err != nil || len(holds) != 1 || holds[0].Reason != outbox.Restored || holds[0].Scope != "" {
		t.Fatalf("%+v, %v", holds, err)
	}
	if err := q.Release(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	begin()
	if again := q.wants(noon, "1>ann"); !again[0].Delivery.Doubt || again[0].ID != first[0].ID {
		t.Errorf("%+v", again[0])
	}
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	testStore(t, func(t *testing.T) string {
		t.Helper()
		return filepath.Join(t.TempDir(), "renkei.db")
	})
}
