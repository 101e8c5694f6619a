package auth

import (
	"context"
	"errors"
	"time"

	"renkei/internal/auth/authstore"
)

// NewAccount is what somebody says who makes an account.
type NewAccount struct {
	Login        string // counts where the link says none
	Name         string
	Organisation string // "" leaves that of the link
	Password     string
}

// Take takes a link: somebody of that name gets its role and a session. It
// returns the session's secret, ErrLink, ErrName, or ErrAccount where the link
// makes an account, or is for somebody who has one. Who takes a link of RenewLink
// is whom it is for, whatever the name.
func (s *Service) Take(ctx context.Context, link, name, agent string) (string, Grant, error) {
	l, err := s.good(ctx, link)
	if err != nil {
		return "", Grant{}, err
	}
	if bare(l) {
		return "", Grant{}, ErrAccount
	}
	if l.For.Person != "" {
		return s.comeBack(ctx, l, agent)
	}
	if name, err = cleanName(name); err != nil {
		return "", Grant{}, err
	}
	return s.come(ctx, l, authstore.Taking{Person: authstore.Person{ID: newID(), Name: name}}, agent)
}

// TakeAccount takes a link that lets somebody make an account: they get that,
// the role of the link if it has one, and a session. It returns the session's
// secret, ErrLink, ErrAccount where the link makes no account, ErrExists
// where the login is taken, ErrName, ErrLogin, and the errors of passwords;
// after each of them the link is as good as before.
func (s *Service) TakeAccount(ctx context.Context, link string, n NewAccount, agent string) (string, Grant, error) {
	l, err := s.good(ctx, link)
	if err != nil {
		return "", Grant{}, err
	}
	if !l.For.Account {
		return "", Grant{}, ErrAccount
	}
	if l.For.Login != "" {
		n.Login = l.For.Login
	}
	how, err := s.accountFor(ctx, l, n)
	if err != nil {
		return "", Grant{}, err
	}
	return s.come(ctx, l, how, agent)
}

// accountFor makes an account for whom a link is.
func (s *Service) accountFor(ctx context.Context, l authstore.Link, n NewAccount) (authstore.Taking, error) {
	known := l.For.Person != ""
	if known {
		who, err := s.store.Who(ctx, l.For.Person)
		if errors.Is(err, ErrNotFound) || err == nil && who.Login != "" {
			err = ErrLink // gone, or has one meanwhile
		}
		if err != nil {
			return authstore.Taking{}, err
		}
		n.Name = who.Name
	}
	p, a, err := s.newAccount(ctx, n)
	if err != nil {
		return authstore.Taking{}, err
	}
	if known {
		p.ID, a.Person = l.For.Person, l.For.Person
	}
	return authstore.Taking{Person: p, Known: known, Account: &a, Bare: bare(l)}, nil
}

// TakeAs takes a link for somebody who is signed in already: they get its role.
// It returns ErrLink, also where it is for somebody else, or ErrAccount where
// the link gives no role.
func (s *Service) TakeAs(ctx context.Context, link, person, _ string) (Grant, error) {
	l, err := s.good(ctx, link)
	switch {
	case err != nil:
		return Grant{}, err
	case bare(l):
		return Grant{}, ErrAccount
	case l.For.Person != "" && l.For.Person != person:
		return Grant{}, ErrLink
	}
	return s.take(ctx, l, authstore.Taking{Person: authstore.Person{ID: person}, Known: true})
}

// come takes a link and begins a session.
func (s *Service) come(ctx context.Context, l authstore.Link, how authstore.Taking, agent string) (string, Grant, error) {
	g, err := s.take(ctx, l, how)
	if err != nil {
		return "", Grant{}, err
	}
	session, err := s.begin(ctx, g.Person, agent, ByLink)
	return session, g, err
}

func (s *Service) take(ctx context.Context, l authstore.Link, how authstore.Taking) (Grant, error) {
	person := how.Person.ID
	notes := []authstore.Audit{s.note(ctx, person, LinkTaken, "", where(l.Grant))}
	if how.Account != nil {
		notes = append(notes, s.note(ctx, person, AccountMade, person, ""))
	}
	defer s.drop(person)
	g, err := s.store.TakeLink(ctx, l.Token, how, s.now().UnixMicro(), notes...)
	if errors.Is(err, ErrNotFound) {
		err = ErrLink
	}
	if err != nil {
		return Grant{}, err
	}
	return g, nil
}

const (
	// firstBy is who made the link for the first account.
	firstBy = "first"
	// onceGood is how long links are good with which somebody gets into an
	// account.
	onceGood = 24 * time.Hour
)

// ErrSecretary means that the community has a secretary who can sign in.
var ErrSecretary = errors.New("auth: there is a secretary")

// FirstLink makes the link with which the first secretary makes an account
// (TakeAccount), good for a day, and returns its secret. Links that it made
// before are good for nothing then, and so is this one once somebody is
// secretary. It returns ErrSecretary where somebody is.
func (s *Service) FirstLink(ctx context.Context) (string, error) {
	has, err := s.hasSecretary(ctx)
	if err == nil && has {
		err = ErrSecretary
	}
	if err != nil {
		return "", err
	}
	text, l, err := s.link(firstBy, Grant{Role: string(Secretary)}, For{}, onceGood)
	if err != nil {
		return "", err
	}
	return text, s.replace(ctx, l, func(old authstore.Link) bool { return old.By == firstBy }, s.note(ctx, commandLine, Invited, "", where(l.Grant)))
}

// replace keeps a link of the community in the place of open ones that are like
// it.
func (s *Service) replace(ctx context.Context, l authstore.Link, like func(authstore.Link) bool, note authstore.Audit) error {
	all, err := s.store.Links(ctx, Scope{})
	if err != nil {
		return err
	}
	var drop []authstore.Token
	for _, old := range all {
		if old.Taken == 0 && like(old.Link) {
			drop = append(drop, old.Token)
		}
	}
	return s.store.PutLinks(ctx, drop, []authstore.Link{l}, nil, note)
}

// hasSecretary reports whether the community has a secretary who can sign in.
func (s *Service) hasSecretary(ctx context.Context) (bool, error) {
	all, err := s.Accounts(ctx)
	for _, a := range all {
		for _, r := range a.Roles {
			if r == Secretary && !a.Disabled {
				return true, nil
			}
		}
	}
	return false, err
}

// ResetLink makes a link by which the owner of an account sets a password
// (SetPasswordBy), good for a day, and returns its secret. Those made for them
// before are good for nothing then. It returns ErrNotFound where there is
// no account.
func (s *Service) ResetLink(ctx context.Context, by, person string) (string, error) {
	account, err := s.store.AccountOf(ctx, person)
	if err != nil {
		return "", err
	}
	who, err := s.store.Who(ctx, person)
	if err != nil {
		return "", err
	}
	text, token := secret()
	now := s.now()
	l := authstore.Link{
		Token: token, Grant: Grant{Role: string(LinkReset)}, Made: now.UnixMicro(), By: by, Expires: now.Add(onceGood).UnixMicro(),
		For: authstore.Meant{Person: person, Name: who.Name, Login: account.Login},
	}
	return text, s.replace(ctx, l, func(old authstore.Link) bool {
		return old.Role == string(LinkReset) && old.For.Person == person
	}, s.note(ctx, by, ResetInvited, person, ""))
}

// SetPasswordBy takes a link of ResetLink. The person's sessions end, and they
// sign in anew. It returns ErrLink and the errors of passwords; after those the
// link is as good as before.
func (s *Service) SetPasswordBy(ctx context.Context, link, password string) error {
	l, err := s.good(ctx, link)
	if err == nil && l.Role != string(LinkReset) {
		err = ErrLink
	}
	if err != nil {
		return err
	}
	person := l.For.Person
	account, err := s.store.AccountOf(ctx, person)
	if errors.Is(err, ErrNotFound) {
		err = ErrLink
	}
	if err != nil {
		return err
	}
	hash, err := s.newPassword(ctx, account, password)
	if err != nil {
		return err
	}
	defer s.drop(person)
	err = s.store.TakeReset(ctx, l.Token, person, hash, s.now().UnixMicro(), s.note(ctx, person, PasswordReset, person, ""))
	if errors.Is(err, ErrNotFound) {
		err = ErrLink
	}
	return err
}
