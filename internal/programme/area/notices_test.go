package area

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"renkei/internal/community"
	"renkei/internal/database"
	"renkei/internal/i18n"
	"renkei/internal/outbox"
	"renkei/internal/programme"
	"renkei/internal/programme/store"
	"renkei/internal/programme/texts"
)

// box takes messages in as an outbox does: of one key the first.
type box struct {
	puts int
	all  map[string]outbox.Message
}

func (b *box) Has(channel string) bool { return channel == mail }

func (b *box) Put(_ context.Context, all ...outbox.Message) error {
	for _, m := range all {
		b.puts++
		if err := m.Check(); err != nil {
			return err
		}
		if _, there := b.all[m.Key]; !there {
			b.all[m.Key] = m
		}
	}
	return nil
}

type directory []programme.Member

func (d directory) Directory(context.Context) ([]programme.Member, error) { return d, nil }

// TestMinute: every minute what has passed in silence is adopted, and each member
// is told once, in the language of its desk, of what it has to do; also when the
// program was started anew.
func TestMinute(t *testing.T) {
	t.Parallel()
	kept, words := emptyStore(t)
	if err := enterDemo(t.Context(), kept); err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC()
	records, err := kept.Records(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m := &programme.Minutes{
		Head: programme.Head{ID: programme.MinutesID("wg2"), Title: records.Event("wg2").Title}, Meeting: "wg2", TLP: community.Amber, Text: community.Text{"en": "They met."},
	}
	if m, err = m.Circulate(now, "p", records.Document(records.Event("wg2"), m), now.Add(48*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := kept.Apply(t.Context(), now, programme.Change{Reason: "test", Of: m.Kind(), ID: m.ID, Record: m}); err != nil {
		t.Fatal(err)
	}
	members := directory{
		{ID: "kh", Mail: []programme.MailBox{
			{ID: "desk", Body: community.Text{"en": "CamCERT"}, Address: "desk@example.org", Languages: []string{"en"}}, {ID: "ministry", Body: community.Text{"en": "Ministry"}, Address: "m@example.org"},
		}},
		{ID: "jp", Mail: []programme.MailBox{{ID: "nco", Body: community.Text{"ja": "国家サイバー統括室"}, Address: "nco@example.org", Languages: []string{"ja"}}}},
		{ID: "sg", Gone: true, Mail: []programme.MailBox{{ID: "gone", Address: "gone@example.org"}}},
	}
	sent, clock := &box{all: map[string]outbox.Message{}}, now
	started := func() *jobs {
		return &jobs{store: kept, directory: members, mailing: Mailing{Outbox: sent, Texts: words, Base: "https://example.org"}, now: func() time.Time { return clock }}
	}
	work := started()
	for range 3 {
		if err := work.minute(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	to := map[string]string{}
	for _, m := range sent.all {
		to[m.To[0].ID] += " " + m.Subject
		if m.To[0].ID == "gone" || !strings.Contains(m.Text, "https://example.org/programme/") || m.Scope == "" {
			t.Errorf("%+v", m)
		}
	}
	if len(sent.all) != 7 || sent.puts != 7 || !strings.Contains(to["desk"], "WG1/A2 is due on") || strings.Contains(to["ministry"], "WG1/A2") || !strings.Contains(to["ministry"], "Record of WG2") || !strings.Contains(to["nco"], "WG2 会議録案：異議の期限") {
		t.Errorf("%d put, told: %q", sent.puts, to)
	}
	if err := started().minute(t.Context()); err != nil || len(sent.all) != 7 {
		t.Errorf("after a start %d are told: %v", len(sent.all), err)
	}

	clock = now.Add(48 * time.Hour)
	if err := work.minute(t.Context()); err != nil {
		t.Fatal(err)
	}
	if records, err = kept.Records(t.Context()); err != nil {
		t.Fatal(err)
	}
	if m := records.MinutesOf("wg2"); m.Adopted == nil || !m.Adopted.At.Equal(now.Add(48*time.Hour)) || m.Adopted.Hash != m.Round().Hash {
		t.Errorf("it is not adopted: %+v", m.Adopted)
	}
	history, err := kept.History(t.Context(), programme.KindMinutes, m.ID)
	if err != nil || len(history) != 2 || history[0].Author != "" || !strings.Contains(history[0].Reason, "silence") {
		t.Errorf("%+v, %v", history, err)
	}
}

// TestInvite: desks are invited to an event by mail, told once of what changes and
// that it is cancelled, also where the program was started anew between.
func TestInvite(t *testing.T) {
	t.Parallel()
	kept, words := emptyStore(t)
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	e := &programme.Event{
		Head: programme.Head{ID: "seminar", Title: community.Text{"en": "Seminar", "ja": "セミナー"}}, Type: "workshop", Status: programme.Planned, Begin: "2026-06-01", Invite: true,
	}
	save := func(base int64) {
		if _, err := kept.Apply(t.Context(), now, programme.Change{Reason: "test", Of: e.Kind(), ID: e.ID, Record: e, Base: base}); err != nil {
			t.Fatal(err)
		}
	}
	save(0)
	members := directory{{ID: "jp", Mail: []programme.MailBox{{ID: "nco", Address: "nco@example.org", Languages: []string{"ja"}}}}}
	sent := &box{all: map[string]outbox.Message{}}
	minute := func() {
		j := &jobs{store: kept, directory: members, mailing: Mailing{Outbox: sent, Texts: words, Base: "https://example.org", Organiser: "office@example.org"}, now: func() time.Time { return now }}
		if err := j.minute(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []string{"ご案内：セミナー（2026年6月1日）|REQUEST|SEQUENCE:0", "ご案内：セミナー（2026年6月2日）|REQUEST|SEQUENCE:1", "取消：セミナー（2026年6月2日）|CANCEL|SEQUENCE:2"} {
		minute()
		minute()
		if len(sent.all) != i+1 || sent.puts != i+1 {
			t.Fatalf("%d invitations, %d put, after %d changes", len(sent.all), sent.puts, i)
		}
		subject, rest, _ := strings.Cut(want, "|")
		method, sequence, _ := strings.Cut(rest, "|")
		found := false
		for _, m := range sent.all {
			file := string(m.Files[0].Data)
			found = found || m.Subject == subject && strings.Contains(file, "METHOD:"+method) && strings.Contains(file, sequence+"\r\n") && strings.HasSuffix(m.Files[0].Media, method) && m.To[0].Address == "nco@example.org"
		}
		if !found {
			t.Errorf("no %s among %+v", want, sent.all)
		}
		next := *e
		if next.Begin = "2026-06-02"; i == 1 {
			next.Status = programme.Cancelled
		}
		e, now = &next, now.Add(time.Hour)
		save(int64(i + 1))
	}
}

func emptyStore(t *testing.T) (*store.Store, *i18n.Catalogue) {
	t.Helper()
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "renkei.db"), database.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context(), database.Area{Name: "programme", Migrations: store.Migrations(), Tables: store.Tables()}); err != nil {
		t.Fatal(err)
	}
	words, err := i18n.New(texts.Area())
	if err != nil {
		t.Fatal(err)
	}
	return store.New(db), words
}
