package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"renkei/internal/store"
)

// Store keeps what the service knows.
type Store interface {
	PutPeople(ctx context.Context, people []store.Person) error
	People(ctx context.Context, ids []string) ([]store.Person, error)
	PutAccount(ctx context.Context, a store.Account) error
	Account(ctx context.Context, login string) (store.Account, error)
	PutGrant(ctx context.Context, g store.Grant) error
	Grants(ctx context.Context, person string) ([]store.Grant, error)
	PutLink(ctx context.Context, l store.Link) error
	Link(ctx context.Context, t store.Token) (store.Link, error)
	TakeLink(ctx context.Context, t store.Token, p store.Person, now int64) (store.Grant, error)
	PutSession(ctx context.Context, s store.Session) error
	Session(ctx context.Context, t store.Token) (store.Session, error)
	DropSession(ctx context.Context, t store.Token) error
	DropSessions(ctx context.Context, person string) error
	Note(ctx context.Context, a store.Audit) error
}

var _ Store = (*store.DB)(nil)

// sessionTime is how long somebody stays signed in.
const sessionTime = 12 * time.Hour

// Errors that a person is told.
var (
	// ErrSignIn means that login and password do not belong together.
	ErrSignIn = errors.New("auth: login or password is wrong")
	// ErrLink means that a link was taken already, is over, or never was.
	ErrLink = errors.New("auth: the link is not good")
	// ErrName means that a name is empty or too long.
	ErrName = errors.New("auth: no name")
	// ErrRole means that a role cannot be granted there.
	ErrRole = errors.New("auth: no such role there")
)

// Service signs people in and out, and gives them what they may do.
type Service struct {
	store  Store
	now    func() time.Time
	hasher *hasher
	names  struct {
		mu   sync.RWMutex
		byID map[string]string // by person id
	}
}

// New returns a service on a store, with the clock of the machine or of a test.
func New(s Store, now func() time.Time) *Service {
	return &Service{store: s, now: now, hasher: newHasher()}
}

// secret draws 256 random bits, and gives them as text and as they are stored.
func secret() (string, store.Token) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails
	text := base64.RawURLEncoding.EncodeToString(raw)
	return text, tokenOf(text)
}

func tokenOf(text string) store.Token { return sha256.Sum256([]byte(text)) }

// AddAccount makes a person with a login and a password, and returns the
// person's id. It returns store.ErrExists where the login is taken.
func (s *Service) AddAccount(ctx context.Context, name, organisation, login, password string) (string, error) {
	name, err := cleanName(name)
	if err != nil {
		return "", err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return "", err
	}
	id := newID()
	err = s.store.PutAccount(ctx, store.Account{Person: id, Login: foldLogin(login), Password: hash})
	if err != nil {
		return "", fmt.Errorf("add account: %w", err)
	}
	return id, s.store.PutPeople(ctx, []store.Person{{ID: id, Name: name, Organisation: organisation}})
}

// SignIn begins a session for whoever knows login and password, and returns
// its secret for the cookie. It returns ErrSignIn or ErrBusy.
func (s *Service) SignIn(ctx context.Context, login, password, agent string) (string, error) {
	account, err := s.store.Account(ctx, foldLogin(login))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	switch err := s.hasher.check(ctx, account.Password, password); {
	case errors.Is(err, ErrPassword), err == nil && account.Disabled:
		return "", ErrSignIn
	case err != nil:
		return "", err
	}
	if err := s.audit(ctx, account.Person, "signed_in", ""); err != nil {
		return "", err
	}
	return s.begin(ctx, account.Person, agent)
}

// begin makes a session.
func (s *Service) begin(ctx context.Context, person, agent string) (string, error) {
	text, token := secret()
	now := s.now()
	err := s.store.PutSession(ctx, store.Session{
		Token: token, Person: person, Agent: clip(agent, 200),
		Begun: now.UnixMicro(), Expires: now.Add(sessionTime).UnixMicro(),
	})
	return text, err
}

// SignOut ends a session.
func (s *Service) SignOut(ctx context.Context, session string) error {
	return s.store.DropSession(ctx, tokenOf(session))
}

// Access returns what the owner of a session may do; a stranger's where the
// session is none, or over.
func (s *Service) Access(ctx context.Context, session string) (*Access, error) {
	if session == "" {
		return &Access{}, nil
	}
	got, err := s.store.Session(ctx, tokenOf(session))
	if errors.Is(err, store.ErrNotFound) || err == nil && got.Expires <= s.now().UnixMicro() {
		return &Access{}, nil
	}
	if err != nil {
		return nil, err
	}
	a := &Access{Person: got.Person}
	if a.Grants, err = s.store.Grants(ctx, a.Person); err != nil {
		return nil, err
	}
	people, err := s.store.People(ctx, []string{a.Person})
	if err == nil && len(people) > 0 {
		a.Name = people[0].Name
	}
	return a, err
}

// Grant gives a role. It returns ErrRole where the role has no place there.
func (s *Service) Grant(ctx context.Context, by string, g store.Grant) error {
	if !Role(g.Role).Fits(g.Exercise, g.Unit) {
		return ErrRole
	}
	if err := s.store.PutGrant(ctx, g); err != nil {
		return err
	}
	return s.audit(ctx, by, "granted", g.Person+" "+where(g))
}

// Invite makes a link that gives a role to whoever takes it, once and in time,
// and returns its secret.
func (s *Service) Invite(ctx context.Context, by string, g store.Grant, good time.Duration) (string, error) {
	if !Role(g.Role).Fits(g.Exercise, g.Unit) {
		return "", ErrRole
	}
	text, token := secret()
	now := s.now()
	err := s.store.PutLink(ctx, store.Link{
		Token: token, Grant: g, Made: now.UnixMicro(), By: by, Expires: now.Add(good).UnixMicro(),
	})
	if err != nil {
		return "", err
	}
	return text, s.audit(ctx, by, "invited", where(g))
}

// Look returns what a link gives, without taking it. It returns ErrLink.
func (s *Service) Look(ctx context.Context, link string) (store.Grant, error) {
	l, err := s.store.Link(ctx, tokenOf(link))
	if errors.Is(err, store.ErrNotFound) || err == nil && (l.Taken > 0 || l.Expires <= s.now().UnixMicro()) {
		return store.Grant{}, ErrLink
	}
	return l.Grant, err
}

// Take takes a link: somebody of that name gets its role and a session. It
// returns the session's secret, ErrLink or ErrName.
func (s *Service) Take(ctx context.Context, link, name, agent string) (string, store.Grant, error) {
	name, err := cleanName(name)
	if err != nil {
		return "", store.Grant{}, err
	}
	g, err := s.store.TakeLink(ctx, tokenOf(link), store.Person{ID: newID(), Name: name}, s.now().UnixMicro())
	if errors.Is(err, store.ErrNotFound) {
		err = ErrLink
	}
	if err != nil {
		return "", store.Grant{}, err
	}
	if err := s.audit(ctx, g.Person, "took_link", where(g)); err != nil {
		return "", store.Grant{}, err
	}
	session, err := s.begin(ctx, g.Person, agent)
	return session, g, err
}

func (s *Service) audit(ctx context.Context, actor, what, about string) error {
	return s.store.Note(ctx, store.Audit{At: s.now().UnixMicro(), Actor: actor, What: what, About: about})
}

// where says in the audit log what a grant is about.
func where(g store.Grant) string { return strings.TrimSpace(g.Role + " " + g.Exercise + " " + g.Unit) }

// newID is a person id: the log holds it for ever and it means nothing.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// foldLogin makes logins equal that look alike.
func foldLogin(login string) string {
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(login)))
}

// cleanName takes a name as people type it: one line, of at most 100 letters.
func cleanName(name string) (string, error) {
	name = strings.Join(strings.FieldsFunc(norm.NFC.String(name), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if name == "" || len([]rune(name)) > 100 {
		return "", ErrName
	}
	return name, nil
}

// clip shortens a text to n bytes of whole letters.
func clip(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return strings.ToValidUTF8(s, "")
}
