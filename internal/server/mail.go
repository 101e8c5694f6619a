package server

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"renkei/internal/channel/mail"
	mailstore "renkei/internal/channel/mail/store"
	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/chat"
	"renkei/internal/outbox"
	"renkei/internal/web"
)

// mailArea registers what is kept of exercises that are played by mail.
func mailArea() web.Area {
	return web.Area{Name: "mail", Migrations: mailstore.Migrations(), Tables: mailstore.Tables()}
}

// mailPlay is mail as exercises know it: each of a unit's people gets mails of
// their own, and what they answer comes from the mailbox.
type mailPlay struct {
	s      *server
	kept   *mailstore.Store
	key    mail.Key
	bridge *chat.Bridge
	inbox  *mail.Inbox
	again  chan struct{}
	files  mailFiles
	often  often
}

var (
	_ chat.Service = (*mailPlay)(nil)
	_ mail.Taker   = (*mailPlay)(nil)
)

// openMail has exercises be played by mail, where a mailbox is configured.
func (s *server) openMail() {
	if s.o.inbox == nil {
		return
	}
	p := &mailPlay{s: s, kept: mailstore.New(s.db.Database), key: s.o.mailKey, again: make(chan struct{}, 1)}
	p.bridge = &chat.Bridge{
		Service: p, Host: s.host, Outbox: s.outbox, People: s.auth, Texts: s.o.Texts, Log: s.o.Log, Now: time.Now, Base: s.o.public, Again: p.again, Keys: "/mail",
	}
	p.inbox = &mail.Inbox{Options: *s.o.inbox, Positions: p.kept, Taker: p, Log: s.o.Log}
	s.mail = p
}

// readMail reads what people answer, and tells them what happens, until ctx ends.
func (s *server) readMail(ctx context.Context) error {
	defer s.sending.Done()
	if s.mail != nil {
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.mail.bridge.Run(ctx)
		}()
		s.mail.inbox.Run(ctx)
		<-done
	}
	<-ctx.Done()
	return nil
}

// Name is that of the channel.
func (p *mailPlay) Name() string { return mail.Name }

// Places returns the exercises that are played by mail.
func (p *mailPlay) Places(ctx context.Context) ([]string, error) { return p.kept.Active(ctx) }

// Place returns who of an exercise gets mail, or chat.ErrAbsent.
func (p *mailPlay) Place(ctx context.Context, id string) (*chat.Place, error) {
	kept, err := p.kept.Place(ctx, id)
	if err != nil {
		return nil, err
	}
	if len(kept.Units) == 0 {
		return nil, chat.ErrAbsent
	}
	people, err := p.readers(ctx, &kept)
	if err != nil {
		return nil, err
	}
	place := &chat.Place{Since: kept.Since, ByMail: true}
	liaison := chat.Room{Name: exercise.RoomLiaison}
	for _, unit := range kept.Units {
		place.Rooms = append(place.Rooms, chat.Room{Name: exercise.RoomUnit + unit, People: people[unit]})
		for _, who := range people[unit] {
			if !slices.ContainsFunc(liaison.People, func(r chat.Reader) bool { return r.Person == who.Person }) {
				liaison.People = append(liaison.People, who)
			}
		}
	}
	place.Rooms = append(place.Rooms, liaison)
	return place, nil
}

// readers are the people of the units of an exercise who can get mail.
func (p *mailPlay) readers(ctx context.Context, kept *mailstore.Place) (map[string][]chat.Reader, error) {
	all, err := p.people(ctx, kept)
	for unit := range all {
		all[unit] = slices.DeleteFunc(all[unit], func(r chat.Reader) bool { return r.Address == "" })
	}
	return all, err
}

// people are those of the units of an exercise; without an address who has none.
func (p *mailPlay) people(ctx context.Context, kept *mailstore.Place) (map[string][]chat.Reader, error) {
	holders, err := p.s.auth.GrantsIn(ctx, access.In(kept.Exercise, ""))
	if err != nil {
		return nil, err
	}
	check := mail.New(mail.Options{})
	all := map[string][]chat.Reader{}
	for _, h := range holders {
		if h.Role != string(access.Player) && h.Role != string(access.National) {
			continue
		}
		r := chat.Reader{Person: h.Person, Name: h.Name, Address: kept.Addresses[h.Person]}
		if r.Address == "" {
			r.Address = h.Login
		}
		if check.Check(r.Address) != nil {
			r.Address = ""
		}
		if !slices.ContainsFunc(all[h.Part], func(o chat.Reader) bool { return o.Person == r.Person }) {
			all[h.Part] = append(all[h.Part], r)
		}
	}
	return all, nil
}

// Person returns whose an account is; "" where nobody has said so.
func (p *mailPlay) Person(ctx context.Context, exercise, account string) (string, error) {
	a, err := p.kept.Account(ctx, exercise, account)
	return a.Person, err
}

// Meet notes an account of which nobody knows whose it is.
func (p *mailPlay) Meet(ctx context.Context, exercise, account, name string) error {
	return p.kept.Meet(ctx, exercise, account, name)
}

// About returns what a mail of ours was about.
func (p *mailPlay) About(ctx context.Context, id, post string) (string, error) {
	m, _, err := p.s.outbox.Find(ctx, mail.Name, "<"+post+">")
	if errors.Is(err, database.ErrNotFound) || err == nil && exerciseOf(m.Scope) != id {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return m.About, nil
}

// exerciseOf is the exercise to which a message belongs; "" for none.
func exerciseOf(scope string) string {
	kind, id, _ := strings.Cut(scope, "/")
	if kind != "x" && kind != "x-now" || strings.Contains(id, "/") {
		return ""
	}
	return id
}

// File returns a file of the mail that is being taken in.
func (p *mailPlay) File(_ context.Context, _, id string, most int64) ([]byte, error) {
	data, ok := p.files.get(id)
	if !ok || int64(len(data)) > most {
		return nil, chat.ErrGone
	}
	return data, nil
}

// Told returns up to which event the people of an exercise were told.
func (p *mailPlay) Told(ctx context.Context, exercise string) (uint64, error) {
	kept, err := p.kept.Place(ctx, exercise)
	return kept.Told, err
}

// Tell notes that.
func (p *mailPlay) Tell(ctx context.Context, exercise string, seq uint64) error {
	return p.kept.Tell(ctx, exercise, seq)
}

// TakeMail takes in a mail that has come: it says what became of one of ours, or it
// is somebody's answer. One that belongs to nothing stays in the mailbox.
func (p *mailPlay) TakeMail(ctx context.Context, in *mail.Incoming) error {
	for _, r := range in.Returned {
		state := outbox.Delivered
		if r.Failed {
			state = outbox.Failed
		}
		if err := p.report(ctx, r.ID, state, r.Reason); err != nil {
			return err
		}
	}
	answered, about, err := p.answered(ctx, in)
	if err != nil {
		return err
	}
	if in.Automatic != "" { // it has arrived where something answers by itself; nothing is ever said to that
		if answered == nil {
			return nil
		}
		return p.report(ctx, strings.Trim(answered.Remote, "<>"), outbox.Delivered, "")
	}
	id, who, unit, err := p.sender(ctx, in, answered)
	if err != nil {
		return err
	}
	if id == "" {
		p.s.o.Log.Info("mail_unmatched", "from_domain", domainOf(in.From.Address))
		return nil
	}
	return p.take(ctx, id, unit, who, in, answered, about)
}

func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

func (p *mailPlay) report(ctx context.Context, id string, state outbox.State, reason string) error {
	if id == "" {
		return nil
	}
	return p.s.outbox.Report(ctx, outbox.News{Channel: mail.Name, Remote: "<" + id + ">", State: state, Reason: reason, At: time.Now()})
}

// answered returns the mail of ours that a mail answers, the nearest that is about
// something, and its Message-ID; nil for none.
func (p *mailPlay) answered(ctx context.Context, in *mail.Incoming) (first *outbox.Delivery, about string, err error) {
	for _, ref := range in.Refs {
		m, d, err := p.s.outbox.Find(ctx, mail.Name, "<"+ref+">")
		if errors.Is(err, database.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, "", err
		}
		if first == nil {
			first, about = d, ref
		}
		if m.About != "" {
			return first, ref, nil
		}
	}
	return first, about, nil
}

// sender finds out in which exercise a mail was written, to whom what it answers
// was sent, and their unit: by the tag of the address, or by what it answers. Both
// are what only they were sent.
func (p *mailPlay) sender(ctx context.Context, in *mail.Incoming, answered *outbox.Delivery) (id string, who chat.Reader, unit string, err error) {
	tags := map[string]bool{}
	for _, to := range in.To {
		if tag := mail.TagOf(to, p.s.o.answersTo); tag != "" {
			tags[tag] = true
		}
	}
	active, err := p.kept.Active(ctx)
	if err != nil {
		return "", who, "", err
	}
	for _, x := range active {
		kept, err := p.kept.Place(ctx, x)
		if err != nil {
			return "", who, "", err
		}
		people, err := p.readers(ctx, &kept)
		if err != nil {
			return "", who, "", err
		}
		for of, all := range people {
			for _, r := range all {
				sent := answered != nil && exerciseOf(answered.Scope) == x && answered.ID == r.Person
				if tags[p.key.Tag(x, r.Person)] || len(tags) == 0 && sent {
					if unit == "" || of < unit {
						id, who, unit = x, r, of
					}
				}
			}
		}
		if id != "" {
			return id, who, unit, nil
		}
	}
	return "", who, "", nil
}

// take brings a mail into its exercise. It counts as of whom it was sent to only
// where it is from their address, or where EXCON has said whose that is.
func (p *mailPlay) take(ctx context.Context, id, unit string, who chat.Reader, in *mail.Incoming, answered *outbox.Delivery, root string) error {
	account := p.key.Account(id, who.Person, in.From.Address)
	known, err := p.kept.Account(ctx, id, account)
	if err != nil {
		return err
	}
	if known.Person == "" && strings.EqualFold(in.From.Address, who.Address) {
		if err := p.kept.Assign(ctx, id, account, in.From.Address, who.Person); err != nil {
			return err
		}
		known.Person = who.Person
	}
	if answered != nil && known.Person == answered.ID {
		if err := p.report(ctx, strings.Trim(answered.Remote, "<>"), outbox.Answered, ""); err != nil {
			return err
		}
	}
	post := p.key.Post(id, in)
	said := chat.Said{
		ID: "mail/" + post, What: chat.Posted, Room: exercise.RoomUnit + unit, At: in.Arrived, Post: post, Root: root, Account: account,
		Name: in.From.Address, Text: in.Said, Reply: in.ID, Unheeded: p.often.tooMuch(account, post, in.Said, time.Now()),
	}
	if said.Unheeded {
		p.s.o.Log.Warn("mail_unheeded", "exercise", id, "account", account)
	}
	if root == "" && !chat.Addressed(in.Said) {
		said.Text = strings.TrimSpace(in.Subject + "\n\n" + in.Said)
	}
	for _, a := range in.Form {
		said.Form = append(said.Form, chat.Answer{Task: a.Task, Text: a.Text})
	}
	said.Files = p.files.set(in.Files)
	defer p.files.set(nil)
	return p.bridge.Take(ctx, id, []chat.Said{said})
}
