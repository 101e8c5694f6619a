package area

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"renkei/internal/community"
	"renkei/internal/community/comcheck"
	"renkei/internal/community/store"
	"renkei/internal/community/texts"
	"renkei/internal/database"
	"renkei/internal/i18n"
	"renkei/internal/outbox"
	outboxstore "renkei/internal/outbox/store"
)

// postman is a channel that keeps what it takes, and refuses one address.
type postman struct {
	name string
	mu   sync.Mutex
	got  []*outbox.Outgoing
}

func (p *postman) Name() string          { return p.name }
func (p *postman) Limits() outbox.Limits { return outbox.Limits{Parallel: 2, Timeout: time.Minute} }
func (p *postman) Check(string) error    { return nil }

func (p *postman) Send(_ context.Context, out *outbox.Outgoing) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if strings.HasPrefix(out.Delivery.Address, "gone@") {
		return "", &outbox.Failure{Reason: "550 no such user", Final: true}
	}
	p.got = append(p.got, out)
	return out.ID, nil
}

// to are the mails that an address has got.
func (p *postman) to(address string) (all []*outbox.Outgoing) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, o := range p.got {
		if o.Delivery.Address == address {
			all = append(all, o)
		}
	}
	return all
}

// post is a community with an outbox, in a time of its own.
type post struct {
	t      *testing.T
	kept   *store.Store
	box    *outbox.Outbox
	rounds *comcheck.Service
	mail   *postman
	chat   *postman // Mattermost
}

func names(text string) community.Names {
	return community.Names{{Full: community.Text{"en": text}}}
}

// inPost runs a test with two members: of kh a desk and a head, of jp a desk
// whose address is gone and a head who reads Japanese.
func inPost(t *testing.T, test func(t *testing.T, p *post)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "renkei.db"), database.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := db.Migrate(t.Context(), database.Area{Name: "community", Migrations: store.Migrations()}, database.Area{Name: "outbox", Migrations: outboxstore.Migrations()}); err != nil {
			t.Fatal(err)
		}
		catalogue, err := i18n.New(texts.Area())
		if err != nil {
			t.Fatal(err)
		}
		p := &post{t: t, kept: store.New(db), mail: &postman{name: "mail"}, chat: &postman{name: "mattermost-direct"}}
		queue := outboxstore.New(db)
		p.box = outbox.New(queue, outbox.NewDispatcher(queue, slog.New(slog.DiscardHandler), p.mail, p.chat), time.Now)
		mailing := Mailing{Outbox: p.box, Texts: catalogue, Base: "https://renkei.internal"}
		p.rounds = &comcheck.Service{Store: p.kept, Now: time.Now, Mailing: mailing.comcheck()}
		p.fill()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- p.box.Run(ctx) }()
		test(t, p)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func (p *post) fill() {
	p.t.Helper()
	contact := func(member, id string, order int, person, lang string) *community.Contact {
		return &community.Contact{
			ID: member + "-" + id, Organisation: member + "-csirt", Order: order, Person: person, TLP: community.Green, Languages: []string{lang},
			Role:     community.Text{"en": "The " + id, "ja": id + "窓口"},
			Channels: []community.Channel{{Kind: community.Mail, Value: id + "@" + member + ".internal"}, {Kind: community.Phone, Value: "+999 1 0001"}},
		}
	}
	gone := contact("jp", "duty", 1, "", "ja")
	gone.Channels = []community.Channel{{Kind: community.Mail, Value: "gone@jp.internal"}}
	chats, away := contact("vn", "duty", 1, "", "en"), contact("sg", "duty", 1, "", "en")
	chats.Channels = []community.Channel{{Kind: community.Mattermost, Value: "@vn.duty"}, {Kind: community.Phone, Value: "+999 1 0002"}}
	away.Channels = []community.Channel{{Kind: community.Mattermost, Value: "gone@sg.internal"}}
	deputy := contact("sg", "deputy", 2, "", "ja")
	deputy.Channels = []community.Channel{{Kind: community.Mattermost, Value: "sg.deputy"}}
	var changes []community.Change
	for _, rec := range []community.Record{
		&community.Member{ID: "kh", Code: "KH", Names: names("Cambodia")}, &community.Member{ID: "jp", Code: "JP", Names: names("Japan")},
		&community.Member{ID: "vn", Code: "VN", Names: names("Viet Nam")}, &community.Member{ID: "sg", Code: "SG", Names: names("Singapore")},
		&community.Organisation{ID: "vn-csirt", Member: "vn", Type: community.CSIRT, Names: names("VNCERT"), TLP: community.Clear},
		&community.Organisation{ID: "sg-csirt", Member: "sg", Type: community.CSIRT, Names: names("SingCERT"), TLP: community.Clear},
		&community.Organisation{ID: "kh-csirt", Member: "kh", Type: community.CSIRT, Names: names("CamCERT"), TLP: community.Clear},
		&community.Organisation{ID: "jp-csirt", Member: "jp", Type: community.CSIRT, Names: names("JPCERT"), TLP: community.Clear},
		&community.Person{ID: "dara", Name: community.Text{"en": "Dara Sok"}, TLP: community.Amber, Posts: []community.Post{{Organisation: "kh-csirt"}}},
		contact("kh", "duty", 1, "", "en"), contact("kh", "dara", 2, "dara", "km"), gone, contact("jp", "head", 2, "", "ja"), chats, away, deputy,
	} {
		changes = append(changes, community.Change{Reason: "test", Of: rec.Kind(), ID: rec.Key(), Record: rec})
	}
	if _, err := p.kept.Apply(p.t.Context(), time.Now(), changes...); err != nil {
		p.t.Fatal(err)
	}
}

// begin begins a round of minutes.
func (p *post) begin(members ...string) *comcheck.Round {
	p.t.Helper()
	plan := comcheck.Plan{Scope: comcheck.First, Members: members, Remind: 10 * time.Minute, Escalate: 20 * time.Minute, Due: 30 * time.Minute}
	r, _, err := p.rounds.Start(p.t.Context(), plan, "ada")
	if err != nil {
		p.t.Fatal(err)
	}
	return r
}

// after lets minutes pass, in each of which the rounds go on.
func (p *post) after(minutes int) {
	p.t.Helper()
	for range minutes {
		time.Sleep(time.Minute) //nolint:forbidigo // in a bubble, where it takes no time
		if err := p.rounds.Advance(p.t.Context()); err != nil {
			p.t.Fatal(err)
		}
	}
	synctest.Wait()
}

// TestComcheckByMail asks by mail, reminds, asks the deputy, and takes the answer.
func TestComcheckByMail(t *testing.T) {
	t.Parallel()
	inPost(t, func(t *testing.T, p *post) {
		t.Helper()
		r := p.begin("kh")
		synctest.Wait()
		p.after(9)
		duty := p.mail.to("duty@kh.internal")
		if len(duty) != 1 || duty[0].Message.Lang != "en" || !strings.Contains(duty[0].Message.Subject, r.ID) || duty[0].Delivery.Name != "The duty" {
			t.Fatalf("%+v", duty)
		}
		_, link, _ := strings.Cut(duty[0].Message.Text, "https://renkei.internal/check/")
		link, _, _ = strings.Cut(link, "\n")
		a, err := p.kept.AskOf(t.Context(), link)
		if err != nil || a.Contact != "kh-duty" || a.Channel != community.Mail {
			t.Fatalf("the link leads to %+v, %v", a, err)
		}
		p.after(2)
		duty = p.mail.to("duty@kh.internal")
		if len(duty) != 2 || !strings.HasPrefix(duty[1].Message.Subject, "Reminder") || duty[1].ThreadID != duty[0].ID || !strings.Contains(duty[1].Message.Text, link) {
			t.Fatalf("%d mails: %+v", len(duty), duty)
		}
		if len(p.mail.to("dara@kh.internal")) > 0 {
			t.Error("the deputy is asked too early")
		}
		p.after(10)
		if dara := p.mail.to("dara@kh.internal"); len(dara) != 1 || dara[0].Message.Lang != "en" {
			t.Fatalf("%+v", dara)
		}
		a.Answered, a.How = time.Now(), comcheck.ByLink
		if err := p.kept.Answer(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		p.after(60)
		all, err := p.box.Of(t.Context(), r.Scope())
		if err != nil || len(all) != 3 || all[0].State != outbox.Answered || all[1].State != outbox.Answered || all[2].State != outbox.Sent {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

// TestComcheckBounce: of an address that is gone the next in the order is asked
// at once, and who notes that it works after all is believed.
func TestComcheckBounce(t *testing.T) {
	t.Parallel()
	inPost(t, func(t *testing.T, p *post) {
		t.Helper()
		r := p.begin("jp")
		p.after(3)
		head := p.mail.to("head@jp.internal")
		if len(head) != 1 || head[0].Message.Lang != "ja" || !strings.Contains(head[0].Message.Text, "head窓口") || strings.Contains(head[0].Message.Text, "<") {
			t.Fatalf("%+v", head)
		}
		bounced := func() bool {
			t.Helper()
			_, asks, err := p.kept.Round(t.Context(), r.ID)
			if err != nil {
				t.Fatal(err)
			}
			return asks[slices.IndexFunc(asks, func(a comcheck.Ask) bool { return a.Contact == "jp-duty" })].Bounced
		}
		if !bounced() {
			t.Error("nobody is told that the address is gone")
		}
		_, asks, err := p.kept.Round(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		asks[0].Bounced = false
		if err := p.kept.Bounce(t.Context(), asks[0]); err != nil {
			t.Fatal(err)
		}
		p.after(5)
		if bounced() {
			t.Error("what somebody has noted is undone")
		}
	})
}

// TestComcheckByChat asks on Mattermost, reminds in the same thread, and asks the
// deputy at once where there is nobody of that name.
func TestComcheckByChat(t *testing.T) {
	t.Parallel()
	inPost(t, func(t *testing.T, p *post) {
		t.Helper()
		r := p.begin("vn", "sg")
		p.after(3)
		duty, deputy := p.chat.to("@vn.duty"), p.chat.to("sg.deputy")
		if len(duty) != 1 || len(deputy) != 1 || deputy[0].Message.Lang != "ja" || len(p.mail.got) > 0 {
			t.Fatalf("%d to the desk, %d to the deputy of who is gone, %d mails", len(duty), len(deputy), len(p.mail.got))
		}
		_, link, _ := strings.Cut(duty[0].Message.Text, "https://renkei.internal/check/")
		link, _, _ = strings.Cut(link, "\n")
		a, err := p.kept.AskOf(t.Context(), link)
		if err != nil || a.Contact != "vn-duty" || a.Channel != community.Mattermost {
			t.Fatalf("the link leads to %+v, %v", a, err)
		}
		p.after(9)
		if duty = p.chat.to("@vn.duty"); len(duty) != 2 || duty[1].ThreadID != duty[0].ID {
			t.Fatalf("%d messages: %+v", len(duty), duty)
		}
		a.Answered, a.How = time.Now(), comcheck.ByLink
		if err := p.kept.Answer(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		p.after(2)
		_, asks, err := p.kept.Round(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, res := range r.Results(asks, time.Now()) {
			if want := map[string]comcheck.State{"vn-duty": comcheck.Answered, "sg-duty": comcheck.Bounced}[res.Contact]; want != "" && res.State != want {
				t.Errorf("%s is %s, want %s", res.Contact, res.State, want)
			}
		}
	})
}

// TestComcheckHeld: what is held when somebody answers is not sent any more.
func TestComcheckHeld(t *testing.T) {
	t.Parallel()
	inPost(t, func(t *testing.T, p *post) {
		t.Helper()
		if err := p.box.Hold(t.Context(), "", "ada", "test"); err != nil {
			t.Fatal(err)
		}
		r := p.begin("kh")
		p.after(2)
		_, asks, err := p.kept.Round(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		phone := asks[slices.IndexFunc(asks, func(a comcheck.Ask) bool { return a.Channel == community.Phone })]
		phone.Answered, phone.How = time.Now(), comcheck.ByHand
		if err := p.kept.Answer(t.Context(), phone); err != nil {
			t.Fatal(err)
		}
		p.after(1)
		if err := p.box.Release(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		p.after(3)
		all, err := p.box.Of(t.Context(), r.Scope())
		if err != nil || len(all) != 1 || all[0].State != outbox.Dropped || all[0].Reason != outbox.ReasonOver || len(p.mail.got) > 0 {
			t.Errorf("%+v, %v; sent %d", all, err, len(p.mail.got))
		}
	})
}

// TestErasedFromOutbox: of who is erased the outbox keeps nothing.
func TestErasedFromOutbox(t *testing.T) {
	t.Parallel()
	inPost(t, func(t *testing.T, p *post) {
		t.Helper()
		r := p.begin("kh")
		p.after(25)
		if len(p.mail.to("dara@kh.internal")) != 1 {
			t.Fatal("dara was not asked")
		}
		s := erasing{p.kept, p.box}
		if _, err := s.Erase(t.Context(), time.Now(), "ada", "asked for it", "dara"); err != nil {
			t.Fatal(err)
		}
		all, err := p.box.List(t.Context(), outbox.Filter{Scopes: []string{""}, Find: "dara", Most: 10})
		if err != nil || len(all) > 0 {
			t.Errorf("%+v, %v", all, err)
		}
		if all, err = p.box.Of(t.Context(), r.Scope()); err != nil || len(all) != 3 || all[2].Address != "" || all[2].Subject != "" {
			t.Errorf("%+v, %v", all, err)
		}
	})
}
