package setup

import (
	"fmt"
	netmail "net/mail"
	"slices"
	"strings"
	"time"

	"renkei/internal/auth"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/schedule"
	"renkei/internal/outbox"
	"renkei/internal/web"
)

// mailForm names the form of invitations by mail in its page.
const mailForm = "mail"

// Bounds of a form of invitations.
const (
	maxInvited    = 200
	maxInviteText = 8000
)

// byMail is the channel of the outbox that sends mail.
const byMail = "mail"

// mailView is the form of invitations by mail, and what became of those that were
// sent.
type mailView struct {
	langs   []mailText
	preview []mailText // as one of those who were given would get it, in each language
	people  int        // who were given, in the preview
	sent    []mailSent
	open    int // who have not come yet
}

// mailText is the text of an invitation in a language.
type mailText struct{ lang, subject, text string }

// mailSent is an invitation that was sent.
type mailSent struct {
	address, unit, state, reason string
	come                         bool
	reminded                     int
}

// mailInvitations is the scope of an exercise's invitations.
func mailInvitations(id string) string { return "x/" + id + "/invite" }

// languages are those of the pack.
func languages(r *pages.Request) (langs []string) {
	r.Exercise.Live.Now(func(m *follow.Moment) { langs = m.State.Play().Pack.Languages })
	return langs
}

// mailOf is the view; nil where no mail can be sent.
func mailOf(r *pages.Request) (*mailView, error) {
	if r.Deps.Outbox == nil || !r.Deps.Outbox.Has(byMail) || !r.Access.Directs(r.Exercise.ID) {
		return nil, nil //nolint:nilnil // there is none
	}
	v := &mailView{}
	for _, lang := range languages(r) {
		p := r.Server.Texts.For(lang)
		v.langs = append(v.langs, mailText{lang, p.T("web.invite.mail.subject_default"), p.T("web.invite.mail.text_default")})
	}
	all, links, err := invited(r)
	if err != nil {
		return nil, err
	}
	for _, one := range all {
		link := links[one.link]
		s := mailSent{
			address: one.first.Address, unit: r.CastName(cast(r), link.Part), state: r.Printer.T("outbox.state." + string(one.first.State)),
			reason: outbox.ReasonText(r.Printer, one.first.Reason), come: !link.Taken.IsZero(), reminded: one.reminders,
		}
		if link.ID != "" && !s.come {
			v.open++
		}
		v.sent = append(v.sent, s)
	}
	return v, nil
}

// invitedOne is somebody who was invited by mail.
type invitedOne struct {
	link      string // its id
	first     outbox.Delivery
	reminders int
}

// invited are those who were invited by mail, in order, and all links by their ids.
func invited(r *pages.Request) (all []invitedOne, links map[string]auth.Invitation, err error) {
	deliveries, err := r.Deps.Outbox.Of(r.Context(), mailInvitations(r.Exercise.ID))
	if err != nil {
		return nil, nil, err
	}
	for _, d := range deliveries {
		key := strings.Split(strings.TrimPrefix(d.Key, mailInvitations(r.Exercise.ID)+"/"), "/")
		i := slices.IndexFunc(all, func(o invitedOne) bool { return o.link == key[0] })
		switch {
		case len(key) == 1 && i < 0:
			all = append(all, invitedOne{link: key[0], first: d})
		case len(key) > 1 && key[1] == "remind" && i >= 0:
			all[i].reminders++
		}
	}
	of, err := r.Server.Auth.Links(r.Context(), access.In(r.Exercise.ID, ""))
	links = map[string]auth.Invitation{}
	for _, l := range of {
		links[l.ID] = l
	}
	return all, links, err
}

// inviteByMail shows what would be sent, sends it, or reminds those who have not
// come.
func inviteByMail(r *pages.Request) error {
	if r.Deps.Outbox == nil || !r.Deps.Outbox.Has(byMail) {
		return &web.UserError{Text: r.T("invite.mail.none")}
	}
	if r.PostFormValue("do") == "remind" {
		return remind(r)
	}
	o, err := readMailForm(r)
	if err != nil {
		return r.Redisplay(err, mailForm, r.Path("/invite"), showInvite)
	}
	if r.PostFormValue("do") != "send" {
		return showPreview(r, o)
	}
	var all []outbox.Message
	for _, to := range o.people {
		m, err := invitation(r, o, to)
		if err != nil {
			return err
		}
		all = append(all, m)
	}
	if err := r.Deps.Outbox.Put(r.Context(), all...); err != nil {
		return err
	}
	return r.RedirectText(r.Path("/invite")+"#by-mail", r.T("invite.mail.sent", web.Args("N", len(all))))
}

// mailOrder is what the form asks for.
type mailOrder struct {
	role   auth.Role
	unit   string
	days   int
	people []netmail.Address
	texts  []mailText
}

// readMailForm reads the form: who, as what, and the text in each language.
func readMailForm(r *pages.Request) (*mailOrder, error) {
	days, err := r.OneOf("days", linkDays())
	if err != nil {
		return nil, err
	}
	o := &mailOrder{role: auth.Role(r.PostFormValue("role")), unit: r.PostFormValue("unit"), days: days}
	if o.role == access.Director || !access.Fits(o.role, r.Exercise.ID, o.unit) {
		return nil, &web.UserError{Text: r.T("invite.mail.role_bad")}
	}
	if o.people, err = readAddresses(r, r.PostFormValue("people")); err != nil {
		return nil, err
	}
	for _, lang := range languages(r) {
		t := mailText{lang, strings.TrimSpace(r.PostFormValue("subject." + lang)), strings.TrimSpace(strings.ReplaceAll(r.PostFormValue("text."+lang), "\r\n", "\n"))}
		switch {
		case t.subject == "" || len([]rune(t.subject)) > 200 || strings.ContainsAny(t.subject, "\r\n"):
			return nil, &web.UserError{Text: r.T("invite.mail.subject_bad", web.Args("Lang", lang))}
		case !strings.Contains(t.text, "[link]") || len([]rune(t.text)) > maxInviteText:
			return nil, &web.UserError{Text: r.T("invite.mail.text_bad", web.Args("Lang", lang))}
		}
		o.texts = append(o.texts, t)
	}
	return o, nil
}

// readAddresses reads addresses, with or without a name, one a line.
func readAddresses(r *pages.Request, text string) (all []netmail.Address, err error) {
	n := 0
	for line := range strings.Lines(text) {
		n++
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		a, bad := netmail.ParseAddress(line)
		if bad != nil || len(a.Address) > 254 {
			return nil, &web.UserError{Text: r.T("invite.mail.address_bad", web.Args("Line", n))}
		}
		a.Address = strings.ToLower(a.Address)
		if !slices.ContainsFunc(all, func(o netmail.Address) bool { return o.Address == a.Address }) {
			all = append(all, *a)
		}
	}
	if len(all) == 0 || len(all) > maxInvited {
		return nil, &web.UserError{Text: r.T("invite.mail.people_bad", web.Args("Max", maxInvited))}
	}
	return all, nil
}

// filled is the text of a language with everything filled in but the link, which is
// what it is given.
func filled(r *pages.Request, o *mailOrder, t mailText, to netmail.Address, link string) (mailText, error) {
	when, err := whenText(r, o.unit)
	if err != nil {
		return t, err
	}
	p := r.Server.Texts.For(t.lang)
	title, unit := "", ""
	r.Exercise.Live.Now(func(m *follow.Moment) {
		title = m.State.Created().Title.In(t.lang, "en")
		if u, ok := m.State.Play().Cast.Index(o.unit); ok {
			unit = m.State.Play().Cast.Units[u].Name.In(t.lang, "en")
		}
	})
	if when == "" {
		when = p.T("web.invite.mail.no_date")
	}
	fill := strings.NewReplacer("[link]", link, "[title]", title, "[unit]", unit, "[role]", p.T("roster.role."+string(o.role)), "[when]", when, "[name]", to.Name)
	return mailText{t.lang, strings.Join(strings.Fields(fill.Replace(t.subject)), " "), fill.Replace(t.text) + "\n"}, nil
}

// showPreview shows the mails of the first who was given, in every language, with
// a link that leads nowhere.
func showPreview(r *pages.Request, o *mailOrder) error {
	var preview []mailText
	base, err := r.Base()
	if err != nil {
		return err
	}
	for _, t := range o.texts {
		one, err := filled(r, o, t, o.people[0], base+"/in/…")
		if err != nil {
			return err
		}
		preview = append(preview, one)
	}
	return renderInviteWith(r, nil, preview, len(o.people))
}

// langFor is the language in which a unit is written to.
func langFor(r *pages.Request, unit string) string {
	langs := languages(r)
	for _, u := range cast(r) {
		if u.Key == unit && slices.Contains(langs, u.Locale) {
			return u.Locale
		}
	}
	return langs[0]
}

// invitation makes a link for somebody, and the mail that brings it.
func invitation(r *pages.Request, o *mailOrder, to netmail.Address) (outbox.Message, error) {
	base, err := r.Base()
	if err != nil {
		return outbox.Message{}, err
	}
	name := to.Name
	if name == "" {
		name, _, _ = strings.Cut(to.Address, "@")
	}
	secret, id, err := r.Server.Auth.Issue(r.Context(), r.Access.Person,
		auth.Grant{Scope: access.In(r.Exercise.ID, o.unit), Role: string(o.role)}, auth.For{Name: name}, time.Duration(o.days)*24*time.Hour)
	if err != nil {
		return outbox.Message{}, err
	}
	lang := langFor(r, o.unit)
	t := o.texts[slices.IndexFunc(o.texts, func(t mailText) bool { return t.lang == lang })]
	if t, err = filled(r, o, t, to, base+"/in/"+secret); err != nil {
		return outbox.Message{}, err
	}
	m := mailTo(r, id, id, to.Address, to.Name)
	m.Lang, m.Subject, m.Text = lang, t.subject, t.text
	m.Files, err = dateFile(r, o.unit)
	return m, err
}

// mailTo is a mail to somebody who was invited; key is what stands in its key
// behind the scope.
func mailTo(r *pages.Request, link, key, address, name string) outbox.Message {
	scope := mailInvitations(r.Exercise.ID)
	return outbox.Message{
		Key: scope + "/" + key, Scope: scope, Conversation: "invite", Exercise: true,
		To: []outbox.Recipient{{ID: link, Name: name, Channel: byMail, Address: address}},
	}
}

// dateFile is the date as a file for a calendar; none where it is open.
func dateFile(r *pages.Request, unit string) ([]outbox.File, error) {
	w, err := r.When(r.Exercise, unit)
	if err != nil || w == nil {
		return nil, err
	}
	return []outbox.File{{Name: "exercise.ics", Media: "text/calendar; charset=utf-8", Data: w.Calendar}}, nil
}

// remind writes once more to those who have not come, with the link that they have.
func remind(r *pages.Request) error {
	all, links, err := invited(r)
	if err != nil {
		return err
	}
	var mails []outbox.Message
	for _, one := range all {
		link, known := links[one.link]
		if !known || !link.Taken.IsZero() || one.first.State == outbox.Failed {
			continue
		}
		first, _, _, err := r.Deps.Outbox.Get(r.Context(), one.first.Number)
		if err != nil {
			return err
		}
		p := r.Server.Texts.For(first.Lang)
		m := mailTo(r, one.link, fmt.Sprint(one.link, "/remind/", one.reminders+1), one.first.Address, one.first.Name)
		m.Thread, m.Lang, m.Text = first.Key, first.Lang, first.Text
		m.Subject = p.T("web.invite.mail.reminder", web.Args("Subject", first.Subject))
		if m.Files, err = dateFile(r, link.Part); err != nil {
			return err
		}
		mails = append(mails, m)
	}
	if len(mails) > 0 {
		if err := r.Deps.Outbox.Put(r.Context(), mails...); err != nil {
			return err
		}
	}
	return r.RedirectText(r.Path("/invite")+"#by-mail", r.T("invite.mail.reminded", web.Args("N", len(mails))))
}

// tellDate tells those who were invited by mail that the date is another.
func tellDate(r *pages.Request, d schedule.Date) error {
	if r.Deps.Outbox == nil || !r.Deps.Outbox.Has(byMail) {
		return nil
	}
	all, links, err := invited(r)
	if err != nil {
		return err
	}
	var mails []outbox.Message
	for _, one := range all {
		link, known := links[one.link]
		if !known {
			continue
		}
		when, err := whenText(r, link.Part)
		if err != nil {
			return err
		}
		first, _, _, err := r.Deps.Outbox.Get(r.Context(), one.first.Number)
		if err != nil {
			return err
		}
		p := r.Server.Texts.For(first.Lang)
		m := mailTo(r, one.link, fmt.Sprint(one.link, "/date/", d.Sequence, "/", d.Changed.UnixMicro()), one.first.Address, one.first.Name)
		m.Thread, m.Lang = first.Key, first.Lang
		m.Subject = p.T("web.invite.mail.date_subject", web.Args("Subject", first.Subject))
		m.Text = p.T("web.invite.mail.date_text", web.Args("When", when)) + "\n"
		entry := schedule.Entry{Exercise: r.Exercise.ID, Title: r.T("marking") + ": " + r.TitleOf(r.Exercise)}
		m.Files = []outbox.File{{Name: "exercise.ics", Media: "text/calendar; charset=utf-8", Data: d.Calendar(entry)}}
		mails = append(mails, m)
	}
	if len(mails) == 0 {
		return nil
	}
	return r.Deps.Outbox.Put(r.Context(), mails...)
}
