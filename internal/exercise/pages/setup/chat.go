package setup

import (
	"context"
	"errors"
	"slices"
	"strings"

	"renkei/internal/auth"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// ChatRoutes are the addresses at which EXCON sees the chat service of an
// exercise.
func ChatRoutes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /x/{exercise}/channels", Need: pages.Controls, Handle: showChat, Replaced: true},
		{Pattern: "POST /x/{exercise}/channels", Need: pages.Directs, Handle: assignAccount, Replaced: true},
		{Pattern: "POST /x/{exercise}/channels/mail", Need: pages.Directs, Handle: setMail, Replaced: true},
		{Pattern: "POST /x/{exercise}/channels/mail/address", Need: pages.Directs, Handle: setAddress, Replaced: true},
	}
}

// chatView is how the exercise is on a chat service.
type chatView struct {
	pages.ChatStanding
	on             bool
	rooms          []chatRoom
	unknown, known []chatAccount
	holders        []auth.Holder
	units          []scenario.Unit
	mail           *pages.MailStanding // nil for none
}

type chatRoom struct{ name, gap string }

type chatAccount struct{ id, name, person string }

func showChat(r *pages.Request) error {
	v := &chatView{units: cast(r)}
	var err error
	if r.Deps.Chat != nil {
		if v.ChatStanding, v.on, err = r.Deps.Chat.ChatOf(r.Context(), r.Exercise.ID); err != nil {
			return err
		}
	}
	err = r.At(func(s *pages.Moment) error {
		for _, room := range v.Rooms {
			v.rooms = append(v.rooms, chatRoom{s.RoomName(room.Room), room.Gap})
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, a := range v.Accounts {
		one := chatAccount{a.ID, a.Name, ""}
		if a.Person == "" {
			v.unknown = append(v.unknown, one)
			continue
		}
		one.person = r.Server.Auth.Name(r.Context(), a.Person)
		v.known = append(v.known, one)
	}
	if r.Deps.Mail != nil {
		mail, err := r.Deps.Mail.MailOf(r.Context(), r.Exercise.ID)
		if err != nil {
			return err
		}
		v.mail = &mail
	}
	if v.holders, err = r.Server.Auth.GrantsIn(r.Context(), access.In(r.Exercise.ID, "")); err != nil {
		return err
	}
	v.holders = onePerPerson(v.holders)
	return r.Show(200, chatPage(r, v))
}

// onePerPerson leaves the first role of each.
func onePerPerson(all []auth.Holder) (out []auth.Holder) {
	for _, h := range all {
		if !slices.ContainsFunc(out, func(o auth.Holder) bool { return o.Person == h.Person }) {
			out = append(out, h)
		}
	}
	return out
}

// assignAccount says whose an account on the chat service is, and has the log
// tell so.
func assignAccount(r *pages.Request) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	account := r.PostFormValue("account")
	kind, to, ok := strings.Cut(r.PostFormValue("to"), "/")
	if account == "" || len(account) > 100 || !ok {
		return &web.UserError{Text: r.T("chat.choose")}
	}
	service, assign, err := serviceOf(r, account)
	if err != nil {
		return err
	}
	person, unit := to, ""
	if kind == "unit" {
		person, unit = "", to
	}
	holders, err := r.Server.Auth.GrantsIn(r.Context(), access.In(r.Exercise.ID, ""))
	if err != nil {
		return err
	}
	has := slices.ContainsFunc(holders, func(h auth.Holder) bool { return h.Person == person })
	isUnit := slices.ContainsFunc(cast(r), func(u scenario.Unit) bool { return u.Key == unit })
	if person != "" && !has || person == "" && !isUnit {
		return &web.UserError{Text: r.T("chat.choose")}
	}
	if person, err = assign(r.Context(), r.Exercise.ID, account, person, unit, r.Access.Person); err != nil {
		return err
	}
	clock := exercise.Actor{ID: r.Access.Person, Role: exercise.RoleClock}
	_, err = r.Exercise.Do(r.Context(), exercise.Command{
		Key: "chat/assign/" + r.PostFormValue("key"), Actor: clock,
		Do: exercise.Hear{What: &exercise.ChatAssigned{Chat: service, Account: account, Person: person}},
	})
	if no := (*exercise.Refusal)(nil); err != nil && !errors.As(err, &no) {
		return err
	}
	return r.RedirectText(r.Path("/channels"), r.T("chat.assigned", i18n.Args{"Name": r.Server.Auth.Name(r.Context(), person)}))
}

// serviceOf is on which service an account was met, and what says whose it is.
func serviceOf(r *pages.Request, account string) (service string, assign func(ctx context.Context, exercise, account, person, unit, by string) (string, error), err error) {
	met := func(a pages.ChatAccount) bool { return a.ID == account }
	if r.Deps.Chat != nil {
		standing, on, err := r.Deps.Chat.ChatOf(r.Context(), r.Exercise.ID)
		if err != nil {
			return "", nil, err
		}
		if on && slices.ContainsFunc(standing.Accounts, met) {
			return strings.ToLower(standing.Name), r.Deps.Chat.AssignChat, nil
		}
	}
	if r.Deps.Mail != nil {
		standing, err := r.Deps.Mail.MailOf(r.Context(), r.Exercise.ID)
		if err != nil {
			return "", nil, err
		}
		if slices.ContainsFunc(standing.Accounts, met) {
			return "mail", r.Deps.Mail.AssignMail, nil
		}
	}
	return "", nil, web.ErrNotFound
}

// setMail says which units get mail.
func setMail(r *pages.Request) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	if r.Deps.Mail == nil {
		return &web.UserError{Text: r.T("chat.mail.none")}
	}
	var units []string
	for _, u := range cast(r) {
		if slices.Contains(r.PostForm["unit"], u.Key) {
			units = append(units, u.Key)
		}
	}
	if err := r.Deps.Mail.SetMail(r.Context(), r.Exercise.ID, units); err != nil {
		return err
	}
	return r.RedirectText(r.Path("/channels"), r.T("chat.mail.set", i18n.Args{"N": len(units)}))
}

// setAddress says where somebody of a unit gets mail.
func setAddress(r *pages.Request) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	if r.Deps.Mail == nil {
		return &web.UserError{Text: r.T("chat.mail.none")}
	}
	person, address := r.PostFormValue("person"), strings.TrimSpace(r.PostFormValue("address"))
	holders, err := r.Server.Auth.GrantsIn(r.Context(), access.In(r.Exercise.ID, ""))
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(holders, func(h auth.Holder) bool { return h.Person == person }) {
		return web.ErrNotFound
	}
	ok, err := r.Deps.Mail.SetAddress(r.Context(), r.Exercise.ID, person, address)
	if err != nil {
		return err
	}
	if !ok {
		return &web.UserError{Text: r.T("chat.mail.bad", i18n.Args{"Address": address})}
	}
	return r.RedirectText(r.Path("/channels"), r.T("chat.mail.address_set", i18n.Args{"Name": r.Server.Auth.Name(r.Context(), person)}))
}
