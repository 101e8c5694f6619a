package mattermost

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"renkei/internal/i18n"
)

// Blueprint is how an exercise should be on a server.
type Blueprint struct {
	Exercise string
	Title    string
	Rooms    []RoomPlan
	Contacts []ContactPlan
	About    string // what a bot says of itself
	// Mark is in the names of team and bots, to tell exercises apart; "" for the end
	// of the exercise's id.
	Mark string
	// Callback is the address to which the server posts what is typed after
	// /renkei; "" where it cannot reach us. CommandHint is shown to who types it.
	Callback, CommandHint string
}

// mark is what tells the exercise's team and bots from those of others.
func (b *Blueprint) mark() string {
	if b.Mark != "" {
		return b.Mark
	}
	return tail(b.Exercise)
}

// RoomPlan is a channel as it should be. People are mail addresses or names on
// the server.
type RoomPlan struct {
	Kind    Kind
	Unit    string
	Display string
	Header  string
	Purpose string
	People  []string
}

// ContactPlan is a simulated contact.
type ContactPlan struct {
	Key     string
	Display string
	Names   []string // as they stand in Message.From
}

// Action is what is done, or would be.
type Action string

// Actions.
const (
	Create  Action = "create"
	Adopt   Action = "adopt"
	Change  Action = "change"
	Restore Action = "restore"
	Add     Action = "add"
	Archive Action = "archive"
)

// Thing is to what.
type Thing string

// Things.
const (
	TheTeam    Thing = "team"
	TheRoom    Thing = "channel"
	TheBot     Thing = "bot"
	TheToken   Thing = "token"
	TheMembers Thing = "members"
	TheCommand Thing = "command"
)

// Step is one thing that was done, or would be.
type Step struct {
	Do   Action
	What Thing
	Name string
	N    int // members
}

// Lack is something that the server does not allow us, and what comes of it.
type Lack struct {
	Err     *Error
	Without string // end of the key of a sentence
}

// Stranger is somebody in the channel of a unit who is not of it.
type Stranger struct{ Room, User string }

// Report is what setting up has done, or would do.
type Report struct {
	Server, Version, As string
	Team                string
	Steps               []Step
	Missing             []string // people who have no account
	Lacks               []Lack
	Strangers           []Stranger
	Place               *Place
	Found               map[string]Account // people by their address
}

// Errors of setting up.
var (
	// ErrOther means that the exercise is on another server.
	ErrOther = i18n.NewError("mattermost: the exercise is on another server", "mattermost.setup.other")
	// ErrArchivedTeam means that the team was archived.
	ErrArchivedTeam = i18n.NewError("mattermost: the team is archived", "mattermost.setup.archived_team")
)

// Setup makes the team and the channels of an exercise. Client is of who may;
// Tokens get those of the bots.
type Setup struct {
	Client *Client
	Places Places
	Tokens *Tokens
	Wait   func(context.Context, time.Duration) error // nil waits by the clock
}

// Plan returns what Apply would do. It changes nothing.
func (s *Setup) Plan(ctx context.Context, b *Blueprint) (*Report, error) {
	return s.walk(ctx, b, true)
}

// Apply makes or adopts what is not there, and changes what differs. It can be
// repeated. What the server does not allow is left out and told.
func (s *Setup) Apply(ctx context.Context, b *Blueprint) (*Report, error) {
	if err := s.Tokens.Writable(); err != nil {
		return nil, err
	}
	return s.walk(ctx, b, false)
}

// walker goes over all that should be there.
type walker struct {
	*Setup
	dry    bool
	b      *Blueprint
	r      *Report
	p      *Place
	me     *User
	team   map[string]bool   // who is in it
	people map[string]string // ids by address; "" for one who is missing

	accounts map[string]Account // those who were found
}

func (s *Setup) walk(ctx context.Context, b *Blueprint, dry bool) (*Report, error) {
	s = s.patient()
	w := &walker{Setup: s, dry: dry, b: b, r: &Report{Server: s.Client.Server()}, team: map[string]bool{}, people: map[string]string{}, accounts: map[string]Account{}}
	if err := w.begin(ctx); err != nil {
		return nil, err
	}
	steps := []func(context.Context) error{w.allowed, w.makeTeam, w.makeSpeaker, w.makeRooms, w.makeContacts, w.makeCommand, w.leave}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return w.r, err
		}
	}
	w.r.Strangers = slices.DeleteFunc(w.r.Strangers, func(s Stranger) bool {
		return slices.ContainsFunc(w.p.Bots, func(b Identity) bool { return b.Username == s.User })
	})
	w.r.Place, w.r.Found = w.p, w.accounts
	return w.r, w.save(ctx)
}

// begin finds out what is there, and who we are.
func (w *walker) begin(ctx context.Context) error {
	place, err := w.Places.Place(ctx, w.b.Exercise)
	switch {
	case err != nil && !errors.Is(err, ErrAbsent):
		return err
	case err != nil, place.Archived && place.Server != w.Client.Server():
		place = &Place{Exercise: w.b.Exercise, Server: w.Client.Server(), Since: time.Now().UTC().Truncate(time.Microsecond)}
	case place.Server != w.Client.Server():
		return ErrOther
	}
	w.p = place
	if w.me, err = w.Client.Me(ctx); err != nil {
		return err
	}
	settings, err := w.Client.Settings(ctx)
	if err != nil {
		return err
	}
	w.r.Version, w.r.As = settings["Version"], w.me.Username
	if settings["EnableBotAccountCreation"] == "false" && len(w.b.Contacts) > 0 {
		w.lack(&Error{Status: http.StatusForbidden, ID: "api.bot.create_disabled"}, "contacts")
	}
	return nil
}

func (w *walker) save(ctx context.Context) error {
	if w.dry || w.p.TeamID == "" {
		return nil
	}
	w.p.Archived = false
	return w.Places.Save(ctx, w.p)
}

func (w *walker) step(do Action, what Thing, name string) {
	w.r.Steps = append(w.r.Steps, Step{Do: do, What: what, Name: name})
}

// lack notes what the server does not allow, once.
func (w *walker) lack(e *Error, without string) {
	same := func(l Lack) bool { return l.Without == without && l.Err.Needs == e.Needs && l.Err.ID == e.ID }
	if !slices.ContainsFunc(w.r.Lacks, same) {
		w.r.Lacks = append(w.r.Lacks, Lack{e, without})
	}
}

// allow runs do. What the server does not allow is noted, and reported as done =
// false.
func (w *walker) allow(without string, do func() error) (done bool, err error) {
	err = do()
	var e *Error
	if !errors.As(err, &e) {
		return err == nil, err
	}
	if e.Status == http.StatusUnauthorized || e.Status == http.StatusTooManyRequests || e.Status >= 500 && e.Status != http.StatusNotImplemented {
		return false, err
	}
	w.lack(e, without)
	return false, nil
}

// patient is a client that waits where the server asks for fewer calls.
func (s *Setup) patient() *Setup {
	client := *s.Client
	client.wait = s.Wait
	if s.Wait == nil {
		client.wait = sleep
	}
	return &Setup{Client: &client, Places: s.Places, Tokens: s.Tokens, Wait: s.Wait}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// allowed notes what our roles do not have, as far as they can be read.
func (w *walker) allowed(ctx context.Context) error {
	roles := append(strings.Fields(w.me.Roles), "channel_user")
	if w.p.TeamID == "" {
		roles = append(roles, "team_user", "team_admin")
	} else if own, err := w.Client.TeamRoles(ctx, w.p.TeamID); err == nil {
		roles = append(roles, strings.Fields(own)...)
	}
	may, err := w.Client.Permissions(ctx, roles)
	if err != nil || len(may) == 0 {
		return nil //nolint:nilerr // the server does not tell: doing it will
	}
	needs := map[Permission]string{NeedChannel: "channels", NeedChannelMember: "members", NeedTeamMember: "members"}
	if w.p.TeamID == "" {
		needs[NeedTeam] = "team"
	}
	if len(w.b.Contacts) > 0 {
		needs[NeedBot], needs[NeedToken] = "contacts", "contacts"
	}
	for _, p := range []Permission{NeedTeam, NeedTeamMember, NeedChannel, NeedChannelMember, NeedBot, NeedToken} {
		if without, ok := needs[p]; ok && !may[p] {
			w.lack(&Error{Status: http.StatusForbidden, Needs: p, ID: "permission"}, without)
		}
	}
	return nil
}

// makeTeam finds or makes the team. Nothing can be done without one.
func (w *walker) makeTeam(ctx context.Context) error {
	name := slug("exercise-"+w.b.mark(), 60)
	w.r.Team = name
	var t *Team
	var err error
	if w.p.TeamID != "" {
		t, err = w.Client.Team(ctx, w.p.TeamID)
	} else {
		t, err = w.Client.TeamNamed(ctx, name)
	}
	display := prefix(w.b.Title, 64)
	switch {
	case is(err, http.StatusNotFound):
		w.step(Create, TheTeam, display)
		if w.dry {
			return nil
		}
		if t, err = w.Client.MakeTeam(ctx, name, display); err != nil {
			return err
		}
		w.p.TeamID, w.p.TeamMade = t.ID, true
		if err := w.save(ctx); err != nil {
			return err
		}
	case err != nil:
		return err
	case t.DeleteAt > 0:
		return ErrArchivedTeam
	case w.p.TeamID == "":
		w.step(Adopt, TheTeam, t.DisplayName)
		w.p.TeamID = t.ID
	}
	if w.p.TeamMade && t.DisplayName != display {
		w.step(Change, TheTeam, display)
		if !w.dry {
			if _, err := w.allow("team_name", func() error { return w.Client.RenameTeam(ctx, t.ID, display) }); err != nil {
				return err
			}
		}
	}
	w.r.Team = t.Name
	w.team, err = w.Client.TeamMembers(ctx, t.ID)
	return err
}

// join has somebody in the team.
func (w *walker) join(ctx context.Context, user string) error {
	if w.team[user] || w.dry {
		return nil
	}
	done, err := w.allow("members", func() error { return w.Client.JoinTeam(ctx, w.p.TeamID, user) })
	if done {
		w.team[user] = true
	}
	return err
}

// tail is the part of an id in which two of one day differ.
func tail(id string) string {
	id = slug(id, 60)
	return id[max(0, len(id)-8):]
}

// slug writes a name as addresses have it: small letters, digits and hyphens. One
// that it changes ends with letters by which it differs from others.
func slug(name string, most int) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	made := strings.Trim(b.String(), "-")
	if made == name && len(made) <= most {
		return made
	}
	sum := sha256.Sum256([]byte(name))
	return strings.Trim(made[:min(len(made), most-7)], "-") + "-" + hex.EncodeToString(sum[:3])
}
