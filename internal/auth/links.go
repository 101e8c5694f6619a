package auth

import (
	"context"
	"errors"
	"time"

	"renkei/internal/store"
)

type linkStore interface {
	PutLink(ctx context.Context, l store.Link, notes ...store.Audit) error
	PutLinks(ctx context.Context, drop []store.Token, links []store.Link, grants []store.Grant, notes ...store.Audit) error
	Link(ctx context.Context, t store.Token) (store.Link, error)
	Links(ctx context.Context, exercise string) ([]store.Invited, error)
	DropLink(ctx context.Context, exercise string, id store.TokenID, notes ...store.Audit) error
	TakeLink(ctx context.Context, t store.Token, how store.Taking, now int64, notes ...store.Audit) (store.Grant, error)
	TakeReset(ctx context.Context, t store.Token, person, hash string, now int64, notes ...store.Audit) error
}

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
	ID       string // for RevokeLink
	Exercise string // "": of the community
	Unit     string
	Role     Role
	For      For
	Made     time.Time
	By       string // a person id, or the program's own command
	ByName   string // the name, or By where nothing is known of it
	Expires  time.Time
	Taken    time.Time // zero: not yet
	TakenBy  string    // a person id
	TakerIs  string    // the name
}

func invitationOf(l store.Invited) Invitation {
	byName := l.ByName
	if byName == "" {
		byName = l.By
	}
	return Invitation{
		ID: idOf(l.Token), Exercise: l.Exercise, Unit: l.Unit, Role: Role(l.Role), For: forOf(l.For),
		Made: timeOf(l.Made), By: l.By, ByName: byName, Expires: timeOf(l.Expires),
		Taken: timeOf(l.Taken), TakenBy: l.Person, TakerIs: l.TakenName,
	}
}

func forOf(m store.Meant) For {
	return For{Name: m.Name, Login: m.Login, Organisation: m.Organisation, Lang: m.Language, Person: m.Person, Account: m.Account}
}

// meant is whom a link is for, as it is stored.
func (f For) meant() (m store.Meant) {
	m = store.Meant{
		Name: clip(oneLine(f.Name), 300), Login: clip(FoldLogin(f.Login), 300), Organisation: clip(oneLine(f.Organisation), 300),
		Language: clip(f.Lang, 20), Person: f.Person, Account: f.Account,
	}
	return m
}

// Invite makes a link that gives a role to whoever takes it, once and in time,
// and returns its secret. It returns ErrRole where the role has no place there.
func (s *Service) Invite(ctx context.Context, by string, g store.Grant, good time.Duration) (string, error) {
	return s.InviteFor(ctx, by, g, For{}, good)
}

// InviteFor is Invite with a note for whom the link is. The role may be
// LinkAccount too, of the community; then it makes an account, for the person
// of the note where that has one. It returns ErrRole.
func (s *Service) InviteFor(ctx context.Context, by string, g store.Grant, f For, good time.Duration) (string, error) {
	text, l, err := s.link(by, g, f, good)
	if err != nil {
		return "", err
	}
	return text, s.store.PutLink(ctx, l, s.note(by, Invited, f.Person, where(g)))
}

// link makes a link without keeping it.
func (s *Service) link(by string, g store.Grant, f For, good time.Duration) (string, store.Link, error) {
	switch role := Role(g.Role); {
	case role == LinkAccount && g.Exercise == "" && g.Unit == "":
		f.Account = true
	case role == Secretary && f.Person == "": // who has no account could not come back
		f.Account = true
		fallthrough
	default:
		if !role.Fits(g.Exercise, g.Unit) {
			return "", store.Link{}, ErrRole
		}
	}
	g.Person = ""
	text, token := secret()
	now := s.now()
	return text, store.Link{
		Token: token, Grant: g, Made: now.UnixMicro(), By: by, Expires: now.Add(good).UnixMicro(), For: f.meant(),
	}, nil
}

// Links returns the links of an exercise, or with "" of the community, by unit,
// role and time, taken or not.
func (s *Service) Links(ctx context.Context, exercise string) ([]Invitation, error) {
	all, err := s.store.Links(ctx, exercise)
	if err != nil {
		return nil, err
	}
	list := make([]Invitation, len(all))
	for i, l := range all {
		list[i] = invitationOf(l)
	}
	return list, nil
}

// RevokeLink makes a link good for nothing. It returns store.ErrNotFound where
// the exercise has none of that ID, or it was taken: then Revoke takes back
// what it gave.
func (s *Service) RevokeLink(ctx context.Context, by, exercise, id string) error {
	token, err := tokenID(id)
	if err != nil {
		return err
	}
	return s.store.DropLink(ctx, exercise, token, s.note(by, LinkRevoked, "", exercise))
}

// Look returns what a link gives, without taking it. It returns ErrLink.
func (s *Service) Look(ctx context.Context, link string) (store.Grant, error) {
	l, err := s.good(ctx, link)
	return l.Grant, err
}

// LookAt returns all of a link, without taking it. It returns ErrLink.
func (s *Service) LookAt(ctx context.Context, link string) (Invitation, error) {
	l, err := s.good(ctx, link)
	if err != nil {
		return Invitation{}, err
	}
	return invitationOf(store.Invited{Link: l}), nil
}

// good returns a link that may be taken.
func (s *Service) good(ctx context.Context, link string) (store.Link, error) {
	l, err := s.store.Link(ctx, tokenOf(link))
	if errors.Is(err, store.ErrNotFound) || err == nil && (l.Taken > 0 || l.Expires <= s.now().UnixMicro()) {
		return store.Link{}, ErrLink
	}
	if err == nil && l.By == firstBy {
		var has bool
		if has, err = s.hasSecretary(ctx); has {
			err = ErrLink
		}
	}
	if err != nil {
		return store.Link{}, err
	}
	return l, nil
}

// bare reports whether a link gives no role.
func bare(l store.Link) bool { return l.Role == string(LinkAccount) || l.Role == string(LinkReset) }
