package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"renkei/internal/auth/authstore"
)

type deviceCodeStore interface {
	PutDeviceCode(ctx context.Context, c authstore.DeviceCode, notes ...authstore.Audit) error
	TryDeviceCode(ctx context.Context, person string, code authstore.Token, most int, now int64) (bool, error)
	LinksOf(ctx context.Context, person string) ([]authstore.Link, error)
	RenewLink(ctx context.Context, l authstore.Link, notes ...authstore.Audit) error
	ReplaceLink(ctx context.Context, old authstore.Token, l authstore.Link, notes ...authstore.Audit) error
	CloseLinks(ctx context.Context, person string, in Scope, notes ...authstore.Audit) error
}

const (
	// codeTime is how long a code for one more device is good.
	codeTime = 10 * time.Minute
	// codeDigits is how long it is, and codeTries how many wrong ones end it: one
	// in 200,000 guesses its way in, who has to have the link too.
	codeDigits = 6
	codeTries  = 5
)

// ErrDeviceCode means that a code for one more device is wrong, over or used up.
var ErrDeviceCode = errors.New("auth: the code is wrong")

// AccessOf is what a person may do; that of a stranger where nothing is known of
// them, or their account is disabled.
func (s *Service) AccessOf(ctx context.Context, person string) (*Access, error) {
	return s.accessOf(ctx, person)
}

// opens reports whether a link opens on one more device of who has taken it. Who
// has an account signs in with that: a code would go around its second factor.
func (s *Service) opens(ctx context.Context, l authstore.Link) (bool, error) {
	if l.Taken == 0 || l.Closed || bare(l) || s.now().After(timeOf(l.Taken).Add(lastingTime)) {
		return false, nil
	}
	a, err := s.accessOf(ctx, l.Person)
	there := func(g Grant) bool { return g.Whole() == l.Whole() }
	if err != nil || !a.Known() || a.Login != "" || !slices.ContainsFunc(a.Grants, there) {
		return false, err
	}
	return s.goesOn(ctx, l.Scope, timeOf(l.Taken))
}

// Opens reports whether a link that was taken opens on one more device, with a
// code of NewDeviceCode.
func (s *Service) Opens(ctx context.Context, link string) (bool, error) {
	l, err := s.store.Link(ctx, tokenOf(link))
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return s.opens(ctx, l)
}

// OpensFor reports whether a person has a link that opens on one more device.
func (s *Service) OpensFor(ctx context.Context, person string) (bool, error) {
	all, err := s.store.LinksOf(ctx, person)
	if err != nil {
		return false, err
	}
	for _, l := range all {
		if ok, err := s.opens(ctx, l); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// NewDeviceCode makes the code with which a link of a person opens on one more
// device, and says until when it is good. The one before is good for nothing
// then. It returns ErrNotFound where no link of theirs opens.
func (s *Service) NewDeviceCode(ctx context.Context, by, person string) (code string, until time.Time, err error) {
	ok, err := s.OpensFor(ctx, person)
	if err == nil && !ok {
		err = ErrNotFound
	}
	if err != nil {
		return "", until, err
	}
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", until, fmt.Errorf("draw code: %w", err)
	}
	code, until = fmt.Sprintf("%0*d", codeDigits, n), s.now().Add(codeTime)
	return code, until, s.store.PutDeviceCode(ctx, authstore.DeviceCode{
		Person: person, Code: codeToken(person, code), Expires: until.UnixMicro(),
	}, s.note(ctx, by, DeviceCodeMade, person, ""))
}

func codeToken(person, code string) authstore.Token { return tokenOf(person + "\x00" + code) }

// OpenDevice begins a session of who has taken a link, on one more device, with
// the code. It returns the session's secret, ErrLink, or ErrDeviceCode.
func (s *Service) OpenDevice(ctx context.Context, link, code, agent string) (string, Grant, error) {
	l, err := s.store.Link(ctx, tokenOf(link))
	if errors.Is(err, ErrNotFound) {
		err = ErrLink
	}
	if err != nil {
		return "", Grant{}, err
	}
	if ok, err := s.opens(ctx, l); !ok || err != nil {
		if err == nil {
			err = ErrLink
		}
		return "", Grant{}, err
	}
	person := l.Person
	right, err := s.store.TryDeviceCode(ctx, person, codeToken(person, plainDigits(code)), codeTries, s.now().UnixMicro())
	if errors.Is(err, ErrNotFound) {
		return "", Grant{}, ErrDeviceCode // there is none: nothing was tried
	}
	if err != nil {
		return "", Grant{}, err
	}
	if !right {
		return "", Grant{}, errors.Join(ErrDeviceCode, s.store.Note(ctx, s.note(ctx, "", DeviceCodeWrong, person, where(l.Grant))))
	}
	session, err := s.begin(ctx, person, agent, ByCode, s.note(ctx, person, DeviceAdded, "", where(l.Grant)))
	return session, l.Grant, err
}

// plainDigits is a code as people type it: with spaces, or in the wide digits of
// a Japanese keyboard.
func plainDigits(code string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, string(normal(clip(code, 100))))
}

// RenewLink makes a link anew that is for somebody without an account who takes
// part in an object: who takes it is that person, and no second one. Their other
// links there are good for nothing then; where they are signed in they stay. It
// returns the secret, ErrAccount, or ErrRole where they do not take part.
func (s *Service) RenewLink(ctx context.Context, by, person string, in Scope) (string, Grant, error) {
	a, err := s.accessOf(ctx, person)
	if err != nil {
		return "", Grant{}, err
	}
	at := slices.IndexFunc(a.Grants, func(g Grant) bool { return g.Whole() == in.Whole() })
	switch {
	case a.Login != "":
		return "", Grant{}, ErrAccount
	case at < 0:
		return "", Grant{}, ErrRole
	}
	g := a.Grants[at]
	text, l, err := s.link(by, g, For{Name: a.Name, Organisation: a.Organisation, Lang: a.Lang, Person: person}, 0)
	if err != nil {
		return "", Grant{}, err
	}
	return text, g, s.store.RenewLink(ctx, l, s.note(ctx, by, LinkRenewed, person, where(g)))
}

// CloseLinks has no link of a person in an object open on a further device, nor
// let them in.
func (s *Service) CloseLinks(ctx context.Context, by, person string, in Scope) error {
	return s.store.CloseLinks(ctx, person, in.Whole(), s.note(ctx, by, LinksClosed, person, in.Object))
}

// ReplaceLink makes a link anew that nobody has taken, for whom it was and with
// the same role. The one before is good for nothing then. It returns ErrNotFound
// where none of that ID is open.
func (s *Service) ReplaceLink(ctx context.Context, by string, of Scope, id string) (string, Invitation, error) {
	all, err := s.store.Links(ctx, of)
	if err != nil {
		return "", Invitation{}, err
	}
	at := slices.IndexFunc(all, func(l authstore.Invited) bool { return l.Taken == 0 && idOf(l.Token) == id })
	if at < 0 {
		return "", Invitation{}, ErrNotFound
	}
	old := all[at]
	good := time.Duration(0)
	if !old.Lasting {
		good = timeOf(old.Expires).Sub(timeOf(old.Made))
	}
	text, l, err := s.link(by, old.Grant, forOf(old.For), good)
	if err != nil {
		return "", Invitation{}, err
	}
	note := s.note(ctx, by, Invited, old.For.Person, where(l.Grant))
	return text, invitationOf(authstore.Invited{Link: l}), s.store.ReplaceLink(ctx, old.Token, l, note)
}

// comeBack lets the person in for whom a link is that was made anew. It opens
// that one object, and nothing else that the person may do elsewhere.
func (s *Service) comeBack(ctx context.Context, l authstore.Link, agent string) (string, Grant, error) {
	a, err := s.accessOf(ctx, l.For.Person)
	elsewhere := func(g Grant) bool { return g.Whole() != l.Whole() }
	switch {
	case err != nil:
		return "", Grant{}, err
	case a.Login != "":
		return "", Grant{}, ErrAccount
	case !a.Known(), slices.ContainsFunc(a.Grants, elsewhere):
		return "", Grant{}, ErrLink
	}
	return s.come(ctx, l, authstore.Taking{Person: authstore.Person{ID: a.Person}, Known: true}, agent)
}
