package mattermost

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// ownBot is the name of the bot that reads everything.
const ownBot = "renkei"

// makeSpeaker finds or makes who reads everything and posts: the bot whose token
// was given, else one of our own; where the server makes none, the person whose
// token it is.
func (w *walker) makeSpeaker(ctx context.Context) error {
	if w.me.IsBot {
		return w.speak(ctx, w.me.ID, w.me.Username, true)
	}
	b, err := w.makeBot(ctx, &Bot{Username: ownBot, DisplayName: "Renkei", Description: w.b.About}, "own_bot")
	if err != nil {
		return err
	}
	if b == nil { // not allowed, or only planned
		if w.dry {
			w.step(Create, TheToken, ownBot)
			return nil
		}
		return w.speak(ctx, w.me.ID, w.me.Username, true)
	}
	return w.speak(ctx, b.UserID, b.Username, false)
}

// speak takes an account for reading and posting. own says that its token is the
// one that we were given.
func (w *walker) speak(ctx context.Context, id, name string, own bool) error {
	w.p.BotID, w.p.BotName = id, name
	if w.dry {
		return nil
	}
	if own {
		word, err := w.Client.token()
		if err == nil {
			err = w.Tokens.Set(w.Client.Server(), id, word)
		}
		if err != nil {
			return err
		}
	} else if ok, err := w.giveToken(ctx, id, name, "own_bot"); err != nil || !ok {
		if err == nil {
			return w.speak(ctx, w.me.ID, w.me.Username, true)
		}
		return err
	}
	if err := w.join(ctx, id); err != nil {
		return err
	}
	return w.save(ctx)
}

// giveToken makes a token for a bot that has none of ours.
func (w *walker) giveToken(ctx context.Context, id, name, without string) (bool, error) {
	if known, err := w.works(ctx, id); known || err != nil {
		return known, err
	}
	w.step(Create, TheToken, name)
	if w.dry {
		return true, nil
	}
	word := ""
	done, err := w.allow(without, func() (err error) {
		word, err = w.Client.MakeToken(ctx, id, "Renkei")
		return err
	})
	if err != nil || !done {
		return false, err
	}
	return true, w.Tokens.Set(w.Client.Server(), id, word)
}

// works reports whether a user has a token that the server knows.
func (w *walker) works(ctx context.Context, id string) (bool, error) {
	if !w.Tokens.Has(w.Client.Server(), id) {
		return false, nil
	}
	own, err := NewClient(w.Client.Server(), w.Tokens.Of(w.Client.Server(), id))
	if err != nil {
		return false, err
	}
	_, err = own.Me(ctx)
	if is(err, http.StatusUnauthorized) {
		return false, nil
	}
	return err == nil, err
}

// makeBot finds a bot by its name, or makes it; nil where that is not allowed, or
// only planned.
func (w *walker) makeBot(ctx context.Context, want *Bot, without string) (*Bot, error) {
	b, err := w.Client.BotNamed(ctx, want.Username)
	if is(err, http.StatusNotFound) {
		w.step(Create, TheBot, want.Username)
		if w.dry {
			return nil, nil //nolint:nilnil // there is none yet
		}
		_, err = w.allow(without, func() (err error) {
			b, err = w.Client.MakeBot(ctx, want)
			return err
		})
		return b, err
	}
	if err != nil {
		_, err = w.allow(without, func() error { return err })
		return nil, err
	}
	if b.DeleteAt > 0 {
		w.step(Restore, TheBot, want.Username)
		if !w.dry {
			if done, err := w.allow(without, func() error { return w.Client.SwitchBot(ctx, b.UserID, true) }); err != nil || !done {
				return nil, err
			}
		}
	}
	if b.DisplayName != want.DisplayName {
		w.step(Change, TheBot, want.Username)
		if !w.dry {
			want.UserID = b.UserID
			_, err = w.allow("bot_name", func() error { return w.Client.ChangeBot(ctx, want) })
		}
	}
	return b, err
}

// makeRooms finds or makes the channels, with the people in them.
func (w *walker) makeRooms(ctx context.Context) error {
	for i := range w.b.Rooms {
		plan := &w.b.Rooms[i]
		r, err := w.makeRoom(ctx, plan)
		if err != nil {
			return err
		}
		if err := w.fillRoom(ctx, plan, r); err != nil {
			return err
		}
	}
	return nil
}

// roomName is that of a channel in addresses.
func roomName(p *RoomPlan) string {
	if p.Kind == ForUnit {
		return slug("unit-"+p.Unit, 60)
	}
	if p.Kind == ForPair {
		return slug("pair-"+p.Unit, 60)
	}
	return string(p.Kind)
}

// makeRoom returns the channel of a plan; nil where there is none yet, or it is
// not allowed.
func (w *walker) makeRoom(ctx context.Context, plan *RoomPlan) (*Room, error) {
	want := &Room{
		TeamID: w.p.TeamID, Type: "P", Name: roomName(plan), DisplayName: prefix(plan.Display, 64), Header: prefix(plan.Header, 1000),
		Purpose: prefix(plan.Purpose, 250),
	}
	r, err := w.findRoom(ctx, plan, want.Name)
	if err != nil {
		return nil, err
	}
	if r == nil {
		w.step(Create, TheRoom, want.DisplayName)
		if w.dry {
			return nil, nil //nolint:nilnil // there is none yet
		}
		if _, err := w.allow("channels", func() (err error) {
			r, err = w.Client.MakeRoom(ctx, want)
			return err
		}); err != nil || r == nil {
			return nil, err
		}
		return r, w.link(ctx, plan, r.ID, true)
	}
	if w.p.Room(plan.Kind, plan.Unit) != r.ID {
		w.step(Adopt, TheRoom, r.DisplayName)
		if err := w.link(ctx, plan, r.ID, false); err != nil {
			return nil, err
		}
	}
	if r.DeleteAt > 0 {
		w.step(Restore, TheRoom, r.DisplayName)
		if !w.dry {
			if done, err := w.allow("channels", func() error { return w.Client.RestoreRoom(ctx, r.ID) }); err != nil || !done {
				return nil, err
			}
		}
	}
	if r.Type == "O" {
		w.lack(&Error{ID: "public", Message: r.DisplayName}, "public")
	}
	if r.DisplayName == want.DisplayName && r.Header == want.Header && r.Purpose == want.Purpose {
		return r, nil
	}
	w.step(Change, TheRoom, want.DisplayName)
	if w.dry {
		return r, nil
	}
	want.ID = r.ID
	_, err = w.allow("channel_text", func() error { return w.Client.ChangeRoom(ctx, want) })
	return r, err
}

// findRoom returns a channel that is known, or that has the name; nil for none.
func (w *walker) findRoom(ctx context.Context, plan *RoomPlan, name string) (r *Room, err error) {
	if w.p.TeamID == "" {
		return nil, nil //nolint:nilnil // there is not even a team
	}
	if id := w.p.Room(plan.Kind, plan.Unit); id != "" {
		if r, err = w.Client.Room(ctx, id); err == nil || !is(err, http.StatusNotFound) && !is(err, http.StatusForbidden) {
			return r, err
		}
	}
	if r, err = w.Client.RoomNamed(ctx, w.p.TeamID, name); is(err, http.StatusNotFound) {
		return nil, nil //nolint:nilnil // there is none
	}
	return r, err
}

func (w *walker) link(ctx context.Context, plan *RoomPlan, id string, made bool) error {
	w.p.Links = slices.DeleteFunc(w.p.Links, func(l Link) bool { return l.Kind == plan.Kind && l.Unit == plan.Unit })
	w.p.Links = append(w.p.Links, Link{Kind: plan.Kind, Unit: plan.Unit, RoomID: id, Made: made})
	return w.save(ctx)
}

// find returns the id of somebody; "" for one who is missing, who is noted.
func (w *walker) find(ctx context.Context, who string) (string, error) {
	if id, ok := w.people[who]; ok {
		return id, nil
	}
	u, err := w.Client.Find(ctx, who)
	switch {
	case is(err, http.StatusNotFound), is(err, http.StatusBadRequest), is(err, http.StatusForbidden), err == nil && u.DeleteAt > 0:
		w.people[who] = ""
		w.r.Missing = append(w.r.Missing, who)
		return "", nil
	case err != nil:
		return "", err
	}
	w.people[who], w.accounts[who] = u.ID, Account{ID: u.ID, Name: u.Username}
	return u.ID, nil
}

// fillRoom has the people of a channel in it, and notes who else is.
func (w *walker) fillRoom(ctx context.Context, plan *RoomPlan, r *Room) error {
	var wanted []string
	for _, who := range plan.People {
		id, err := w.find(ctx, who)
		if err != nil {
			return err
		}
		if id != "" {
			wanted = append(wanted, id)
		}
	}
	in := map[string]bool{}
	if r != nil && r.DeleteAt == 0 {
		if _, err := w.allow("members", func() (err error) {
			in, err = w.Client.RoomMembers(ctx, r.ID)
			return err
		}); err != nil {
			return err
		}
	}
	if err := w.addTo(ctx, plan.Display, r, in, append(wanted, w.p.BotID)); err != nil {
		return err
	}
	if plan.Kind != ForUnit && plan.Kind != ForPair {
		return nil
	}
	var strangers []string
	for id := range in {
		if !slices.Contains(wanted, id) && !w.p.ours(id) {
			strangers = append(strangers, id)
		}
	}
	names, err := w.Client.Names(ctx, strangers)
	if err != nil {
		return err
	}
	slices.Sort(strangers)
	for _, id := range strangers {
		w.r.Strangers = append(w.r.Strangers, Stranger{plan.Display, names[id]})
	}
	return nil
}

// leave takes an administrator who set all of this up, and takes no part, out of
// the channels that were made. They can come back by their right.
func (w *walker) leave(ctx context.Context) error {
	if w.dry || w.me.ID == w.p.BotID || !slices.Contains(strings.Fields(w.me.Roles), "system_admin") {
		return nil
	}
	for i := range w.b.Rooms {
		plan := &w.b.Rooms[i]
		l := w.p.Link(w.p.Room(plan.Kind, plan.Unit))
		mine := slices.ContainsFunc(plan.People, func(who string) bool { return w.people[who] == w.me.ID })
		if l == nil || !l.Made || mine {
			continue
		}
		err := w.Client.LeaveRoom(ctx, l.RoomID, w.me.ID)
		if err != nil && !is(err, http.StatusNotFound) && !is(err, http.StatusForbidden) && !is(err, http.StatusBadRequest) {
			return err
		}
		if err == nil {
			w.r.Strangers = slices.DeleteFunc(w.r.Strangers, func(s Stranger) bool { return s.Room == plan.Display && s.User == w.me.Username })
		}
	}
	return nil
}

// addTo adds to a channel who is not in it.
func (w *walker) addTo(ctx context.Context, display string, r *Room, in map[string]bool, users []string) error {
	n := 0
	for _, id := range users {
		if in[id] || id == "" && !w.dry {
			continue
		}
		n++
		if w.dry || r == nil {
			continue
		}
		if err := w.join(ctx, id); err != nil {
			return err
		}
		done, err := w.allow("members", func() error { return w.Client.JoinRoom(ctx, r.ID, id) })
		if err != nil {
			return err
		}
		if !done {
			n--
		}
	}
	if n > 0 {
		w.r.Steps = append(w.r.Steps, Step{Do: Add, What: TheMembers, Name: display, N: n})
	}
	return nil
}

// makeContacts finds or makes the bots of simulated contacts, in all channels of
// units. Where the server makes none, our own bot speaks for them.
func (w *walker) makeContacts(ctx context.Context) error {
	var speaking []string
	for i := range w.b.Contacts {
		c := &w.b.Contacts[i]
		name := slug("x-"+w.b.mark()+"-"+c.Key, 60)
		b, err := w.makeBot(ctx, &Bot{Username: name, DisplayName: prefix(c.Display, 64), Description: w.b.About}, "contacts")
		if err != nil {
			return err
		}
		if b == nil {
			if w.dry {
				w.step(Create, TheToken, name)
				speaking = append(speaking, "")
			}
			continue
		}
		if ok, err := w.giveToken(ctx, b.UserID, name, "contacts"); err != nil {
			return err
		} else if !ok {
			continue
		}
		w.p.Bots = slices.DeleteFunc(w.p.Bots, func(o Identity) bool { return o.Contact == c.Key })
		w.p.Bots = append(w.p.Bots, Identity{Contact: c.Key, UserID: b.UserID, Username: b.Username, Names: c.Names})
		if err := w.save(ctx); err != nil {
			return err
		}
		speaking = append(speaking, b.UserID)
	}
	return w.letIn(ctx, speaking)
}

// letIn adds the bots of contacts to the channels of units.
func (w *walker) letIn(ctx context.Context, bots []string) error {
	for i := range w.b.Rooms {
		plan := &w.b.Rooms[i]
		if plan.Kind != ForUnit || len(bots) == 0 {
			continue
		}
		var r *Room
		in := map[string]bool{}
		if id := w.p.Room(plan.Kind, plan.Unit); id != "" {
			if _, err := w.allow("members", func() (err error) {
				in, err = w.Client.RoomMembers(ctx, id)
				return err
			}); err != nil {
				return err
			}
			r = &Room{ID: id}
		}
		if err := w.addTo(ctx, plan.Display, r, in, bots); err != nil {
			return err
		}
	}
	return nil
}

// Archive archives the channels that were made, and switches off the bots of
// simulated contacts. What was adopted stays as it is, and so does the team: in it
// people read what was said.
func (s *Setup) Archive(ctx context.Context, exercise string) (*Report, error) {
	s = s.patient()
	place, err := s.Places.Place(ctx, exercise)
	if err != nil {
		return nil, err
	}
	if place.Server != s.Client.Server() {
		return nil, ErrOther
	}
	w := &walker{Setup: s, b: &Blueprint{Exercise: exercise}, r: &Report{Server: s.Client.Server(), Place: place}, p: place}
	if w.me, err = s.Client.Me(ctx); err != nil {
		return nil, err
	}
	w.r.As = w.me.Username
	// First, that nothing is posted or captured while it goes.
	place.Archived = true
	if err := s.Places.Save(ctx, place); err != nil {
		return nil, err
	}
	if err := w.dropCommand(ctx); err != nil {
		return w.r, err
	}
	for _, l := range place.Links {
		if err := w.archiveRoom(ctx, l); err != nil {
			return w.r, err
		}
	}
	for _, b := range place.Bots {
		done, err := w.allow("archive", func() error { return s.Client.SwitchBot(ctx, b.UserID, false) })
		if err != nil {
			return w.r, err
		}
		if done {
			w.step(Archive, TheBot, b.Username)
			if err := s.Tokens.Set(place.Server, b.UserID, ""); err != nil {
				return w.r, err
			}
		}
	}
	return w.r, nil
}

func (w *walker) archiveRoom(ctx context.Context, l Link) error {
	if !l.Made {
		return nil
	}
	r, err := w.Client.Room(ctx, l.RoomID)
	switch {
	case is(err, http.StatusNotFound), err == nil && r.DeleteAt > 0:
		return nil
	case err != nil && !is(err, http.StatusForbidden):
		return err
	}
	done, err := w.allow("archive", func() error { return w.Client.ArchiveRoom(ctx, l.RoomID) })
	if done && r != nil {
		w.step(Archive, TheRoom, r.DisplayName)
	}
	return err
}
