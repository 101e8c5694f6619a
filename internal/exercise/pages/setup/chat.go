package setup

import (
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
		{Pattern: "GET /x/{exercise}/channels", Need: pages.Controls, Handle: showChat},
		{Pattern: "POST /x/{exercise}/channels", Need: pages.Directs, Handle: assignAccount},
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
	if account == "" || len(account) > 100 || !ok || r.Deps.Chat == nil {
		return &web.UserError{Text: r.T("chat.choose")}
	}
	standing, on, err := r.Deps.Chat.ChatOf(r.Context(), r.Exercise.ID)
	if err != nil {
		return err
	}
	if !on || !slices.ContainsFunc(standing.Accounts, func(a pages.ChatAccount) bool { return a.ID == account }) {
		return web.ErrNotFound
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
	if person, err = r.Deps.Chat.AssignChat(r.Context(), r.Exercise.ID, account, person, unit, r.Access.Person); err != nil {
		return err
	}
	clock := exercise.Actor{ID: r.Access.Person, Role: exercise.RoleClock}
	_, err = r.Exercise.Do(r.Context(), exercise.Command{
		Key: "chat/assign/" + r.PostFormValue("key"), Actor: clock,
		Do: exercise.Hear{What: &exercise.ChatAssigned{Chat: strings.ToLower(standing.Name), Account: account, Person: person}},
	})
	if no := (*exercise.Refusal)(nil); err != nil && !errors.As(err, &no) {
		return err
	}
	return r.RedirectText(r.Path("/channels"), r.T("chat.assigned", i18n.Args{"Name": r.Server.Auth.Name(r.Context(), person)}))
}
