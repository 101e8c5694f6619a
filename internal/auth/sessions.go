package auth

import (
	"context"
	"errors"
	"time"

	"renkei/internal/auth/authstore"
)

type sessionStore interface {
	PutSession(ctx context.Context, s authstore.Session, notes ...authstore.Audit) error
	Session(ctx context.Context, t authstore.Token) (authstore.Session, error)
	Sessions(ctx context.Context, person string) ([]authstore.Session, error)
	SeeSessions(ctx context.Context, tokens []authstore.Token, at int64) error
	DropSession(ctx context.Context, t authstore.Token, notes ...authstore.Audit) error
	DropSessionOf(ctx context.Context, person string, id authstore.TokenID, notes ...authstore.Audit) error
	DropSessions(ctx context.Context, person string, notes ...authstore.Audit) error
	SweepSessions(ctx context.Context, now int64) error
}

const (
	// sessionTime is how long somebody stays signed in, whatever they do. Where
	// they take part in something that goes on, such as an exercise, use keeps the
	// session longer.
	sessionTime = 12 * time.Hour
	// accountTime is how long use keeps the session of an account at most.
	accountTime = 7 * 24 * time.Hour
	// guestTime is after how long without use the session of somebody without an
	// account ends.
	guestTime = 60 * 24 * time.Hour
	// DaysAfterEnd is how long links and sessions outlive what they lead to.
	DaysAfterEnd = 14
	afterEnd     = DaysAfterEnd * 24 * time.Hour
)

// How a session was begun.
const (
	ByPassword = "password"
	ByLink     = "link"
	ByCode     = "code" // a link, and the code for one more device
)

// Session is a browser in which somebody is signed in.
type Session struct {
	ID      string // for EndSession; Access.Session has the asker's own
	Agent   string // the browser, as it calls itself
	Begun   time.Time
	Seen    time.Time // when it was last used, to the minute
	Expires time.Time
	By      string // how it was begun; "" where that is not known
}

// SignIn begins a session for whoever knows login and password, and returns
// its secret for the cookie, which is new each time. It returns ErrSignIn,
// ErrBusy, or a *SecondError where the account has a second factor.
func (s *Service) SignIn(ctx context.Context, login, password, agent string) (string, error) {
	login = FoldLogin(login)
	account, err := s.store.Account(ctx, login)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return "", err
	}
	switch err := s.hasher.check(ctx, account.Password, password); {
	case errors.Is(err, ErrPassword), err == nil && account.Disabled:
		return "", errors.Join(ErrSignIn, s.noteFailed(ctx, login, account.Person))
	case err != nil:
		return "", err
	}
	who, err := s.store.Who(ctx, account.Person)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return "", err
	}
	if who.Second {
		return "", s.askSecond(ctx, account.Person)
	}
	return s.begin(ctx, account.Person, agent, ByPassword, s.note(ctx, account.Person, SignedIn, "", ""))
}

// begin makes a session.
func (s *Service) begin(ctx context.Context, person, agent, by string, notes ...authstore.Audit) (string, error) {
	who, err := s.store.Who(ctx, person)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return "", err
	}
	slides := guestTime
	if who.Login != "" {
		slides = sessionTime
	}
	text, token := secret()
	now := s.now()
	return text, s.store.PutSession(ctx, authstore.Session{
		Token: token, Person: person, Agent: clip(agent, 200), Seen: now.UnixMicro(),
		Begun: now.UnixMicro(), Expires: now.Add(slides).UnixMicro(), Slides: slides.Microseconds(), BegunBy: by,
	}, notes...)
}

// stays reports whether a session goes on of which the store says that it does.
func (s *Service) stays(ctx context.Context, session authstore.Session, a *Access) (bool, error) {
	now, begun := s.now(), timeOf(session.Begun)
	if session.Slides == 0 || now.Before(begun.Add(sessionTime)) {
		return true, nil
	}
	if a.Login != "" && !now.Before(begun.Add(accountTime)) {
		return false, nil
	}
	for _, g := range a.Grants {
		if on, err := s.goesOn(ctx, g.Scope, time.Time{}); on || err != nil {
			return on, err
		}
	}
	return false, nil
}

// EndsBy says how to find out when an object came to an end of which the area
// says that it does: the zero time while it goes on, or is to come. Without it
// everything goes on.
func (s *Service) EndsBy(ended func(ctx context.Context, of Scope) (time.Time, error)) {
	s.ended = ended
}

// goesOn reports whether somebody may come to an object by a link: as long as it
// goes on, and a while after its end, or after a later moment since.
func (s *Service) goesOn(ctx context.Context, of Scope, since time.Time) (bool, error) {
	if of.Object == "" || !s.ends(of.Area) {
		return false, nil
	}
	if s.ended == nil {
		return true, nil
	}
	end, err := s.ended(ctx, of.Whole())
	if err != nil || end.IsZero() {
		return err == nil, err
	}
	if since.After(end) {
		end = since
	}
	return s.now().Before(end.Add(afterEnd)), nil
}

// SignOut ends a session; that there is none is no error.
func (s *Service) SignOut(ctx context.Context, session string) error {
	got, err := s.store.Session(ctx, tokenOf(session))
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	defer s.drop(got.Person)
	return s.store.DropSession(ctx, got.Token, s.note(ctx, got.Person, SignedOut, "", ""))
}

// Access returns what the owner of a session may do; a stranger's where the
// session is none, or over, or its account disabled. The answer is shared:
// nobody may change it. It is remembered for half a minute, but what is changed
// through this service counts at once.
func (s *Service) Access(ctx context.Context, session string) (*Access, error) {
	if session == "" {
		return &Access{}, nil
	}
	token, now := tokenOf(session), s.now().UnixMicro()
	a, gen := s.sessions.get(token, now)
	if a != nil {
		return a, nil
	}
	got, err := s.store.Session(ctx, token)
	if errors.Is(err, ErrNotFound) || err == nil && got.Expires <= now {
		return &Access{}, nil
	}
	if err != nil {
		return nil, err
	}
	a, err = s.accessOf(ctx, got.Person)
	if err != nil || !a.Known() {
		return a, err
	}
	if on, err := s.stays(ctx, got, a); !on || err != nil {
		return &Access{}, err
	}
	a.Session = idOf(token)
	s.sessions.put(token, a, gen, now, got.Expires, got.Seen)
	return a, nil
}

// Unchanged reports whether nothing that was done through this service has changed
// what Access gave for a session. It never asks the store; false may also mean
// that Access was asked meanwhile.
func (s *Service) Unchanged(session string, a *Access) bool {
	return s.sessions.peek(tokenOf(session)) == a
}

// accessOf reads what a person may do; a stranger's where nothing is known of
// them, or their account is disabled.
func (s *Service) accessOf(ctx context.Context, person string) (*Access, error) {
	who, err := s.store.Who(ctx, person)
	if errors.Is(err, ErrNotFound) || err == nil && who.Disabled {
		return &Access{}, nil
	}
	if err != nil {
		return nil, err
	}
	a := &Access{
		Person: who.ID, Name: who.Name, Organisation: who.Organisation, Login: who.Login, Lang: who.Language,
		Second: who.Second, SecondReset: timeOf(who.SecondReset),
	}
	a.Grants, err = s.store.Grants(ctx, person)
	a.MustSetUp = !a.Second && s.needsSecond(a.Grants)
	return a, err
}

// Sessions returns where a person is signed in, the latest first.
func (s *Service) Sessions(ctx context.Context, person string) ([]Session, error) {
	all, err := s.store.Sessions(ctx, person)
	if err != nil {
		return nil, err
	}
	a, err := s.accessOf(ctx, person)
	if err != nil {
		return nil, err
	}
	now := s.now().UnixMicro()
	var open []Session
	for _, o := range all {
		on, err := s.stays(ctx, o, a)
		if err != nil {
			return nil, err
		}
		if on && o.Expires > now {
			open = append(open, Session{
				ID: idOf(o.Token), Agent: o.Agent, Begun: timeOf(o.Begun), By: o.BegunBy,
				Seen: timeOf(max(o.Seen, s.sessions.lastUse(o.Token))), Expires: timeOf(o.Expires),
			})
		}
	}
	return open, nil
}

// EndSession ends the session of a person that has an ID. It returns
// ErrNotFound where there is none.
func (s *Service) EndSession(ctx context.Context, by, person, id string) error {
	token, err := tokenID(id)
	if err != nil {
		return err
	}
	defer s.drop(person)
	return s.store.DropSessionOf(ctx, person, token, s.note(ctx, by, SessionEnded, person, ""))
}

// EndSessions ends all sessions of a person. Their account and tokens stay.
func (s *Service) EndSessions(ctx context.Context, by, person string) error {
	defer s.drop(person)
	return s.store.DropSessions(ctx, person, s.note(ctx, by, SessionsEnded, person, ""))
}

// Sweep forgets sessions, tokens and browsers whose time is over, and addresses
// in the audit log that are older than AddressTime, and writes when the others
// were last used. It should be called every minute.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.now()
	return errors.Join(
		s.store.SweepSessions(ctx, now.UnixMicro()),
		s.store.ForgetAddresses(ctx, now.Add(-AddressTime).UnixMicro()),
		flush(ctx, s.sessions, s.store.SeeSessions),
		flush(ctx, s.tokens, s.store.SeeAPITokens),
	)
}

// flush writes when tokens were last used. What fails is not tried again: it
// is a time that nobody decides by.
func flush(ctx context.Context, c *cache, see func(ctx context.Context, tokens []authstore.Token, at int64) error) error {
	var errs []error
	for at, tokens := range c.uses() {
		errs = append(errs, see(ctx, tokens, at))
	}
	return errors.Join(errs...)
}
