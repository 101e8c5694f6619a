package auth

import (
	"context"
	"errors"
	"time"

	"renkei/internal/auth/authstore"
)

type linkStore interface {
	PutLink(ctx context.Context, l authstore.Link, notes ...authstore.Audit) error
	PutLinks(ctx context.Context, drop []authstore.Token, links []authstore.Link, grants []Grant, notes ...authstore.Audit) error
	Link(ctx context.Context, t authstore.Token) (authstore.Link, error)
	Links(ctx context.Context, of Scope) ([]authstore.Invited, error)
	DropLink(ctx context.Context, of Scope, id authstore.TokenID, notes ...authstore.Audit) error
	TakeLink(ctx context.Context, t authstore.Token, how authstore.Taking, now int64, notes ...authstore.Audit) (Grant, error)
	TakeReset(ctx context.Context, t authstore.Token, person, hash string, now int64, notes ...authstore.Audit) error
}

// lastingTime is how long a link is good at most of something that never ends.
const lastingTime = 366 * 24 * time.Hour

// Links of the community that give no role.
const (
	LinkAccount Role = "account" // makes an account
	LinkReset   Role = "reset"   // sets the password of an account
)

// For says whom a link is meant for, as far as that is known. Whoever has the
// link can take it all the same.
type For struct {
	Name         string
	Login        string // of the account that may be made; "" lets them choose
	Organisation string
	Lang         string
	Person       string // of somebody who is known: nobody else may take it
	Account      bool   // whoever takes it may make an account
}

// Invitation is a link, as it is listed. Its secret is known to nobody but whom
// it was given to.
type Invitation struct {
	ID string // for RevokeLink
	Scope
	Role    Role
	For     For
	Made    time.Time
	By      string // a person id, or the program's own command
	ByName  string // the name, or By where nothing is known of it
	Expires time.Time
	Lasting bool      // good until a while after the end of what it leads to
	Closed  bool      // it opens on no further device
	Taken   time.Time // zero: not yet
	TakenBy string    // a person id
	TakerIs string    // the name
}

func invitationOf(l authstore.Invited) Invitation {
	byName := l.ByName
	if byName == "" {
		byName = l.By
	}
	return Invitation{
		ID: idOf(l.Token), Scope: l.Scope, Role: Role(l.Role), For: forOf(l.For),
		Made: timeOf(l.Made), By: l.By, ByName: byName, Expires: timeOf(l.Expires),
		Lasting: l.Lasting, Closed: l.Closed, Taken: timeOf(l.Taken), TakenBy: l.Person, TakerIs: l.TakenName,
	}
}

func forOf(m authstore.Meant) For {
	return For{Name: m.Name, Login: m.Login, Organisation: m.Organisation, Lang: m.Language, Person: m.Person, Account: m.Account}
}

// meant is whom a link is for, as it is stored.
func (f For) meant() authstore.Meant {
	return authstore.Meant{
		Name: clip(oneLine(f.Name), 300), Login: clip(FoldLogin(f.Login), 300), Organisation: clip(oneLine(f.Organisation), 300),
		Language: clip(f.Lang, 20), Person: f.Person, Account: f.Account,
	}
}

// Invite makes a link that gives a role to whoever takes it, once and in time,
// and returns its secret. With 0 it is good as long as what it leads to goes on,
// and a while after that. It returns ErrRole where the role has no place there.
func (s *Service) Invite(ctx context.Context, by string, g Grant, good time.Duration) (string, error) {
	return s.InviteFor(ctx, by, g, For{}, good)
}

// InviteFor is Invite with a note for whom the link is. The role may be
// LinkAccount too, of the community; then it makes an account, for the person
// of the note where that has one. It returns ErrRole.
func (s *Service) InviteFor(ctx context.Context, by string, g Grant, f For, good time.Duration) (string, error) {
	text, _, err := s.Issue(ctx, by, g, f, good)
	return text, err
}

// Issue is InviteFor that returns the link's id too, as Links has it.
func (s *Service) Issue(ctx context.Context, by string, g Grant, f For, good time.Duration) (text, id string, err error) {
	text, l, err := s.link(by, g, f, good)
	if err != nil {
		return "", "", err
	}
	return text, idOf(l.Token), s.store.PutLink(ctx, l, s.note(ctx, by, Invited, f.Person, where(g)))
}

// link makes a link without keeping it.
func (s *Service) link(by string, g Grant, f For, good time.Duration) (string, authstore.Link, error) {
	switch role := Role(g.Role); {
	case role == LinkAccount && g.Scope == Scope{}:
		f.Account = true
	case role == Secretary && f.Person == "": // who has no account could not come back
		f.Account = true
		fallthrough
	default:
		if !s.fits(role, g.Scope) {
			return "", authstore.Link{}, ErrRole
		}
	}
	g.Person = ""
	lasting := good <= 0 && s.ends(g.Area)
	switch {
	case lasting:
		good = lastingTime
	case good <= 0:
		good = importGood
	}
	text, token := secret()
	now := s.now()
	return text, authstore.Link{
		Token: token, Grant: g, Made: now.UnixMicro(), By: by, Expires: now.Add(good).UnixMicro(), For: f.meant(), Lasting: lasting,
	}, nil
}

// Links returns the links of an object and its parts, or with the zero Scope of
// the community, by part, role and time, taken or not.
func (s *Service) Links(ctx context.Context, of Scope) ([]Invitation, error) {
	all, err := s.store.Links(ctx, of)
	if err != nil {
		return nil, err
	}
	list := make([]Invitation, len(all))
	for i, l := range all {
		list[i] = invitationOf(l)
	}
	return list, nil
}

// RevokeLink makes a link good for nothing. It returns ErrNotFound where
// there is none of that ID in the object or its parts, or it was taken: then Revoke takes back
// what it gave.
func (s *Service) RevokeLink(ctx context.Context, by string, of Scope, id string) error {
	token, err := tokenID(id)
	if err != nil {
		return err
	}
	return s.store.DropLink(ctx, of, token, s.note(ctx, by, LinkRevoked, "", of.Object))
}

// Look returns what a link gives, without taking it. It returns ErrLink.
func (s *Service) Look(ctx context.Context, link string) (Grant, error) {
	l, err := s.good(ctx, link)
	return l.Grant, err
}

// LookAt returns all of a link, without taking it. It returns ErrLink.
func (s *Service) LookAt(ctx context.Context, link string) (Invitation, error) {
	l, err := s.good(ctx, link)
	if err != nil {
		return Invitation{}, err
	}
	who, err := s.store.Who(ctx, l.By)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Invitation{}, err
	}
	return invitationOf(authstore.Invited{Link: l, ByName: who.Name}), nil
}

// good returns a link that may be taken.
func (s *Service) good(ctx context.Context, link string) (authstore.Link, error) {
	l, err := s.store.Link(ctx, tokenOf(link))
	if errors.Is(err, ErrNotFound) || err == nil && (l.Taken > 0 || l.Expires <= s.now().UnixMicro()) {
		return authstore.Link{}, ErrLink
	}
	if err == nil && l.Lasting {
		var on bool
		if on, err = s.goesOn(ctx, l.Scope, timeOf(l.Made)); err == nil && !on {
			err = ErrLink
		}
	}
	if err == nil && l.By == firstBy {
		var has bool
		if has, err = s.hasSecretary(ctx); has {
			err = ErrLink
		}
	}
	if err != nil {
		return authstore.Link{}, err
	}
	return l, nil
}

// bare reports whether a link gives no role.
func bare(l authstore.Link) bool { return l.Role == string(LinkAccount) || l.Role == string(LinkReset) }
